//! Words for findings and for what became of a claim.

use crate::{
    browser::intl::Show as Moment,
    components::length::moment,
    i18n::{Locale, td_string},
};
use contract::{
    claim::{ClaimState, RowVerdict},
    photos::NoPhotos,
};

/// A finding.
#[must_use]
pub fn verdict_words(locale: Locale, verdict: RowVerdict) -> &'static str {
    match verdict {
        RowVerdict::Pass => td_string!(locale, review.pass),
        RowVerdict::Doubt => td_string!(locale, review.doubt),
        RowVerdict::Fail => td_string!(locale, review.fail),
    }
}

/// The tone of a finding.
#[must_use]
pub const fn tone(verdict: RowVerdict) -> &'static str {
    match verdict {
        RowVerdict::Pass => "tag confirmed",
        RowVerdict::Doubt => "tag pending",
        RowVerdict::Fail => "tag void",
    }
}

/// Why there are no pictures.
#[must_use]
pub fn no_photos_words(locale: Locale, why: NoPhotos) -> &'static str {
    match why {
        NoPhotos::NoFaceChecks => td_string!(locale, review.photos_no_checks),
        NoPhotos::Supervised => td_string!(locale, review.photos_supervised),
        NoPhotos::NotAgreed => td_string!(locale, review.photos_not_agreed),
        NoPhotos::Destroyed => td_string!(locale, review.photos_destroyed),
        NoPhotos::NeverTaken => td_string!(locale, review.photos_never),
        NoPhotos::OnlyReviewers => td_string!(locale, review.photos_only_reviewers),
        NoPhotos::Over => td_string!(locale, review.photos_over),
    }
}

/// What became of a claim.
#[must_use]
pub fn state_words(locale: Locale, state: &ClaimState) -> String {
    match state {
        ClaimState::Sealed => td_string!(locale, review.waits).to_owned(),
        ClaimState::Withdrawn { reason, at } => {
            let at = moment(locale, *at, Moment::Date);
            td_string!(locale, review.withdrawn, at = at, reason = reason.clone())
        }
        ClaimState::Decided(decided) => {
            let at = moment(locale, decided.at, Moment::Date);
            td_string!(
                locale,
                review.decided,
                at = at,
                by = decided.by.clone(),
                passed = decided.passed,
                doubtful = decided.doubtful,
                failed = decided.failed
            )
        }
    }
}
