//! How often one account may be tried. Keyed by account and not by address, because a class room shares one address.

use crate::clock::Clock;
use governor::{
    Quota, RateLimiter, clock::Clock as _, middleware::NoOpMiddleware,
    state::keyed::DashMapStateStore,
};
use std::{num::NonZero, sync::Arc, time::Duration};
use study::Millis;

/// Tries in a row before waiting begins: a class room full of typing mistakes passes, a guesser does not.
const TRIES_MAX: NonZero<u32> = NonZero::new(20).expect("20 is not zero");
/// One more try each 30 s: at most 120 guesses an hour against one account.
const TRY_EVERY: Duration = Duration::from_secs(30);

/// The server's clock as the limiter wants it.
#[derive(Clone)]
struct LimiterClock(Arc<dyn Clock>);

impl governor::clock::Clock for LimiterClock {
    type Instant = Duration;

    fn now(&self) -> Duration {
        Duration::from_millis(self.0.now().0)
    }
}

/// The limiter of sign-ins and registrations.
pub struct AccountLimit {
    clock: LimiterClock,
    limiter:
        RateLimiter<[u8; 32], DashMapStateStore<[u8; 32]>, LimiterClock, NoOpMiddleware<Duration>>,
}

impl AccountLimit {
    /// A limiter by `clock`.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        let clock = LimiterClock(clock);
        let Some(quota) = Quota::with_period(TRY_EVERY) else {
            unreachable!("30 s is not zero")
        };
        Self {
            limiter: RateLimiter::new(
                quota.allow_burst(TRIES_MAX),
                DashMapStateStore::default(),
                clock.clone(),
            ),
            clock,
        }
    }

    /// Counts one try for the account with this search hash.
    ///
    /// # Errors
    /// How long to wait.
    pub fn take(&self, account: [u8; 32]) -> Result<(), Millis> {
        self.limiter.check_key(&account).map_err(|not_until| {
            let wait = not_until.wait_time_from(self.clock.now());
            Millis(u64::try_from(wait.as_millis()).unwrap_or(u64::MAX).max(1))
        })
    }

    /// Forgets accounts that have not been tried for long.
    pub fn forget_old(&self) {
        self.limiter.retain_recent();
        self.limiter.shrink_to_fit();
    }
}
