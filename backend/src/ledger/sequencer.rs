//! Gives waiting evidence its place in the ledger. One at a time, by the lock of one row, however many servers there are.

use super::{Ledger, signing::SigningKeys};
use crate::{
    app::App,
    store::{
        self, Db, digest,
        ledger::{self as tables, Leaf, Signed, Waiting},
    },
};
use contract::record::{Salt, leaf_entry};
use ledger::{
    Checkpoint, Edge, Hash,
    edge::{WrongTile, edge_tiles},
    note::NotSigned,
    tile::Kind,
    tree::MissingHash,
};
use sea_orm::{DatabaseTransaction, DbErr};
use std::{io, time::Duration};
use study::Timestamp;

/// Most records that one round takes: some 10 ms of the one writer that beats wait for, too.
const AT_ONCE: u64 = 500;
/// How often the queue is looked at where nobody asks for it. Each busy round keeps one checkpoint for ever, some 400 bytes; whoever
/// waits for the ledger, a proof, asks at once.
const EVERY: Duration = Duration::from_secs(10);

/// Why a round did not happen. Nothing of it was shown to anybody; the next one reads the database anew.
#[derive(Debug, thiserror::Error)]
pub enum NotSequenced {
    /// The database failed, or the outcome of the commit is not known.
    #[error(transparent)]
    Db(#[from] DbErr),
    /// The tiles do not belong to the tree. The next start refuses and says more.
    #[error("the ledger's tiles are damaged: {0}")]
    Tile(#[from] WrongTile),
    /// The same, found while folding the root.
    #[error("the ledger's tiles are damaged: {0}")]
    Node(#[from] MissingHash),
    /// The key did not sign.
    #[error(transparent)]
    NotSigned(#[from] NotSigned),
    /// It is in the database, but the copy that guards against old backups could not be written.
    #[error("the checkpoint is kept, but its copy in the data folder cannot be written: {0}")]
    Published(#[from] io::Error),
}

/// Looks at the queue again and again, for as long as the server lives.
pub async fn run(app: &App) {
    loop {
        // What an earlier process left behind comes first.
        loop {
            match app.ledger.sequence(&app.db, app.clock.now()).await {
                Ok(0) => break,
                Ok(_) => {}
                Err(error) => {
                    tracing::error!(%error, "evidence could not be put into the ledger; it stays in the queue");
                    break;
                }
            }
        }
        // Whichever comes first.
        let _ = tokio::time::timeout(EVERY, app.ledger.wake.notified()).await;
    }
}

/// Signs the checkpoint of the empty ledger where there is none yet.
///
/// # Errors
/// [`NotSequenced`]
pub async fn begin(db: &Db, keys: &SigningKeys, now: Timestamp) -> Result<(), NotSequenced> {
    let tx = db.begin().await?;
    let size = tables::lock_size(&tx).await?;
    if size == 0 && tables::newest(&tx).await?.is_none() {
        let signed = sign(keys, 0, Hash::empty_root(), now)?;
        tables::keep_checkpoint(&tx, &signed).await?;
        commit(tx).await?;
    }
    Ok(())
}

impl Ledger {
    /// Wakes the sequencer before its time.
    pub fn wake(&self) {
        self.wake.notify_one();
    }

    /// One round: gives up to `AT_ONCE` records their places and publishes the checkpoint that covers them. Gives how many.
    ///
    /// # Errors
    /// [`NotSequenced`]
    pub async fn sequence(&self, db: &Db, now: Timestamp) -> Result<usize, NotSequenced> {
        if !tables::is_waiting(&db.read).await? {
            return Ok(0);
        }
        let published = self.published.lock().await;
        let tx = db.begin().await?;
        let Some((n_leaves, signed)) = round(&tx, self.keys(), now).await? else {
            return Ok(0);
        };
        commit(tx).await?;
        // Only now does anybody see the signature.
        published.write(&signed.note)?;
        Ok(n_leaves)
    }
}

/// What one round does inside its transaction.
async fn round(
    tx: &DatabaseTransaction,
    keys: &SigningKeys,
    now: Timestamp,
) -> Result<Option<(usize, Signed)>, NotSequenced> {
    let size = tables::lock_size(tx).await?;
    let waiting = tables::waiting(tx, AT_ONCE).await?;
    if waiting.is_empty() {
        return Ok(None);
    }
    let mut edge = load_edge(tx, size).await?;
    let mut leaves = Vec::with_capacity(waiting.len());
    for one in &waiting {
        let entry = entry_of(one)?;
        leaves.push(Leaf {
            index: edge.append(Hash::leaf(&entry)),
            evidence: one.evidence.id,
            entry,
        });
    }
    let signed = sign(keys, edge.size(), edge.root()?, now)?;
    let numbers: Vec<i64> = waiting.iter().map(|one| one.number).collect();
    tables::grow(tx, &numbers, &leaves, &edge.take_grown(), &signed).await?;
    Ok(Some((leaves.len(), signed)))
}

/// The right edge of the stored tree.
pub(super) async fn load_edge(
    db: &impl sea_orm::ConnectionTrait,
    size: u64,
) -> Result<Edge, NotSequenced> {
    let names = edge_tiles(size)
        .into_iter()
        .filter_map(|tile| match tile.kind {
            Kind::Hashes(level) => Some((level, tile.index)),
            Kind::Entries => None,
        });
    let tiles = tables::tiles(db, names).await?;
    let edge = Edge::load(size, |tile| match tile.kind {
        Kind::Hashes(level) => tiles.get(&(level, tile.index)).cloned().unwrap_or_default(),
        Kind::Entries => Vec::new(),
    })?;
    Ok(edge)
}

fn entry_of(waiting: &Waiting) -> Result<Vec<u8>, DbErr> {
    let salt = Salt(digest(&waiting.evidence.salt)?.0);
    Ok(leaf_entry(&salt, waiting.evidence.record.as_bytes()))
}

fn sign(keys: &SigningKeys, size: u64, root: Hash, now: Timestamp) -> Result<Signed, NotSigned> {
    let checkpoint = Checkpoint {
        origin: keys.vkey().name().to_owned(),
        size,
        root,
    };
    Ok(Signed {
        size,
        root,
        note: checkpoint.sign(keys.ledger())?,
        at: now,
    })
}

async fn commit(tx: DatabaseTransaction) -> Result<(), NotSequenced> {
    store::commit(tx)
        .await
        .map_err(|store::Unknown(error)| NotSequenced::Db(error))
}
