//! Confirms a learner by the code that they read out. The code knows its class.

use crate::{
    api::{self, Failure},
    components::{
        failure::FailureNotice,
        icon::{Glyph, Icon},
        length,
        say::{live, said},
    },
    i18n::{t_string, use_i18n},
    say, told,
};
use contract::face::{ConfirmSupervised, SupervisedDone, SupervisedHow};
use leptos::prelude::*;

/// The form.
#[component]
pub fn Codes() -> impl IntoView {
    let i18n = use_i18n();
    let code = RwSignal::new(String::new());
    let how = RwSignal::new(SupervisedHow::Live);
    let wrong = RwSignal::new(false);
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<Failure>);
    let done = RwSignal::new(None::<SupervisedDone>);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let digits = digits(&code.get_untracked());
        let Some(digits) = digits else {
            wrong.set(true);
            return;
        };
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        failure.set(None);
        done.set(None);
        let request = ConfirmSupervised {
            class: None,
            code: digits,
            how: how.get_untracked(),
        };
        leptos::task::spawn_local(async move {
            match api::face::confirm_supervised(&request).await {
                Ok(confirmed) => {
                    code.try_set(String::new());
                    done.try_set(Some(confirmed));
                }
                Err(refused) => {
                    failure.try_set(Some(refused));
                }
            }
            busy.try_set(false);
        });
    };
    let choice = move |value: SupervisedHow, id: &'static str, words: Signal<String>| {
        view! {
            <label class="pick" for=id>
                <input
                    id=id
                    type="radio"
                    name="how"
                    prop:checked=move || how.get() == value
                    on:change=move |_| how.set(value)
                />
                <span>{said(move || words.get())}</span>
            </label>
        }
    };
    view! {
        <section class="card">
            <h2>{say!(i18n, staff.supervised)}</h2>
            <p class="soft">{say!(i18n, staff.code_warn)}</p>
            <form on:submit=submit>
                <div class="field">
                    <label for="code">{say!(i18n, staff.code)}</label>
                    <input
                        id="code"
                        class="digits"
                        type="text"
                        inputmode="numeric"
                        autocomplete="off"
                        maxlength="8"
                        aria-describedby="code-problem"
                        aria-invalid=move || wrong.get().then_some("true")
                        prop:value=move || code.get()
                        on:input=move |event| { code.set(event_target_value(&event)); wrong.set(false); }
                    />
                    <p id="code-problem" class="problem" aria-live="polite">
                        {said(move || if wrong.get() { t_string!(i18n, staff.code_form) } else { "" })}
                    </p>
                </div>
                <fieldset>
                    <legend>{say!(i18n, staff.how)}</legend>
                    {choice(SupervisedHow::Live, "how-live", told!(i18n, staff.how_live))}
                    {choice(SupervisedHow::OnSite, "how-on-site", told!(i18n, staff.how_on_site))}
                </fieldset>
                {live(move || failure.get().map(|failure| view! { <FailureNotice failure/> }).into_any())}
                <p role="status" class="good-words">{live(move || done.get().map(|SupervisedDone { name, confirmed_ms }| {
                    let length = length::words(i18n.get_locale(), confirmed_ms);
                    t_string!(i18n, staff.code_done, name = name, length = length)
                }).into_any())}</p>
                <button type="submit" aria-disabled=said(move || busy.get().to_string())>
                    <Glyph icon=Icon::Shield/> {say!(i18n, staff.code_go)}
                </button>
            </form>
        </section>
    }
}

/// Six digits, whatever stands between them.
#[must_use]
pub fn digits(typed: &str) -> Option<String> {
    let digits: String = typed.chars().filter(|sign| !sign.is_whitespace()).collect();
    (digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_digit())).then_some(digits)
}
