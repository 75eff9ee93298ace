//! What is taught: institutions, courses with their units, rules, classes. So far entered by the demo province and by tests.

use super::{
    entities::{class, course, enrolment, institution, rules, unit},
    json, stored, to_json,
};
use contract::{Digest, Text, canonical};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder,
    sea_query::OnConflict,
};
use study::{ClassId, CourseId, InstitutionId, Millis, PersonId, Rules, Timestamp, UnitId};
use uuid::Uuid;

/// Enters an institution.
///
/// # Errors
/// What the database says.
pub async fn add_institution(
    db: &impl ConnectionTrait,
    usci: &str,
    name: &Text,
    now: Timestamp,
) -> Result<InstitutionId, DbErr> {
    let id = Uuid::now_v7();
    institution::Entity::insert(institution::ActiveModel {
        id: Set(id),
        usci: Set(usci.to_owned()),
        name_zh: Set(name.zh.clone()),
        name_en: Set(name.en.clone()),
        created_at: Set(stored(now.0)),
    })
    .exec_without_returning(db)
    .await?;
    Ok(InstitutionId(id))
}

/// Enters an empty course.
///
/// # Errors
/// What the database says.
pub async fn add_course(
    db: &impl ConnectionTrait,
    title: &Text,
    now: Timestamp,
) -> Result<CourseId, DbErr> {
    let id = Uuid::now_v7();
    course::Entity::insert(course::ActiveModel {
        id: Set(id),
        title_zh: Set(title.zh.clone()),
        title_en: Set(title.en.clone()),
        created_at: Set(stored(now.0)),
    })
    .exec_without_returning(db)
    .await?;
    Ok(CourseId(id))
}

/// A unit to enter.
pub struct NewUnit<'a> {
    /// The course it belongs to.
    pub course: CourseId,
    /// Its place in the course, from 1.
    pub position: u32,
    /// Its title.
    pub title: &'a Text,
    /// Content hash of the film.
    pub film: Digest,
    /// Length of the film.
    pub film_ms: Millis,
    /// Content hash of the Chinese captions.
    pub captions_zh: Digest,
    /// Content hash of the English captions.
    pub captions_en: Option<Digest>,
}

/// Enters a unit.
///
/// # Errors
/// What the database says.
pub async fn add_unit(db: &impl ConnectionTrait, new: NewUnit<'_>) -> Result<UnitId, DbErr> {
    let id = Uuid::now_v7();
    unit::Entity::insert(unit::ActiveModel {
        id: Set(id),
        course_id: Set(new.course.0),
        position: Set(i64::from(new.position)),
        title_zh: Set(new.title.zh.clone()),
        title_en: Set(new.title.en.clone()),
        film: Set(new.film.0.to_vec()),
        film_ms: Set(stored(new.film_ms.0)),
        captions_zh: Set(new.captions_zh.0.to_vec()),
        captions_en: Set(new.captions_en.map(|digest| digest.0.to_vec())),
    })
    .exec_without_returning(db)
    .await?;
    Ok(UnitId(id))
}

/// Keeps a set of rules and gives its hash; keeping it twice changes nothing.
///
/// # Errors
/// What the database says.
pub async fn add_rules(
    db: &impl ConnectionTrait,
    new: &Rules,
    now: Timestamp,
) -> Result<Digest, DbErr> {
    let hash = canonical::digest(new).map_err(|error| DbErr::Json(error.to_string()))?;
    rules::Entity::insert(rules::ActiveModel {
        hash: Set(hash.0.to_vec()),
        body: Set(to_json(new)?),
        created_at: Set(stored(now.0)),
    })
    .on_conflict(OnConflict::new().do_nothing().to_owned())
    .exec_without_returning(db)
    .await?;
    Ok(hash)
}

/// The rules with this hash.
///
/// # Errors
/// What the database says, also where it holds no such rules: whoever asks has the hash from the same database.
pub async fn rules(db: &impl ConnectionTrait, hash: Digest) -> Result<Rules, DbErr> {
    let row = rules::Entity::find_by_id(hash.0.to_vec())
        .one(db)
        .await?
        .ok_or_else(|| DbErr::RecordNotFound(format!("rules {hash}")))?;
    json(&row.body)
}

/// A class to enter.
pub struct NewClass<'a> {
    /// Who trains.
    pub institution: InstitutionId,
    /// What is taught.
    pub course: CourseId,
    /// The rules it is trained under.
    pub rules: Digest,
    /// Its name.
    pub name: &'a Text,
    /// Whether anybody may join.
    pub open: bool,
    /// First moment that earns credit.
    pub starts_at: Timestamp,
    /// First moment that does not any more.
    pub ends_at: Timestamp,
}

/// Enters a class.
///
/// # Errors
/// What the database says.
pub async fn add_class(
    db: &impl ConnectionTrait,
    new: NewClass<'_>,
    now: Timestamp,
) -> Result<ClassId, DbErr> {
    let id = Uuid::now_v7();
    class::Entity::insert(class::ActiveModel {
        id: Set(id),
        institution_id: Set(new.institution.0),
        course_id: Set(new.course.0),
        rules_hash: Set(new.rules.0.to_vec()),
        name_zh: Set(new.name.zh.clone()),
        name_en: Set(new.name.en.clone()),
        open: Set(new.open),
        starts_at: Set(stored(new.starts_at.0)),
        ends_at: Set(stored(new.ends_at.0)),
        created_at: Set(stored(now.0)),
        deleted_at: Set(None),
    })
    .exec_without_returning(db)
    .await?;
    Ok(ClassId(id))
}

/// Puts `person` into `class`; twice changes nothing.
///
/// # Errors
/// What the database says.
pub async fn enrol(
    db: &impl ConnectionTrait,
    class: ClassId,
    person: PersonId,
    now: Timestamp,
) -> Result<(), DbErr> {
    enrolment::Entity::insert(enrolment::ActiveModel {
        class_id: Set(class.0),
        person_id: Set(person.0),
        enrolled_at: Set(stored(now.0)),
    })
    .on_conflict(OnConflict::new().do_nothing().to_owned())
    .exec_without_returning(db)
    .await?;
    Ok(())
}

/// The units of a course in order.
///
/// # Errors
/// What the database says.
pub async fn units(db: &impl ConnectionTrait, course: CourseId) -> Result<Vec<unit::Model>, DbErr> {
    unit::Entity::find()
        .filter(unit::Column::CourseId.eq(course.0))
        .order_by_asc(unit::Column::Position)
        .all(db)
        .await
}
