//! The places of proofs in the status lists. A place is drawn at random, so that it says nothing about when a proof was issued, and is
//! never given out twice.

use super::{
    entities::{proof_revocation, status_entry},
    number, stored,
};
use crate::keys::random;
use contract::status::{Bits, LIST_ENTRIES};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect, QueryTrait, sea_query::OnConflict,
};
use uuid::Uuid;

/// Places of a list that are given out before the next list is begun: at most half of them, so that a draw is free as often as not.
const GIVEN_MAX: u64 = LIST_ENTRIES / 2;
/// Draws before giving up. Each is free with a chance of a half at least.
const DRAWS_MAX: usize = 64;

/// The place of a proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Number of the list, from 0.
    pub list: u64,
    /// Which bit of it, from 0.
    pub index: u64,
}

/// Draws a free place for `proof`.
///
/// # Errors
/// What the database or the machine says.
pub async fn draw(tx: &impl ConnectionTrait, proof: Uuid) -> Result<Place, DbErr> {
    let newest = newest_list(tx).await?.unwrap_or_default();
    let given = status_entry::Entity::find()
        .filter(status_entry::Column::List.eq(stored(newest)))
        .count(tx)
        .await?;
    let list = if given < GIVEN_MAX {
        newest
    } else {
        newest + 1
    };
    for _ in 0..DRAWS_MAX {
        let bytes = random::<4>().map_err(|error| DbErr::Custom(error.to_string()))?;
        // A power of two divides another, so each place is as likely as any.
        let index = u64::from(u32::from_be_bytes(bytes)) % LIST_ENTRIES;
        let n = status_entry::Entity::insert(status_entry::ActiveModel {
            list: Set(stored(list)),
            idx: Set(stored(index)),
            proof_id: Set(proof),
        })
        .on_conflict(
            OnConflict::columns([status_entry::Column::List, status_entry::Column::Idx])
                .do_nothing()
                .to_owned(),
        )
        .exec_without_returning(tx)
        .await?;
        if n == 1 {
            return Ok(Place { list, index });
        }
    }
    Err(DbErr::Custom(format!(
        "no free place was drawn in status list {list}"
    )))
}

async fn newest_list(db: &impl ConnectionTrait) -> Result<Option<u64>, DbErr> {
    let row = status_entry::Entity::find()
        .order_by_desc(status_entry::Column::List)
        .one(db)
        .await?;
    Ok(row.map(|row| number(row.list)))
}

/// The bits of list number `list`; `None` where there is no such list yet. The first one is there from the beginning.
///
/// # Errors
/// What the database says.
pub async fn bits(db: &impl ConnectionTrait, list: u64) -> Result<Option<Bits>, DbErr> {
    if list > newest_list(db).await?.unwrap_or_default() {
        return Ok(None);
    }
    let revoked = proof_revocation::Entity::find()
        .select_only()
        .column(proof_revocation::Column::ProofId)
        .into_query();
    let places: Vec<i64> = status_entry::Entity::find()
        .select_only()
        .column(status_entry::Column::Idx)
        .filter(status_entry::Column::List.eq(stored(list)))
        .filter(status_entry::Column::ProofId.in_subquery(revoked))
        .into_tuple()
        .all(db)
        .await?;
    let mut bits = Bits::none_set();
    for place in places {
        bits.set(number(place));
    }
    Ok(Some(bits))
}

/// All places, for whoever checks the whole database.
///
/// # Errors
/// What the database says.
pub async fn all(db: &impl ConnectionTrait) -> Result<Vec<status_entry::Model>, DbErr> {
    status_entry::Entity::find().all(db).await
}
