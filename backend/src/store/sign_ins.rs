//! Where people are signed in. The token lives in one browser's cookie; here is only its hash.

use super::{
    Db,
    entities::sign_in::{ActiveModel, Column, Entity, Model},
    stored,
};
use crate::retention;
use contract::Digest;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DbBackend, DbErr, EntityTrait,
    QueryFilter, QueryOrder, Statement, sea_query::Expr,
};
use study::{Millis, PersonId, Timestamp};
use uuid::Uuid;

/// A sign-in ends by itself after this long, whatever happens: 7 days.
pub const LIFE_MS: Millis = retention::SIGN_IN_MS;
/// A sign-in that nobody used for this long is over: 24 hours.
pub const IDLE_MS: Millis = retention::SIGN_IN_IDLE_MS;

/// Enters a sign-in and gives its name.
///
/// # Errors
/// What the database says.
pub async fn add(
    db: &impl ConnectionTrait,
    person: PersonId,
    token_hash: Digest,
    device: &str,
    now: Timestamp,
) -> Result<Uuid, DbErr> {
    let id = Uuid::now_v7();
    Entity::insert(ActiveModel {
        id: Set(id),
        person_id: Set(person.0),
        token_hash: Set(token_hash.0.to_vec()),
        device: Set(device.to_owned()),
        signed_in_at: Set(stored(now.0)),
        last_seen_at: Set(stored(now.0)),
        expires_at: Set(stored(now.plus(LIFE_MS).0)),
        revoked_at: Set(None),
    })
    .exec_without_returning(db)
    .await?;
    Ok(id)
}

/// The sign-in with this token, where it has not been revoked. Whether it is too old is for the caller, who has the time.
///
/// # Errors
/// What the database says.
pub async fn by_token(
    db: &impl ConnectionTrait,
    token_hash: Digest,
) -> Result<Option<Model>, DbErr> {
    Entity::find()
        .filter(Column::TokenHash.eq(token_hash.0.to_vec()))
        .filter(Column::RevokedAt.is_null())
        .one(db)
        .await
}

/// Where `person` is signed in at `now`, newest first.
///
/// # Errors
/// What the database says.
pub async fn of(
    db: &impl ConnectionTrait,
    person: PersonId,
    now: Timestamp,
) -> Result<Vec<Model>, DbErr> {
    Entity::find()
        .filter(Column::PersonId.eq(person.0))
        .filter(Column::RevokedAt.is_null())
        .filter(Column::ExpiresAt.gt(stored(now.0)))
        .filter(Column::LastSeenAt.gt(stored(now.0.saturating_sub(IDLE_MS.0))))
        .order_by_desc(Column::SignedInAt)
        .all(db)
        .await
}

/// Revokes one sign-in of `person` and gives its token's hash; `None` where they have no such one.
///
/// # Errors
/// What the database says.
pub async fn revoke(
    db: &impl ConnectionTrait,
    person: PersonId,
    sign_in: Uuid,
    now: Timestamp,
) -> Result<Option<Digest>, DbErr> {
    let Some(row) = Entity::find_by_id(sign_in)
        .filter(Column::PersonId.eq(person.0))
        .filter(Column::RevokedAt.is_null())
        .one(db)
        .await?
    else {
        return Ok(None);
    };
    Entity::update_many()
        .col_expr(Column::RevokedAt, Expr::value(stored(now.0)))
        .filter(Column::Id.eq(sign_in))
        .exec(db)
        .await?;
    super::digest(&row.token_hash).map(Some)
}

/// Takes out sign-ins that have been over for [`retention::SIGN_IN_KEPT_MS`]. Says how many.
///
/// # Errors
/// What the database says.
pub async fn forget(db: &impl ConnectionTrait, now: Timestamp) -> Result<u64, DbErr> {
    let before = now.0.saturating_sub(retention::SIGN_IN_KEPT_MS.0);
    let idle = before.saturating_sub(IDLE_MS.0);
    let deleted = Entity::delete_many()
        .filter(
            Condition::any()
                .add(Column::ExpiresAt.lt(stored(before)))
                .add(Column::RevokedAt.lt(stored(before)))
                .add(Column::LastSeenAt.lt(stored(idle))),
        )
        .exec(db)
        .await?;
    Ok(deleted.rows_affected)
}

/// Notes when sign-ins were last used, many at once; never moves one back.
///
/// # Errors
/// What the database says.
pub async fn note_seen(db: &Db, seen: &[(Uuid, Timestamp)]) -> Result<(), DbErr> {
    if seen.is_empty() {
        return Ok(());
    }
    let sql = match db.backend() {
        DbBackend::Sqlite => {
            "UPDATE sign_in SET last_seen_at = max(last_seen_at, r.value ->> 1) FROM json_each(?) AS r WHERE sign_in.id = unhex(r.value ->> 0)"
        }
        _ => {
            "UPDATE sign_in SET last_seen_at = greatest(last_seen_at, (r.value ->> 1)::bigint) FROM json_array_elements($1::json) AS r (value) WHERE sign_in.id = (r.value ->> 0)::uuid"
        }
    };
    let rows: Vec<(String, u64)> = seen
        .iter()
        .map(|(id, at)| (id.simple().to_string(), at.0))
        .collect();
    let tx = db.begin().await?;
    tx.execute_raw(Statement::from_sql_and_values(
        db.backend(),
        sql,
        [super::to_json(&rows)?.into()],
    ))
    .await?;
    // When somebody was last seen is no evidence: a lost note costs nothing.
    tx.commit().await
}
