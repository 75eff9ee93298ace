//! Classes as one learner sees them. Every query names the person, so that a class that is not theirs is not found.

use super::{
    catalogue, digest,
    entities::{class, course, enrolment, institution, study_session, unit, unit_progress},
    json, number,
    rules_book::RulesBook,
    stored, time,
};
use crate::checks;
use contract::{
    Text,
    class::{MyClass, OpenClass, UnitProgress},
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};
use std::collections::{BTreeMap, HashMap};
use study::{ClassHours, ClassId, Coverage, InstitutionId, Millis, PersonId, Timestamp, UnitId};
use uuid::Uuid;

/// The classes that anybody may join at `now`, the one that ends first on top.
///
/// # Errors
/// What the database says.
pub async fn open(db: &impl ConnectionTrait, now: Timestamp) -> Result<Vec<OpenClass>, DbErr> {
    let classes = class::Entity::find()
        .filter(class::Column::Open.eq(true))
        .filter(class::Column::EndsAt.gt(stored(now.0)))
        .order_by_asc(class::Column::EndsAt)
        .order_by_asc(class::Column::Id)
        .all(db)
        .await?;
    let around = Around::of(db, &classes).await?;
    Ok(classes
        .into_iter()
        .map(|class| {
            let units = around.units(&class);
            OpenClass {
                class: ClassId(class.id),
                name: name(&class),
                institution: around.institution(&class),
                course: around.course(&class),
                units: u32::try_from(units.len()).unwrap_or(u32::MAX),
                due_ms: due(units),
                ends_at: time(class.ends_at),
            }
        })
        .collect())
}

/// Whether a class can be joined, by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Joinable {
    /// By anybody, now.
    Yes,
    /// It is over.
    Over,
    /// There is no such class, or it enrols its people itself.
    No,
}

/// Whether `class` can be joined at `now`.
///
/// # Errors
/// What the database says.
pub async fn joinable(
    db: &impl ConnectionTrait,
    class: ClassId,
    now: Timestamp,
) -> Result<Joinable, DbErr> {
    let row = class::Entity::find_by_id(class.0).one(db).await?;
    Ok(match row {
        Some(row) if row.open && now < time(row.ends_at) => Joinable::Yes,
        Some(row) if row.open => Joinable::Over,
        _ => Joinable::No,
    })
}

/// The row of a class that `person` is in.
///
/// # Errors
/// What the database says.
pub async fn enrolled(
    db: &impl ConnectionTrait,
    person: PersonId,
    class: ClassId,
) -> Result<Option<class::Model>, DbErr> {
    let enrolment = enrolment::Entity::find_by_id((class.0, person.0))
        .one(db)
        .await?;
    match enrolment {
        Some(_) => class::Entity::find_by_id(class.0).one(db).await,
        None => Ok(None),
    }
}

/// The classes of `person` with progress, the one that ends first on top.
///
/// # Errors
/// What the database says.
pub async fn mine(
    db: &impl ConnectionTrait,
    book: &RulesBook,
    person: PersonId,
    now: Timestamp,
) -> Result<Vec<MyClass>, DbErr> {
    let ids: Vec<Uuid> = enrolment::Entity::find()
        .filter(enrolment::Column::PersonId.eq(person.0))
        .all(db)
        .await?
        .into_iter()
        .map(|enrolment| enrolment.class_id)
        .collect();
    let classes = class::Entity::find()
        .filter(class::Column::Id.is_in(ids))
        .order_by_asc(class::Column::EndsAt)
        .order_by_asc(class::Column::Id)
        .all(db)
        .await?;
    with_progress(db, book, person, classes, now).await
}

/// One class of `person` with progress.
///
/// # Errors
/// What the database says.
pub async fn my(
    db: &impl ConnectionTrait,
    book: &RulesBook,
    person: PersonId,
    class: ClassId,
    now: Timestamp,
) -> Result<Option<MyClass>, DbErr> {
    let classes = enrolled(db, person, class).await?.into_iter().collect();
    Ok(with_progress(db, book, person, classes, now).await?.pop())
}

/// What of the credit of `person` in `class` counts, by unit: the credited intervals of their study sessions in that class
/// together, under rules with face checks as far as those confirmed it. The one source of every number about a class, on the page
/// and in the proof.
///
/// # Errors
/// What the database says.
pub async fn credited(
    db: &impl ConnectionTrait,
    book: &RulesBook,
    person: PersonId,
    class: &class::Model,
) -> Result<BTreeMap<UnitId, Coverage>, DbErr> {
    let rules = book.get(db, digest(&class.rules_hash)?).await?;
    let credit = checks::credit_of(db, &rules, person, ClassId(class.id)).await?;
    Ok(credit.confirmed)
}

/// Whether `person` is in a class whose course has a unit with this film or these captions.
///
/// # Errors
/// What the database says.
pub async fn may_watch(
    db: &impl ConnectionTrait,
    person: PersonId,
    file: contract::Digest,
) -> Result<bool, DbErr> {
    use sea_orm::{DbBackend, Statement};
    let marks = if db.get_database_backend() == DbBackend::Sqlite {
        ["?1", "?2"]
    } else {
        ["$1", "$2"]
    };
    let [who, what] = marks;
    let row = db
        .query_one_raw(Statement::from_sql_and_values(
            db.get_database_backend(),
            format!(
                "SELECT 1 FROM unit u JOIN class c ON c.course_id = u.course_id JOIN enrolment e ON e.class_id = c.id
                 WHERE e.person_id = {who} AND (u.film = {what} OR u.captions_zh = {what} OR u.captions_en = {what}) LIMIT 1"
            ),
            [person.0.into(), file.0.to_vec().into()],
        ))
        .await?;
    Ok(row.is_some())
}

async fn with_progress(
    db: &impl ConnectionTrait,
    book: &RulesBook,
    person: PersonId,
    classes: Vec<class::Model>,
    now: Timestamp,
) -> Result<Vec<MyClass>, DbErr> {
    let around = Around::of(db, &classes).await?;
    let progress: HashMap<Uuid, unit_progress::Model> = unit_progress::Entity::find()
        .filter(unit_progress::Column::PersonId.eq(person.0))
        .all(db)
        .await?
        .into_iter()
        .map(|row| (row.unit_id, row))
        .collect();
    let mut mine = Vec::with_capacity(classes.len());
    for class in classes {
        let rules_hash = digest(&class.rules_hash)?;
        let rules = book.get(db, rules_hash).await?;
        let id = ClassId(class.id);
        let mut credit = checks::credit_of(db, &rules, person, id).await?;
        let rows = around.units(&class);
        let mut units = Vec::with_capacity(rows.len());
        for row in rows {
            let progress = progress.get(&row.id);
            units.push(UnitProgress {
                unit: UnitId(row.id),
                title: unit_title(row),
                film_ms: Millis(number(row.film_ms)),
                confirmed_ms: take(&mut credit.confirmed, row),
                pending_ms: take(&mut credit.waiting, row),
                covered: match progress {
                    Some(progress) => json(&progress.covered)?,
                    None => Coverage::default(),
                },
                position_ms: Millis(progress.map_or(0, |row| number(row.position_ms))),
            });
        }
        let sum = |of: fn(&UnitProgress) -> Millis| {
            units
                .iter()
                .fold(Millis::ZERO, |sum, unit| sum.saturating_add(of(unit)))
        };
        let confirmed_ms = sum(|unit| unit.confirmed_ms);
        let pending_ms = sum(|unit| unit.pending_ms);
        let last = last_unit(db, person, id).await?;
        let checks = match rules.face_checks.random() {
            None => None,
            Some(random) => Some(checks::standing(db, person, id, random, now).await?),
        };
        mine.push(MyClass {
            class: id,
            name: name(&class),
            institution: around.institution(&class),
            course: around.course(&class),
            due_ms: due(rows),
            confirmed_ms,
            pending_ms,
            confirmed_hours: ClassHours::of(confirmed_ms, &rules),
            starts_at: time(class.starts_at),
            ends_at: time(class.ends_at),
            deleted_at: class.deleted_at.map(time),
            rules: (*rules).clone(),
            rules_hash,
            resume: resume(&units, last),
            checks,
            units,
        });
    }
    Ok(mine)
}

/// Length of what `credit` holds of a unit.
fn take(credit: &mut BTreeMap<UnitId, Coverage>, unit: &unit::Model) -> Millis {
    credit.remove(&UnitId(unit.id)).unwrap_or_default().len()
}

/// The unit studied last where it is not finished, else the first that is not.
fn resume(units: &[UnitProgress], last: Option<UnitId>) -> Option<UnitId> {
    let unfinished = |unit: &&UnitProgress| unit.covered.len() < unit.film_ms;
    units
        .iter()
        .filter(unfinished)
        .find(|unit| Some(unit.unit) == last)
        .or_else(|| units.iter().find(unfinished))
        .map(|unit| unit.unit)
}

async fn last_unit(
    db: &impl ConnectionTrait,
    person: PersonId,
    class: ClassId,
) -> Result<Option<UnitId>, DbErr> {
    Ok(study_session::Entity::find()
        .filter(study_session::Column::PersonId.eq(person.0))
        .filter(study_session::Column::ClassId.eq(class.0))
        .order_by_desc(study_session::Column::Lease)
        .one(db)
        .await?
        .map(|session| UnitId(session.unit_id)))
}

/// The title of a unit.
#[must_use]
pub fn unit_title(unit: &unit::Model) -> Text {
    Text {
        zh: unit.title_zh.clone(),
        en: unit.title_en.clone(),
    }
}

/// The name of a class.
#[must_use]
pub fn name(class: &class::Model) -> Text {
    Text {
        zh: class.name_zh.clone(),
        en: class.name_en.clone(),
    }
}

/// A class of one of these institutions.
///
/// # Errors
/// What the database says.
pub async fn own(
    db: &impl ConnectionTrait,
    institutions: &[InstitutionId],
    class: ClassId,
) -> Result<Option<class::Model>, DbErr> {
    class::Entity::find_by_id(class.0)
        .filter(class::Column::InstitutionId.is_in(institutions.iter().map(|id| id.0)))
        .one(db)
        .await
}

/// Whether the personal data of a class was destroyed after its time.
///
/// # Errors
/// What the database says.
pub async fn is_deleted(db: &impl ConnectionTrait, class: ClassId) -> Result<bool, DbErr> {
    let row = class::Entity::find_by_id(class.0).one(db).await?;
    Ok(row.is_some_and(|row| row.deleted_at.is_some()))
}

/// Length of all films of a course together.
#[must_use]
pub fn due(units: &[unit::Model]) -> Millis {
    units.iter().fold(Millis::ZERO, |sum, unit| {
        sum.saturating_add(Millis(number(unit.film_ms)))
    })
}

/// What stands around classes: who trains, and what.
pub(super) struct Around {
    institutions: HashMap<Uuid, Text>,
    courses: HashMap<Uuid, Text>,
    units: HashMap<Uuid, Vec<unit::Model>>,
}

impl Around {
    pub(super) async fn of(
        db: &impl ConnectionTrait,
        classes: &[class::Model],
    ) -> Result<Self, DbErr> {
        let institutions = institution::Entity::find()
            .filter(institution::Column::Id.is_in(classes.iter().map(|class| class.institution_id)))
            .all(db)
            .await?
            .into_iter()
            .map(|row| {
                (
                    row.id,
                    Text {
                        zh: row.name_zh,
                        en: row.name_en,
                    },
                )
            })
            .collect();
        let courses: HashMap<Uuid, Text> = course::Entity::find()
            .filter(course::Column::Id.is_in(classes.iter().map(|class| class.course_id)))
            .all(db)
            .await?
            .into_iter()
            .map(|row| {
                (
                    row.id,
                    Text {
                        zh: row.title_zh,
                        en: row.title_en,
                    },
                )
            })
            .collect();
        let mut units = HashMap::new();
        for course in courses.keys() {
            units.insert(
                *course,
                catalogue::units(db, study::CourseId(*course)).await?,
            );
        }
        Ok(Self {
            institutions,
            courses,
            units,
        })
    }

    pub(super) fn institution(&self, class: &class::Model) -> Text {
        self.institutions
            .get(&class.institution_id)
            .cloned()
            .unwrap_or_else(nameless)
    }

    pub(super) fn course(&self, class: &class::Model) -> Text {
        self.courses
            .get(&class.course_id)
            .cloned()
            .unwrap_or_else(nameless)
    }

    pub(super) fn units(&self, class: &class::Model) -> &[unit::Model] {
        self.units.get(&class.course_id).map_or(&[], Vec::as_slice)
    }
}

/// Never seen: foreign keys hold the rows together.
fn nameless() -> Text {
    Text {
        zh: String::new(),
        en: String::new(),
    }
}
