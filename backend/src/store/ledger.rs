//! The ledger's tables: the queue, the leaves, the tiles, the signed checkpoints.

use super::{
    entities::{evidence, ledger_checkpoint, ledger_head, ledger_leaf, ledger_queue, ledger_tile},
    number,
    rows::{RowsSql, hex_of},
    stored, time,
};
use ledger::{
    Hash, Node, Tile,
    tile::{Kind, WIDTH},
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseTransaction, DbBackend, DbErr,
    EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr,
};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::LazyLock,
};
use study::Timestamp;
use uuid::Uuid;

/// The one row of `ledger_head`.
const HEAD: i64 = 1;

/// A record that waits for its place.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// Its place in the queue.
    pub number: i64,
    /// The record with its salt.
    pub evidence: evidence::Model,
}

/// A record with its place.
#[derive(Clone, Debug)]
pub struct Leaf {
    /// Its place in the ledger.
    pub index: u64,
    /// Which record it is of.
    pub evidence: Uuid,
    /// What its hash is over.
    pub entry: Vec<u8>,
}

/// A checkpoint as it was signed.
#[derive(Clone, Debug)]
pub struct Signed {
    /// Number of leaves.
    pub size: u64,
    /// Root of the tree.
    pub root: Hash,
    /// The signed note.
    pub note: String,
    /// When.
    pub at: Timestamp,
}

static INSERT_LEAVES: LazyLock<RowsSql> = LazyLock::new(|| {
    RowsSql::new(
        "INSERT INTO ledger_leaf (idx, evidence_id, entry) SELECT int(0), uuid(1), bytes(2) FROM $rows",
        "",
    )
});

static SAVE_TILES: LazyLock<RowsSql> = LazyLock::new(|| {
    RowsSql::new(
        // `WHERE true` tells SQLite that what follows is not a join condition.
        "INSERT INTO ledger_tile (level, idx, hashes) SELECT int(0), int(1), bytes(2) FROM $rows WHERE true
         ON CONFLICT (level, idx) DO UPDATE SET hashes = excluded.hashes",
        "",
    )
});

static LEAVE_QUEUE: LazyLock<RowsSql> = LazyLock::new(|| {
    RowsSql::new(
        "DELETE FROM ledger_queue WHERE number IN (SELECT int(0) FROM $rows)",
        "",
    )
});

static TILES: LazyLock<RowsSql> = LazyLock::new(|| {
    RowsSql::new(
        "SELECT t.level, t.idx, t.hashes FROM $rows JOIN ledger_tile t ON t.level = int(0) AND t.idx = int(1)",
        "",
    )
});

/// The number of leaves, locked until the end of the transaction.
///
/// # Errors
/// What the database says.
pub async fn lock_size(tx: &DatabaseTransaction) -> Result<u64, DbErr> {
    let mut query = ledger_head::Entity::find_by_id(HEAD);
    // SQLite has one writer, and that is us.
    if tx.get_database_backend() != DbBackend::Sqlite {
        query = query.lock_exclusive();
    }
    size_of(query.one(tx).await?)
}

/// The number of leaves.
///
/// # Errors
/// What the database says.
pub async fn size(db: &impl ConnectionTrait) -> Result<u64, DbErr> {
    size_of(ledger_head::Entity::find_by_id(HEAD).one(db).await?)
}

fn size_of(row: Option<ledger_head::Model>) -> Result<u64, DbErr> {
    row.map(|row| number(row.size))
        .ok_or_else(|| DbErr::RecordNotFound("the ledger's head".to_owned()))
}

/// Whether anything waits.
///
/// # Errors
/// What the database says.
pub async fn is_waiting(db: &impl ConnectionTrait) -> Result<bool, DbErr> {
    Ok(ledger_queue::Entity::find().one(db).await?.is_some())
}

/// The first `most` records of the queue, in its order.
///
/// # Errors
/// What the database says.
pub async fn waiting(db: &impl ConnectionTrait, most: u64) -> Result<Vec<Waiting>, DbErr> {
    let queue = ledger_queue::Entity::find()
        .order_by_asc(ledger_queue::Column::Number)
        .limit(most)
        .all(db)
        .await?;
    let ids = queue.iter().map(|row| row.evidence_id);
    let mut records: HashMap<Uuid, evidence::Model> = evidence::Entity::find()
        .filter(evidence::Column::Id.is_in(ids))
        .all(db)
        .await?
        .into_iter()
        .map(|record| (record.id, record))
        .collect();
    queue
        .into_iter()
        .map(|row| {
            let evidence = records
                .remove(&row.evidence_id)
                .ok_or_else(|| DbErr::RecordNotFound(format!("evidence {}", row.evidence_id)))?;
            Ok(Waiting {
                number: row.number,
                evidence,
            })
        })
        .collect()
}

/// Writes what one round of the sequencer made: leaves, tiles, the signed checkpoint, and the new size; takes the records out
/// of the queue.
///
/// # Errors
/// What the database says.
pub async fn grow(
    tx: &DatabaseTransaction,
    numbers: &[i64],
    leaves: &[Leaf],
    tiles: &[(Tile, Vec<u8>)],
    signed: &Signed,
) -> Result<(), DbErr> {
    let rows: Vec<_> = leaves
        .iter()
        .map(|leaf| {
            let evidence = leaf.evidence.simple().to_string();
            (leaf.index, evidence, hex_of(&leaf.entry))
        })
        .collect();
    INSERT_LEAVES.execute(tx, &rows).await?;
    let rows: Vec<_> = tiles
        .iter()
        .filter_map(|(tile, hashes)| match tile.kind {
            Kind::Hashes(level) => Some((level, tile.index, hex_of(hashes))),
            Kind::Entries => None,
        })
        .collect();
    SAVE_TILES.execute(tx, &rows).await?;
    let numbers: Vec<(i64,)> = numbers.iter().map(|number| (*number,)).collect();
    LEAVE_QUEUE.execute(tx, &numbers).await?;
    keep_checkpoint(tx, signed).await?;
    ledger_head::Entity::update_many()
        .col_expr(ledger_head::Column::Size, Expr::value(stored(signed.size)))
        .filter(ledger_head::Column::Id.eq(HEAD))
        .exec(tx)
        .await?;
    Ok(())
}

/// Keeps a signed checkpoint. A second one for the same size is refused by the database.
///
/// # Errors
/// What the database says.
pub async fn keep_checkpoint(tx: &DatabaseTransaction, signed: &Signed) -> Result<(), DbErr> {
    ledger_checkpoint::Entity::insert(ledger_checkpoint::ActiveModel {
        size: Set(stored(signed.size)),
        root: Set(signed.root.0.to_vec()),
        note: Set(signed.note.clone()),
        signed_at: Set(stored(signed.at.0)),
    })
    .exec_without_returning(tx)
    .await?;
    Ok(())
}

/// The newest signed checkpoint.
///
/// # Errors
/// What the database says.
pub async fn newest(db: &impl ConnectionTrait) -> Result<Option<Signed>, DbErr> {
    ledger_checkpoint::Entity::find()
        .order_by_desc(ledger_checkpoint::Column::Size)
        .one(db)
        .await?
        .map(signed)
        .transpose()
}

/// All signed checkpoints, smallest first.
///
/// # Errors
/// What the database says.
pub async fn checkpoints(db: &impl ConnectionTrait) -> Result<Vec<Signed>, DbErr> {
    ledger_checkpoint::Entity::find()
        .order_by_asc(ledger_checkpoint::Column::Size)
        .all(db)
        .await?
        .into_iter()
        .map(signed)
        .collect()
}

fn signed(row: ledger_checkpoint::Model) -> Result<Signed, DbErr> {
    let root = super::digest(&row.root)?;
    Ok(Signed {
        size: number(row.size),
        root: Hash(root.0),
        note: row.note,
        at: time(row.signed_at),
    })
}

/// The leaves from `from` up to, not including, `to`.
///
/// # Errors
/// What the database says.
pub async fn leaves(db: &impl ConnectionTrait, from: u64, to: u64) -> Result<Vec<Leaf>, DbErr> {
    let rows = ledger_leaf::Entity::find()
        .filter(ledger_leaf::Column::Idx.gte(stored(from)))
        .filter(ledger_leaf::Column::Idx.lt(stored(to)))
        .order_by_asc(ledger_leaf::Column::Idx)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(leaf).collect())
}

/// The leaves of these records, by record; those that still wait are left out.
///
/// # Errors
/// What the database says.
pub async fn leaves_of(
    db: &impl ConnectionTrait,
    records: &[Uuid],
) -> Result<HashMap<Uuid, Leaf>, DbErr> {
    let mut found = HashMap::with_capacity(records.len());
    // In pieces: SQLite takes 32 766 parameters in one statement.
    for records in records.chunks(1_000) {
        let rows = ledger_leaf::Entity::find()
            .filter(ledger_leaf::Column::EvidenceId.is_in(records.iter().copied()))
            .all(db)
            .await?;
        found.extend(rows.into_iter().map(|row| (row.evidence_id, leaf(row))));
    }
    Ok(found)
}

/// How many leaves are stored.
///
/// # Errors
/// What the database says.
pub async fn leaf_count(db: &impl ConnectionTrait) -> Result<u64, DbErr> {
    ledger_leaf::Entity::find().count(db).await
}

fn leaf(row: ledger_leaf::Model) -> Leaf {
    Leaf {
        index: number(row.idx),
        evidence: row.evidence_id,
        entry: row.entry,
    }
}

/// The bytes of these tiles, by level and index; those that are not stored are left out.
///
/// # Errors
/// What the database says.
pub async fn tiles(
    db: &impl ConnectionTrait,
    names: impl IntoIterator<Item = (u8, u64)>,
) -> Result<BTreeMap<(u8, u64), Vec<u8>>, DbErr> {
    let rows: Vec<(u8, u64)> = names
        .into_iter()
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect();
    if rows.is_empty() {
        return Ok(BTreeMap::new());
    }
    let found = TILES.query(db, &rows).await?;
    found
        .iter()
        .map(|row| {
            let level: i64 = row.try_get_by_index(0)?;
            let index: i64 = row.try_get_by_index(1)?;
            let level =
                u8::try_from(level).map_err(|_| DbErr::Custom(format!("tile level {level}")))?;
            Ok(((level, number(index)), row.try_get_by_index(2)?))
        })
        .collect()
}

/// How many tiles are stored.
///
/// # Errors
/// What the database says.
pub async fn tile_count(db: &impl ConnectionTrait) -> Result<u64, DbErr> {
    ledger_tile::Entity::find().count(db).await
}

/// The stored hashes of these nodes of the tree.
///
/// # Errors
/// What the database says. A node whose tile is missing is left out: whoever folds the hashes will say which.
pub async fn nodes(
    db: &impl ConnectionTrait,
    nodes: &[Node],
) -> Result<BTreeMap<Node, Hash>, DbErr> {
    let tiles = tiles(db, nodes.iter().map(|node| Tile::around(*node))).await?;
    Ok(nodes
        .iter()
        .filter_map(|node| {
            let bytes = tiles.get(&Tile::around(*node))?;
            Some((*node, Tile::hash_of(*node, bytes)?))
        })
        .collect())
}

/// The bytes of a tile or entry bundle at exactly its width, or `None` where there is none that wide.
///
/// # Errors
/// What the database says.
pub async fn read_tile(db: &impl ConnectionTrait, tile: &Tile) -> Result<Option<Vec<u8>>, DbErr> {
    match tile.kind {
        Kind::Hashes(level) => {
            let found = tiles(db, [(level, tile.index)]).await?;
            let bytes = found.get(&(level, tile.index));
            Ok(bytes
                .and_then(|bytes| bytes.get(..tile.hash_bytes()))
                .map(<[u8]>::to_vec))
        }
        Kind::Entries => {
            let from = tile.index.saturating_mul(WIDTH);
            let leaves = leaves(db, from, from.saturating_add(u64::from(tile.width))).await?;
            if leaves.len() != usize::from(tile.width) {
                return Ok(None);
            }
            ledger::tile::bundle(leaves.iter().map(|leaf| leaf.entry.as_slice()))
                .map(Some)
                .map_err(|error| DbErr::Custom(error.to_string()))
        }
    }
}
