//! The board of a class: two questions about the class itself, one about all its learners.

use super::{
    classes::{self, Around},
    digest,
    entities::{class, enrolment},
    json, people, roll_calls,
    rules_book::RulesBook,
    time,
};
use crate::keys::{Keys, NotOpened};
use contract::acting::{CallAnswer, RollCallMark};
use contract::board::{Board, BoardNumbers, BoardRow, LastCheck, Presence, StaffClass};
use contract::face::{CheckOutcome, IdentityWay};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, DbErr, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, Statement, sea_query::Expr, sea_query::ExprTrait,
};
use serde::Deserialize;
use std::{borrow::Cow, collections::HashMap};
use study::{
    ClassHours, ClassId, Coverage, InstitutionId, Millis, PersonId, Plan, Rules, Timestamp, risk,
};
use uuid::Uuid;

/// All learners, and all open sessions, in one statement, so that a session that ends meanwhile is either among the open ones or in the sums,
/// and never in both. Each is one JSON text: a thousand rows of seventeen columns, each handed over by itself, took as long as all the rest.
/// `$list(` begins such a text, `)$text` ends it; `$hex(` and `$)` stand around bytes.
const LEARNERS: &str = "
    SELECT (
        SELECT $list(
            $uuid(e.person_id), $hex(p.key_sealed$), $hex(p.name_sealed$),
            (SELECT w.way FROM identity_way w WHERE w.person_id = e.person_id ORDER BY w.chosen_at DESC, w.id DESC LIMIT 1),
            g.ended_ms, g.heard_at, g.confirmed_ms, g.pending_ms, g.review_ms, g.void_ms, g.to_make_up, g.in_review, g.check_at, g.check_outcome
        )$text
        FROM enrolment e
        JOIN person p ON p.id = e.person_id
        LEFT JOIN class_progress g ON g.class_id = e.class_id AND g.person_id = e.person_id
        WHERE e.class_id = $1
    ), (
        SELECT $list($uuid(s.person_id), r.last_at, r.covered, CASE WHEN l.session_id = s.id THEN 1 ELSE 0 END)$text
        FROM study_progress r
        JOIN study_session s ON s.id = r.session_id
        JOIN person_progress l ON l.person_id = s.person_id
        WHERE r.class_id = $1 AND r.ended_at IS NULL
    )";

/// A learner, as [`LEARNERS`] lists them; numbers are null for who has not studied yet.
#[derive(Deserialize)]
struct Listed<'a> {
    person: Uuid,
    #[serde(borrow)]
    key_sealed: Cow<'a, str>,
    #[serde(borrow)]
    name_sealed: Cow<'a, str>,
    way: Option<IdentityWay>,
    ended_ms: Option<Millis>,
    heard_at: Option<Timestamp>,
    confirmed_ms: Option<Millis>,
    pending_ms: Option<Millis>,
    review_ms: Option<Millis>,
    void_ms: Option<Millis>,
    to_make_up: Option<u32>,
    in_review: Option<u32>,
    check_at: Option<Timestamp>,
    check_outcome: Option<CheckOutcome>,
}

/// An open session, as [`LEARNERS`] lists them.
#[derive(Deserialize)]
struct Open<'a> {
    person: Uuid,
    last_at: Timestamp,
    #[serde(borrow)]
    covered: Cow<'a, str>,
    /// 1 where it holds its person's lease.
    holds: u8,
}

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

/// Names that were opened before, so that a board that is looked at again and again opens none twice; nobody is renamed in place.
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
            deleted_at: row.deleted_at.map(time),
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
    let (listed, open) = learners(db, class.id).await?;
    let listed: Vec<Listed> = list(listed.as_deref())?;
    let mut place = HashMap::with_capacity(listed.len());
    let mut sums: Vec<Sums> = Vec::with_capacity(listed.len());
    for learner in listed {
        place.insert(learner.person, sums.len());
        sums.push(Sums::of(learner, keys, names)?);
    }
    for session in list::<Open>(open.as_deref())? {
        let learner = place
            .get(&session.person)
            .and_then(|idx| sums.get_mut(*idx));
        if let Some(learner) = learner {
            learner.add_open(&session, &rules, now)?;
        }
    }
    let mut rows: Vec<BoardRow> = Vec::with_capacity(sums.len());
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

/// Both texts of [`LEARNERS`]; `PostgreSQL` gives none for an empty list.
async fn learners(
    db: &impl ConnectionTrait,
    class: Uuid,
) -> Result<(Option<String>, Option<String>), DbErr> {
    let backend = db.get_database_backend();
    let words = if backend == DbBackend::Sqlite {
        [
            ("$1", "?1"),
            ("$list(", "json_group_array(json_array("),
            (")$text", "))"),
            ("$uuid(", "hex("),
            ("$hex(", "hex("),
            ("$)", ")"),
        ]
    } else {
        [
            ("$1", "$1"),
            ("$list(", "json_agg(json_build_array("),
            (")$text", "))::text"),
            ("$uuid(", "("),
            ("$hex(", "encode("),
            ("$)", ", 'hex')"),
        ]
    };
    let sql = words
        .into_iter()
        .fold(LEARNERS.to_owned(), |sql, (from, to)| sql.replace(from, to));
    let row = db
        .query_one_raw(Statement::from_sql_and_values(backend, sql, [class.into()]))
        .await?
        .ok_or_else(|| DbErr::RecordNotFound("the lists of a class".to_owned()))?;
    Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?))
}

fn list<'a, T: Deserialize<'a>>(text: Option<&'a str>) -> Result<Vec<T>, DbErr> {
    serde_json::from_str(text.unwrap_or("[]")).map_err(|error| DbErr::Json(error.to_string()))
}

/// Bytes in a JSON text.
fn bytes(text: &str) -> Result<Vec<u8>, DbErr> {
    hex::decode(text).map_err(|error| DbErr::Json(error.to_string()))
}

/// One learner, as far as what was read tells.
struct Sums {
    row: BoardRow,
    credited_ms: Millis,
    settled_ms: Millis,
}

impl Sums {
    fn of(learner: Listed, keys: &Keys, names: &mut Names) -> Result<Self, NoBoard> {
        let person = PersonId(learner.person);
        let name = match names.get(&person) {
            Some(name) => name.clone(),
            None => {
                let key = keys.person(learner.person, &bytes(&learner.key_sealed)?)?;
                let name = key.open("name", &bytes(&learner.name_sealed)?)?;
                names.insert(person, name.clone());
                name
            }
        };
        let check = learner.check_at.zip(learner.check_outcome);
        let confirmed_ms = learner.confirmed_ms.unwrap_or_default();
        let void_ms = learner.void_ms.unwrap_or_default();
        let pending_ms = learner
            .pending_ms
            .unwrap_or_default()
            .saturating_add(learner.review_ms.unwrap_or_default());
        Ok(Self {
            credited_ms: learner.ended_ms.unwrap_or_default(),
            settled_ms: confirmed_ms
                .saturating_add(pending_ms)
                .saturating_add(void_ms),
            row: BoardRow {
                person,
                name,
                presence: Presence::Away,
                heard_at: learner.heard_at,
                check: check.map(|(at, outcome)| LastCheck { at, outcome }),
                way: learner.way,
                confirmed_ms,
                hours: ClassHours(0),
                provisional_ms: Millis::ZERO,
                pending_ms,
                void_ms,
                to_make_up: learner.to_make_up.unwrap_or(0),
                in_review: learner.in_review.unwrap_or(0),
                risk: study::Risk::None,
                called: None,
            },
        })
    }

    /// Adds an open session of theirs.
    fn add_open(&mut self, open: &Open, rules: &Rules, now: Timestamp) -> Result<(), DbErr> {
        let covered: Coverage = json(&open.covered)?;
        self.credited_ms = self.credited_ms.saturating_add(covered.len());
        self.row.heard_at = self.row.heard_at.max(Some(open.last_at));
        let live = open.holds == 1 && now.since(open.last_at) <= rules.lease_ttl_ms;
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
