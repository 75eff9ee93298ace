//! The words for what people do.

use crate::{
    browser::intl::Show as Moment,
    components::{
        icon::Icon,
        length::{self, moment, text},
        proof_words::reason_words,
    },
    i18n::{Locale, td_string},
};
use contract::{
    acting::{Act, AppealState, CallAnswer, Deed, Remedy},
    face::{HumanVerdict, SupervisedHow},
};
use study::{Millis, Timestamp};

/// How far an appeal is.
#[must_use]
pub fn state(locale: Locale, state: AppealState) -> &'static str {
    match state {
        AppealState::Open => td_string!(locale, appeal.open),
        AppealState::SecondNeeded => td_string!(locale, appeal.second_needed),
        AppealState::Upheld => td_string!(locale, appeal.upheld),
        AppealState::Refused => td_string!(locale, appeal.refused),
    }
}

/// Its shape and tone: a colour is never the only sign.
#[must_use]
pub const fn mark(state: AppealState) -> (Icon, &'static str) {
    match state {
        AppealState::Open | AppealState::SecondNeeded => (Icon::Dashed, "waits"),
        AppealState::Upheld => (Icon::Check, "good"),
        AppealState::Refused => (Icon::Cross, "bad"),
    }
}

/// What an answer did; nothing where it was refused.
#[must_use]
pub fn remedy(
    locale: Locale,
    upheld: bool,
    remedy: Remedy,
    confirmed: Millis,
    until: Option<Timestamp>,
) -> String {
    match (remedy, until) {
        (Remedy::None, _) if upheld => td_string!(locale, appeal.did_nothing).into(),
        (Remedy::None, _) => td_string!(locale, appeal.did_refuse).into(),
        (Remedy::WatchAgain, _) => td_string!(locale, appeal.did_watch).into(),
        (Remedy::MakeUp, Some(until)) => {
            let until = moment(locale, until, Moment::DateAndTime);
            td_string!(locale, appeal.did_make_up, until = until)
        }
        (Remedy::MakeUp, None) => td_string!(locale, appeal.did_make_up_soon).into(),
        (Remedy::SamePerson, _) if confirmed == Millis::ZERO => {
            td_string!(locale, appeal.did_same_waits).into()
        }
        (Remedy::SamePerson, _) => {
            let length = length::words(locale, confirmed);
            td_string!(locale, appeal.did_same, length = length)
        }
    }
}

/// What upholding would do.
#[must_use]
pub fn would(locale: Locale, remedy: Remedy) -> &'static str {
    match remedy {
        Remedy::None => td_string!(locale, appeal.would_nothing),
        Remedy::WatchAgain => td_string!(locale, appeal.would_watch),
        Remedy::MakeUp => td_string!(locale, appeal.would_make_up),
        Remedy::SamePerson => td_string!(locale, appeal.would_same),
    }
}

/// A human's verdict.
#[must_use]
pub fn verdict(locale: Locale, verdict: HumanVerdict) -> &'static str {
    match verdict {
        HumanVerdict::Same => td_string!(locale, staff.same),
        HumanVerdict::Other => td_string!(locale, staff.other),
        HumanVerdict::Unclear => td_string!(locale, staff.unclear),
    }
}

/// How somebody answered the roll.
#[must_use]
pub fn call(locale: Locale, answer: CallAnswer) -> &'static str {
    match answer {
        CallAnswer::Waiting => td_string!(locale, call.waiting),
        CallAnswer::Asked => td_string!(locale, call.asked),
        CallAnswer::Passed => td_string!(locale, call.passed),
        CallAnswer::Review => td_string!(locale, call.review),
        CallAnswer::Missed => td_string!(locale, call.missed),
        CallAnswer::NotAsked => td_string!(locale, call.not_asked),
    }
}

/// An act: what was done, and by whom.
#[must_use]
pub fn act(locale: Locale, act: &Act) -> String {
    let by = act
        .by
        .clone()
        .unwrap_or_else(|| td_string!(locale, act.staff).into());
    match &act.deed {
        Deed::RollCall { answer } => {
            let answer = call(locale, *answer);
            td_string!(locale, act.roll_call, by = by, answer = answer)
        }
        Deed::Verdict {
            drawn_at,
            verdict: said,
            reason,
        } => {
            let at = moment(locale, *drawn_at, Moment::Time);
            let (said, reason) = (verdict(locale, *said), reason.clone());
            td_string!(
                locale,
                act.verdict,
                by = by,
                at = at,
                verdict = said,
                reason = reason
            )
        }
        Deed::Supervised { how, confirmed_ms } => {
            let length = length::words(locale, *confirmed_ms);
            match how {
                SupervisedHow::Live => {
                    td_string!(locale, act.supervised_live, by = by, length = length)
                }
                SupervisedHow::OnSite => {
                    td_string!(locale, act.supervised_here, by = by, length = length)
                }
            }
        }
        Deed::AppealFiled { text } => {
            let text = text.clone();
            td_string!(locale, act.appeal_filed, text = text)
        }
        Deed::AppealAnswered {
            upheld,
            remedy: did,
            confirmed_ms,
            reason,
        } => {
            let did = remedy(locale, *upheld, *did, *confirmed_ms, None);
            let reason = reason.clone();
            if *upheld {
                td_string!(
                    locale,
                    act.appeal_upheld,
                    by = by,
                    did = did,
                    reason = reason
                )
            } else {
                td_string!(
                    locale,
                    act.appeal_refused,
                    by = by,
                    did = did,
                    reason = reason
                )
            }
        }
        Deed::ProofRevoked {
            issued_at,
            reason,
            words,
            ..
        } => {
            let at = moment(locale, *issued_at, Moment::DateAndTime);
            let (reason, words) = (reason_words(locale, *reason), words.clone());
            td_string!(
                locale,
                act.revoked,
                by = by,
                at = at,
                reason = reason,
                words = words
            )
        }
        Deed::PointerMoved {
            title,
            from_ms,
            to_ms,
            reason,
        } => {
            let title = text(locale, title);
            let (from, to) = (length::place(*from_ms), length::place(*to_ms));
            let reason = reason.clone();
            td_string!(
                locale,
                act.pointer,
                by = by,
                title = title,
                from = from,
                to = to,
                reason = reason
            )
        }
    }
}
