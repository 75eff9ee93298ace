//! The few words that a pack has besides data: Chinese first, since that is who reads it.

use contract::claim::{CertificateKind, EarlierClaim, Missing};

/// What was missing, for the list of who is left out.
pub(super) const fn missing(missing: Missing) -> &'static str {
    match missing {
        Missing::TheoryUnfinished => "理论学习未完成 (theory unfinished)",
        Missing::TheoryToMakeUp => "理论学习待补核验 (theory waits for a make-up check)",
        Missing::TheoryInReview => "理论学习待人工复核 (theory waits for a decision)",
        Missing::PracticalNotEntered => "实操课时未录入 (practical hours not entered)",
        Missing::PracticalUnfinished => "实操课时未完成 (practical hours unfinished)",
        Missing::CertificateNotEntered => "证书未录入 (no certificate entered)",
        Missing::ReceiptNotEntered => {
            "省级系统回执未录入 (no receipt of the provincial system entered)"
        }
        Missing::ProofNotIssued => "学习凭证未开具 (no study proof issued)",
        Missing::ProofRevoked => "学习凭证已撤销 (study proof revoked)",
        Missing::ProofOutdated => "学习凭证不是最新 (study proof outdated)",
    }
}

/// Who is in another claim already.
pub(super) fn claimed(earlier: &EarlierClaim) -> String {
    format!("已在申领 {} 中 (in that claim already)", earlier.claim)
}

/// The kind of a certificate, as clause A18 calls it.
pub(super) const fn certificate(kind: CertificateKind) -> &'static str {
    match kind {
        CertificateKind::VocationalQualification => "职业资格证书",
        CertificateKind::SkillLevel => "职业技能等级证书",
        CertificateKind::SpecialAbility => "专项职业能力证书",
        CertificateKind::SpecialOperation => "特种作业操作证书",
        CertificateKind::TrainingCompletion => "培训合格证书",
    }
}
