//! How far the sealing of a claim is.

use crate::{error::ErrorReply, run::Run};
use serde::{Deserialize, Serialize};
use study::Timestamp;
use uuid::Uuid;

/// How sealing a claim of a class stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ClassSealing {
    /// The last sealing since the server was started; it may still be going on. A restart forgets it, and nothing is kept of a sealing that
    /// was cut off before its end.
    pub run: Option<SealRun>,
}

/// One sealing, from its beginning to the sealed claim or to the refusal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SealRun {
    /// When it was begun.
    pub started_at: Timestamp,
    /// When it was done; `None` while it goes on.
    pub finished_at: Option<Timestamp>,
    /// Name of who began it.
    pub by: String,
    /// How many learners are claimed for.
    pub learners: u32,
    /// What is under way.
    pub step: SealStep,
    /// How many learners are done with in this step.
    pub done: u32,
    /// The sealed claim.
    pub claim: Option<Uuid>,
    /// Why nothing was sealed.
    pub refused: Option<ErrorReply>,
}

/// The steps of a sealing, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SealStep {
    /// Waits until another pack is done: one is built at a time.
    Waiting,
    /// Reads where each learner stands.
    Reading,
    /// Takes the study proofs, and what opens their masked names.
    Proofs,
    /// Draws and signs the sheets (PDF).
    Sheets,
    /// Verifies the pack as anybody would.
    Verifying,
    /// Keeps it, and waits for the ledger's word.
    Keeping,
}

impl SealRun {
    /// A sealing for so many learners that `by` begins now.
    #[must_use]
    pub const fn begun(at: Timestamp, by: String, learners: u32) -> Self {
        Self {
            started_at: at,
            finished_at: None,
            by,
            learners,
            step: SealStep::Reading,
            done: 0,
            claim: None,
            refused: None,
        }
    }

    /// On to the next step, for which no learner is done with yet.
    pub const fn enter(&mut self, step: SealStep) {
        self.step = step;
        self.done = 0;
    }
}

impl Run for SealRun {
    fn finished_at(&self) -> Option<Timestamp> {
        self.finished_at
    }

    fn learners(&self) -> u32 {
        self.learners
    }

    fn done(&self) -> u32 {
        self.done
    }

    fn break_off(&mut self, at: Timestamp, why: ErrorReply) {
        self.refused = Some(why);
        self.finished_at = Some(at);
    }
}
