//! What the server goes on with to its end, whether or not whoever asked is still there: issuing the proofs of a class, sealing a claim.

use crate::error::ErrorReply;
use study::Timestamp;

/// A run of any kind, as the server keeps it and a page shows it.
pub trait Run {
    /// When it was done; `None` while it goes on.
    fn finished_at(&self) -> Option<Timestamp>;
    /// Learners that it is about.
    fn learners(&self) -> u32;
    /// How many of them are done with, in the step that is under way.
    fn done(&self) -> u32;
    /// Ends it where it stands, because the machine failed.
    fn break_off(&mut self, at: Timestamp, why: ErrorReply);

    /// Whether it goes on.
    fn goes_on(&self) -> bool {
        self.finished_at().is_none()
    }
}
