//! What waits for staff, within their own institutions: the limit is in the queries.

use crate::{
    extract::Staff,
    store::entities::{class, enrolment, face_check, face_enrolment, supervised_code},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
    sea_query::{Expr, ExprTrait, Query, SelectStatement},
};
use study::{ClassId, PersonId};

/// Most that is shown at once.
const SHOWN_MAX: u64 = 100;

/// Enrolments that wait, the oldest first; nobody sees their own.
///
/// # Errors
/// What the database says.
pub async fn enrolments(
    db: &impl ConnectionTrait,
    staff: &Staff,
) -> Result<Vec<face_enrolment::Model>, DbErr> {
    face_enrolment::Entity::find()
        .filter(face_enrolment::Column::State.eq("waiting"))
        .filter(face_enrolment::Column::PersonId.ne(staff.id.0))
        .filter(face_enrolment::Column::PersonId.in_subquery(learners(staff)))
        .order_by_asc(face_enrolment::Column::At)
        .limit(SHOWN_MAX)
        .all(db)
        .await
}

/// Checks that wait for a human, the oldest first; nobody sees their own.
///
/// # Errors
/// What the database says.
pub async fn checks(
    db: &impl ConnectionTrait,
    staff: &Staff,
) -> Result<Vec<face_check::Model>, DbErr> {
    face_check::Entity::find()
        .filter(face_check::Column::Standing.eq("pending"))
        .filter(face_check::Column::Outcome.eq("review"))
        .filter(face_check::Column::PersonId.ne(staff.id.0))
        .filter(face_check::Column::ClassId.in_subquery(classes(staff)))
        .order_by_asc(face_check::Column::DrawnAt)
        .limit(SHOWN_MAX)
        .all(db)
        .await
}

/// Whether `person` is in a class of an institution of `staff`.
///
/// # Errors
/// What the database says.
pub async fn trains(
    db: &impl ConnectionTrait,
    staff: &Staff,
    person: PersonId,
) -> Result<bool, DbErr> {
    let n = enrolment::Entity::find()
        .filter(enrolment::Column::PersonId.eq(person.0))
        .filter(enrolment::Column::ClassId.in_subquery(classes(staff)))
        .count(db)
        .await?;
    Ok(n > 0)
}

/// Whether `class` is of an institution of `staff`.
///
/// # Errors
/// What the database says.
pub async fn runs(db: &impl ConnectionTrait, staff: &Staff, class: ClassId) -> Result<bool, DbErr> {
    let row = class::Entity::find_by_id(class.0).one(db).await?;
    Ok(row
        .filter(|row| row.deleted_at.is_none())
        .is_some_and(|row| {
            staff
                .institutions
                .iter()
                .any(|institution| institution.0 == row.institution_id)
        }))
}

/// The codes that can be used now, in classes of an institution of `staff`.
///
/// # Errors
/// What the database says.
pub async fn codes(
    db: &impl ConnectionTrait,
    staff: &Staff,
    now: i64,
) -> Result<Vec<supervised_code::Model>, DbErr> {
    supervised_code::Entity::find()
        .filter(supervised_code::Column::ClassId.in_subquery(classes(staff)))
        .filter(supervised_code::Column::UsedAt.is_null())
        .filter(supervised_code::Column::ExpiresAt.gt(now))
        .all(db)
        .await
}

fn classes(staff: &Staff) -> SelectStatement {
    let institutions = staff.institutions.iter().map(|institution| institution.0);
    Query::select()
        .column((class::Entity, class::Column::Id))
        .from(class::Entity)
        .and_where(
            Expr::col((class::Entity, class::Column::InstitutionId))
                .is_in(institutions.collect::<Vec<_>>()),
        )
        .and_where(Expr::col((class::Entity, class::Column::DeletedAt)).is_null())
        .to_owned()
}

fn learners(staff: &Staff) -> SelectStatement {
    Query::select()
        .column((enrolment::Entity, enrolment::Column::PersonId))
        .from(enrolment::Entity)
        .and_where(
            Expr::col((enrolment::Entity, enrolment::Column::ClassId)).in_subquery(classes(staff)),
        )
        .to_owned()
}
