//! Who is signed in, remembered for a moment, so that the hot path does not ask the database at every beat.
//!
//! A revocation on this server forgets at once; one on another server that shares the database is noticed when the memory is
//! [`FRESH_MS`] old. Also collects when people were last seen, to be written down in one go by a job.

use contract::{Digest, account::Membership};
use quick_cache::sync::Cache;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};
use study::{Millis, PersonId, Timestamp};
use uuid::Uuid;

/// How long a remembered sign-in is believed: 5 s, the longest that a revocation takes to reach the other servers.
pub const FRESH_MS: Millis = Millis(5_000);
/// How many are remembered; an entry is some 200 bytes.
const REMEMBERED_MAX: usize = 50_000;
/// When somebody was last seen is kept to the minute.
const SEEN_EVERY_MS: Millis = Millis(60_000);

/// Somebody who is signed in.
#[derive(Debug)]
pub struct SignedIn {
    /// Name of the sign-in.
    pub sign_in: Uuid,
    /// Who it is.
    pub person: PersonId,
    /// What they may be.
    pub memberships: Vec<Membership>,
    /// When it ends by itself.
    pub expires_at: Timestamp,
    /// When it was last used, as the database knew.
    pub last_seen_at: Timestamp,
    /// When the database was asked.
    pub read_at: Timestamp,
}

/// The memory.
pub struct SignInCache {
    known: Cache<Digest, Arc<SignedIn>>,
    /// Tokens revoked here; one never becomes valid again.
    revoked: Cache<Digest, ()>,
    seen: Mutex<HashMap<Uuid, Timestamp>>,
}

impl Default for SignInCache {
    fn default() -> Self {
        Self {
            known: Cache::new(REMEMBERED_MAX),
            revoked: Cache::new(REMEMBERED_MAX),
            seen: Mutex::default(),
        }
    }
}

impl SignInCache {
    /// The sign-in with this token, if it was read a moment ago.
    #[must_use]
    pub fn get(&self, token: Digest, now: Timestamp) -> Option<Arc<SignedIn>> {
        self.known
            .get(&token)
            .filter(|known| now.since(known.read_at) <= FRESH_MS)
    }

    /// Remembers what the database said just now.
    pub fn remember(&self, token: Digest, signed_in: Arc<SignedIn>) {
        self.known.insert(token, signed_in);
        // The database may have been asked before a revocation and answered after it.
        if self.revoked.get(&token).is_some() {
            self.known.remove(&token);
        }
    }

    /// Forgets a revoked sign-in.
    pub fn forget(&self, token: Digest) {
        self.revoked.insert(token, ());
        self.known.remove(&token);
    }

    /// Notes that a sign-in is in use, where that is news.
    pub fn note_seen(&self, signed_in: &SignedIn, now: Timestamp) {
        if now.since(signed_in.last_seen_at) >= SEEN_EVERY_MS {
            self.seen
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .insert(signed_in.sign_in, now);
        }
    }

    /// What is to be written down, and forgets it.
    #[must_use]
    pub fn take_seen(&self) -> Vec<(Uuid, Timestamp)> {
        std::mem::take(&mut *self.seen.lock().unwrap_or_else(PoisonError::into_inner))
            .into_iter()
            .collect()
    }
}
