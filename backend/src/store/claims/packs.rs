//! The archives, sealed under the key of their class: they name everybody in full.

use crate::{
    keys::Keys,
    store::{
        self, Db, class_keys,
        entities::{claim, claim_pack},
        stored,
    },
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, sea_query::Expr,
};
use study::{ClassId, Timestamp};
use uuid::Uuid;

/// Keeps an archive that has not got the ledger's word yet; `sealed` comes from [`crate::keys::ClassKey::seal_pack`].
///
/// # Errors
/// What the database says.
pub async fn add(tx: &impl ConnectionTrait, claim: Uuid, sealed: Vec<u8>) -> Result<(), DbErr> {
    claim_pack::Entity::insert(claim_pack::ActiveModel {
        claim_id: Set(claim),
        pack_sealed: Set(sealed),
        finished_at: Set(None),
        under_class_key: Set(true),
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

/// The archive of a claim as it is kept; [`crate::keys::ClassKey::open_pack`] opens it.
///
/// # Errors
/// What the database says.
pub async fn get(db: &impl ConnectionTrait, claim: Uuid) -> Result<claim_pack::Model, DbErr> {
    claim_pack::Entity::find_by_id(claim)
        .one(db)
        .await?
        .ok_or_else(|| DbErr::RecordNotFound(format!("the pack of claim {claim}")))
}

/// Seals archives from before classes had keys under the key of their class: the master key cannot be destroyed. Says how many.
///
/// # Errors
/// What the database says, also where an archive does not open.
pub async fn seal_anew(db: &Db, keys: &Keys, now: Timestamp) -> Result<u64, DbErr> {
    let failed = |error: String| DbErr::Custom(format!("a claim pack: {error}"));
    let mut sealed_anew = 0;
    let waiting: Vec<Uuid> = claim_pack::Entity::find()
        .select_only()
        .column(claim_pack::Column::ClaimId)
        .filter(claim_pack::Column::UnderClassKey.eq(false))
        .order_by_asc(claim_pack::Column::ClaimId)
        .into_tuple()
        .all(&db.read)
        .await?;
    // One at a time: an archive may be tens of megabytes.
    for id in waiting {
        let tx = db.begin().await?;
        let Some(row) = claim_pack::Entity::find_by_id(id)
            .filter(claim_pack::Column::UnderClassKey.eq(false))
            .one(&tx)
            .await?
        else {
            continue;
        };
        let claim = claim::Entity::find_by_id(id)
            .one(&tx)
            .await?
            .ok_or_else(|| DbErr::RecordNotFound(format!("claim {id}")))?;
        let key = class_keys::get_or_make(&tx, keys, ClassId(claim.class_id), now).await?;
        let bytes = keys
            .open_pack(id, &row.pack_sealed)
            .map_err(|error| failed(error.to_string()))?;
        let sealed = key
            .seal_pack(id, &bytes)
            .map_err(|error| failed(error.to_string()))?;
        claim_pack::Entity::update_many()
            .col_expr(claim_pack::Column::PackSealed, Expr::value(sealed))
            .col_expr(claim_pack::Column::UnderClassKey, Expr::value(true))
            .filter(claim_pack::Column::ClaimId.eq(id))
            .exec(&tx)
            .await?;
        store::commit(tx)
            .await
            .map_err(|store::Unknown(error)| error)?;
        sealed_anew += 1;
    }
    Ok(sealed_anew)
}

/// Takes the archives of a class away whose key was destroyed, for the sake of the disk. Says how many.
///
/// # Errors
/// What the database says.
pub async fn empty(tx: &impl ConnectionTrait, class: ClassId) -> Result<u64, DbErr> {
    let claims: Vec<Uuid> = claim::Entity::find()
        .select_only()
        .column(claim::Column::Id)
        .filter(claim::Column::ClassId.eq(class.0))
        .into_tuple()
        .all(tx)
        .await?;
    let emptied = claim_pack::Entity::update_many()
        .col_expr(
            claim_pack::Column::PackSealed,
            Expr::value(Vec::<u8>::new()),
        )
        .filter(claim_pack::Column::ClaimId.is_in(claims))
        .exec(tx)
        .await?;
    Ok(emptied.rows_affected)
}
