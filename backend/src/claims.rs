//! Claims: where a class stands before one, what is entered for it, how it is sealed, and the pack that comes of it.
//!
//! Reading order: [`matrix`] (learners × what is needed), [`entry`] (what is entered), [`seal`] (from the matrix to a claim), with
//! [`run`] (beside the requests) and `sheets`, [`pack`] (the ledger's word, and opening the archive again).

mod build;
pub mod entry;
pub mod matrix;
pub mod pack;
pub mod photos;
mod roster_file;
pub mod run;
pub mod seal;
mod sheets;
mod words;

use contract::Digest;
use pack::Verified;
use quick_cache::sync::Cache;
use std::sync::Arc;
use tokio::sync::{Semaphore, SemaphorePermit};

/// How many packs' verdicts are remembered; of a thousand learners each is some 50 KB.
const REMEMBERED_MAX: usize = 64;

/// What claims hold in memory.
pub struct Claims {
    /// What verification said, by the digest of the manifest. Verdicts only, nobody's data.
    verified: Cache<Digest, Arc<Verified>>,
    /// One stored pack is finished or verified at a time: each takes a core for seconds, and beats need the others.
    at_work: Semaphore,
    /// One pack is built at a time: that of a large class takes all cores for its sheets, and some hundred megabytes.
    building: Semaphore,
}

impl Claims {
    /// Waits for its turn to finish or verify a stored pack.
    async fn at_work(&self) -> Option<SemaphorePermit<'_>> {
        // Never closed.
        self.at_work.acquire().await.ok()
    }

    /// Its turn to build a pack, where nobody else builds one.
    fn building_at_once(&self) -> Option<SemaphorePermit<'_>> {
        self.building.try_acquire().ok()
    }

    /// Waits for its turn to build a pack.
    pub async fn building(&self) -> Option<SemaphorePermit<'_>> {
        self.building.acquire().await.ok()
    }
}

impl Default for Claims {
    fn default() -> Self {
        Self {
            verified: Cache::new(REMEMBERED_MAX),
            at_work: Semaphore::new(1),
            building: Semaphore::new(1),
        }
    }
}
