//! Proofs as they were given out. Every query names the person whose they are.

use super::{
    digest,
    entities::proof::{ActiveModel, Column, Entity, Model},
    number, stored, time,
};
use contract::class::ProofSummary;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder,
};
use study::{ClassId, Millis, PersonId, Timestamp};
use uuid::Uuid;

/// A proof to keep.
pub struct NewProof {
    /// Its name.
    pub proof: Uuid,
    /// Whose it is.
    pub person: PersonId,
    /// Which class it is about.
    pub class: ClassId,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// What it states.
    pub credited_ms: Millis,
    /// Its digest.
    pub digest: contract::Digest,
    /// The salt of the identity digest, sealed under the person's key.
    pub salt_sealed: Vec<u8>,
    /// The document, byte for byte.
    pub document: String,
}

/// Keeps a proof.
///
/// # Errors
/// What the database says.
pub async fn add(tx: &impl ConnectionTrait, new: NewProof) -> Result<(), DbErr> {
    Entity::insert(ActiveModel {
        id: Set(new.proof),
        person_id: Set(new.person.0),
        class_id: Set(new.class.0),
        issued_at: Set(stored(new.issued_at.0)),
        credited_ms: Set(stored(new.credited_ms.0)),
        digest: Set(new.digest.0.to_vec()),
        salt_sealed: Set(new.salt_sealed),
        document: Set(new.document),
    })
    .exec_without_returning(tx)
    .await?;
    Ok(())
}

/// The proofs of `person` for `class`, newest first.
///
/// # Errors
/// What the database says.
pub async fn of_class(
    db: &impl ConnectionTrait,
    person: PersonId,
    class: ClassId,
) -> Result<Vec<Model>, DbErr> {
    Entity::find()
        .filter(Column::PersonId.eq(person.0))
        .filter(Column::ClassId.eq(class.0))
        .order_by_desc(Column::IssuedAt)
        .order_by_desc(Column::Id)
        .all(db)
        .await
}

/// One proof of `person`.
///
/// # Errors
/// What the database says.
pub async fn get(
    db: &impl ConnectionTrait,
    person: PersonId,
    proof: Uuid,
) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(proof)
        .filter(Column::PersonId.eq(person.0))
        .one(db)
        .await
}

/// All proofs, oldest first: for whoever checks the whole database.
///
/// # Errors
/// What the database says.
pub async fn all(db: &impl ConnectionTrait) -> Result<Vec<Model>, DbErr> {
    Entity::find().order_by_asc(Column::Id).all(db).await
}

/// A proof in one line.
///
/// # Errors
/// Where the database holds something else.
pub fn summary(row: &Model) -> Result<ProofSummary, DbErr> {
    Ok(ProofSummary {
        proof: row.id,
        class: ClassId(row.class_id),
        issued_at: time(row.issued_at),
        confirmed_ms: Millis(number(row.credited_ms)),
        digest: digest(&row.digest)?,
    })
}
