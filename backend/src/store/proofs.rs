//! Proofs as they were given out. Every query names the person whose they are, or the class.

use super::{
    digest,
    entities::{
        enrolment, person,
        proof::{ActiveModel, Column, Entity, Model},
    },
    invitations::NotRead,
    number, people, revocations, stored, time,
};
use crate::keys::Keys;
use contract::{class::ProofSummary, issuing::LearnerProof};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult,
    QueryFilter, QueryOrder, QuerySelect, QueryTrait,
};
use std::collections::HashMap;
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

/// The newest proof of `person` for `class` that was not revoked.
///
/// # Errors
/// What the database says.
pub async fn standing(
    db: &impl ConnectionTrait,
    person: PersonId,
    class: ClassId,
) -> Result<Option<Model>, DbErr> {
    Entity::find()
        .filter(Column::PersonId.eq(person.0))
        .filter(Column::ClassId.eq(class.0))
        .filter(Column::Id.not_in_subquery(revocations::revoked_in(class)))
        .order_by_desc(Column::IssuedAt)
        .order_by_desc(Column::Id)
        .one(db)
        .await
}

/// The proofs of `someone` for `class` in one line each, newest first, each with its revocation.
///
/// # Errors
/// [`NotRead`]
pub async fn summaries(
    db: &impl ConnectionTrait,
    keys: &Keys,
    someone: &person::Model,
    class: ClassId,
) -> Result<Vec<ProofSummary>, NotRead> {
    let id = PersonId(someone.id);
    let mut summaries = of_class(db, id, class)
        .await?
        .iter()
        .map(summary)
        .collect::<Result<Vec<_>, _>>()?;
    for row in revocations::of_person(db, id, Some(class)).await? {
        if let Some(one) = summaries.iter_mut().find(|one| one.proof == row.proof_id) {
            one.revoked = Some(revocations::shown(db, keys, someone, &row).await?);
        }
    }
    Ok(summaries)
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

/// One proof of `class`, which whoever asks has made sure is theirs.
///
/// # Errors
/// What the database says.
pub async fn get_in_class(
    db: &impl ConnectionTrait,
    class: ClassId,
    proof: Uuid,
) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(proof)
        .filter(Column::ClassId.eq(class.0))
        .one(db)
        .await
}

/// Who is in `class`, those who came first on top.
///
/// # Errors
/// What the database says.
pub async fn people_of_class(
    db: &impl ConnectionTrait,
    class: ClassId,
) -> Result<Vec<PersonId>, DbErr> {
    let rows = enrolment::Entity::find()
        .filter(enrolment::Column::ClassId.eq(class.0))
        .order_by_asc(enrolment::Column::PersonId)
        .all(db)
        .await?;
    Ok(rows.iter().map(|row| PersonId(row.person_id)).collect())
}

/// A proof without its document, which may be long.
#[derive(FromQueryResult)]
struct Line {
    id: Uuid,
    person_id: Uuid,
    class_id: Uuid,
    issued_at: i64,
    credited_ms: i64,
    digest: Vec<u8>,
}

/// The learners of `class` by name, each with their proofs.
///
/// # Errors
/// What the database says, or where a name does not open.
pub async fn of_learners(
    db: &impl ConnectionTrait,
    keys: &Keys,
    class: ClassId,
) -> Result<Vec<LearnerProof>, NotRead> {
    let mut theirs: HashMap<Uuid, Vec<ProofSummary>> = HashMap::new();
    let lines = Entity::find()
        .select_only()
        .columns([
            Column::Id,
            Column::PersonId,
            Column::ClassId,
            Column::IssuedAt,
            Column::CreditedMs,
            Column::Digest,
        ])
        .filter(Column::ClassId.eq(class.0))
        .order_by_desc(Column::IssuedAt)
        .order_by_desc(Column::Id)
        .into_model::<Line>()
        .all(db)
        .await?;
    for line in lines {
        let summary = ProofSummary {
            proof: line.id,
            class: ClassId(line.class_id),
            issued_at: time(line.issued_at),
            confirmed_ms: Millis(number(line.credited_ms)),
            digest: digest(&line.digest)?,
            revoked: None,
        };
        theirs.entry(line.person_id).or_default().push(summary);
    }
    let revoked = revocations::of_class(db, class).await?;
    let people = person::Entity::find()
        .filter(
            person::Column::Id.in_subquery(
                enrolment::Entity::find()
                    .select_only()
                    .column(enrolment::Column::PersonId)
                    .filter(enrolment::Column::ClassId.eq(class.0))
                    .into_query(),
            ),
        )
        .all(db)
        .await?;
    let mut learners = Vec::with_capacity(people.len());
    for row in &people {
        let mut proofs = theirs.remove(&row.id).unwrap_or_default();
        for proof in &mut proofs {
            if let Some(revocation) = revoked.get(&proof.proof) {
                proof.revoked = Some(revocations::shown(db, keys, row, revocation).await?);
            }
        }
        let mut proofs = proofs.into_iter();
        learners.push(LearnerProof {
            person: PersonId(row.id),
            name: people::name(keys, row)?,
            proof: proofs.next(),
            earlier: proofs.collect(),
        });
    }
    learners.sort_by(|one, other| (&one.name, one.person).cmp(&(&other.name, other.person)));
    Ok(learners)
}

/// All proofs, oldest first: for whoever checks the whole database.
///
/// # Errors
/// What the database says.
pub async fn all(db: &impl ConnectionTrait) -> Result<Vec<Model>, DbErr> {
    Entity::find().order_by_asc(Column::Id).all(db).await
}

/// A proof in one line, without what became of it.
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
        revoked: None,
    })
}
