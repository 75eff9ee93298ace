//! How identity checks stand in a class, and the way on: on the class card and beside the film.

use super::{
    check_words,
    icon::{Glyph, Icon},
};
use crate::{
    components::say::live,
    i18n::{t_string, use_i18n},
    say,
};
use contract::face::{ClassChecks, EnrolmentState, IdentityWay};
use leptos::prelude::*;
use leptos_router::components::A;
use study::{ClassId, Millis};

/// What somebody has to do before checks can be made: choose a way, enrol. Nothing where all is in order.
#[component]
pub fn Missing(
    /// How checks stand.
    checks: ClassChecks,
) -> impl IntoView {
    let i18n = use_i18n();
    let (words, go) = match (checks.way, checks.enrolment) {
        (None, _) => (say!(i18n, checks.choose), say!(i18n, checks.choose_go)),
        (Some(IdentityWay::Face), EnrolmentState::None | EnrolmentState::Refused) => {
            (say!(i18n, checks.enrol), say!(i18n, checks.enrol_go))
        }
        (Some(IdentityWay::Face), EnrolmentState::Waiting | EnrolmentState::Confirmed)
        | (Some(IdentityWay::Supervised), _) => return ().into_any(),
    };
    view! {
        <div class="notice info">
            <Glyph icon=Icon::Info/>
            <div><p>{words}</p><A href="/face" attr:class="button">{go}</A></div>
        </div>
    }
    .into_any()
}

/// What waits for what, and the way to have it confirmed.
#[component]
pub fn Waiting(
    /// The class.
    class: ClassId,
    /// How checks stand.
    checks: ClassChecks,
) -> impl IntoView {
    let i18n = use_i18n();
    let waits = checks
        .provisional_ms
        .saturating_add(checks.pending_ms)
        .saturating_add(checks.review_ms)
        >= Millis(1_000);
    let enrolled = matches!(
        checks.enrolment,
        EnrolmentState::Waiting | EnrolmentState::Confirmed
    );
    let go = match checks.way {
        Some(IdentityWay::Face) if enrolled && (waits || checks.blocked) => Some((
            format!("/classes/{class}/check"),
            say!(i18n, checks.confirm),
        )),
        Some(IdentityWay::Supervised) => Some((
            format!("/classes/{class}/code"),
            say!(i18n, checks.by_teacher),
        )),
        Some(IdentityWay::Face) | None => None,
    };
    view! {
        <ul class="reasons waits">
            {live(move || check_words::waiting(i18n.get_locale(), &checks).into_iter().map(|line| {
                view! { <li><Glyph icon=Icon::Dashed/> {line}</li> }
            }).collect_view().into_any())}
        </ul>
        {go.map(|(href, words)| view! {
            <p><A href attr:class="button secondary"><Glyph icon=Icon::Shield/> {words}</A></p>
        })}
    }
}

/// Beside the film: what stops the counting, or will.
#[component]
pub fn Banner(
    /// How checks stand.
    #[prop(into)]
    checks: Signal<Option<ClassChecks>>,
    /// Whether a check waits for its answer.
    #[prop(into)]
    open: Signal<bool>,
    /// The class.
    class: ClassId,
    /// Shows the check.
    now: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    live(move || {
        let Some(checks) = checks.get() else {
            return ().into_any();
        };
        if open.get() || checks.blocked {
            let (tone, words) = if open.get() {
                ("notice info", t_string!(i18n, checks.open))
            } else {
                ("notice pending", t_string!(i18n, checks.blocked))
            };
            return view! {
                <div class=tone role="status">
                    <Glyph icon=Icon::Shield/>
                    <div>
                        <p>{words}</p>
                        <button type="button" on:click=move |_| now.run(())>{t_string!(i18n, checks.now)}</button>
                    </div>
                </div>
            }
            .into_any();
        }
        if checks.way == Some(IdentityWay::Supervised) {
            return view! {
                <p class="soft">
                    {t_string!(i18n, checks.supervised)} " "
                    <A href=format!("/classes/{class}/code")>{t_string!(i18n, checks.by_teacher)}</A>
                </p>
            }
            .into_any();
        }
        view! { <Missing checks/> }.into_any()
    })
}
