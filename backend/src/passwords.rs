//! Passwords: argon2id on threads of their own, few at a time, so that many sign-ins at once slow each other down and not the beats.

use argon2::{Algorithm, Argon2, Params, PasswordHash, PasswordHasher, PasswordVerifier, Version};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Memory per hash in KiB, passes, lanes: OWASP's first choice for argon2id (19 MiB, 2, 1); 32 ms on the reference machine.
const COST: (u32, u32, u32) = (19_456, 2, 1);
/// How many may wait for a hash before the next one is told to come back: about 2 s of work.
const WAITING_MAX: usize = 64;

/// Hashes and checks passwords.
#[derive(Clone)]
pub struct Passwords {
    running: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
    nobody: Arc<str>,
}

/// Too many people are signing in at once.
#[derive(Debug, thiserror::Error)]
#[error("too many passwords are being checked at once")]
pub struct Busy;

impl Passwords {
    /// As many hashes at once as half the cores, at least one.
    ///
    /// # Errors
    /// Where the machine gives no randomness.
    pub fn new() -> Result<Self, argon2::password_hash::Error> {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Ok(Self {
            running: Arc::new(Semaphore::new((cores / 2).max(1))),
            waiting: Arc::new(Semaphore::new(WAITING_MAX)),
            nobody: hash("nobody has this password")?.into(),
        })
    }

    /// The hash to store for `password`.
    ///
    /// # Errors
    /// [`Busy`], or where the machine gives no randomness.
    pub async fn hash(&self, password: String) -> Result<String, Busy> {
        self.run(move || hash(&password).map_err(|_| Busy)).await?
    }

    /// Whether `password` is the one that `stored` was made of. Takes as long where there is no such account, so that
    /// nobody can find out by the clock who has one.
    ///
    /// # Errors
    /// [`Busy`]
    pub async fn verify(&self, password: String, stored: Option<String>) -> Result<bool, Busy> {
        let nobody = Arc::clone(&self.nobody);
        self.run(move || {
            let known = stored.is_some();
            let stored = stored.unwrap_or_else(|| nobody.to_string());
            let right = PasswordHash::new(&stored)
                .is_ok_and(|hash| argon2().verify_password(password.as_bytes(), &hash).is_ok());
            right && known
        })
        .await
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Busy> {
        let _place = self.waiting.try_acquire().map_err(|_| Busy)?;
        let turn = Arc::clone(&self.running)
            .acquire_owned()
            .await
            .map_err(|_| Busy)?;
        tokio::task::spawn_blocking(move || {
            // Held until the work is done, even where nobody waits for it any more.
            let _turn = turn;
            work()
        })
        .await
        .map_err(|_| Busy)
    }
}

/// The hash of `password`, on this thread.
///
/// # Errors
/// Where the machine gives no randomness.
pub fn hash(password: &str) -> Result<String, argon2::password_hash::Error> {
    let hash: PasswordHash = argon2().hash_password(password.as_bytes())?;
    Ok(hash.to_string())
}

fn argon2() -> Argon2<'static> {
    let (memory_kib, passes, lanes) = COST;
    let Ok(params) = Params::new(memory_kib, passes, lanes, None) else {
        unreachable!("the cost above is within argon2's bounds")
    };
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}
