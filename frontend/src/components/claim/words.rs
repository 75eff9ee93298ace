//! What is said of claims in more than one place.

use crate::{
    browser::intl::Show as Moment,
    components::{
        icon::Icon,
        length::{moment, text},
    },
    i18n::{Locale, td_string},
};
use contract::claim::{CertificateKind, ClaimItem, ClaimState, Fixer, MatrixRow, Missing};

/// The five kinds, in the order of clause A18.
pub const KINDS: [CertificateKind; 5] = [
    CertificateKind::VocationalQualification,
    CertificateKind::SkillLevel,
    CertificateKind::SpecialAbility,
    CertificateKind::SpecialOperation,
    CertificateKind::TrainingCompletion,
];

/// The name of a column in an `id`.
pub const fn key(item: ClaimItem) -> &'static str {
    match item {
        ClaimItem::Theory => "theory",
        ClaimItem::Proof => "proof",
        ClaimItem::Practical => "practical",
        ClaimItem::Certificate => "certificate",
        ClaimItem::Receipt => "receipt",
    }
}

/// The head of a column.
pub fn item(locale: Locale, item: ClaimItem) -> &'static str {
    match item {
        ClaimItem::Theory => td_string!(locale, claim.theory),
        ClaimItem::Proof => td_string!(locale, claim.proof),
        ClaimItem::Practical => td_string!(locale, claim.practical),
        ClaimItem::Certificate => td_string!(locale, claim.certificate),
        ClaimItem::Receipt => td_string!(locale, claim.receipt),
    }
}

/// What a cell says.
pub fn cell(locale: Locale, row: &MatrixRow, item: ClaimItem) -> String {
    let missing = row.missing.iter().copied().find(|one| one.item() == item);
    match (item, missing) {
        (ClaimItem::Theory, _) => td_string!(locale, claim.hours, n = row.class_hours.0),
        (ClaimItem::Practical, _) => match &row.facts.practical {
            Some(entered) => td_string!(
                locale,
                claim.of_hours,
                done = entered.fact.done,
                planned = entered.fact.planned
            ),
            None => td_string!(locale, claim.lacking).into(),
        },
        (ClaimItem::Proof, Some(Missing::ProofOutdated)) => {
            td_string!(locale, claim.outdated).into()
        }
        (_, Some(_)) => td_string!(locale, claim.lacking).into(),
        (ClaimItem::Certificate | ClaimItem::Receipt, None) => {
            td_string!(locale, claim.there).into()
        }
        (ClaimItem::Proof, None) => td_string!(locale, claim.current).into(),
    }
}

/// Why somebody cannot be claimed for.
pub fn cause(locale: Locale, cause: Missing) -> &'static str {
    match cause {
        Missing::TheoryUnfinished => td_string!(locale, claim.why_theory),
        Missing::TheoryToMakeUp => td_string!(locale, claim.why_make_up),
        Missing::TheoryInReview => td_string!(locale, claim.why_review),
        Missing::PracticalNotEntered => td_string!(locale, claim.why_practical),
        Missing::PracticalUnfinished => td_string!(locale, claim.why_practical_short),
        Missing::CertificateNotEntered => td_string!(locale, claim.why_certificate),
        Missing::ReceiptNotEntered => td_string!(locale, claim.why_receipt),
        Missing::ProofNotIssued => td_string!(locale, claim.why_no_proof),
        Missing::ProofRevoked => td_string!(locale, claim.why_revoked_proof),
        Missing::ProofOutdated => td_string!(locale, claim.why_old_proof),
    }
}

/// Who can do something about it.
pub fn fixer(locale: Locale, fixer: Fixer) -> &'static str {
    match fixer {
        Fixer::Learner => td_string!(locale, claim.fix_learner),
        Fixer::Staff => td_string!(locale, claim.fix_staff),
        Fixer::Admin => td_string!(locale, claim.fix_admin),
    }
}

/// How it stands with somebody, in a word or a sentence.
pub fn standing(locale: Locale, row: &MatrixRow) -> String {
    if let Some(earlier) = &row.claimed {
        return td_string!(
            locale,
            claim.is_claimed,
            institution = text(locale, &earlier.institution),
            class = text(locale, &earlier.class),
            at = moment(locale, earlier.sealed_at, Moment::Date)
        );
    }
    if row.excluded.is_some() {
        return td_string!(locale, claim.is_left_out).into();
    }
    match row.missing.len() {
        0 => td_string!(locale, claim.is_ready).into(),
        n => td_string!(locale, claim.is_missing, n = n),
    }
}

/// The mark beside it.
pub const fn standing_mark(row: &MatrixRow) -> (Icon, &'static str) {
    if row.claimed.is_some() {
        (Icon::Badge, "off")
    } else if row.excluded.is_some() {
        (Icon::Pause, "off")
    } else if row.missing.is_empty() {
        (Icon::Check, "good")
    } else {
        (Icon::Dashed, "waits")
    }
}

/// A kind of certificate.
pub fn kind(locale: Locale, kind: CertificateKind) -> &'static str {
    match kind {
        CertificateKind::VocationalQualification => td_string!(locale, claim.kind_qualification),
        CertificateKind::SkillLevel => td_string!(locale, claim.kind_level),
        CertificateKind::SpecialAbility => td_string!(locale, claim.kind_ability),
        CertificateKind::SpecialOperation => td_string!(locale, claim.kind_operation),
        CertificateKind::TrainingCompletion => td_string!(locale, claim.kind_completion),
    }
}

/// What became of a claim.
pub fn state(locale: Locale, state: &ClaimState) -> String {
    match state {
        ClaimState::Sealed => td_string!(locale, claim.state_sealed).into(),
        ClaimState::Withdrawn { reason, at } => td_string!(
            locale,
            claim.state_withdrawn,
            at = moment(locale, *at, Moment::Date),
            reason = reason.clone()
        ),
        ClaimState::Decided(decided) => {
            let counts = td_string!(
                locale,
                claim.state_decided,
                at = moment(locale, decided.at, Moment::Date),
                by = decided.by.clone(),
                passed = decided.passed,
                doubtful = decided.doubtful,
                failed = decided.failed
            );
            if decided.remark.is_empty() {
                counts
            } else {
                format!("{counts} {}", decided.remark)
            }
        }
    }
}

/// The mark beside it.
pub const fn state_mark(state: &ClaimState) -> (Icon, &'static str) {
    match state {
        ClaimState::Sealed => (Icon::Clock, "waits"),
        ClaimState::Withdrawn { .. } => (Icon::Cross, "off"),
        ClaimState::Decided(_) => (Icon::Check, "good"),
    }
}
