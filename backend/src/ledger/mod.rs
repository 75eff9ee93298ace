//! The ledger of this server: who signs it, who gives out indexes, and what must hold before it goes on.
//!
//! Evidence waits in a queue that was written with it. [`sequencer`] takes it in batches: one transaction gives indexes, stores
//! leaves and tiles, and keeps the checkpoint that it has signed; only after the commit is that checkpoint shown to anybody. So a crash
//! loses a signature that nobody saw, and never yields two roots for one size. [`check`] runs at every start.

pub mod check;
pub mod published;
pub mod sequencer;
pub mod signing;

pub use sequencer::NotSequenced;
pub use signing::SigningKeys;

use crate::store::Db;
use contract::verify::PublicKeys;
use published::Published;
use std::path::Path;
use study::Timestamp;
use tokio::sync::{Mutex, Notify};

/// The ledger of this server.
pub struct Ledger {
    keys: SigningKeys,
    /// Held through a round, so that in this process no older checkpoint is published after a newer one.
    published: Mutex<Published>,
    wake: Notify,
}

impl Ledger {
    /// Opens the ledger, after making sure that it continues what was signed before.
    ///
    /// # Errors
    /// What is wrong and what to do, for the person who starts the server.
    pub async fn open(db: &Db, data: &Path, now: Timestamp) -> Result<Self, String> {
        let keys = SigningKeys::load(data, db).await?;
        let published = Published::new(data);
        sequencer::begin(db, &keys, now)
            .await
            .map_err(|error| format!("the ledger cannot be begun: {error}"))?;
        check::check(db, &keys, &published).await?;
        Ok(Self {
            keys,
            published: Mutex::new(published),
            wake: Notify::new(),
        })
    }

    /// The keys that sign.
    #[must_use]
    pub const fn keys(&self) -> &SigningKeys {
        &self.keys
    }

    /// The keys that everything signed here is checked against.
    #[must_use]
    pub fn public_keys(&self) -> PublicKeys {
        self.keys.public()
    }
}
