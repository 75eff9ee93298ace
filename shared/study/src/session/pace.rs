//! When the next beat is due.

use crate::{rules::Rules, time::Millis};

/// Least time between two beats that were not due by the clock: a learner who drags the seek bar sends one, not fifty.
const URGENT_EVERY: Millis = Millis(500);

/// The clock of the beats.
#[derive(Clone, Debug)]
pub(super) struct Pace {
    beat_ms: Millis,
    regular_at: Millis,
    /// When the next beat out of turn may go.
    urgent_from: Millis,
    urgent: bool,
}

impl Pace {
    pub fn new(rules: &Rules, now: Millis) -> Self {
        Self {
            beat_ms: rules.beat_ms,
            regular_at: now.saturating_add(rules.beat_ms),
            urgent_from: now,
            urgent: false,
        }
    }

    /// The film plays again: after a long pause the next regular beat is a whole interval away, not overdue.
    pub fn resume(&mut self, now: Millis) {
        if self.regular_at <= now {
            self.regular_at = now.saturating_add(self.beat_ms);
        }
    }

    /// Something happened that should not wait for the regular beat.
    pub const fn hurry(&mut self) {
        self.urgent = true;
    }

    /// The page may freeze at any moment: the next beat must not wait at all.
    pub const fn hurry_now(&mut self, now: Millis) {
        self.urgent = true;
        self.urgent_from = now;
    }

    /// Whether a beat is due at `now`.
    pub fn due(&self, now: Millis, regular: bool) -> bool {
        self.next(regular).is_some_and(|at| at <= now)
    }

    /// When the next beat is due; `regular` says whether beats go by the clock at the moment.
    pub fn next(&self, regular: bool) -> Option<Millis> {
        let urgent = self.urgent.then_some(self.urgent_from);
        let regular = regular.then_some(self.regular_at);
        match (urgent, regular) {
            (Some(urgent), Some(regular)) => Some(urgent.min(regular)),
            (one, other) => one.or(other),
        }
    }

    /// A beat went out, or there was nothing to put into one.
    pub fn beaten(&mut self, now: Millis) {
        if self.urgent {
            self.urgent_from = now.saturating_add(URGENT_EVERY);
        }
        self.urgent = false;
        self.regular_at = now.saturating_add(self.beat_ms);
    }
}
