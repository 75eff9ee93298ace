//! What stands between the learner and a running study session: waiting, hand-over, refusal.

use crate::{components::say::said, say};
use crate::{
    components::{
        failure::{self, FailureNotice},
        icon::{Glyph, Icon},
        skeleton::Skeleton,
    },
    i18n::{t_string, use_i18n},
    state::study::{Phase, Study},
};
use contract::error::LeaseHolder;
use leptos::prelude::*;
use leptos_router::components::A;

/// Nothing while it runs.
#[component]
pub fn Gate(
    /// The study.
    study: Study,
) -> impl IntoView {
    let i18n = use_i18n();
    move || {
        match study.phase.get() {
        Phase::Running => ().into_any(),
        Phase::Draining => view! {
            <div class="notice info" role="status"><Glyph icon=Icon::Upload/> <p>{say!(i18n, watch.draining)}</p></div>
        }.into_any(),
        Phase::Starting if study.started.with_untracked(Option::is_some) => ().into_any(),
        Phase::Starting => view! { <Skeleton blocks=1/> }.into_any(),
        Phase::Retrying(failure) => view! {
            <div class="notice pending" role="status">
                <Glyph icon=Icon::CloudOff/>
                <p>{said(move || failure::words(i18n.get_locale(), &failure))} " " {say!(i18n, watch.retrying)}</p>
            </div>
        }.into_any(),
        Phase::Held(holder) => view! { <HandOver study holder/> }.into_any(),
        Phase::Lost => view! {
            <div class="notice pending" role="alert">
                <Glyph icon=Icon::Devices/>
                <div>
                    <p>{say!(i18n, watch.lost)}</p>
                    <button type="button" on:click=move |_| study.start(true)>
                        {say!(i18n, watch.take_back)}
                    </button>
                </div>
            </div>
        }.into_any(),
        Phase::Refused(failure) => {
            view! { <FailureNotice failure retry=Callback::new(move |()| study.start(false))/> }.into_any()
        }
    }
    }
}

/// Another device studies: the second tap moves the study here.
#[component]
fn HandOver(study: Study, holder: LeaseHolder) -> impl IntoView {
    let i18n = use_i18n();
    let LeaseHolder { device, idle_ms } = holder;
    view! {
        <div class="notice pending" role="alert">
            <Glyph icon=Icon::Devices/>
            <div>
                <p><strong>{said(move || {
                    let (device, s) = (device.clone(), idle_ms.0 / 1_000);
                    t_string!(i18n, watch.held, device = device, s = s)
                })}</strong></p>
                <p>{say!(i18n, watch.held_why)}</p>
                <div class="choices">
                    <button type="button" on:click=move |_| study.start(true)>{say!(i18n, watch.take_over)}</button>
                    <A href="/classes" attr:class="button secondary">{say!(i18n, watch.not_now)}</A>
                </div>
            </div>
        </div>
    }
}
