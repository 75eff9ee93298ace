//! Appeals and their answers. Both are only ever added; the words in them are sealed under the learner's key.

use super::{
    classes,
    entities::{appeal, appeal_answer, class},
    stored,
};
use contract::acting::Remedy;
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, SqlErr,
    sea_query::{Expr, ExprTrait, Query, SelectStatement},
};
use std::collections::HashMap;
use study::{ClassId, InstitutionId, Millis, PersonId, Timestamp};
use uuid::Uuid;

/// Most that is shown at once.
const SHOWN_MAX: u64 = 50;

/// Enters an appeal; `false` where there is one about the same.
///
/// # Errors
/// What the database says.
pub async fn add(tx: &impl ConnectionTrait, new: appeal::ActiveModel) -> Result<bool, DbErr> {
    match appeal::Entity::insert(new).exec_without_returning(tx).await {
        Ok(_) => Ok(true),
        Err(error) => match error.sql_err() {
            Some(SqlErr::UniqueConstraintViolation(_)) => Ok(false),
            _ => Err(error),
        },
    }
}

/// How many appeals of `person` in `class` wait for an answer.
///
/// # Errors
/// What the database says.
pub async fn n_open(
    db: &impl ConnectionTrait,
    person: PersonId,
    class: ClassId,
) -> Result<u64, DbErr> {
    appeal::Entity::find()
        .filter(appeal::Column::PersonId.eq(person.0))
        .filter(appeal::Column::ClassId.eq(class.0))
        .filter(appeal::Column::Id.not_in_subquery(answered()))
        .count(db)
        .await
}

fn answered() -> SelectStatement {
    Query::select()
        .column((appeal_answer::Entity, appeal_answer::Column::AppealId))
        .from(appeal_answer::Entity)
        .to_owned()
}

/// The appeals in classes of `institutions` that wait for an answer, the oldest first; nobody sees their own.
///
/// # Errors
/// What the database says.
pub async fn open(
    db: &impl ConnectionTrait,
    institutions: &[InstitutionId],
    staff: PersonId,
) -> Result<Vec<appeal::Model>, DbErr> {
    let classes = Query::select()
        .column((class::Entity, class::Column::Id))
        .from(class::Entity)
        .and_where(
            Expr::col((class::Entity, class::Column::InstitutionId))
                .is_in(institutions.iter().map(|one| one.0).collect::<Vec<_>>()),
        )
        .to_owned();
    appeal::Entity::find()
        .filter(appeal::Column::ClassId.in_subquery(classes))
        .filter(appeal::Column::PersonId.ne(staff.0))
        .filter(appeal::Column::Id.not_in_subquery(answered()))
        .order_by_asc(appeal::Column::FiledAt)
        .limit(SHOWN_MAX)
        .all(db)
        .await
}

/// An appeal in a class of `institutions` and its class, whoever filed it but `staff`.
///
/// # Errors
/// What the database says.
pub async fn one(
    db: &impl ConnectionTrait,
    institutions: &[InstitutionId],
    staff: PersonId,
    id: Uuid,
) -> Result<Option<(appeal::Model, class::Model)>, DbErr> {
    let found = appeal::Entity::find_by_id(id)
        .filter(appeal::Column::PersonId.ne(staff.0))
        .one(db)
        .await?;
    let Some(row) = found else {
        return Ok(None);
    };
    let class = classes::own(db, institutions, ClassId(row.class_id)).await?;
    Ok(class.map(|class| (row, class)))
}

/// Whether an appeal has its answer.
///
/// # Errors
/// What the database says.
pub async fn is_answered(db: &impl ConnectionTrait, id: Uuid) -> Result<bool, DbErr> {
    let found = appeal_answer::Entity::find_by_id(id).one(db).await?;
    Ok(found.is_some())
}

/// What is answered.
pub struct NewAnswer {
    /// To which appeal.
    pub appeal: Uuid,
    /// By whom.
    pub by: PersonId,
    /// Whether the learner is right.
    pub upheld: bool,
    /// What it does.
    pub remedy: Remedy,
    /// Credit that counts by it.
    pub confirmed_ms: Millis,
    /// Until when the check can be made up.
    pub make_up_until: Option<Timestamp>,
    /// The reason, sealed.
    pub reason_sealed: Vec<u8>,
    /// When.
    pub at: Timestamp,
}

/// Enters an answer.
///
/// # Errors
/// What the database says, e.g. that there is one.
pub async fn answer(tx: &impl ConnectionTrait, new: NewAnswer) -> Result<(), DbErr> {
    appeal_answer::Entity::insert(appeal_answer::ActiveModel {
        appeal_id: Set(new.appeal),
        answered_by: Set(new.by.0),
        upheld: Set(new.upheld),
        remedy: Set(crate::checks::spelled(&new.remedy)?),
        confirmed_ms: Set(stored(new.confirmed_ms.0)),
        make_up_until: Set(new.make_up_until.map(|at| stored(at.0))),
        reason_sealed: Set(new.reason_sealed),
        answered_at: Set(stored(new.at.0)),
    })
    .exec_without_returning(tx)
    .await?;
    Ok(())
}

/// The appeals of `person`, in one class or in all, oldest first, each with its answer.
///
/// # Errors
/// What the database says.
pub async fn of_person(
    db: &impl ConnectionTrait,
    person: PersonId,
    class: Option<ClassId>,
) -> Result<Vec<(appeal::Model, Option<appeal_answer::Model>)>, DbErr> {
    let mut query = appeal::Entity::find().filter(appeal::Column::PersonId.eq(person.0));
    if let Some(class) = class {
        query = query.filter(appeal::Column::ClassId.eq(class.0));
    }
    let appeals = query.order_by_asc(appeal::Column::FiledAt).all(db).await?;
    let mut answers = HashMap::with_capacity(appeals.len());
    // In pieces: SQLite takes 32 766 parameters in one statement.
    for some in appeals.chunks(1_000) {
        let rows = appeal_answer::Entity::find()
            .filter(appeal_answer::Column::AppealId.is_in(some.iter().map(|row| row.id)))
            .all(db)
            .await?;
        answers.extend(rows.into_iter().map(|row| (row.appeal_id, row)));
    }
    Ok(appeals
        .into_iter()
        .map(|row| {
            let answer = answers.remove(&row.id);
            (row, answer)
        })
        .collect())
}
