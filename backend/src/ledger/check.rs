//! What must hold before this server signs again: the stored tree is the one that was signed last, and nothing newer was
//! ever shown to anybody. Each refusal says what to do.

use super::{published::Published, sequencer::load_edge, signing::SigningKeys};
use crate::store::{
    Db,
    ledger::{self as tables, Signed},
};
use ledger::{Checkpoint, Hash, Node, tile::WIDTH, tree};

const RESTORE: &str = "Stop here: signing on would make two histories of one ledger. Restore the newest backup of the database (or go back to the \
                       database that was in use last) and start again. If it is lost for good, this ledger cannot go on: keep these files as \
                       they are, and start a new one with an empty --data folder and an empty database";

/// Compares tree, leaves, signed checkpoint and published checkpoint.
///
/// # Errors
/// What does not fit, and what to do.
pub async fn check(db: &Db, keys: &SigningKeys, published: &Published) -> Result<(), String> {
    let cannot = |error: sea_orm::DbErr| format!("the ledger cannot be read: {error}");
    let newest = tables::newest(&db.read).await.map_err(cannot)?;
    let Some(newest) = newest else {
        return Err(format!(
            "the ledger has leaves but no signed checkpoint. {RESTORE}"
        ));
    };
    let size = tables::size(&db.read).await.map_err(cannot)?;
    if size != newest.size {
        return Err(format!(
            "the ledger has {size} leaves, but its newest signed checkpoint is of {}. {RESTORE}",
            newest.size
        ));
    }
    signature(&newest, keys)?;
    let edge = load_edge(&db.read, size)
        .await
        .map_err(|error| format!("{error}. {RESTORE}"))?;
    let root = edge.root().map_err(|error| format!("{error}. {RESTORE}"))?;
    if root != newest.root {
        return Err(format!(
            "the ledger's tree of {size} leaves has the root {root}, but {} was signed. Somebody changed the database. {RESTORE}",
            newest.root
        ));
    }
    last_leaves(db, size).await?;
    against_published(db, keys, published, &newest).await
}

fn signature(signed: &Signed, keys: &SigningKeys) -> Result<(), String> {
    let opened = Checkpoint::open(&signed.note, keys.vkey())
        .map_err(|error| format!("the ledger's newest checkpoint: {error}. {RESTORE}"))?;
    if opened.size == signed.size && opened.root == signed.root {
        Ok(())
    } else {
        Err(format!(
            "the ledger's newest checkpoint says something else than the row that it is in. {RESTORE}"
        ))
    }
}

/// The leaves of the last tile must be those whose hashes are in it, and there must be as many as there are indexes.
async fn last_leaves(db: &Db, size: u64) -> Result<(), String> {
    let cannot = |error: sea_orm::DbErr| format!("the ledger cannot be read: {error}");
    let count = tables::leaf_count(&db.read).await.map_err(cannot)?;
    if count != size {
        return Err(format!(
            "the ledger has {size} places, but {count} leaves are stored. {RESTORE}"
        ));
    }
    let from = size.saturating_sub(1) / WIDTH * WIDTH;
    let leaves = tables::leaves(&db.read, from, size).await.map_err(cannot)?;
    let places: Vec<Node> = (from..size).map(|index| Node { level: 0, index }).collect();
    let hashes = tables::nodes(&db.read, &places).await.map_err(cannot)?;
    let fits = leaves.len() == places.len()
        && leaves.iter().zip(&places).all(|(leaf, place)| {
            leaf.index == place.index && hashes.get(place) == Some(&Hash::leaf(&leaf.entry))
        });
    if fits {
        Ok(())
    } else {
        Err(format!(
            "the last leaves of the ledger are not those that were signed. {RESTORE}"
        ))
    }
}

async fn against_published(
    db: &Db,
    keys: &SigningKeys,
    published: &Published,
    newest: &Signed,
) -> Result<(), String> {
    let place = published.path().display();
    let note = published
        .read()
        .map_err(|error| format!("{place} cannot be read: {error}"))?;
    if let Some(note) = note {
        let shown = Checkpoint::open(&note, keys.vkey()).map_err(|error| {
            format!(
                "{place}, the newest checkpoint that this server has published: {error}. {RESTORE}"
            )
        })?;
        if shown.size > newest.size {
            return Err(format!(
                "this database is older than what this server has published: it has {} leaves, but a checkpoint of {} was shown \
                 ({place}). It was probably restored from a backup. {RESTORE}",
                newest.size, shown.size
            ));
        }
        let nodes = tables::nodes(&db.read, &tree::root_nodes(shown.size))
            .await
            .map_err(|error| format!("the ledger cannot be read: {error}"))?;
        let root = tree::root(shown.size, |node| nodes.get(&node).copied())
            .map_err(|error| format!("{error}. {RESTORE}"))?;
        if root != shown.root {
            return Err(format!(
                "this database tells another history than this server has published: for {} leaves it has the root {root}, but {} was shown \
                 ({place}). {RESTORE}",
                shown.size, shown.root
            ));
        }
    }
    published
        .write(&newest.note)
        .map_err(|error| format!("{place} cannot be written: {error}"))
}
