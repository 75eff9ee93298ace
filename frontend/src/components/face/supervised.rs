//! The way without face data: six digits that the learner reads to a teacher.

use crate::{
    api::{self, Failure},
    browser::{
        annex::{self, Told},
        clock,
    },
    components::{
        failure::FailureNotice,
        icon::{Glyph, Icon},
        say::{live, said},
    },
    i18n::{t_string, use_i18n},
    say,
};
use contract::face::SupervisedCode;
use leptos::prelude::*;
use std::time::Duration;
use study::{ClassId, Millis};

/// The screen.
#[component]
pub fn Supervised(
    /// The class whose credit is to be confirmed.
    class: ClassId,
) -> impl IntoView {
    let i18n = use_i18n();
    let code = RwSignal::new(None::<(String, Millis)>);
    let left = RwSignal::new(Millis::ZERO);
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<Failure>);
    let tick = move || {
        let until = code.with_untracked(|code| code.as_ref().map(|(_, until)| *until));
        left.set(until.map_or(Millis::ZERO, |until| until.saturating_sub(clock::now())));
    };
    if let Ok(handle) = set_interval_with_handle(tick, Duration::from_secs(1)) {
        on_cleanup(move || handle.clear());
    }
    let get = move |_| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        failure.set(None);
        leptos::task::spawn_local(async move {
            match api::face::supervised_code(class).await {
                Ok(SupervisedCode {
                    code: digits,
                    valid_ms,
                }) => {
                    let until = clock::now().saturating_add(valid_ms);
                    code.try_set(Some((digits, until)));
                    left.try_set(valid_ms);
                }
                Err(wrong) => {
                    if wrong.is_signed_out() {
                        annex::tell(Told::SignedOut);
                    }
                    failure.try_set(Some(wrong));
                }
            }
            busy.try_set(false);
        });
    };
    view! {
        <div class="reading">
            <p class="lead">{say!(i18n, code.how)}</p>
            {live(move || failure.get().map(|failure| view! { <FailureNotice failure/> }).into_any())}
            <div role="status">
                {live(move || code.get().map(|(digits, _)| {
                    let spaced = format!("{} {}", digits.get(..3).unwrap_or_default(), digits.get(3..).unwrap_or_default());
                    view! {
                        <p class="code"><span class="visually-hidden">{t_string!(i18n, code.label)} ": "</span> <strong>{spaced}</strong></p>
                    }
                }).into_any())}
            </div>
            {live(move || code.with(Option::is_some).then(|| {
                let s = left.get().0 / 1_000;
                let words = if s == 0 {
                    t_string!(i18n, code.over).to_string()
                } else {
                    t_string!(i18n, code.valid, m = s / 60, s = s % 60)
                };
                view! { <p class="soft">{words}</p> }
            }).into_any())}
            <button type="button" class="big" on:click=get aria-disabled=said(move || busy.get().to_string())>
                <Glyph icon=Icon::Shield/>
                {said(move || match (busy.get(), code.with(Option::is_some)) {
                    (true, _) => t_string!(i18n, code.busy),
                    (false, true) => t_string!(i18n, code.again),
                    (false, false) => t_string!(i18n, code.get),
                })}
            </button>
            <p class="notice info"><Glyph icon=Icon::Info/> <span>{say!(i18n, code.secret)}</span></p>
            <p><a href="/classes">"‹ " {say!(i18n, code.back)}</a></p>
        </div>
    }
}
