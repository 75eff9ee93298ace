//! The proofs of a whole class, for the admin of its institution: who has one, and issuing all of them in one go.

use crate::{class::ProofSummary, error::ErrorReply, run::Run, text::Text};
use serde::{Deserialize, Serialize};
use study::{ClassId, Millis, PersonId, Timestamp};

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

/// A learner and their newest proof.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LearnerProof {
    /// Who.
    pub person: PersonId,
    /// Name.
    pub name: String,
    /// The newest proof; `None` where none was issued yet.
    pub proof: Option<ProofSummary>,
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
