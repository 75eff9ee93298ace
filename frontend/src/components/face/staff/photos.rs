//! Frames side by side. Each look is logged by the server, so that pictures far down are fetched only when somebody comes there.

use crate::{
    api::{face::frame_path, review::photo_path},
    browser::intl::Show as Moment,
    components::{length::moment, say::said},
    i18n::{t_string, use_i18n},
    say,
};
use contract::face::FrameRef;
use leptos::prelude::*;
use uuid::Uuid;

/// A row of pictures.
#[component]
pub fn Photos(
    /// Which.
    frames: Vec<FrameRef>,
    /// What they are.
    #[prop(into)]
    label: Signal<String>,
    /// Whether to fetch them before anybody scrolls to them.
    soon: bool,
    /// The claim whose reviewer looks; without it, staff of the institution do.
    #[prop(optional)]
    claim: Option<Uuid>,
) -> impl IntoView {
    let i18n = use_i18n();
    let heading = label;
    view! {
        <h4>{said(move || heading.get())}</h4>
        <ul class="photos" aria-label=move || label.get()>
            {frames.into_iter().zip(1_usize..).map(|(FrameRef { frame, at }, n)| {
                let failed = RwSignal::new(false);
                view! {
                    <li>
                        <Show
                            when=move || !failed.get()
                            fallback=move || view! { <span class="soft">{say!(i18n, staff.photo_failed)}</span> }
                        >
                            <img
                                src=claim.map_or_else(|| frame_path(frame), |claim| photo_path(claim, frame))
                                alt=move || t_string!(i18n, staff.shot, n = n)
                                width="320"
                                height="240"
                                loading=if soon { "eager" } else { "lazy" }
                                on:error=move |_| failed.set(true)
                            />
                        </Show>
                        <small>{said(move || moment(i18n.get_locale(), at, Moment::TimeToSecond))}</small>
                    </li>
                }
            }).collect_view()}
        </ul>
    }
}
