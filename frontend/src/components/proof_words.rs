//! The words for what verification checks and finds.

use crate::i18n::{Locale, td_string};
use contract::{
    issuing::RevocationReason,
    status::ListFault,
    verify::{Check, FaultCode, Unchecked},
};

/// What is wrong.
#[must_use]
pub fn fault_words(locale: Locale, code: FaultCode) -> &'static str {
    match code {
        FaultCode::TooLarge => td_string!(locale, fault.too_large),
        FaultCode::NotJson => td_string!(locale, fault.not_json),
        FaultCode::NoAttachment => td_string!(locale, fault.no_attachment),
        FaultCode::DuplicateMember => td_string!(locale, fault.duplicate_member),
        FaultCode::Shape => td_string!(locale, fault.shape),
        FaultCode::Changed => td_string!(locale, fault.changed),
        FaultCode::Signature => td_string!(locale, fault.signature),
        FaultCode::SignatureParameters => td_string!(locale, fault.signature_parameters),
        FaultCode::IssuerKey => td_string!(locale, fault.issuer_key),
        FaultCode::LedgerKey => td_string!(locale, fault.ledger_key),
        FaultCode::Checkpoint => td_string!(locale, fault.checkpoint),
        FaultCode::NotInLedger => td_string!(locale, fault.not_in_ledger),
        FaultCode::OtherRecord => td_string!(locale, fault.other_record),
        FaultCode::OtherPerson => td_string!(locale, fault.other_person),
        FaultCode::OtherClass => td_string!(locale, fault.other_class),
        FaultCode::OtherUnit => td_string!(locale, fault.other_unit),
        FaultCode::OtherFilm => td_string!(locale, fault.other_film),
        FaultCode::OtherRules => td_string!(locale, fault.other_rules),
        FaultCode::SessionTwice => td_string!(locale, fault.session_twice),
        FaultCode::LeaseOrder => td_string!(locale, fault.lease_order),
        FaultCode::MoreThanRealTime => td_string!(locale, fault.more_than_real_time),
        FaultCode::OutsideFilm => td_string!(locale, fault.outside_film),
        FaultCode::RulesHash => td_string!(locale, fault.rules_hash),
        FaultCode::UnitTwice => td_string!(locale, fault.unit_twice),
        FaultCode::UnitCredit => td_string!(locale, fault.unit_credit),
        FaultCode::Total => td_string!(locale, fault.total),
        FaultCode::ClassHours => td_string!(locale, fault.class_hours),
        FaultCode::EvidenceClass => td_string!(locale, fault.evidence_class),
        FaultCode::CheckCounts => td_string!(locale, fault.check_counts),
        FaultCode::NotEarned => td_string!(locale, fault.not_earned),
        FaultCode::Undeclared => td_string!(locale, fault.undeclared),
        FaultCode::UnknownIssuer => td_string!(locale, fault.unknown_issuer),
        FaultCode::UnknownLedger => td_string!(locale, fault.unknown_ledger),
        FaultCode::Revoked => td_string!(locale, fault.revoked),
    }
}

/// What was checked.
#[must_use]
pub fn check_words(locale: Locale, check: Check) -> &'static str {
    match check {
        Check::Form => td_string!(locale, check.form),
        Check::Signature => td_string!(locale, check.signature),
        Check::Checkpoint => td_string!(locale, check.checkpoint),
        Check::Inclusion => td_string!(locale, check.inclusion),
        Check::Records => td_string!(locale, check.records),
        Check::RealTime => td_string!(locale, check.real_time),
        Check::Totals => td_string!(locale, check.totals),
        Check::Rules => td_string!(locale, check.rules),
        Check::Issuer => td_string!(locale, check.issuer),
        Check::Revocation => td_string!(locale, check.revocation),
    }
}

/// What was not.
#[must_use]
pub fn unchecked_words(locale: Locale, unchecked: Unchecked) -> &'static str {
    match unchecked {
        Unchecked::Identity => td_string!(locale, unchecked.identity),
        Unchecked::Presence => td_string!(locale, unchecked.presence),
        Unchecked::Learning => td_string!(locale, unchecked.learning),
        Unchecked::FaceAccuracy => td_string!(locale, unchecked.face_accuracy),
        Unchecked::PresentationAttacks => {
            td_string!(locale, unchecked.presentation_attacks)
        }
        Unchecked::Holder => td_string!(locale, unchecked.holder),
        Unchecked::Revocation => td_string!(locale, unchecked.revocation),
        Unchecked::Beats => td_string!(locale, unchecked.beats),
        Unchecked::Page => td_string!(locale, unchecked.page),
        Unchecked::Witness => td_string!(locale, unchecked.witness),
    }
}

/// Why a status list is no answer.
#[must_use]
pub fn list_words(locale: Locale, why: ListFault) -> &'static str {
    match why {
        ListFault::NotAList => td_string!(locale, revocation.not_a_list),
        ListFault::Signature => td_string!(locale, revocation.list_signature),
        ListFault::Bits => td_string!(locale, revocation.list_bits),
        ListFault::OtherIssuer => td_string!(locale, revocation.other_issuer),
        ListFault::OtherList => td_string!(locale, revocation.other_list),
        ListFault::NoSuchPlace => td_string!(locale, revocation.no_such_place),
    }
}

/// Why a proof was revoked.
#[must_use]
pub fn reason_words(locale: Locale, reason: RevocationReason) -> &'static str {
    match reason {
        RevocationReason::WrongPerson => td_string!(locale, revocation.wrong_person),
        RevocationReason::HoursCorrected => td_string!(locale, revocation.hours_corrected),
        RevocationReason::DataCorrected => td_string!(locale, revocation.data_corrected),
        RevocationReason::IssuedInError => td_string!(locale, revocation.issued_in_error),
    }
}
