//! The words for face checks that more than one page needs.

use super::{
    icon::Icon,
    length::{self, moment},
};
use crate::{
    browser::intl::Show as Moment,
    i18n::{Locale, td_string},
};
use contract::face::{CheckOrigin, CheckOutcome, ClassChecks};
use study::Millis;

/// Why it was drawn.
#[must_use]
pub fn origin(locale: Locale, origin: CheckOrigin) -> &'static str {
    match origin {
        CheckOrigin::SignIn => td_string!(locale, origin.sign_in),
        CheckOrigin::Random => td_string!(locale, origin.random),
        CheckOrigin::MakeUp => td_string!(locale, origin.make_up),
        CheckOrigin::Supervised => td_string!(locale, origin.supervised),
        CheckOrigin::RollCall => td_string!(locale, origin.roll_call),
    }
}

/// What came of it.
#[must_use]
pub fn outcome(locale: Locale, outcome: Option<CheckOutcome>) -> &'static str {
    match outcome {
        None => td_string!(locale, outcome.open),
        Some(CheckOutcome::Passed) => td_string!(locale, outcome.passed),
        Some(CheckOutcome::Missed) => td_string!(locale, outcome.missed),
        Some(CheckOutcome::Review) => td_string!(locale, outcome.review),
        Some(CheckOutcome::SamePerson) => td_string!(locale, outcome.same_person),
        Some(CheckOutcome::OtherPerson) => td_string!(locale, outcome.other_person),
        Some(CheckOutcome::Unclear) => td_string!(locale, outcome.unclear),
        Some(CheckOutcome::MadeUp) => td_string!(locale, outcome.made_up),
        Some(CheckOutcome::Expired) => td_string!(locale, outcome.expired),
        Some(CheckOutcome::Supervised) => td_string!(locale, outcome.supervised),
    }
}

/// A shape and a tone for it.
#[must_use]
pub const fn mark(outcome: Option<CheckOutcome>) -> (Icon, &'static str) {
    match outcome {
        Some(
            CheckOutcome::Passed
            | CheckOutcome::SamePerson
            | CheckOutcome::MadeUp
            | CheckOutcome::Supervised,
        ) => (Icon::Shield, "good"),
        None | Some(CheckOutcome::Review) => (Icon::Dashed, "waits"),
        Some(CheckOutcome::Missed | CheckOutcome::Unclear) => (Icon::Alert, "waits"),
        Some(CheckOutcome::OtherPerson | CheckOutcome::Expired) => (Icon::Cross, "off"),
    }
}

/// What waits, and for what: one line each.
#[must_use]
pub fn waiting(locale: Locale, checks: &ClassChecks) -> Vec<String> {
    let length = |ms: Millis| (ms >= Millis(1_000)).then(|| length::words(locale, ms));
    let until = checks.make_up_until.map_or_else(
        || "–".to_string(),
        |until| moment(locale, until, Moment::DateAndTime),
    );
    let next = length(checks.provisional_ms)
        .map(|length| td_string!(locale, checks.next, length = length));
    let make_up = length(checks.pending_ms)
        .map(|length| td_string!(locale, checks.make_up, length = length, until = until));
    let human =
        length(checks.review_ms).map(|length| td_string!(locale, checks.human, length = length));
    [next, make_up, human].into_iter().flatten().collect()
}
