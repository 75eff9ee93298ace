//! The words for what verification of a claim pack finds, and for what an institution enters.

use crate::i18n::{Locale, td_string};
use contract::{
    claim::CertificateKind,
    pack::{NoPdf, PackFaultCode},
};

/// What is wrong.
#[must_use]
pub fn pack_fault_words(locale: Locale, code: PackFaultCode) -> &'static str {
    match code {
        PackFaultCode::Gone => td_string!(locale, pack_fault.gone),
        PackFaultCode::Damaged => td_string!(locale, pack_fault.damaged),
        PackFaultCode::Changed => td_string!(locale, pack_fault.changed),
        PackFaultCode::NotListed => td_string!(locale, pack_fault.not_listed),
        PackFaultCode::Shape => td_string!(locale, pack_fault.shape),
        PackFaultCode::Document => td_string!(locale, pack_fault.document),
        PackFaultCode::OtherPerson => td_string!(locale, pack_fault.other_person),
        PackFaultCode::OtherClass => td_string!(locale, pack_fault.other_class),
        PackFaultCode::OtherProof => td_string!(locale, pack_fault.other_proof),
        PackFaultCode::Hours => td_string!(locale, pack_fault.hours),
        PackFaultCode::Theory => td_string!(locale, pack_fault.theory),
        PackFaultCode::Fact => td_string!(locale, pack_fault.fact),
        PackFaultCode::Twice => td_string!(locale, pack_fault.twice),
        PackFaultCode::Totals => td_string!(locale, pack_fault.totals),
        PackFaultCode::Seal => td_string!(locale, pack_fault.seal),
        PackFaultCode::Sample => td_string!(locale, pack_fault.sample),
    }
}

/// Why there is no sheet of a row.
#[must_use]
pub fn no_pdf_words(locale: Locale, why: &NoPdf) -> String {
    match why {
        NoPdf::GlyphMissing { character, .. } => {
            td_string!(locale, pack.no_pdf, character = character.clone())
        }
    }
}

/// The kind of a certificate (clause A18).
#[must_use]
pub fn certificate_words(locale: Locale, kind: CertificateKind) -> &'static str {
    match kind {
        CertificateKind::VocationalQualification => {
            td_string!(locale, certificate.vocational_qualification)
        }
        CertificateKind::SkillLevel => td_string!(locale, certificate.skill_level),
        CertificateKind::SpecialAbility => td_string!(locale, certificate.special_ability),
        CertificateKind::SpecialOperation => td_string!(locale, certificate.special_operation),
        CertificateKind::TrainingCompletion => td_string!(locale, certificate.training_completion),
    }
}
