//! The one place of the server that reads a clock; everything else is told the time.
//!
//! Study time is paid for by this clock, so it must not jump. It is read from the wall once, at the start, and from then on
//! counted by the monotonic clock. Where the two come apart by more than [`DRIFT_MAX_MS`], somebody has set the wall clock (or the
//! machine was asleep): nobody can tell which of the two is right, so the clock is no longer trusted and no credit is granted
//! until the server is started again.

use std::time::{Instant, SystemTime, UNIX_EPOCH};
use study::{Millis, Timestamp};

/// How far wall clock and monotonic clock may come apart: 2 s, far above what an NTP client slews in a day and far below what pays.
pub const DRIFT_MAX_MS: Millis = Millis(2_000);

/// Where the time comes from. Tests bring one that they can move.
pub trait Clock: Send + Sync + 'static {
    /// The moment now; never goes back while the server runs.
    fn now(&self) -> Timestamp;
    /// How far the wall clock and this one have come apart.
    fn drift(&self) -> Millis;

    /// The moment now for a decision about credit, or how far the clock is off.
    ///
    /// # Errors
    /// The drift, where it is above [`DRIFT_MAX_MS`].
    fn now_for_credit(&self) -> Result<Timestamp, Millis> {
        let drift = self.drift();
        if drift > DRIFT_MAX_MS {
            return Err(drift);
        }
        Ok(self.now())
    }
}

/// The machine's clock, anchored at the start of the server.
pub struct SystemClock {
    started_at: Timestamp,
    started: Instant,
}

impl SystemClock {
    /// Reads the wall clock once.
    #[must_use]
    pub fn start() -> Self {
        Self {
            started_at: wall(),
            started: Instant::now(),
        }
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        self.started_at.plus(millis(self.started.elapsed()))
    }

    fn drift(&self) -> Millis {
        Millis(self.now().0.abs_diff(wall().0))
    }
}

fn wall() -> Timestamp {
    // A wall clock before 1970 reads as 1970, which the start-up check against the newest evidence refuses.
    let since_epoch = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Timestamp(millis(since_epoch).0)
}

fn millis(duration: std::time::Duration) -> Millis {
    Millis(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX))
}
