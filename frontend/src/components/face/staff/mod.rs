//! What waits for a member of staff: enrolments, checks that the machine could not settle, and codes.

mod codes;
mod enrolments;
mod photos;
mod reviews;

use crate::{
    components::{acting::Appeals, board::StaffClasses, say::said},
    i18n::{t_string, use_i18n},
    say,
};
use codes::Codes;
use contract::acting::REASON_CHARS_MAX;
use enrolments::Enrolments;
use leptos::prelude::*;
use reviews::Reviews;

pub use photos::Photos;
pub use reviews::signal_words;

/// The screen.
#[component]
pub fn Staff() -> impl IntoView {
    view! {
        <StaffClasses/>
        <Codes/>
        <Enrolments/>
        <Reviews/>
        <Appeals/>
    }
}

/// A line for the reason, and what is missing.
#[component]
pub fn Reason(
    /// Unique on the page.
    id: String,
    /// What is typed.
    value: RwSignal<String>,
    /// Whether it is missing.
    missing: RwSignal<bool>,
    /// Its label.
    #[prop(into)]
    label: Signal<String>,
) -> impl IntoView {
    let i18n = use_i18n();
    let problem = format!("{id}-problem");
    view! {
        <div class="field">
            <label for=id.clone()>{said(move || label.get())}</label>
            <input
                id=id
                type="text"
                autocomplete="off"
                maxlength=REASON_CHARS_MAX
                aria-describedby=problem.clone()
                aria-invalid=move || missing.get().then_some("true")
                prop:value=move || value.get()
                on:input=move |event| { value.set(event_target_value(&event)); missing.set(false); }
            />
            <p id=problem class="problem" aria-live="polite">
                {said(move || if missing.get() { t_string!(i18n, staff.reason_missing) } else { "" })}
            </p>
        </div>
    }
}

/// Says that something was decided.
#[component]
fn Done(#[prop(into)] done: Signal<bool>) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <p role="status" class="good-words">
            <Show when=move || done.get()>{say!(i18n, staff.done)}</Show>
        </p>
    }
}
