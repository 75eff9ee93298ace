//! Where a learner's film goes on in each unit, and moving that: it earns nothing and takes nothing.

use super::{
    catalogue, classes,
    entities::{class, pointer_move, unit_progress},
    json, number,
};
use contract::acting::UnitPointer;
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder,
    sea_query::{Expr, OnConflict},
};
use std::collections::HashMap;
use study::{ClassId, CourseId, Coverage, Millis, PersonId, UnitId};
use uuid::Uuid;

/// The units of `class` in their order, with where `person` is in each.
///
/// # Errors
/// What the database says.
pub async fn of(
    db: &impl ConnectionTrait,
    class: &class::Model,
    person: PersonId,
) -> Result<Vec<UnitPointer>, DbErr> {
    let units = catalogue::units(db, CourseId(class.course_id)).await?;
    let mut progress: HashMap<Uuid, unit_progress::Model> = unit_progress::Entity::find()
        .filter(unit_progress::Column::PersonId.eq(person.0))
        .filter(unit_progress::Column::UnitId.is_in(units.iter().map(|unit| unit.id)))
        .all(db)
        .await?
        .into_iter()
        .map(|row| (row.unit_id, row))
        .collect();
    let mut pointers = Vec::with_capacity(units.len());
    for unit in units {
        let (position, covered) = match progress.remove(&unit.id) {
            Some(row) => (number(row.position_ms), json(&row.covered)?),
            None => (0, Coverage::default()),
        };
        pointers.push(UnitPointer {
            unit: UnitId(unit.id),
            title: classes::unit_title(&unit),
            film_ms: Millis(number(unit.film_ms)),
            position_ms: Millis(position),
            covered,
        });
    }
    Ok(pointers)
}

/// Moves a pointer and writes down that it was moved. The person's study must be locked.
///
/// # Errors
/// What the database says.
pub async fn move_to(tx: &impl ConnectionTrait, new: pointer_move::Model) -> Result<(), DbErr> {
    // The coverage of a unit that was never opened is empty; of any other it stays.
    unit_progress::Entity::insert(unit_progress::ActiveModel {
        person_id: Set(new.person_id),
        unit_id: Set(new.unit_id),
        covered: Set(super::to_json(&Coverage::default())?),
        position_ms: Set(0),
    })
    .on_conflict(OnConflict::new().do_nothing().to_owned())
    .exec_without_returning(tx)
    .await?;
    unit_progress::Entity::update_many()
        .col_expr(unit_progress::Column::PositionMs, Expr::value(new.to_ms))
        .filter(unit_progress::Column::PersonId.eq(new.person_id))
        .filter(unit_progress::Column::UnitId.eq(new.unit_id))
        .exec(tx)
        .await?;
    pointer_move::Entity::insert(pointer_move::ActiveModel::from(new))
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// Pointers of `person` that staff moved, in one class or in all, oldest first.
///
/// # Errors
/// What the database says.
pub async fn moves(
    db: &impl ConnectionTrait,
    person: PersonId,
    class: Option<ClassId>,
) -> Result<Vec<pointer_move::Model>, DbErr> {
    let mut query =
        pointer_move::Entity::find().filter(pointer_move::Column::PersonId.eq(person.0));
    if let Some(class) = class {
        query = query.filter(pointer_move::Column::ClassId.eq(class.0));
    }
    query
        .order_by_asc(pointer_move::Column::MovedAt)
        .all(db)
        .await
}
