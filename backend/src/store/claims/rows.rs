//! Who is claimed for. One person and course stands in one claim that is not withdrawn; the database itself sees to it.

use crate::store::{
    entities::{claim, claim_person, class, enrolment, institution},
    stored, time,
};
use contract::{Text, claim::EarlierClaim};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait, SqlErr, sea_query::Expr,
};
use std::collections::HashMap;
use study::{ClassHours, PersonId, Timestamp};
use uuid::Uuid;

/// Why rows could not be kept.
#[derive(Debug, thiserror::Error)]
pub enum NotAdded {
    /// Somebody is in another claim for this course.
    #[error("somebody is claimed for already")]
    AlreadyClaimed,
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbErr),
}

/// A row to keep.
#[derive(Clone, Debug)]
pub struct NewRow {
    /// Who.
    pub person: PersonId,
    /// Its number in the pack.
    pub number: u32,
    /// The proof in the pack.
    pub proof: Uuid,
    /// Class hours by that proof.
    pub class_hours: ClassHours,
}

/// Keeps the rows of a claim.
///
/// # Errors
/// [`NotAdded`]
pub async fn add(
    tx: &impl ConnectionTrait,
    claim: Uuid,
    course: Uuid,
    rows: &[NewRow],
) -> Result<(), NotAdded> {
    // In pieces: SQLite takes 32 766 parameters in one statement.
    for some in rows.chunks(1_000) {
        let rows = some.iter().map(|row| claim_person::ActiveModel {
            claim_id: Set(claim),
            person_id: Set(row.person.0),
            course_id: Set(course),
            number: Set(i64::from(row.number)),
            proof_id: Set(row.proof),
            class_hours: Set(stored(row.class_hours.0)),
            withdrawn_at: Set(None),
        });
        let added = claim_person::Entity::insert_many(rows)
            .exec_without_returning(tx)
            .await;
        if let Err(error) = added {
            return Err(match error.sql_err() {
                Some(SqlErr::UniqueConstraintViolation(_)) => NotAdded::AlreadyClaimed,
                _ => NotAdded::Db(error),
            });
        }
    }
    Ok(())
}

/// Sets the people of a withdrawn claim free.
///
/// # Errors
/// What the database says.
pub(super) async fn withdraw(
    tx: &impl ConnectionTrait,
    claim: Uuid,
    now: Timestamp,
) -> Result<(), DbErr> {
    claim_person::Entity::update_many()
        .col_expr(
            claim_person::Column::WithdrawnAt,
            Expr::value(stored(now.0)),
        )
        .filter(claim_person::Column::ClaimId.eq(claim))
        .exec(tx)
        .await?;
    Ok(())
}

/// The rows of a claim, in the order of the pack.
///
/// # Errors
/// What the database says.
pub async fn of(db: &impl ConnectionTrait, claim: Uuid) -> Result<Vec<claim_person::Model>, DbErr> {
    claim_person::Entity::find()
        .filter(claim_person::Column::ClaimId.eq(claim))
        .order_by_asc(claim_person::Column::Number)
        .all(db)
        .await
}

/// One row of a claim.
///
/// # Errors
/// What the database says.
pub async fn get(
    db: &impl ConnectionTrait,
    claim: Uuid,
    person: PersonId,
) -> Result<Option<claim_person::Model>, DbErr> {
    claim_person::Entity::find_by_id((claim, person.0))
        .one(db)
        .await
}

/// The claims that learners of `class` are in already for its course, of whichever class and institution.
///
/// # Errors
/// What the database says.
pub async fn earlier(
    db: &impl ConnectionTrait,
    class: &class::Model,
) -> Result<HashMap<Uuid, EarlierClaim>, DbErr> {
    let enrolled = enrolment::Entity::find()
        .select_only()
        .column(enrolment::Column::PersonId)
        .filter(enrolment::Column::ClassId.eq(class.id))
        .into_query();
    let rows = claim_person::Entity::find()
        .filter(claim_person::Column::CourseId.eq(class.course_id))
        .filter(claim_person::Column::WithdrawnAt.is_null())
        .filter(claim_person::Column::PersonId.in_subquery(enrolled))
        .all(db)
        .await?;
    let mut ids: Vec<Uuid> = rows.iter().map(|row| row.claim_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let mut claims = HashMap::with_capacity(ids.len());
    for row in claim::Entity::find()
        .filter(claim::Column::Id.is_in(ids))
        .all(db)
        .await?
    {
        let Some(earlier) = of_claim(db, &row).await? else {
            continue;
        };
        claims.insert(row.id, earlier);
    }
    Ok(rows
        .into_iter()
        .filter_map(|row| Some((row.person_id, claims.get(&row.claim_id)?.clone())))
        .collect())
}

async fn of_claim(
    db: &impl ConnectionTrait,
    row: &claim::Model,
) -> Result<Option<EarlierClaim>, DbErr> {
    let institution = institution::Entity::find_by_id(row.institution_id)
        .one(db)
        .await?;
    let class = class::Entity::find_by_id(row.class_id).one(db).await?;
    Ok(institution
        .zip(class)
        .map(|(institution, class)| EarlierClaim {
            claim: row.id,
            sealed_at: time(row.sealed_at),
            institution: Text {
                zh: institution.name_zh,
                en: institution.name_en,
            },
            class: crate::store::classes::name(&class),
        }))
}
