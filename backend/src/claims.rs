//! Claims: where a class stands before one, what is entered for it, how it is sealed, and the pack that comes of it.
//!
//! Reading order: [`matrix`] (learners × what is needed), [`entry`] (what is entered), [`seal`] (from the matrix to a claim), [`pack`] (the ledger's
//! word, and opening the archive again).

mod build;
pub mod entry;
pub mod matrix;
pub mod pack;
pub mod photos;
mod roster_file;
pub mod seal;
mod words;

use contract::Digest;
use pack::Verified;
use quick_cache::sync::Cache;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// How many packs' verdicts are remembered; of a thousand learners each is some 50 KB.
const REMEMBERED_MAX: usize = 64;

/// What claims hold in memory.
pub struct Claims {
    /// What verification said, by the digest of the manifest. Verdicts only, nobody's data.
    verified: Cache<Digest, Arc<Verified>>,
    /// One pack is built or verified at a time: each takes a core for seconds, and beats need the others.
    at_work: Semaphore,
}

impl Default for Claims {
    fn default() -> Self {
        Self {
            verified: Cache::new(REMEMBERED_MAX),
            at_work: Semaphore::new(1),
        }
    }
}
