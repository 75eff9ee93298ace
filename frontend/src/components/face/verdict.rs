//! What came of a check, in words: never more certain than the server is, and always with a way on.

use crate::{
    browser::intl::Show as Moment,
    components::{
        check_words,
        icon::{Glyph, Icon},
        length::{self, moment},
        say::{live, said},
    },
    i18n::{t_string, use_i18n},
    say,
};
use contract::face::{CheckOutcome, CheckStatus, IdentityWay};
use leptos::prelude::*;
use study::Millis;

/// The verdict.
#[component]
pub fn VerdictView(
    /// How it stands.
    status: CheckStatus,
    /// Asks for a further check.
    make_up: Callback<()>,
    /// Closes the screen.
    close: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let CheckStatus { outcome, class, .. } = status;
    let (pending, review) = (class.pending_ms, class.review_ms);
    let (left, until) = (class.make_ups_left, class.make_up_until);
    let passed = outcome == Some(CheckOutcome::Passed);
    let (tone, icon) = match outcome {
        Some(CheckOutcome::Passed) => ("notice confirmed", Icon::Shield),
        Some(CheckOutcome::Review) => ("notice info", Icon::Clock),
        _ => ("notice pending", Icon::Alert),
    };
    let more = class.blocked && !passed && class.way == Some(IdentityWay::Face);
    view! {
        <div class=tone role="alert">
            <Glyph icon/>
            <div>
                <p><strong>{said(move || match outcome {
                    Some(CheckOutcome::Passed) => t_string!(i18n, facecheck.passed),
                    Some(CheckOutcome::Missed) | None => t_string!(i18n, facecheck.missed),
                    Some(CheckOutcome::Review) => t_string!(i18n, facecheck.review),
                    Some(_) => check_words::outcome(i18n.get_locale(), outcome),
                })}</strong></p>
                {live(move || {
                    let locale = i18n.get_locale();
                    let words = match outcome {
                        Some(CheckOutcome::Passed) => t_string!(i18n, facecheck.passed_text).to_string(),
                        Some(CheckOutcome::Review) => {
                            let length = length::words(locale, review);
                            t_string!(i18n, facecheck.review_text, length = length)
                        }
                        _ => match until {
                            Some(until) if pending > Millis::ZERO && left > 0 => {
                                let (length, until) = (length::words(locale, pending), moment(locale, until, Moment::DateAndTime));
                                t_string!(i18n, facecheck.pending_text, length = length, until = until, n = left)
                            }
                            _ if pending > Millis::ZERO && left == 0 => t_string!(i18n, facecheck.left_none).to_string(),
                            _ => t_string!(i18n, facecheck.pending_none).to_string(),
                        },
                    };
                    view! { <p>{words}</p> }.into_any()
                })}
            </div>
        </div>
        {(!passed).then(|| view! {
            <div class="choices">
                {more.then(|| view! {
                    <button type="button" on:click=move |_| make_up.run(())>{say!(i18n, facecheck.now)}</button>
                })}
                <button type="button" class="secondary" on:click=move |_| close.run(())>{say!(i18n, facecheck.close)}</button>
            </div>
        })}
    }
}
