//! The ledger, grown again from nothing: each record's leaf, the tree, its tiles, and every checkpoint that was ever signed.

use super::{ReplayKeys, Summary};
use crate::store::{
    digest,
    entities::{evidence, ledger_queue},
    ledger::{self as tables, Signed},
};
use contract::record::{Salt, leaf_entry};
use ledger::{
    Checkpoint, Edge, Hash, VerifierKey,
    tile::{Kind, WIDTH},
};
use sea_orm::{ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, PaginatorTrait, QueryFilter};
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

/// Grows the tree again and compares everything that is stored of it.
pub(super) async fn rebuild(
    tx: &DatabaseTransaction,
    keys: &ReplayKeys,
    summary: &mut Summary,
) -> Result<(), DbErr> {
    let vkey: VerifierKey = keys
        .public
        .ledger_vkey
        .parse()
        .map_err(|error| DbErr::Custom(format!("the ledger's key: {error}")))?;
    let mut checkpoints: BTreeMap<u64, Signed> = tables::checkpoints(tx)
        .await?
        .into_iter()
        .map(|signed| (signed.size, signed))
        .collect();
    summary.checkpoints = checkpoints.len();
    let size = tables::size(tx).await?;
    let mut edge = Edge::empty();
    let mut n_tiles = 0;
    let mut filling = Filling::new();
    root(&edge, &mut checkpoints, &vkey, summary)?;
    let mut from = 0;
    while from < size {
        let to = size.min(from + WIDTH);
        let leaves = tables::leaves(tx, from, to).await?;
        let records = records(tx, leaves.iter().map(|leaf| leaf.evidence)).await?;
        for leaf in &leaves {
            let expected = match records.get(&leaf.evidence) {
                Some(record) => {
                    let salt = Salt(digest(&record.salt)?.0);
                    Some(leaf_entry(&salt, record.record.as_bytes()))
                }
                None => None,
            };
            summary.expect(expected.as_ref() == Some(&leaf.entry), || {
                format!(
                    "leaf {}: the record {} is not what was put into the ledger",
                    leaf.index, leaf.evidence
                )
            });
            let index = edge.append(Hash::leaf(&leaf.entry));
            summary.expect(index == leaf.index, || format!("leaf {index} is missing"));
            root(&edge, &mut checkpoints, &vkey, summary)?;
        }
        n_tiles += full_tiles(tx, &mut edge, &mut filling, summary).await?;
        from = to;
    }
    n_tiles += compare_tiles(tx, &filling, summary).await?;
    summary.leaves = edge.size();
    summary.expect(edge.size() == size, || {
        format!("the ledger has {size} places, but {} leaves", edge.size())
    });
    for size in checkpoints.keys() {
        summary.differs(|| format!("checkpoint {size}: there are not so many leaves"));
    }
    let stored = tables::tile_count(tx).await?;
    summary.expect(stored == n_tiles, || {
        format!("the tree has {n_tiles} tiles, but {stored} are stored")
    });
    everything_has_a_place(tx, summary).await
}

/// Compares the root with the checkpoint of this size, if there is one.
fn root(
    edge: &Edge,
    checkpoints: &mut BTreeMap<u64, Signed>,
    vkey: &VerifierKey,
    summary: &mut Summary,
) -> Result<(), DbErr> {
    let Some(signed) = checkpoints.remove(&edge.size()) else {
        return Ok(());
    };
    let root = edge
        .root()
        .map_err(|error| DbErr::Custom(error.to_string()))?;
    let opened = Checkpoint::open(&signed.note, vkey);
    let same = signed.root == root
        && opened.is_ok_and(|opened| opened.size == signed.size && opened.root == root);
    summary.expect(same, || {
        format!(
            "checkpoint {}: it was not signed for these leaves",
            signed.size
        )
    });
    Ok(())
}

/// Tiles that are still being filled, by level and index.
type Filling = BTreeMap<(u8, u64), Vec<u8>>;

/// Compares the tiles that the last leaves filled with those that are stored, and keeps the others in `filling`; gives how many
/// were filled.
async fn full_tiles(
    tx: &DatabaseTransaction,
    edge: &mut Edge,
    filling: &mut Filling,
    summary: &mut Summary,
) -> Result<u64, DbErr> {
    let mut full = Filling::new();
    for (tile, bytes) in edge.take_grown() {
        let Kind::Hashes(level) = tile.kind else {
            continue;
        };
        let name = (level, tile.index);
        if u64::from(tile.width) == WIDTH {
            filling.remove(&name);
            full.insert(name, bytes);
        } else {
            filling.insert(name, bytes);
        }
    }
    compare_tiles(tx, &full, summary).await
}

async fn compare_tiles(
    tx: &DatabaseTransaction,
    grown: &Filling,
    summary: &mut Summary,
) -> Result<u64, DbErr> {
    let stored = tables::tiles(tx, grown.keys().copied()).await?;
    let mut n_tiles = 0;
    for ((level, index), bytes) in grown {
        n_tiles += 1;
        summary.expect(stored.get(&(*level, *index)) == Some(bytes), || {
            format!("tile {level}/{index}: the stored hashes are not those of the leaves")
        });
    }
    Ok(n_tiles)
}

async fn records(
    tx: &DatabaseTransaction,
    ids: impl Iterator<Item = Uuid>,
) -> Result<HashMap<Uuid, evidence::Model>, DbErr> {
    let rows = evidence::Entity::find()
        .filter(evidence::Column::Id.is_in(ids))
        .all(tx)
        .await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

/// Every record is a leaf or waits to become one.
async fn everything_has_a_place(
    tx: &DatabaseTransaction,
    summary: &mut Summary,
) -> Result<(), DbErr> {
    let records = evidence::Entity::find().count(tx).await?;
    let waiting = ledger_queue::Entity::find().count(tx).await?;
    let leaves = tables::leaf_count(tx).await?;
    summary.records = usize::try_from(records).unwrap_or(usize::MAX);
    summary.expect(records == leaves + waiting, || {
        format!("{records} records, but {leaves} are in the ledger and {waiting} wait")
    });
    Ok(())
}
