//! What each day brought to a class: two questions, one about its study sessions and one about its face checks.
//!
//! Asked when somebody opens the charts, never by what runs along with learners; so the sums are made of what is there and nothing is
//! kept for them.

use super::{
    classes::{self, Around},
    digest,
    entities::{class, enrolment},
    number,
    rules_book::RulesBook,
    stored, time,
};
use contract::board::{ClassDay, ClassDays};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, DbErr, EntityTrait, PaginatorTrait, QueryFilter,
    Statement,
};
use std::collections::BTreeMap;
use study::{Day, Millis};

/// Length of `r.covered`, which is a list of pairs.
const SQLITE_LENGTH: &str =
    "(SELECT coalesce(sum((i.value ->> 1) - (i.value ->> 0)), 0) FROM json_each(r.covered) AS i)";
const POSTGRES_LENGTH: &str =
    "(SELECT coalesce(sum((i.value ->> 1)::bigint - (i.value ->> 0)::bigint), 0)
      FROM jsonb_array_elements(r.covered::jsonb) AS i (value))";

/// Credit and learners by day.
fn study_sql(backend: DbBackend) -> String {
    let (class, offset, length, whole) = match backend {
        DbBackend::Sqlite => ("?1", "?2", SQLITE_LENGTH, "INTEGER"),
        _ => ("$1", "$2", POSTGRES_LENGTH, "BIGINT"),
    };
    format!(
        "SELECT (s.started_at + {offset}) / {day} AS day, count(DISTINCT s.person_id) AS learners, CAST(sum({length}) AS {whole}) AS credited
         FROM study_session s JOIN study_progress r ON r.session_id = s.id
         WHERE s.class_id = {class} GROUP BY 1",
        day = Day::LENGTH.0
    )
}

/// Settled checks by day. Outcomes that say neither (a human looks, cannot tell, or says somebody else) are in no column.
fn checks_sql(backend: DbBackend) -> String {
    let (class, offset) = match backend {
        DbBackend::Sqlite => ("?1", "?2"),
        _ => ("$1", "$2"),
    };
    format!(
        "SELECT (f.drawn_at + {offset}) / {day} AS day,
                count(CASE WHEN f.outcome IN ('passed', 'made_up', 'same_person', 'supervised') THEN 1 END) AS passed,
                count(CASE WHEN f.outcome IN ('missed', 'expired') THEN 1 END) AS missed
         FROM face_check f WHERE f.class_id = {class} AND f.outcome IS NOT NULL GROUP BY 1",
        day = Day::LENGTH.0
    )
}

/// The days of `class`. Whoever asks has made sure that it is of their institution ([`classes::own`]).
///
/// # Errors
/// What the database says.
pub async fn read(
    db: &impl ConnectionTrait,
    book: &RulesBook,
    class: &class::Model,
) -> Result<ClassDays, DbErr> {
    let rules = book.get(db, digest(&class.rules_hash)?).await?;
    let around = Around::of(db, std::slice::from_ref(class)).await?;
    let learners = enrolment::Entity::find()
        .filter(enrolment::Column::ClassId.eq(class.id))
        .count(db)
        .await?;
    let backend = db.get_database_backend();
    let offset = rules.day_offset_ms;
    let ask = async |sql: String| {
        let values = [class.id.into(), stored(offset.0).into()];
        db.query_all_raw(Statement::from_sql_and_values(backend, sql, values))
            .await
    };
    let mut days: BTreeMap<u64, ClassDay> = BTreeMap::new();
    let empty = |day| ClassDay {
        day: Day(day),
        credited_ms: Millis::ZERO,
        learners: 0,
        passed: 0,
        missed: 0,
    };
    for row in ask(study_sql(backend)).await? {
        let day = number(row.try_get_by_index(0)?);
        let entry = days.entry(day).or_insert_with(|| empty(day));
        entry.learners = small(row.try_get_by_index(1)?);
        entry.credited_ms = Millis(number(row.try_get_by_index(2)?));
    }
    if rules.face_checks.random().is_some() {
        for row in ask(checks_sql(backend)).await? {
            let day = number(row.try_get_by_index(0)?);
            let entry = days.entry(day).or_insert_with(|| empty(day));
            entry.passed = small(row.try_get_by_index(1)?);
            entry.missed = small(row.try_get_by_index(2)?);
        }
    }
    let last = time(class.ends_at.saturating_sub(1));
    Ok(ClassDays {
        first_day: time(class.starts_at).day(offset),
        last_day: last.day(offset),
        learners: u32::try_from(learners).unwrap_or(u32::MAX),
        due_ms: classes::due(around.units(class)),
        class_hour_ms: rules.class_hour_ms,
        checks: rules.face_checks.random().is_some(),
        days: days.into_values().collect(),
    })
}

fn small(count: i64) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
