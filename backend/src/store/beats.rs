//! Beats, many at a time: what the writer needs to read and what it has to keep, each in one statement.

use super::{batch::BatchSql, digest, json, number, stored, time};
use contract::{Digest, beat::Receipt};
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Value};
use std::sync::LazyLock;
use study::{
    CheckClock, ClassId, Coverage, Day, History, LeaseNumber, Millis, PersonId, SessionId, Span,
    Timestamp, UnitId,
};

/// Where one person stands.
#[derive(Clone, Debug)]
pub struct PersonRow {
    /// Whose row it is.
    pub person: PersonId,
    /// Their highest lease.
    pub lease: LeaseNumber,
    /// The day that the credit below belongs to.
    pub day: Day,
    /// Credit of that day.
    pub day_credited_ms: Millis,
}

/// Where one study session stands.
#[derive(Clone, Debug)]
pub struct SessionRow {
    /// The session.
    pub session: SessionId,
    /// Whose it is.
    pub person: PersonId,
    /// For which class.
    pub class: ClassId,
    /// On which unit.
    pub unit: UnitId,
    /// Under which lease.
    pub lease: LeaseNumber,
    /// By which rules.
    pub rules: Digest,
    /// When the lease was granted.
    pub started_at: Timestamp,
    /// Content hash of the film.
    pub film: Digest,
    /// First moment of the class that earns credit.
    pub class_starts_at: Timestamp,
    /// First moment of the class that does not any more.
    pub class_ends_at: Timestamp,
    /// Length of the film.
    pub film_ms: Millis,
    /// Last beat taken.
    pub seq: u64,
    /// Its digest, or the nonce.
    pub head: Digest,
    /// Head of the evidence chain.
    pub chain: Digest,
    /// What its earlier beats left behind. What the unit and the day left behind is in [`UnitRow`] and [`PersonRow`], and is put in
    /// when a beat is judged.
    pub history: History,
    /// What this session was credited for.
    pub covered: Coverage,
    /// Last beat of the last closed segment.
    pub segment_seq: u64,
    /// When it was closed, or the session began.
    pub segment_at: Timestamp,
    /// When the session ended.
    pub ended_at: Option<Timestamp>,
    /// How far it is on the way to its next face check.
    pub checks: CheckClock,
}

/// What a person is credited for in a unit, in any session.
#[derive(Clone, Debug)]
pub struct UnitRow {
    /// Who.
    pub person: PersonId,
    /// In which unit.
    pub unit: UnitId,
    /// Which parts.
    pub covered: Coverage,
    /// Where they stand in the film.
    pub position_ms: Millis,
}

/// A beat to keep, with its decision.
pub struct NewBeat {
    /// Its session.
    pub session: SessionId,
    /// Its digest.
    pub digest: Digest,
    /// What was observed.
    pub spans: Vec<Span>,
    /// Whether its lease was the person's highest.
    pub lease_current: bool,
    /// Whether the class ran.
    pub listed: bool,
    /// What it earned, as it will be answered for ever.
    pub receipt: Receipt,
}

static PERSONS: LazyLock<BatchSql> = LazyLock::new(|| {
    BatchSql::new(
        "SELECT person_id, lease, day, day_credited_ms FROM person_progress
         WHERE person_id IN (SELECT uuid(0) FROM $rows) ORDER BY person_id",
        // In the order of the names, so that two servers never wait for each other.
        " FOR UPDATE",
    )
});

static SESSIONS: LazyLock<BatchSql> = LazyLock::new(|| {
    BatchSql::new(
        "SELECT s.id, s.person_id, s.class_id, s.unit_id, s.lease, s.rules_hash, s.started_at, u.film, u.film_ms, c.starts_at, c.ends_at,
                p.seq, p.head, p.chain, p.history, p.covered, p.segment_seq, p.segment_at, p.ended_at, up.covered, up.position_ms,
                p.checks_drawn, p.check_waited_ms
         FROM $rows
         JOIN study_session s ON s.id = uuid(0)
         JOIN study_progress p ON p.session_id = s.id
         JOIN unit_progress up ON up.person_id = s.person_id AND up.unit_id = s.unit_id
         JOIN unit u ON u.id = s.unit_id
         JOIN class c ON c.id = s.class_id",
        "",
    )
});

static STORED: LazyLock<BatchSql> = LazyLock::new(|| {
    BatchSql::new(
        "SELECT b.session_id, b.seq, b.digest, b.received_at, b.lease_current, b.decision, b.chain, b.unit_credited_ms, b.day_credited_ms
         FROM $rows JOIN beat b ON b.session_id = uuid(0) AND b.seq = int(1)",
        "",
    )
});

static INSERT: LazyLock<BatchSql> = LazyLock::new(|| {
    BatchSql::new(
        "INSERT INTO beat (session_id, seq, received_at, digest, spans, lease_current, listed, decision, chain, unit_credited_ms, day_credited_ms)
         SELECT uuid(0), int(1), int(2), bytes(3), text(4), bool(5), bool(6), text(7), bytes(8), int(9), int(10) FROM $rows WHERE $given",
        "",
    )
});

static SAVE_SESSIONS: LazyLock<BatchSql> = LazyLock::new(|| {
    BatchSql::new(
        "UPDATE study_progress SET seq = int(1), head = bytes(2), chain = bytes(3), last_at = int(4), history = text(5), covered = text(6),
                segment_seq = int(7), segment_at = int(8), checks_drawn = int(9), check_waited_ms = int(10)
         FROM $rows WHERE study_progress.session_id = uuid(0)",
        "",
    )
});

static SAVE_UNITS: LazyLock<BatchSql> = LazyLock::new(|| {
    BatchSql::new(
        "UPDATE unit_progress SET covered = text(2), position_ms = int(3)
         FROM $rows WHERE unit_progress.person_id = uuid(0) AND unit_progress.unit_id = uuid(1)",
        "",
    )
});

static SAVE_PERSONS: LazyLock<BatchSql> = LazyLock::new(|| {
    BatchSql::new(
        "UPDATE person_progress SET day = int(1), day_credited_ms = int(2)
         FROM $rows WHERE person_progress.person_id = uuid(0)",
        "",
    )
});

/// Where these people stand, locked until the end of the transaction. To be called before [`sessions`].
///
/// # Errors
/// What the database says.
pub async fn lock_persons(
    tx: &impl ConnectionTrait,
    persons: &[PersonId],
) -> Result<Vec<PersonRow>, DbErr> {
    let rows = persons.iter().map(|person| person.0.into()).collect();
    let found = PERSONS.query(tx, rows).await?;
    found
        .iter()
        .map(|row| {
            Ok(PersonRow {
                person: PersonId(row.try_get_by_index(0)?),
                lease: LeaseNumber(int(row, 1)?),
                day: Day(int(row, 2)?),
                day_credited_ms: Millis(int(row, 3)?),
            })
        })
        .collect()
}

/// Where these sessions stand, each with its person's unit; those that are not there are left out.
///
/// # Errors
/// What the database says.
pub async fn sessions(
    tx: &impl ConnectionTrait,
    sessions: &[SessionId],
) -> Result<Vec<(SessionRow, UnitRow)>, DbErr> {
    let rows = sessions.iter().map(|session| session.0.into()).collect();
    let found = SESSIONS.query(tx, rows).await?;
    found.iter().map(session_row).collect()
}

fn session_row(row: &QueryResult) -> Result<(SessionRow, UnitRow), DbErr> {
    let session = SessionRow {
        session: SessionId(row.try_get_by_index(0)?),
        person: PersonId(row.try_get_by_index(1)?),
        class: ClassId(row.try_get_by_index(2)?),
        unit: UnitId(row.try_get_by_index(3)?),
        lease: LeaseNumber(int(row, 4)?),
        rules: bytes(row, 5)?,
        started_at: Timestamp(int(row, 6)?),
        film: bytes(row, 7)?,
        film_ms: Millis(int(row, 8)?),
        class_starts_at: Timestamp(int(row, 9)?),
        class_ends_at: Timestamp(int(row, 10)?),
        seq: int(row, 11)?,
        head: bytes(row, 12)?,
        chain: bytes(row, 13)?,
        history: from_text(row, 14)?,
        covered: from_text(row, 15)?,
        segment_seq: int(row, 16)?,
        segment_at: Timestamp(int(row, 17)?),
        ended_at: row.try_get_by_index::<Option<i64>>(18)?.map(time),
        checks: CheckClock {
            drawn: int(row, 21)?,
            waited_ms: Millis(int(row, 22)?),
        },
    };
    let unit = UnitRow {
        person: session.person,
        unit: session.unit,
        covered: from_text(row, 19)?,
        position_ms: Millis(int(row, 20)?),
    };
    Ok((session, unit))
}

/// The digests and receipts of beats that were taken before.
///
/// # Errors
/// What the database says.
pub async fn receipts(
    tx: &impl ConnectionTrait,
    beats: &[(SessionId, u64)],
) -> Result<Vec<(SessionId, Digest, Receipt)>, DbErr> {
    let rows = beats
        .iter()
        .flat_map(|(session, seq)| [session.0.into(), stored(*seq).into()])
        .collect();
    let found = STORED.query(tx, rows).await?;
    found
        .iter()
        .map(|row| {
            let receipt = Receipt {
                seq: int(row, 1)?,
                received_at: Timestamp(int(row, 3)?),
                lease_lost: !row.try_get_by_index::<bool>(4)?,
                decision: from_text(row, 5)?,
                chain: bytes(row, 6)?,
                unit_credited_ms: Millis(int(row, 7)?),
                day_credited_ms: Millis(int(row, 8)?),
                // Of classes with face checks only; whoever asks adds it.
                check: None,
            };
            Ok((SessionId(row.try_get_by_index(0)?), bytes(row, 2)?, receipt))
        })
        .collect()
}

/// Keeps beats with their decisions.
///
/// # Errors
/// What the database says.
pub async fn insert(tx: &impl ConnectionTrait, beats: &[NewBeat]) -> Result<(), DbErr> {
    let mut rows: Vec<Value> = Vec::with_capacity(beats.len() * 11);
    for beat in beats {
        let receipt = &beat.receipt;
        rows.extend([
            beat.session.0.into(),
            stored(receipt.seq).into(),
            stored(receipt.received_at.0).into(),
            beat.digest.0.to_vec().into(),
            to_text(&beat.spans)?.into(),
            beat.lease_current.into(),
            beat.listed.into(),
            to_text(&receipt.decision)?.into(),
            receipt.chain.0.to_vec().into(),
            stored(receipt.unit_credited_ms.0).into(),
            stored(receipt.day_credited_ms.0).into(),
        ]);
    }
    INSERT.execute(tx, rows).await
}

/// Keeps where sessions, units and persons stand now.
///
/// # Errors
/// What the database says.
pub async fn save<'a>(
    tx: &impl ConnectionTrait,
    sessions: impl Iterator<Item = &'a SessionRow>,
    units: impl Iterator<Item = &'a UnitRow>,
    persons: impl Iterator<Item = &'a PersonRow>,
) -> Result<(), DbErr> {
    let mut rows: Vec<Value> = Vec::new();
    for row in sessions {
        rows.extend([
            row.session.0.into(),
            stored(row.seq).into(),
            row.head.0.to_vec().into(),
            row.chain.0.to_vec().into(),
            stored(row.history.last_at.0).into(),
            to_text(&row.history)?.into(),
            to_text(&row.covered)?.into(),
            stored(row.segment_seq).into(),
            stored(row.segment_at.0).into(),
            stored(row.checks.drawn).into(),
            stored(row.checks.waited_ms.0).into(),
        ]);
    }
    SAVE_SESSIONS.execute(tx, rows).await?;
    let mut rows: Vec<Value> = Vec::new();
    for row in units {
        rows.extend([
            row.person.0.into(),
            row.unit.0.into(),
            to_text(&row.covered)?.into(),
            stored(row.position_ms.0).into(),
        ]);
    }
    SAVE_UNITS.execute(tx, rows).await?;
    let rows = persons
        .flat_map(|row| {
            [
                row.person.0.into(),
                stored(row.day.0).into(),
                stored(row.day_credited_ms.0).into(),
            ]
        })
        .collect();
    SAVE_PERSONS.execute(tx, rows).await
}

fn int(row: &QueryResult, idx: usize) -> Result<u64, DbErr> {
    row.try_get_by_index::<i64>(idx).map(number)
}

fn bytes(row: &QueryResult, idx: usize) -> Result<Digest, DbErr> {
    digest(&row.try_get_by_index::<Vec<u8>>(idx)?)
}

fn from_text<T: serde::de::DeserializeOwned>(row: &QueryResult, idx: usize) -> Result<T, DbErr> {
    json(&row.try_get_by_index::<String>(idx)?)
}

fn to_text<T: serde::Serialize>(value: &T) -> Result<String, DbErr> {
    serde_json::to_string(value).map_err(|error| DbErr::Json(error.to_string()))
}
