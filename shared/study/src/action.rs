//! What the outside world should now do, in the imperative: the answers of [`crate::Session::handle`].

use crate::span::Span;

/// One wish of the session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Put this beat into the outbox and send it.
    SendBeat {
        /// Counts from 1 within the study session, without gaps.
        seq: u64,
        /// What was observed since the last beat.
        spans: Vec<Span>,
    },
    /// Pause the film: this device no longer holds the lease.
    PauseVideo,
}
