//! The keys of face data. Frames, embeddings and template of a person are sealed under a key of theirs; destroying that key makes
//! all of it unreadable at once, backups of the database included, while the evidence keeps its hashes and every proof still
//! verifies.

use crate::{
    keys::{FaceKey, Keys},
    store::{
        entities::{face_enrolment, face_frame, face_key},
        evidence::{self, NewEvidence},
        number, stored, to_json,
    },
};
use contract::record::{FaceKeyDestroyed, Record};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter,
    sea_query::{Expr, ExprTrait, OnConflict},
};
use study::{PersonId, Timestamp};

/// Why a key was destroyed, as the record has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The person withdrew their consent.
    Withdrawn,
    /// The time for which face data is kept is over.
    Retention,
}

impl Reason {
    const fn name(self) -> &'static str {
        match self {
            Self::Withdrawn => "withdrawn",
            Self::Retention => "retention",
        }
    }
}

/// The key of a person's face data; `None` where they have none, or it was destroyed.
///
/// # Errors
/// What the database says, also where the stored key does not open.
pub async fn key(
    db: &impl ConnectionTrait,
    keys: &Keys,
    person: PersonId,
) -> Result<Option<FaceKey>, DbErr> {
    let row = face_key::Entity::find_by_id(person.0).one(db).await?;
    row.and_then(|row| row.key_sealed)
        .map(|sealed| keys.face(person.0, &sealed).map_err(not_opened))
        .transpose()
}

/// Makes a key where a person has none, at their consent.
///
/// # Errors
/// What the database says, or that the machine gives no randomness.
pub async fn make_key(
    tx: &impl ConnectionTrait,
    keys: &Keys,
    person: PersonId,
    now: Timestamp,
) -> Result<(), DbErr> {
    if key(tx, keys, person).await?.is_some() {
        return Ok(());
    }
    let (_, sealed) = keys.new_face(person.0).map_err(no_randomness)?;
    face_key::Entity::insert(face_key::ActiveModel {
        person_id: Set(person.0),
        key_sealed: Set(Some(sealed)),
        created_at: Set(stored(now.0)),
        destroyed_at: Set(None),
    })
    .on_conflict(
        OnConflict::column(face_key::Column::PersonId)
            .update_columns([
                face_key::Column::KeySealed,
                face_key::Column::CreatedAt,
                face_key::Column::DestroyedAt,
            ])
            .to_owned(),
    )
    .exec_without_returning(tx)
    .await?;
    Ok(())
}

/// Destroys a person's key, and with it what it sealed; the sealed bytes go, too, for the sake of the disk. Says whether there
/// was anything to destroy.
///
/// # Errors
/// What the database says.
pub async fn destroy(
    tx: &impl ConnectionTrait,
    keys: &Keys,
    person: PersonId,
    reason: Reason,
    now: Timestamp,
) -> Result<bool, DbErr> {
    let destroyed = face_key::Entity::update_many()
        .col_expr(
            face_key::Column::KeySealed,
            Expr::value(Option::<Vec<u8>>::None),
        )
        .col_expr(face_key::Column::DestroyedAt, Expr::value(stored(now.0)))
        .filter(face_key::Column::PersonId.eq(person.0))
        .filter(face_key::Column::KeySealed.is_not_null())
        .exec(tx)
        .await?;
    if destroyed.rows_affected == 0 {
        return Ok(false);
    }
    face_frame::Entity::update_many()
        .col_expr(
            face_frame::Column::JpegSealed,
            Expr::value(Option::<Vec<u8>>::None),
        )
        .col_expr(
            face_frame::Column::EmbeddingSealed,
            Expr::value(Option::<Vec<u8>>::None),
        )
        .col_expr(face_frame::Column::Fingerprint, Expr::value(0_i64))
        .filter(face_frame::Column::PersonId.eq(person.0))
        .exec(tx)
        .await?;
    face_enrolment::Entity::update_many()
        .col_expr(
            face_enrolment::Column::TemplateSealed,
            Expr::value(Vec::<u8>::new()),
        )
        .col_expr(face_enrolment::Column::State, Expr::value("replaced"))
        .filter(face_enrolment::Column::PersonId.eq(person.0))
        .exec(tx)
        .await?;
    let record = Record::FaceKeyDestroyed(FaceKeyDestroyed {
        person: keys.pseudonym(person),
        reason: reason.name().into(),
        at: now,
    });
    let new = NewEvidence {
        kind: "face_key_destroyed/1",
        person: Some(person),
        class: None,
        session: None,
        record: to_json(&record)?,
    };
    evidence::append(tx, &[new], now).await?;
    Ok(true)
}

/// How many people's face data is kept.
///
/// # Errors
/// What the database says.
pub async fn people(db: &impl ConnectionTrait) -> Result<u64, DbErr> {
    face_key::Entity::find()
        .filter(face_key::Column::KeySealed.is_not_null())
        .count(db)
        .await
}

/// People whose last class ended before `ended_before` and whose key was made before then, too; at most `limit`.
///
/// # Errors
/// What the database says.
pub async fn overdue(
    db: &impl ConnectionTrait,
    ended_before: Timestamp,
    limit: u64,
) -> Result<Vec<PersonId>, DbErr> {
    use crate::store::entities::{class, enrolment};
    use sea_orm::{QueryOrder, QuerySelect, sea_query::Query};
    let still = Query::select()
        .column((enrolment::Entity, enrolment::Column::PersonId))
        .from(enrolment::Entity)
        .inner_join(
            class::Entity,
            Expr::col((class::Entity, class::Column::Id))
                .equals((enrolment::Entity, enrolment::Column::ClassId)),
        )
        .and_where(Expr::col((class::Entity, class::Column::EndsAt)).gt(stored(ended_before.0)))
        .to_owned();
    let rows = face_key::Entity::find()
        .filter(face_key::Column::KeySealed.is_not_null())
        .filter(face_key::Column::CreatedAt.lt(stored(ended_before.0)))
        .filter(face_key::Column::PersonId.not_in_subquery(still))
        .order_by_asc(face_key::Column::CreatedAt)
        .limit(limit)
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| PersonId(row.person_id))
        .collect())
}

/// A 64-bit pattern as it is stored.
#[must_use]
pub const fn stored_bits(bits: u64) -> i64 {
    bits.cast_signed()
}

/// Sealed face data that does not open: another master key, or somebody changed it.
#[must_use]
pub fn not_opened(error: crate::keys::NotOpened) -> DbErr {
    DbErr::Custom(format!("face data: {error}"))
}

/// The machine gives no randomness.
#[must_use]
pub fn no_randomness(error: std::io::Error) -> DbErr {
    DbErr::Custom(error.to_string())
}

/// How many shots a template rests on, as it was stored.
#[must_use]
pub fn shots(stored: i64) -> usize {
    usize::try_from(number(stored)).unwrap_or(usize::MAX)
}
