//! The proofs of a whole class, for the admin of its institution: who has one, issuing all of them in one go, revoking one.

use crate::{class::ProofSummary, error::ErrorReply, run::Run, text::Text};
use serde::{Deserialize, Serialize};
use study::{ClassId, Millis, PersonId, Timestamp};
use uuid::Uuid;

/// The proofs of a class.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ClassProofs {
    /// The class.
    pub class: ClassId,
    /// Its name.
    pub name: Text,
    /// One class hour by its rules.
    pub class_hour_ms: Millis,
    /// Its learners by name, each with the newest proof.
    pub learners: Vec<LearnerProof>,
    /// The last time that all were issued in one go since the server was started; it may still be going on.
    pub run: Option<IssueRun>,
}

/// A learner and their proofs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LearnerProof {
    /// Who.
    pub person: PersonId,
    /// Name.
    pub name: String,
    /// The newest proof, revoked or not; `None` where none was issued yet.
    pub proof: Option<ProofSummary>,
    /// Those before it, newest first. Each stands until it is revoked itself.
    pub earlier: Vec<ProofSummary>,
}

/// Longest words about a revocation, in characters.
pub const REVOCATION_CHARS_MAX: usize = 200;

/// Why a proof is revoked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum RevocationReason {
    /// 非本人学习: somebody else studied.
    WrongPerson,
    /// 学时更正: the hours that count are others.
    HoursCorrected,
    /// 信息更正: a name, the class or the course was wrong.
    DataCorrected,
    /// 误发: it should not have been issued.
    IssuedInError,
}

impl RevocationReason {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 4] = [
        Self::WrongPerson,
        Self::HoursCorrected,
        Self::DataCorrected,
        Self::IssuedInError,
    ];
}

/// Revokes a proof, for good.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RevokeProof {
    /// Why, in one word.
    pub reason: RevocationReason,
    /// Why, for the learner: 1 to [`REVOCATION_CHARS_MAX`] characters.
    pub words: String,
}

/// That a proof was revoked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProofRevocation {
    /// Since when.
    pub at: Timestamp,
    /// Why, in one word.
    pub reason: RevocationReason,
    /// What was said about it.
    pub words: String,
    /// The first proof of the same learner and class that was issued afterwards.
    pub replaced_by: Option<Uuid>,
}

/// How far issuing all proofs of a class is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct IssueRun {
    /// When it was begun.
    pub started_at: Timestamp,
    /// When it was done; `None` while it goes on.
    pub finished_at: Option<Timestamp>,
    /// How many learners there are.
    pub learners: u32,
    /// How many new proofs were issued.
    pub issued: u32,
    /// How many had one that says the same already.
    pub unchanged: u32,
    /// How many have nothing confirmed yet.
    pub nothing: u32,
    /// How many failed; issuing once more tries those again.
    pub failed: u32,
}

impl Run for IssueRun {
    fn finished_at(&self) -> Option<Timestamp> {
        self.finished_at
    }

    fn learners(&self) -> u32 {
        self.learners
    }

    fn done(&self) -> u32 {
        self.issued
            .saturating_add(self.unchanged)
            .saturating_add(self.nothing)
            .saturating_add(self.failed)
    }

    fn break_off(&mut self, at: Timestamp, _: ErrorReply) {
        let left = self.learners.saturating_sub(self.done());
        self.failed = self.failed.saturating_add(left);
        self.finished_at = Some(at);
    }
}
