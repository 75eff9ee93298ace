//! The archives, sealed under the master key: they name everybody in full.

use crate::store::{entities::claim_pack, stored};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter,
    sea_query::Expr,
};
use study::Timestamp;
use uuid::Uuid;

/// Keeps an archive that has not got the ledger's word yet; `sealed` comes from [`crate::keys::Keys::seal_pack`].
///
/// # Errors
/// What the database says.
pub async fn add(tx: &impl ConnectionTrait, claim: Uuid, sealed: Vec<u8>) -> Result<(), DbErr> {
    claim_pack::Entity::insert(claim_pack::ActiveModel {
        claim_id: Set(claim),
        pack_sealed: Set(sealed),
        finished_at: Set(None),
    })
    .exec_without_returning(tx)
    .await?;
    Ok(())
}

/// Puts the finished archive in the place of the unfinished one. Where somebody was faster, theirs stays: the sample follows from the
/// ledger's head, and must not be drawn twice.
///
/// # Errors
/// What the database says.
pub async fn finish(
    tx: &impl ConnectionTrait,
    claim: Uuid,
    sealed: Vec<u8>,
    now: Timestamp,
) -> Result<(), DbErr> {
    claim_pack::Entity::update_many()
        .col_expr(claim_pack::Column::PackSealed, Expr::value(sealed))
        .col_expr(claim_pack::Column::FinishedAt, Expr::value(stored(now.0)))
        .filter(claim_pack::Column::ClaimId.eq(claim))
        .filter(claim_pack::Column::FinishedAt.is_null())
        .exec(tx)
        .await?;
    Ok(())
}

/// The archive of a claim as it is kept; [`crate::keys::Keys::open_pack`] opens it.
///
/// # Errors
/// What the database says.
pub async fn get(db: &impl ConnectionTrait, claim: Uuid) -> Result<claim_pack::Model, DbErr> {
    claim_pack::Entity::find_by_id(claim)
        .one(db)
        .await?
        .ok_or_else(|| DbErr::RecordNotFound(format!("the pack of claim {claim}")))
}
