//! Proofs that were revoked. A revocation is a row, added once; nothing takes it back.

use super::{
    acts,
    entities::{
        person, proof,
        proof_revocation::{ActiveModel, Column, Entity, Model},
    },
    invitations::NotRead,
    time,
};
use crate::{checks, keys::Keys};
use contract::issuing::ProofRevocation;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait,
    sea_query::{OnConflict, SelectStatement},
};
use std::collections::HashMap;
use study::{ClassId, PersonId};
use uuid::Uuid;

/// Revocations by their proof.
pub type Revoked = HashMap<Uuid, Model>;

/// Revokes a proof; `false` where it was revoked before.
///
/// # Errors
/// What the database says.
pub async fn add(tx: &impl ConnectionTrait, new: Model) -> Result<bool, DbErr> {
    let n = Entity::insert(ActiveModel::from(new))
        .on_conflict(OnConflict::column(Column::ProofId).do_nothing().to_owned())
        .exec_without_returning(tx)
        .await?;
    Ok(n == 1)
}

fn by_proof(rows: Vec<Model>) -> Revoked {
    rows.into_iter().map(|row| (row.proof_id, row)).collect()
}

/// The revocations of `class`.
///
/// # Errors
/// What the database says.
pub async fn of_class(db: &impl ConnectionTrait, class: ClassId) -> Result<Revoked, DbErr> {
    let rows = Entity::find().filter(Column::ClassId.eq(class.0)).all(db);
    Ok(by_proof(rows.await?))
}

/// The revocations of proofs of `person`, in one class or in all.
///
/// # Errors
/// What the database says.
pub async fn of_person(
    db: &impl ConnectionTrait,
    person: PersonId,
    class: Option<ClassId>,
) -> Result<Vec<Model>, DbErr> {
    let mut query = Entity::find().filter(Column::PersonId.eq(person.0));
    if let Some(class) = class {
        query = query.filter(Column::ClassId.eq(class.0));
    }
    query.order_by_asc(Column::RevokedAt).all(db).await
}

/// The revocation of one proof.
///
/// # Errors
/// What the database says.
pub async fn of_proof(db: &impl ConnectionTrait, proof: Uuid) -> Result<Option<Model>, DbErr> {
    Entity::find()
        .filter(Column::ProofId.eq(proof))
        .one(db)
        .await
}

/// All revocations, for whoever checks the whole database.
///
/// # Errors
/// What the database says.
pub async fn all(db: &impl ConnectionTrait) -> Result<Vec<Model>, DbErr> {
    Entity::find().all(db).await
}

/// The proofs of `class` that do not stand any more.
pub(in crate::store) fn revoked_in(class: ClassId) -> SelectStatement {
    Entity::find()
        .select_only()
        .column(Column::ProofId)
        .filter(Column::ClassId.eq(class.0))
        .into_query()
}

/// A revocation as it is shown, with its words opened; `someone` is whose proof it was.
///
/// # Errors
/// [`NotRead`]
pub async fn shown(
    db: &impl ConnectionTrait,
    keys: &Keys,
    someone: &person::Model,
    row: &Model,
) -> Result<ProofRevocation, NotRead> {
    let key = acts::key_of(db, keys, someone, ClassId(row.class_id)).await?;
    let replaced_by: Option<Uuid> = proof::Entity::find()
        .select_only()
        .column(proof::Column::Id)
        .filter(proof::Column::PersonId.eq(row.person_id))
        .filter(proof::Column::ClassId.eq(row.class_id))
        .filter(proof::Column::IssuedAt.gte(row.revoked_at))
        .filter(proof::Column::Id.ne(row.proof_id))
        .order_by_asc(proof::Column::IssuedAt)
        .order_by_asc(proof::Column::Id)
        .into_tuple()
        .one(db)
        .await?;
    Ok(ProofRevocation {
        at: time(row.revoked_at),
        reason: checks::word(&row.reason)?,
        // Of a class that was deleted nobody can read them any more.
        words: match key {
            Some(key) => acts::words(&key, row.id, &row.words_sealed)?,
            None => String::new(),
        },
        replaced_by,
    })
}
