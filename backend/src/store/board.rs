//! The board of a class: two questions about the class itself, one about all its learners.

use super::{
    classes::{self, Around},
    digest,
    entities::{class, enrolment},
    json, number, people, roll_calls,
    rules_book::RulesBook,
    time,
};
use crate::{
    checks,
    keys::{Keys, NotOpened},
};
use contract::acting::{CallAnswer, RollCallMark};
use contract::board::{Board, BoardNumbers, BoardRow, LastCheck, Presence, StaffClass};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, DbErr, EntityTrait, QueryFilter, QueryOrder,
    QueryResult, QuerySelect, Statement, sea_query::Expr, sea_query::ExprTrait,
};
use std::collections::HashMap;
use study::{
    ClassHours, ClassId, Coverage, InstitutionId, Millis, PersonId, Plan, Rules, Timestamp, risk,
};
use uuid::Uuid;

/// One row for each learner and each open session of theirs, in one statement, so that a session that ends meanwhile is either
/// among the open ones or in the sums, and never in both.
const LEARNERS: &str = "
    SELECT e.person_id, p.key_sealed, p.name_sealed,
           (SELECT w.way FROM identity_way w WHERE w.person_id = e.person_id ORDER BY w.chosen_at DESC, w.id DESC LIMIT 1) AS way,
           g.ended_ms, g.heard_at, g.confirmed_ms, g.pending_ms, g.review_ms, g.void_ms, g.to_make_up, g.in_review,
           g.check_at, g.check_outcome, o.last_at, o.covered, o.holds
    FROM enrolment e
    JOIN person p ON p.id = e.person_id
    LEFT JOIN class_progress g ON g.class_id = e.class_id AND g.person_id = e.person_id
    LEFT JOIN (
        SELECT s.person_id, r.last_at, r.covered, CASE WHEN l.session_id = s.id THEN 1 ELSE 0 END AS holds
        FROM study_progress r
        JOIN study_session s ON s.id = r.session_id
        JOIN person_progress l ON l.person_id = s.person_id
        WHERE r.class_id = $1 AND r.ended_at IS NULL
    ) o ON o.person_id = e.person_id
    WHERE e.class_id = $1";

/// Why there is no board.
#[derive(Debug, thiserror::Error)]
pub enum NoBoard {
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbErr),
    /// A name does not open under this installation's key.
    #[error(transparent)]
    Name(#[from] NotOpened),
}

/// Names that were opened before. Opening a thousand takes longer than all the rest, and nobody is renamed in place.
pub type Names = HashMap<PersonId, String>;

/// The classes of `institutions`, the one that ends last on top.
///
/// # Errors
/// What the database says.
pub async fn classes(
    db: &impl ConnectionTrait,
    institutions: &[InstitutionId],
) -> Result<Vec<StaffClass>, DbErr> {
    let rows = class::Entity::find()
        .filter(class::Column::InstitutionId.is_in(institutions.iter().map(|one| one.0)))
        .order_by_desc(class::Column::EndsAt)
        .order_by_asc(class::Column::Id)
        .all(db)
        .await?;
    let counts: Vec<(Uuid, i64)> = enrolment::Entity::find()
        .select_only()
        .column(enrolment::Column::ClassId)
        .column_as(Expr::col(enrolment::Column::PersonId).count(), "n")
        .filter(enrolment::Column::ClassId.is_in(rows.iter().map(|row| row.id)))
        .group_by(enrolment::Column::ClassId)
        .into_tuple()
        .all(db)
        .await?;
    let counts: HashMap<Uuid, i64> = counts.into_iter().collect();
    let around = Around::of(db, &rows).await?;
    Ok(rows
        .into_iter()
        .map(|row| StaffClass {
            class: ClassId(row.id),
            name: classes::name(&row),
            course: around.course(&row),
            starts_at: time(row.starts_at),
            ends_at: time(row.ends_at),
            learners: small(counts.get(&row.id).copied().unwrap_or(0)),
        })
        .collect())
}

/// The board of `class` at `now`. Whoever asks has made sure that it is of their institution ([`classes::own`]).
///
/// # Errors
/// [`NoBoard`]
pub async fn read(
    db: &impl ConnectionTrait,
    keys: &Keys,
    book: &RulesBook,
    class: &class::Model,
    names: &mut Names,
    now: Timestamp,
) -> Result<Board, NoBoard> {
    let rules = book.get(db, digest(&class.rules_hash)?).await?;
    let around = Around::of(db, std::slice::from_ref(class)).await?;
    let plan = Plan {
        starts_at: time(class.starts_at),
        ends_at: time(class.ends_at),
        due_ms: classes::due(around.units(class)),
    };
    let found = db.query_all_raw(learners(db, class.id)).await?;
    let mut rows: Vec<BoardRow> = Vec::with_capacity(found.len());
    let mut place = HashMap::with_capacity(found.len());
    let mut sums: Vec<Sums> = Vec::with_capacity(found.len());
    for row in &found {
        let person = PersonId(row.try_get_by_index(0)?);
        let idx = *place.entry(person).or_insert(sums.len());
        if idx == sums.len() {
            sums.push(Sums::read(row, person, keys, names)?);
        }
        if let Some(one) = sums.get_mut(idx) {
            deleted_at: row.deleted_at.map(time),
            one.add_open(row, &rules, now)?;
        }
    }
    rows.extend(sums.into_iter().map(|sums| sums.row(&plan, &rules, now)));
    let roll_call = roll_call(db, keys, class, names, &mut rows, now).await?;
    Ok(Board {
        class: ClassId(class.id),
        name: classes::name(class),
        course: around.course(class),
        starts_at: plan.starts_at,
        ends_at: plan.ends_at,
        due_ms: plan.due_ms,
        planned_hours: ClassHours::of(plan.due_ms, &rules),
        class_hour_ms: rules.class_hour_ms,
        day_offset_ms: rules.day_offset_ms,
        checks: rules.face_checks.random().is_some(),
        as_of: now,
        numbers: BoardNumbers::of(&rows),
        roll_call,
        rows,
    })
}

/// The newest roll call, with each one's answer written into their row.
async fn roll_call(
    db: &impl ConnectionTrait,
    keys: &Keys,
    class: &class::Model,
    names: &mut Names,
    rows: &mut [BoardRow],
    now: Timestamp,
) -> Result<Option<RollCallMark>, NoBoard> {
    let Some(call) = roll_calls::shown(db, ClassId(class.id), now).await? else {
        return Ok(None);
    };
    let answers = roll_calls::answers(db, &call, now).await?;
    let mut counts = [0_u32; 6];
    for answer in answers.values() {
        let place = match answer {
            CallAnswer::Waiting => 0,
            CallAnswer::Asked => 1,
            CallAnswer::Passed => 2,
            CallAnswer::Review => 3,
            CallAnswer::Missed => 4,
            CallAnswer::NotAsked => 5,
        };
        counts[place] += 1;
    }
    for row in rows {
        row.called = answers.get(&row.person).copied();
    }
    let by = PersonId(call.called_by);
    let name = match names.get(&by) {
        Some(name) => name.clone(),
        None => {
            let row = people::get(db, by)
                .await?
                .ok_or_else(|| DbErr::RecordNotFound("a person".to_owned()))?;
            let name = people::name(keys, &row)?;
            names.insert(by, name.clone());
            name
        }
    };
    Ok(Some(RollCallMark {
        roll_call: call.id,
        by: name,
        at: time(call.at),
        ends_at: time(call.ends_at),
        called: counts.iter().sum(),
        by_teacher: small(call.by_teacher),
        answers: counts,
    }))
}

fn learners(db: &impl ConnectionTrait, class: Uuid) -> Statement {
    let backend = db.get_database_backend();
    let sql = if backend == DbBackend::Sqlite {
        LEARNERS.replace("$1", "?1")
    } else {
        LEARNERS.to_owned()
    };
    Statement::from_sql_and_values(backend, sql, [class.into()])
}

/// One learner, as far as the rows that were read tell.
struct Sums {
    row: BoardRow,
    credited_ms: Millis,
    settled_ms: Millis,
}

impl Sums {
    fn read(
        row: &QueryResult,
        person: PersonId,
        keys: &Keys,
        names: &mut Names,
    ) -> Result<Self, NoBoard> {
        let name = match names.get(&person) {
            Some(name) => name.clone(),
            None => {
                let (key, sealed): (Vec<u8>, Vec<u8>) =
                    (row.try_get_by_index(1)?, row.try_get_by_index(2)?);
                let name = keys.person(person.0, &key)?.open("name", &sealed)?;
                names.insert(person, name.clone());
                name
            }
        };
        let way: Option<String> = row.try_get_by_index(3)?;
        let sum = |idx: usize| -> Result<Millis, DbErr> {
            let stored: Option<i64> = row.try_get_by_index(idx)?;
            Ok(Millis(stored.map_or(0, number)))
        };
        let count = |idx: usize| -> Result<u32, DbErr> {
            let stored: Option<i64> = row.try_get_by_index(idx)?;
            Ok(small(stored.unwrap_or(0)))
        };
        let heard_at: Option<i64> = row.try_get_by_index(5)?;
        let (confirmed_ms, void_ms) = (sum(6)?, sum(9)?);
        let pending_ms = sum(7)?.saturating_add(sum(8)?);
        let check_at: Option<i64> = row.try_get_by_index(12)?;
        let outcome: Option<String> = row.try_get_by_index(13)?;
        let check = match (check_at, outcome) {
            (Some(at), Some(outcome)) => Some(LastCheck {
                at: time(at),
                outcome: checks::word(&outcome)?,
            }),
            _ => None,
        };
        Ok(Self {
            credited_ms: sum(4)?,
            settled_ms: confirmed_ms
                .saturating_add(pending_ms)
                .saturating_add(void_ms),
            row: BoardRow {
                person,
                name,
                presence: Presence::Away,
                heard_at: heard_at.map(time),
                check,
                way: way.as_deref().map(checks::word).transpose()?,
                confirmed_ms,
                hours: ClassHours(0),
                provisional_ms: Millis::ZERO,
                pending_ms,
                void_ms,
                to_make_up: count(10)?,
                in_review: count(11)?,
                risk: study::Risk::None,
                called: None,
            },
        })
    }

    /// Adds the open session of a row, where it has one.
    fn add_open(&mut self, row: &QueryResult, rules: &Rules, now: Timestamp) -> Result<(), DbErr> {
        let last_at: Option<i64> = row.try_get_by_index(14)?;
        let covered: Option<String> = row.try_get_by_index(15)?;
        let (Some(last_at), Some(covered)) = (last_at, covered) else {
            return Ok(());
        };
        let holds: Option<i32> = row.try_get_by_index(16)?;
        let last_at = time(last_at);
        let covered: Coverage = json(&covered)?;
        self.credited_ms = self.credited_ms.saturating_add(covered.len());
        self.row.heard_at = self.row.heard_at.max(Some(last_at));
        let live = holds == Some(1) && now.since(last_at) <= rules.lease_ttl_ms;
        let presence = if live { Presence::Live } else { Presence::Idle };
        self.row.presence = self.row.presence.min(presence);
        Ok(())
    }

    fn row(self, plan: &Plan, rules: &Rules, now: Timestamp) -> BoardRow {
        let mut row = self.row;
        if rules.face_checks.random().is_some() {
            row.provisional_ms = self.credited_ms.saturating_sub(self.settled_ms);
        } else {
            row.confirmed_ms = self.credited_ms;
        }
        row.hours = ClassHours::of(row.confirmed_ms, rules);
        let earned = row
            .confirmed_ms
            .saturating_add(row.provisional_ms)
            .saturating_add(row.pending_ms);
        row.risk = risk(plan, earned, now, rules);
        row
    }
}

fn small(stored: i64) -> u32 {
    u32::try_from(Ord::max(stored, 0)).unwrap_or(u32::MAX)
}
