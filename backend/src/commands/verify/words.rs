//! What a fault and a check are called in the terminal, in English; the page has its own words in both languages.

use contract::{
    pack::PackFaultCode,
    status::Revocation,
    verify::{Check, FaultCode, Unchecked},
};

pub(super) const fn sentence(code: FaultCode) -> &'static str {
    match code {
        FaultCode::TooLarge => "larger than any study proof",
        FaultCode::NotJson => "not JSON",
        FaultCode::NoAttachment => "this PDF carries no study proof",
        FaultCode::DuplicateMember => "one member stands there twice",
        FaultCode::Shape => "not the form of a study proof",
        FaultCode::Changed => "not as it was sealed",
        FaultCode::Signature => "the issuer did not sign this",
        FaultCode::SignatureParameters => "not the signature of a study proof",
        FaultCode::IssuerKey => "the issuer's name holds no key",
        FaultCode::LedgerKey => "the ledger's key is malformed",
        FaultCode::Checkpoint => "the ledger did not sign this checkpoint",
        FaultCode::NotInLedger => "this record is not in the ledger at this place",
        FaultCode::OtherRecord => "this record is not about a stretch of study",
        FaultCode::OtherPerson => "this record is about another person",
        FaultCode::OtherClass => "this record is about another class",
        FaultCode::OtherUnit => "this record is about a unit that is not listed",
        FaultCode::OtherFilm => "this record is about another film",
        FaultCode::OtherRules => "this record was made under other rules",
        FaultCode::SessionTwice => "this study session counts twice",
        FaultCode::LeaseOrder => "a later lease began before an earlier one",
        FaultCode::MoreThanRealTime => "more credit than real time passed",
        FaultCode::OutsideFilm => "credit behind the end of the film",
        FaultCode::RulesHash => "the rules do not have this hash",
        FaultCode::UnitTwice => "this unit is listed twice",
        FaultCode::UnitCredit => "the records say something else about this unit",
        FaultCode::Total => "not the sum of its parts",
        FaultCode::ClassHours => "not what the total makes by the rules",
        FaultCode::EvidenceClass => "not the evidence class that the rules make",
        FaultCode::CheckCounts => "the records say something else about the face checks",
        FaultCode::NotEarned => {
            "credit that its session did not earn, or that another check settled"
        }
        FaultCode::Undeclared => "it should say more about what was not checked",
        FaultCode::UnknownIssuer => "this issuer is not trusted here",
        FaultCode::UnknownLedger => "this ledger is not trusted here",
        FaultCode::Revoked => "its issuer has revoked this proof",
    }
}

pub(super) const fn checked(check: Check) -> &'static str {
    match check {
        Check::Form => "form",
        Check::Signature => "issuer's signature",
        Check::Checkpoint => "ledger's signature",
        Check::Inclusion => "every record is in the ledger",
        Check::Records => "every record is about this person, class, unit and film",
        Check::RealTime => "no more credit than real time",
        Check::Totals => "units, total and class hours follow from the records",
        Check::Rules => "the rules are those of the records",
        Check::Issuer => "issuer and ledger are trusted here",
        Check::Revocation => "the issuer's status list",
    }
}

pub(super) const fn unchecked(unchecked: Unchecked) -> &'static str {
    match unchecked {
        Unchecked::Identity => {
            "人脸身份未核验: that it was this person who studied (no face check was made)"
        }
        Unchecked::Presence => "是否有人在屏幕前: that anybody sat before the screen",
        Unchecked::Learning => "是否学会: that anything was learned (no test is part of this)",
        Unchecked::FaceAccuracy => {
            "人脸比对的准确度: how often the face comparison is wrong for the people here (it was measured on other faces)"
        }
        Unchecked::PresentationAttacks => {
            "照片、视频、面具等冒用: that nobody held a photo, a film or a mask before the camera (no level of detection is claimed)"
        }
        Unchecked::Holder => "持有人全名: whom the masked name means (the holder can show it)",
        Unchecked::Revocation => {
            "是否被撤销: whether the issuer has revoked this since (not asked; get its status list and give it with --status)"
        }
        Unchecked::Beats => "原始心跳: the beats behind the records (in the issuer's archive)",
        Unchecked::Page => {
            "PDF 页面: whether the page shows what the proof inside says (see the PDF's own signature)"
        }
        Unchecked::Witness => {
            "账本见证: whether the ledger shows the same to everybody (no witness has signed it)"
        }
    }
}

/// What a status list says, where one was given; `None` where there is nothing to add.
pub(super) fn revocation(revocation: &Revocation) -> Option<String> {
    Some(match revocation {
        Revocation::NotAsked | Revocation::NoList => return None,
        Revocation::NotRevoked { as_of } => {
            format!("  撤销状态 Revocation: 未撤销 not revoked as of {as_of}")
        }
        Revocation::Revoked { as_of } => {
            format!("  撤销状态 Revocation: 已撤销 REVOKED, says the status list of {as_of}")
        }
        Revocation::ListInvalid { why } => {
            format!("  撤销状态 Revocation: 未知 not known; the status list is no answer: {why}")
        }
        Revocation::ListTooOld { as_of, until } => format!(
            "  撤销状态 Revocation: 未知 not known; not revoked as of {as_of}, but that list was good until {until} only; get a newer one"
        ),
    })
}

pub(super) const fn pack_sentence(code: PackFaultCode) -> &'static str {
    match code {
        PackFaultCode::Gone => "this file is gone",
        PackFaultCode::Damaged => "the archive holds this file damaged",
        PackFaultCode::Changed => "not the bytes that were sealed",
        PackFaultCode::NotListed => "the manifest does not list this file",
        PackFaultCode::Shape => "not of the form that it should have",
        PackFaultCode::Document => "this signed document does not hold",
        PackFaultCode::OtherPerson => "name and ID number are not those of the study proof",
        PackFaultCode::OtherClass => "the study proof is about another class",
        PackFaultCode::OtherProof => {
            "not the study proof that the manifest lists, or the PDF carries another one"
        }
        PackFaultCode::Hours => "the manifest lists other hours",
        PackFaultCode::Theory => "this unit was not studied to its end (ms)",
        PackFaultCode::Fact => "something that a claim needs was not entered",
        PackFaultCode::Twice => "the same person stands in another row, too",
        PackFaultCode::Totals => "not the sum of the rows",
        PackFaultCode::Seal => "the ledger does not hold the sealing of this manifest",
        PackFaultCode::Sample => "not the sample that the ledger draws",
    }
}
