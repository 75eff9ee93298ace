//! The claim (申领): what an institution asks to be paid for, learner by learner, and what a reviewer finds. What lasts of it is in
//! [`crate::pack`].

use crate::{
    class::ProofSummary, digest::Digest, issuing::ProofRevocation, pack::NoPdf, sealing::SealRun,
    text::Text, verify::Verdict,
};
use serde::{Deserialize, Serialize};
use study::{ClassHours, ClassId, Day, Millis, PersonId, Timestamp};
use uuid::Uuid;

/// How much of each unit's film must be credited before its theory is complete, in thousandths. The notice says "all" (clause A18);
/// what is left is the second that a pause, a seek or a lost network costs at either end.
pub const THEORY_PERMILLE_MIN: u64 = 950;
/// Longest text of a source, a number, an issuer, or a reason, in characters.
pub const CLAIM_TEXT_MAX: usize = 200;
/// Most learners of one claim.
pub const CLAIM_LEARNERS_MAX: usize = 2_000;

/// What a claim needs of each learner (clauses A18, A51, A54, A69).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ClaimItem {
    /// All theory studied online; the system knows it.
    Theory,
    /// The electronic study proof, issued for all that counts; the system knows it.
    Proof,
    /// All practical hours done on site; entered with its source.
    Practical,
    /// One of five kinds of certificate; entered with its source.
    Certificate,
    /// The person is in the provincial training system: "no entry, no subsidy"; entered with its source.
    Receipt,
}

impl ClaimItem {
    /// All, in the order of the columns.
    pub const ALL: [Self; 5] = [
        Self::Theory,
        Self::Practical,
        Self::Certificate,
        Self::Receipt,
        Self::Proof,
    ];
}

/// The five kinds of certificate that clause A18 names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum CertificateKind {
    /// 职业资格证书
    VocationalQualification,
    /// 职业技能等级证书
    SkillLevel,
    /// 专项职业能力证书
    SpecialAbility,
    /// 特种作业操作证书
    SpecialOperation,
    /// 培训合格证书
    TrainingCompletion,
}

/// Practical hours on site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Practical {
    /// Class hours that the plan asks for; 0 for a course without practice.
    pub planned: u32,
    /// Class hours that were attended.
    pub done: u32,
}

/// A certificate that somebody else issued. Not a study proof, and never to look like one (clause A35).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Certificate {
    /// Which of the five.
    pub kind: CertificateKind,
    /// Its number, as printed on it.
    pub number: String,
    /// Who issued it.
    pub issuer: String,
    /// When.
    pub issued_on: Day,
}

/// The receipt of the provincial training system for this person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// Its number.
    pub number: String,
}

/// Something that the system does not hold itself, with where it comes from and who entered it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Entered<T> {
    /// What was entered.
    pub fact: T,
    /// Where it comes from: a signed attendance sheet, a register, a letter.
    pub source: String,
    /// Name of who entered it.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// What was entered about one learner.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Facts {
    /// Practical hours.
    pub practical: Option<Entered<Practical>>,
    /// The certificate.
    pub certificate: Option<Entered<Certificate>>,
    /// The receipt.
    pub receipt: Option<Entered<Receipt>>,
}

impl Facts {
    /// What is missing among what has to be entered.
    #[must_use]
    pub fn missing(&self) -> Vec<Missing> {
        let practical = match &self.practical {
            None => Some(Missing::PracticalNotEntered),
            Some(entered) if entered.fact.done < entered.fact.planned => {
                Some(Missing::PracticalUnfinished)
            }
            Some(_) => None,
        };
        let certificate = self
            .certificate
            .is_none()
            .then_some(Missing::CertificateNotEntered);
        let receipt = self.receipt.is_none().then_some(Missing::ReceiptNotEntered);
        [practical, certificate, receipt]
            .into_iter()
            .flatten()
            .collect()
    }
}

/// Why somebody cannot be claimed for yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Missing {
    /// A unit is not studied to its end.
    TheoryUnfinished,
    /// Enough was studied, but part of it waits for a make-up check.
    TheoryToMakeUp,
    /// Enough was studied, but part of it waits for a decision about a face check.
    TheoryInReview,
    /// Practical hours were not entered.
    PracticalNotEntered,
    /// Fewer practical hours than planned.
    PracticalUnfinished,
    /// No certificate was entered.
    CertificateNotEntered,
    /// No receipt of the provincial system was entered.
    ReceiptNotEntered,
    /// No study proof was issued.
    ProofNotIssued,
    /// The study proof was revoked, and none was issued since.
    ProofRevoked,
    /// More counts by now than the newest study proof states.
    ProofOutdated,
}

/// Who can do something about what is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fixer {
    /// The learner, by studying or answering a check.
    Learner,
    /// Staff, by deciding what waits for them.
    Staff,
    /// The admin, by entering or issuing it.
    Admin,
}

impl Missing {
    /// In which column it stands.
    #[must_use]
    pub const fn item(self) -> ClaimItem {
        match self {
            Self::TheoryUnfinished | Self::TheoryToMakeUp | Self::TheoryInReview => {
                ClaimItem::Theory
            }
            Self::PracticalNotEntered | Self::PracticalUnfinished => ClaimItem::Practical,
            Self::CertificateNotEntered => ClaimItem::Certificate,
            Self::ReceiptNotEntered => ClaimItem::Receipt,
            Self::ProofNotIssued | Self::ProofRevoked | Self::ProofOutdated => ClaimItem::Proof,
        }
    }

    /// Who can do something about it.
    #[must_use]
    pub const fn fixer(self) -> Fixer {
        match self {
            Self::TheoryUnfinished | Self::TheoryToMakeUp => Fixer::Learner,
            Self::TheoryInReview => Fixer::Staff,
            Self::PracticalNotEntered
            | Self::PracticalUnfinished
            | Self::CertificateNotEntered
            | Self::ReceiptNotEntered
            | Self::ProofNotIssued
            | Self::ProofRevoked
            | Self::ProofOutdated => Fixer::Admin,
        }
    }
}

/// Where a class stands before a claim: learners × what is needed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ClaimMatrix {
    /// The class.
    pub class: ClassId,
    /// Its name.
    pub name: Text,
    /// Its course.
    pub course: Text,
    /// Length of all films together.
    pub due_ms: Millis,
    /// The learners, in the order of their names.
    pub rows: Vec<MatrixRow>,
    /// The claims of the class, newest first.
    pub claims: Vec<ClaimSummary>,
    /// The last sealing since the server was started; it may still be going on.
    pub run: Option<SealRun>,
}

/// One learner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MatrixRow {
    /// Who.
    pub person: PersonId,
    /// Name.
    pub name: String,
    /// Masked ID number.
    pub id_number: String,
    /// What counts.
    pub confirmed_ms: Millis,
    /// Whole class hours of it.
    pub class_hours: ClassHours,
    /// What was entered.
    pub facts: Facts,
    /// The newest study proof.
    pub proof: Option<ProofSummary>,
    /// What is missing; empty where they can be claimed for.
    pub missing: Vec<Missing>,
    /// Why they are left out, where somebody said so.
    pub excluded: Option<Excluded>,
    /// The claim that they are in already, for this course.
    pub claimed: Option<EarlierClaim>,
}

impl MatrixRow {
    /// Whether the row goes into the next claim.
    #[must_use]
    pub const fn is_ready(&self) -> bool {
        self.missing.is_empty() && self.excluded.is_none() && self.claimed.is_none()
    }
}

/// Why somebody is left out of a claim.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Excluded {
    /// The reason.
    pub reason: String,
    /// Name of who decided.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// A claim that somebody is in already: one person and course is paid for once (clause A3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EarlierClaim {
    /// The claim.
    pub claim: Uuid,
    /// When it was sealed.
    pub sealed_at: Timestamp,
    /// The institution that sealed it.
    pub institution: Text,
    /// Its class.
    pub class: Text,
}

/// Enters something about learners of a class. What was entered before stays on record; the newest counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct EnterFact {
    /// About whom; practical hours may be those of many, a certificate and a receipt are of one.
    pub people: Vec<PersonId>,
    /// What.
    pub fact: Fact,
    /// Where it comes from, 2 to [`CLAIM_TEXT_MAX`] characters.
    pub source: String,
}

/// What can be entered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "item", rename_all = "snake_case")]
pub enum Fact {
    /// Practical hours.
    Practical(Practical),
    /// A certificate.
    Certificate(Certificate),
    /// A receipt of the provincial system.
    Receipt(Receipt),
}

/// Leaves somebody out of the claim, or takes them in again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Exclude {
    /// Whom.
    pub person: PersonId,
    /// Why, 2 to [`CLAIM_TEXT_MAX`] characters; `None` takes them in again.
    pub reason: Option<String>,
}

/// Seals a claim for exactly these learners, as the matrix showed them. Everybody else of the class must be excluded with a reason, or
/// is listed as not ready.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SealClaim {
    /// For whom.
    pub learners: Vec<PersonId>,
}

/// Takes a claim back before it is decided, so that its learners can be claimed for again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct WithdrawClaim {
    /// Why, 2 to [`CLAIM_TEXT_MAX`] characters.
    pub reason: String,
}

/// A claim in one line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ClaimSummary {
    /// The claim.
    pub claim: Uuid,
    /// Its class.
    pub class: ClassId,
    /// Name of the class.
    pub class_name: Text,
    /// Who claims.
    pub institution: Text,
    /// The course.
    pub course: Text,
    /// When it was sealed.
    pub sealed_at: Timestamp,
    /// Name of who sealed it.
    pub sealed_by: String,
    /// Learners in it.
    pub learners: u32,
    /// Class hours of all together.
    pub class_hours: ClassHours,
    /// Digest of its manifest.
    pub manifest: Digest,
    /// How many rows a reviewer has verified.
    pub reviewed: u32,
    /// What became of it.
    pub state: ClaimState,
    /// When the personal data in its class was destroyed after its time, and the pack with it.
    pub deleted_at: Option<Timestamp>,
}

/// What became of a claim.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum ClaimState {
    /// Waits for a reviewer.
    Sealed,
    /// Taken back by the institution.
    Withdrawn {
        /// Why.
        reason: String,
        /// When.
        at: Timestamp,
    },
    /// Decided by a reviewer, row by row.
    Decided(Decided),
}

/// The decision about a claim.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Decided {
    /// Name of the reviewer.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// Rows that passed.
    pub passed: u32,
    /// Rows in doubt.
    pub doubtful: u32,
    /// Rows that failed.
    pub failed: u32,
    /// What the reviewer says to the institution.
    pub remark: String,
}

/// What a reviewer finds about one row: keys 1, 2 and 3.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum RowVerdict {
    /// 通过
    Pass,
    /// 存疑
    Doubt,
    /// 不通过
    Fail,
}

/// A claim for its reviewer: what the machine says of each row, and what people found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ClaimReview {
    /// The claim.
    pub claim: ClaimSummary,
    /// The rows, in the order of the pack.
    pub rows: Vec<ReviewRow>,
}

/// One row of a claim under review.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReviewRow {
    /// Its number in the pack, from 1.
    pub number: u32,
    /// Who.
    pub person: PersonId,
    /// Masked name.
    pub name: String,
    /// Masked ID number.
    pub id_number: String,
    /// Class hours by the proof.
    pub class_hours: ClassHours,
    /// What verification of the pack says, and whether the issuer has revoked the proof since.
    pub machine: Verdict,
    /// The revocation, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked: Option<ProofRevocation>,
    /// Whether the sample, which nobody could choose, has drawn this row.
    pub sampled: bool,
    /// What a reviewer found; the newest.
    pub review: Option<RowReview>,
}

/// What a reviewer found about one row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RowReview {
    /// The finding.
    pub verdict: RowVerdict,
    /// Why; empty only for [`RowVerdict::Pass`].
    pub reason: String,
    /// Name of the reviewer.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// Says what a reviewer finds about one row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ReviewTheRow {
    /// The finding.
    pub verdict: RowVerdict,
    /// Why, up to [`CLAIM_TEXT_MAX`] characters; needed unless it passes.
    pub reason: String,
}

/// Signs the decision about a claim. Refused while a row is not verified (clause A69).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct DecideClaim {
    /// What the institution is to know, up to [`CLAIM_TEXT_MAX`] characters.
    pub remark: String,
}

/// Everything about one row that a reviewer decides on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReviewedLearner {
    /// The row.
    pub row: ReviewRow,
    /// Full name.
    pub name: String,
    /// Full ID number.
    pub id_number: String,
    /// What the institution entered.
    pub facts: Facts,
    /// The study proof as it is in the pack.
    pub proof: crate::credential::StudyProof,
    /// Why the pack has no sheet of it (PDF), where it has none.
    pub no_pdf: Option<NoPdf>,
    /// Credit by day, oldest first; days without are left out.
    pub days: Vec<DayCredit>,
    /// Devices that studied.
    pub devices: u32,
    /// All findings about this row, newest first.
    pub history: Vec<RowReview>,
}

/// What one day brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DayCredit {
    /// The day, where the learners live.
    pub day: Day,
    /// Credit of that day.
    pub credited_ms: Millis,
}
