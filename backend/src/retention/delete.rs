//! Deleting a class whose time is over. Keys are destroyed; rows of evidence stay, for they name nobody any more and other people's proofs rest
//! on the same ledger. One transaction: all of it, with its record, or nothing.

use super::{CLASS_YEARS, kept_until};
use crate::{
    faces::vault::{self, Reason},
    keys::{Keys, random},
    store::{
        self, Db, claims, class_keys,
        entities::{
            appeal, appeal_answer, claim, claim_entry, class, class_deletion, enrolment, evidence,
            face_check, face_enrolment, invitation, membership, person, pointer_move, sign_in,
            supervised_code,
        },
        evidence::{self as records, NewEvidence},
        json, stored, time, to_json,
    },
};
use contract::{
    credential::Moment,
    record::{ClassDeleted, Record},
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    sea_query::{Expr, SelectStatement},
};
use study::{ClassId, PersonId, Timestamp};
use uuid::Uuid;

/// What was destroyed.
pub type Deleted = ClassDeleted;

/// Why a class was not deleted. Nothing of it was touched.
#[derive(Debug, thiserror::Error)]
pub enum NotDeleted {
    /// There is no such class.
    #[error("there is no class {0} in this database; `zhenxue export` lists the classes")]
    NoClass(ClassId),
    /// It was deleted before.
    #[error("class {0} was deleted before, on {1}")]
    Before(ClassId, Moment),
    /// Its time is not over.
    #[error(
        "class {class} is kept until {until}: {years} years after {from}, when it ended or its newest evidence was added; nothing was deleted",
        years = CLASS_YEARS
    )]
    TooEarly {
        /// The class.
        class: ClassId,
        /// What its time counts from.
        from: Moment,
        /// When it may be deleted.
        until: Moment,
    },
    /// The database or the machine failed.
    #[error("the database failed: {0}")]
    Db(#[from] DbErr),
    /// It is not known whether it was saved.
    #[error("{0}; look with `zhenxue export`, which lists the classes that are left")]
    Unknown(#[from] store::Unknown),
}

/// Deletes `class` at `now`.
///
/// # Errors
/// [`NotDeleted`]
pub async fn delete(
    db: &Db,
    keys: &Keys,
    class: ClassId,
    now: Timestamp,
) -> Result<Deleted, NotDeleted> {
    let tx = db.begin().await?;
    // Claims and entries of the class take the same lock.
    claims::lock_class(&tx, class).await?;
    let row = class::Entity::find_by_id(class.0)
        .one(&tx)
        .await?
        .ok_or(NotDeleted::NoClass(class))?;
    if let Some(at) = row.deleted_at {
        return Err(NotDeleted::Before(class, Moment(time(at))));
    }
    let counted_from = newest(&tx, &row).await?;
    let until = kept_until(counted_from);
    if now < until {
        return Err(NotDeleted::TooEarly {
            class,
            from: Moment(counted_from),
            until: Moment(until),
        });
    }
    let learners = people_of(&tx, class).await?;
    let leaving = leaving(&tx, class).await?;
    let said = words(&tx, class).await? + verdicts(&tx, class).await?;
    let record = ClassDeleted {
        class,
        counted_from,
        learners,
        people: u64::try_from(leaving.len()).unwrap_or(u64::MAX),
        packs: claim::Entity::find()
            .filter(claim::Column::ClassId.eq(class.0))
            .count(&tx)
            .await?,
        words: said,
        by: "operator".to_owned(),
        at: now,
    };
    let evidence = note(&tx, &record).await?;
    class_deletion::Entity::insert(class_deletion::ActiveModel {
        class_id: Set(class.0),
        counted_from: Set(stored(counted_from.0)),
        deleted_at: Set(stored(now.0)),
        evidence_id: Set(evidence),
    })
    .exec_without_returning(&tx)
    .await?;
    class::Entity::update_many()
        .col_expr(class::Column::DeletedAt, Expr::value(stored(now.0)))
        .filter(class::Column::Id.eq(class.0))
        .exec(&tx)
        .await?;
    class_keys::destroy(&tx, class, now).await?;
    claims::packs::empty(&tx, class).await?;
    invitation::Entity::delete_many()
        .filter(invitation::Column::ClassId.eq(class.0))
        .exec(&tx)
        .await?;
    for person in leaving {
        forget(&tx, keys, person, now).await?;
    }
    store::commit(tx).await?;
    Ok(record)
}

/// The newest moment of a class: its end, or its newest evidence. Claims, their reviews and appeals are evidence, too.
async fn newest(tx: &impl ConnectionTrait, class: &class::Model) -> Result<Timestamp, DbErr> {
    let evidence: Option<Option<i64>> = evidence::Entity::find()
        .select_only()
        .column_as(evidence::Column::CreatedAt.max(), "newest")
        .filter(evidence::Column::ClassId.eq(class.id))
        .into_tuple()
        .one(tx)
        .await?;
    let newest = evidence.flatten().unwrap_or(0);
    Ok(time(newest.max(class.ends_at)))
}

async fn people_of(tx: &impl ConnectionTrait, class: ClassId) -> Result<u64, DbErr> {
    enrolment::Entity::find()
        .filter(enrolment::Column::ClassId.eq(class.0))
        .count(tx)
        .await
}

/// The people of `class` who are in no other class that is kept, and have no role but that of a learner.
async fn leaving(tx: &impl ConnectionTrait, class: ClassId) -> Result<Vec<PersonId>, DbErr> {
    let in_kept = enrolment::Entity::find()
        .select_only()
        .column(enrolment::Column::PersonId)
        .filter(enrolment::Column::ClassId.ne(class.0))
        .filter(enrolment::Column::ClassId.not_in_subquery(deleted()))
        .into_query();
    let with_a_role = membership::Entity::find()
        .select_only()
        .column(membership::Column::PersonId)
        .filter(membership::Column::Role.ne(membership::Role::Learner))
        .into_query();
    let people: Vec<Uuid> = enrolment::Entity::find()
        .select_only()
        .column(enrolment::Column::PersonId)
        .filter(enrolment::Column::ClassId.eq(class.0))
        .filter(enrolment::Column::PersonId.not_in_subquery(in_kept))
        .filter(enrolment::Column::PersonId.not_in_subquery(with_a_role))
        .order_by_asc(enrolment::Column::PersonId)
        .into_tuple()
        .all(tx)
        .await?;
    Ok(people.into_iter().map(PersonId).collect())
}

fn deleted() -> SelectStatement {
    class_deletion::Entity::find()
        .select_only()
        .column(class_deletion::Column::ClassId)
        .into_query()
}

/// How many entries and words are sealed under the key of the class.
async fn words(tx: &impl ConnectionTrait, class: ClassId) -> Result<u64, DbErr> {
    let entries = claim_entry::Entity::find()
        .filter(claim_entry::Column::ClassId.eq(class.0))
        .count(tx)
        .await?;
    let appeals = appeal::Entity::find().filter(appeal::Column::ClassId.eq(class.0));
    let of_the_class = appeals
        .clone()
        .select_only()
        .column(appeal::Column::Id)
        .into_query();
    let answers = appeal_answer::Entity::find()
        .filter(appeal_answer::Column::AppealId.in_subquery(of_the_class))
        .count(tx)
        .await?;
    let pointers = pointer_move::Entity::find()
        .filter(pointer_move::Column::ClassId.eq(class.0))
        .count(tx)
        .await?;
    Ok(entries + appeals.count(tx).await? + answers + pointers)
}

async fn note(tx: &impl ConnectionTrait, record: &ClassDeleted) -> Result<Uuid, DbErr> {
    let new = NewEvidence {
        kind: "class_deleted/1",
        person: None,
        class: Some(record.class),
        session: None,
        record: to_json(&Record::ClassDeleted(record.clone()))?,
    };
    records::append(tx, &[new], record.at)
        .await?
        .pop()
        .ok_or_else(|| DbErr::Custom("a record was added without a name".to_owned()))
}

/// Takes out the reasons of verdicts about face checks, which stand in the clear beside the check and in no record. Says how many.
async fn verdicts(tx: &impl ConnectionTrait, class: ClassId) -> Result<u64, DbErr> {
    let mut n = 0;
    for row in face_check::Entity::find()
        .filter(face_check::Column::ClassId.eq(class.0))
        .filter(face_check::Column::Answer.contains("\"reason\":"))
        .all(tx)
        .await?
    {
        let mut answer: serde_json::Value = json(&row.answer)?;
        let said = answer.get_mut("said").and_then(|said| said.as_array_mut());
        for one in said.into_iter().flatten() {
            if let Some(reason) = one.get_mut("reason") {
                *reason = "".into();
                n += 1;
            }
        }
        face_check::Entity::update(face_check::ActiveModel {
            id: Set(row.id),
            answer: Set(to_json(&answer)?),
            ..face_check::ActiveModel::default()
        })
        .exec(tx)
        .await?;
    }
    Ok(n)
}

/// Destroys a person's keys and ends their account. What is found by a keyed hash is not found any more, so that somebody who comes back years
/// later is a new person.
async fn forget(
    tx: &DatabaseTransaction,
    keys: &Keys,
    person: PersonId,
    now: Timestamp,
) -> Result<(), DbErr> {
    store::study::lock_row(tx, person).await?;
    vault::destroy(tx, keys, person, Reason::Retention, now).await?;
    face_enrolment::Entity::update_many()
        .col_expr(
            face_enrolment::Column::Reason,
            Expr::value(Option::<String>::None),
        )
        .filter(face_enrolment::Column::PersonId.eq(person.0))
        .exec(tx)
        .await?;
    sign_in::Entity::delete_many()
        .filter(sign_in::Column::PersonId.eq(person.0))
        .exec(tx)
        .await?;
    supervised_code::Entity::delete_many()
        .filter(supervised_code::Column::PersonId.eq(person.0))
        .exec(tx)
        .await?;
    let noise = || {
        random::<32>()
            .map(|bytes| bytes.to_vec())
            .map_err(|error| DbErr::Custom(error.to_string()))
    };
    person::Entity::update(person::ActiveModel {
        id: Set(person.0),
        key_sealed: Set(Vec::new()),
        name_sealed: Set(Vec::new()),
        id_number_sealed: Set(Vec::new()),
        id_number_hash: Set(noise()?),
        phone_sealed: Set(Vec::new()),
        phone_hash: Set(noise()?),
        password: Set(String::new()),
        ..person::ActiveModel::default()
    })
    .exec(tx)
    .await?;
    Ok(())
}
