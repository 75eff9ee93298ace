//! Study sessions: granting the lease, ending, closing what fell silent.

use super::{
    class_progress, classes, digest,
    entities::{
        class, face_check, person_progress, study_progress, study_session, unit, unit_progress,
    },
    evidence, json, number,
    rules_book::RulesBook,
    segments::{self, Reached, Whose},
    stored, time, to_json,
};
use crate::{checks, keys::Keys};
use contract::{
    Digest,
    beat::{StartStudy, StudyStarted},
    error::LeaseHolder,
    face::SessionChecks,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, EntityTrait,
    QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    sea_query::{Expr, ExprTrait, OnConflict},
};
use std::collections::HashMap;
use study::{
    ClassId, Coverage, LeaseNumber, Millis, PersonId, Rules, SessionId, Timestamp, UnitId,
};
use uuid::Uuid;

/// A session that was silent for this long is over: half an hour, a pause that nobody calls one any more. Its evidence is in
/// the ledger long before, as soon as it is silent for longer than the rules' offline buffer.
pub const SILENCE_MAX_MS: Millis = Millis(30 * 60_000);
/// How many sessions one round of closing takes, so that it never holds the writer for long.
const CLOSE_AT_ONCE: u64 = 100;

/// Why no lease was granted.
#[derive(Debug, thiserror::Error)]
pub enum NotStarted {
    /// No such class or unit, or not this person's.
    #[error("this person has no such class or unit")]
    NotFound,
    /// The class does not run at this moment.
    #[error("the class does not run now")]
    ClassClosed,
    /// Another session of this person was heard from just now.
    #[error("another device is studying")]
    LeaseHeld(LeaseHolder),
    /// The database or the machine failed.
    #[error(transparent)]
    Db(#[from] DbErr),
}

/// Grants `person` the next lease.
///
/// # Errors
/// [`NotStarted`]
pub async fn start(
    tx: &DatabaseTransaction,
    keys: &Keys,
    book: &RulesBook,
    person: PersonId,
    wish: &StartStudy,
    now: Timestamp,
) -> Result<StudyStarted, NotStarted> {
    let class = classes::enrolled(tx, person, wish.class)
        .await?
        .ok_or(NotStarted::NotFound)?;
    let unit = unit::Entity::find_by_id(wish.unit.0)
        .filter(unit::Column::CourseId.eq(class.course_id))
        .one(tx)
        .await?
        .ok_or(NotStarted::NotFound)?;
    if !runs(&class, now) {
        return Err(NotStarted::ClassClosed);
    }
    let rules_hash = digest(&class.rules_hash)?;
    let rules = book.get(tx, rules_hash).await?;
    let standing = lock_person(tx, person, now.day(rules.day_offset_ms)).await?;
    if !wish.take_over
        && let Some(holder) = holder(tx, &standing, now, rules.lease_ttl_ms).await?
    {
        return Err(NotStarted::LeaseHeld(holder));
    }

    let session = SessionId(Uuid::now_v7());
    let lease = LeaseNumber(number(standing.lease).saturating_add(1));
    let nonce = crate::keys::random::<32>().map_err(|error| DbErr::Custom(error.to_string()))?;
    let whose = Whose {
        session,
        person,
        class: wish.class,
        unit: wish.unit,
        film: digest(&unit.film)?,
        film_ms: Millis(number(unit.film_ms)),
        rules: rules_hash,
        lease,
        started_at: now,
    };
    let progress = unit_progress_of(tx, person, wish.unit).await?;
    let asked_today = was_asked_today(tx, &whose, &rules, now).await?;
    enter(tx, &whose, &wish.device, nonce, &rules, now).await?;
    let mut records = vec![segments::started(keys, &whose, Digest(nonce))?];
    if rules.face_checks.random().is_some() {
        records.push(segments::planned(keys, &whose)?);
    }
    evidence::append(tx, &records, now).await?;
    let checks = match rules.face_checks.random() {
        None => None,
        Some(random) => {
            let of = checks::Whose {
                person,
                class: wish.class,
                rules_hash,
                rules: random,
            };
            let open = checks::sign_in(tx, keys, book, &of, session, asked_today, now).await?;
            let class = checks::standing(tx, person, wish.class, random, now).await?;
            Some(SessionChecks { class, open })
        }
    };
    let same_day = number(standing.day) == now.day(rules.day_offset_ms).0;
    Ok(StudyStarted {
        session,
        lease,
        nonce: Digest(nonce),
        rules: (*rules).clone(),
        rules_hash,
        title: classes::unit_title(&unit),
        film_url: format!("/films/{}.mp4", whose.film),
        captions_url: format!("/films/{}.vtt", digest(&unit.captions_zh)?),
        film_ms: whose.film_ms,
        position_ms: Millis(number(progress.position_ms)),
        covered: json(&progress.covered)?,
        day_credited_ms: Millis(if same_day {
            number(standing.day_credited_ms)
        } else {
            0
        }),
        started_at: now,
        checks,
    })
}

/// Whether the person was asked to sign in to this class by face today. The first session of a day asks; where that was before they
/// had enrolled, the next one does.
async fn was_asked_today(
    tx: &DatabaseTransaction,
    whose: &Whose,
    rules: &Rules,
    now: Timestamp,
) -> Result<bool, DbErr> {
    let last = face_check::Entity::find()
        .filter(face_check::Column::PersonId.eq(whose.person.0))
        .filter(face_check::Column::ClassId.eq(whose.class.0))
        .filter(face_check::Column::Origin.eq("sign_in"))
        .order_by_desc(face_check::Column::DrawnAt)
        .one(tx)
        .await?;
    let day = |at: Timestamp| at.day(rules.day_offset_ms);
    Ok(last.is_some_and(|last| day(time(last.drawn_at)) == day(now)))
}

/// Ends `session` of `person`, with its last segment. Twice changes nothing; `false` where they have no such session.
///
/// # Errors
/// What the database says.
pub async fn end(
    tx: &DatabaseTransaction,
    keys: &Keys,
    book: &RulesBook,
    person: PersonId,
    session: SessionId,
    now: Timestamp,
) -> Result<bool, DbErr> {
    let Some(row) = study_session::Entity::find_by_id(session.0)
        .filter(study_session::Column::PersonId.eq(person.0))
        .one(tx)
        .await?
    else {
        return Ok(false);
    };
    lock_row(tx, person).await?;
    let Some(progress) = study_progress::Entity::find_by_id(session.0)
        .one(tx)
        .await?
    else {
        return Ok(false);
    };
    if progress.ended_at.is_none() {
        let rules = book.get(tx, digest(&row.rules_hash)?).await?;
        close(tx, keys, &row, &progress, Some(&rules), now).await?;
    }
    Ok(true)
}

/// Closes segments of sessions that have fallen silent, and ends those that were silent for [`SILENCE_MAX_MS`]. Gives how many
/// it dealt with; call again while that is not zero.
///
/// # Errors
/// What the database says.
pub async fn close_silent(
    tx: &DatabaseTransaction,
    keys: &Keys,
    book: &RulesBook,
    now: Timestamp,
) -> Result<u64, DbErr> {
    // By the database only what may be due, by the rules what is.
    let silent_since = stored(now.0.saturating_sub(1));
    let over_since = stored(now.0.saturating_sub(SILENCE_MAX_MS.0));
    let rows = study_progress::Entity::find()
        .filter(study_progress::Column::EndedAt.is_null())
        .filter(
            Condition::any()
                .add(study_progress::Column::LastAt.lte(over_since))
                .add(
                    Condition::all()
                        .add(study_progress::Column::LastAt.lte(silent_since))
                        .add(
                            Expr::col(study_progress::Column::Seq)
                                .gt(Expr::col(study_progress::Column::SegmentSeq)),
                        ),
                ),
        )
        .order_by_asc(study_progress::Column::LastAt)
        .limit(CLOSE_AT_ONCE)
        .all(tx)
        .await?;
    let mut due = Vec::new();
    for row in rows {
        let Some(session) = study_session::Entity::find_by_id(row.session_id)
            .one(tx)
            .await?
        else {
            continue;
        };
        let rules = book.get(tx, digest(&session.rules_hash)?).await?;
        if what_is_due(&row, &rules, now).is_some() {
            due.push((session, rules));
        }
    }
    // In the order in which the beat writer locks people: otherwise each could hold what the other waits for.
    due.sort_by_key(|(session, _)| session.person_id);
    let mut closed = 0;
    for (session, rules) in due {
        lock_row(tx, PersonId(session.person_id)).await?;
        // Read again under the lock: a beat may have come in between.
        let Some(row) = study_progress::Entity::find_by_id(session.id)
            .one(tx)
            .await?
        else {
            continue;
        };
        if let Some(Due { over }) = what_is_due(&row, &rules, now) {
            close(tx, keys, &session, &row, over.then_some(&*rules), now).await?;
            closed += 1;
        }
    }
    Ok(closed)
}

/// That a session's open segment is to be closed.
struct Due {
    /// Whether the session ends with it.
    over: bool,
}

fn what_is_due(row: &study_progress::Model, rules: &Rules, now: Timestamp) -> Option<Due> {
    let silence = now.since(time(row.last_at));
    let over = silence >= SILENCE_MAX_MS;
    let unsaid = row.seq > row.segment_seq && silence > rules.offline_buffer_ms;
    (row.ended_at.is_none() && (over || unsaid)).then_some(Due { over })
}

/// Closes the open segment of each running session of `person` in `class`, so that the evidence covers all that is credited by
/// now. For whoever issues a proof.
///
/// # Errors
/// What the database says.
pub async fn close_segments(
    tx: &DatabaseTransaction,
    keys: &Keys,
    person: PersonId,
    class: ClassId,
    now: Timestamp,
) -> Result<(), DbErr> {
    lock_row(tx, person).await?;
    for (session, progress) in of_class(tx, person, class).await? {
        if progress.ended_at.is_none() && progress.seq > progress.segment_seq {
            close(tx, keys, &session, &progress, None, now).await?;
        }
    }
    Ok(())
}

/// The sessions of everybody in `class`, by lease, each with where it stands: in two statements, however many people there are.
///
/// # Errors
/// What the database says.
pub async fn of_everybody(
    db: &impl ConnectionTrait,
    class: ClassId,
) -> Result<Vec<(study_session::Model, study_progress::Model)>, DbErr> {
    let in_class =
        || study_session::Entity::find().filter(study_session::Column::ClassId.eq(class.0));
    let ids = in_class()
        .select_only()
        .column(study_session::Column::Id)
        .into_query();
    let mut progress: HashMap<Uuid, study_progress::Model> = study_progress::Entity::find()
        .filter(study_progress::Column::SessionId.in_subquery(ids))
        .all(db)
        .await?
        .into_iter()
        .map(|row| (row.session_id, row))
        .collect();
    Ok(in_class()
        .order_by_asc(study_session::Column::Lease)
        .all(db)
        .await?
        .into_iter()
        .filter_map(|session| {
            let progress = progress.remove(&session.id)?;
            Some((session, progress))
        })
        .collect())
}

/// The sessions of `person` in `class`, by lease, each with where it stands.
///
/// # Errors
/// What the database says.
pub async fn of_class(
    db: &impl ConnectionTrait,
    person: PersonId,
    class: ClassId,
) -> Result<Vec<(study_session::Model, study_progress::Model)>, DbErr> {
    let sessions = study_session::Entity::find()
        .filter(study_session::Column::PersonId.eq(person.0))
        .filter(study_session::Column::ClassId.eq(class.0))
        .order_by_asc(study_session::Column::Lease)
        .all(db)
        .await?;
    let ids: Vec<Uuid> = sessions.iter().map(|session| session.id).collect();
    let mut progress = HashMap::with_capacity(ids.len());
    // In pieces: SQLite takes 32 766 parameters in one statement.
    for ids in ids.chunks(1_000) {
        let rows = study_progress::Entity::find()
            .filter(study_progress::Column::SessionId.is_in(ids.iter().copied()))
            .all(db)
            .await?;
        progress.extend(rows.into_iter().map(|row| (row.session_id, row)));
    }
    Ok(sessions
        .into_iter()
        .filter_map(|session| {
            let progress = progress.remove(&session.id)?;
            Some((session, progress))
        })
        .collect())
}

/// Whether `class` runs at `now`.
fn runs(class: &class::Model, now: Timestamp) -> bool {
    time(class.starts_at) <= now && now < time(class.ends_at)
}

/// The person's row, made where there is none, and locked until the end of the transaction.
async fn lock_person(
    tx: &DatabaseTransaction,
    person: PersonId,
    today: study::Day,
) -> Result<person_progress::Model, DbErr> {
    person_progress::Entity::insert(person_progress::ActiveModel {
        person_id: Set(person.0),
        lease: Set(0),
        session_id: Set(None),
        day: Set(stored(today.0)),
        day_credited_ms: Set(0),
    })
    .on_conflict(OnConflict::new().do_nothing().to_owned())
    .exec_without_returning(tx)
    .await?;
    lock_row(tx, person)
        .await?
        .ok_or_else(|| DbErr::RecordNotFound("the person's progress".to_owned()))
}

/// Locks all study of `person` until the end of the transaction.
///
/// # Errors
/// What the database says.
pub async fn lock_row(
    tx: &DatabaseTransaction,
    person: PersonId,
) -> Result<Option<person_progress::Model>, DbErr> {
    let mut query = person_progress::Entity::find_by_id(person.0);
    // SQLite has one writer, and that is us.
    if tx.get_database_backend() != DbBackend::Sqlite {
        query = query.lock_exclusive();
    }
    query.one(tx).await
}

/// The device that holds the lease, where it was heard from within `ttl`.
async fn holder(
    tx: &DatabaseTransaction,
    standing: &person_progress::Model,
    now: Timestamp,
    ttl: Millis,
) -> Result<Option<LeaseHolder>, DbErr> {
    let Some(session) = standing.session_id else {
        return Ok(None);
    };
    let running = study_progress::Entity::find_by_id(session)
        .filter(study_progress::Column::EndedAt.is_null())
        .one(tx)
        .await?;
    let Some(running) = running else {
        return Ok(None);
    };
    let idle_ms = now.since(time(running.last_at));
    if idle_ms > ttl {
        return Ok(None);
    }
    let session = study_session::Entity::find_by_id(session).one(tx).await?;
    Ok(session.map(|session| LeaseHolder {
        device: session.device,
        idle_ms,
    }))
}

async fn unit_progress_of(
    tx: &DatabaseTransaction,
    person: PersonId,
    unit: UnitId,
) -> Result<unit_progress::Model, DbErr> {
    unit_progress::Entity::insert(unit_progress::ActiveModel {
        person_id: Set(person.0),
        unit_id: Set(unit.0),
        covered: Set(to_json(&Coverage::default())?),
        position_ms: Set(0),
    })
    .on_conflict(OnConflict::new().do_nothing().to_owned())
    .exec_without_returning(tx)
    .await?;
    unit_progress::Entity::find_by_id((person.0, unit.0))
        .one(tx)
        .await?
        .ok_or_else(|| DbErr::RecordNotFound("the unit's progress".to_owned()))
}

async fn enter(
    tx: &DatabaseTransaction,
    whose: &Whose,
    device: &str,
    nonce: [u8; 32],
    rules: &Rules,
    now: Timestamp,
) -> Result<(), DbErr> {
    study_session::Entity::insert(study_session::ActiveModel {
        id: Set(whose.session.0),
        person_id: Set(whose.person.0),
        class_id: Set(whose.class.0),
        unit_id: Set(whose.unit.0),
        lease: Set(stored(whose.lease.0)),
        device: Set(device.to_owned()),
        nonce: Set(nonce.to_vec()),
        rules_hash: Set(whose.rules.0.to_vec()),
        started_at: Set(stored(now.0)),
    })
    .exec_without_returning(tx)
    .await?;
    let begin = study::History::begin(
        now,
        Coverage::default(),
        now.day(rules.day_offset_ms),
        Millis::ZERO,
        rules,
    );
    study_progress::Entity::insert(study_progress::ActiveModel {
        session_id: Set(whose.session.0),
        seq: Set(0),
        head: Set(nonce.to_vec()),
        chain: Set(nonce.to_vec()),
        last_at: Set(stored(now.0)),
        history: Set(to_json(&begin)?),
        covered: Set(to_json(&Coverage::default())?),
        segment_seq: Set(0),
        segment_at: Set(stored(now.0)),
        ended_at: Set(None),
        checks_drawn: Set(0),
        check_waited_ms: Set(0),
        class_id: Set(Some(whose.class.0)),
    })
    .exec_without_returning(tx)
    .await?;
    person_progress::Entity::update_many()
        .col_expr(
            person_progress::Column::Lease,
            Expr::value(stored(whose.lease.0)),
        )
        .col_expr(
            person_progress::Column::SessionId,
            Expr::value(whose.session.0),
        )
        .filter(person_progress::Column::PersonId.eq(whose.person.0))
        .exec(tx)
        .await?;
    Ok(())
}

/// Closes the open segment of a session, and ends the session where `last` says by which rules it was judged.
async fn close(
    tx: &DatabaseTransaction,
    keys: &Keys,
    session: &study_session::Model,
    progress: &study_progress::Model,
    last: Option<&Rules>,
    now: Timestamp,
) -> Result<(), DbErr> {
    let unit = unit::Entity::find_by_id(session.unit_id)
        .one(tx)
        .await?
        .ok_or_else(|| DbErr::RecordNotFound("the unit of a study session".to_owned()))?;
    let whose = Whose {
        session: SessionId(session.id),
        person: PersonId(session.person_id),
        class: ClassId(session.class_id),
        unit: UnitId(session.unit_id),
        film: digest(&unit.film)?,
        film_ms: Millis(number(unit.film_ms)),
        rules: digest(&session.rules_hash)?,
        lease: LeaseNumber(number(session.lease)),
        started_at: time(session.started_at),
    };
    let reached = Reached {
        from_seq: number(progress.segment_seq).saturating_add(1),
        to_seq: number(progress.seq),
        chain: digest(&progress.chain)?,
        credited: json(&progress.covered)?,
        ended: last.is_some(),
    };
    let mut records = vec![segments::segment(keys, &whose, reached, now)?];
    if last.is_some_and(|rules| rules.face_checks.random().is_some()) {
        let drawn = number(progress.checks_drawn);
        records.push(segments::revealed(keys, &whose, drawn, now)?);
    }
    evidence::append(tx, &records, now).await?;
    let mut update = study_progress::Entity::update_many()
        .col_expr(
            study_progress::Column::SegmentSeq,
            Expr::value(progress.seq),
        )
        .col_expr(
            study_progress::Column::SegmentAt,
            Expr::value(stored(now.0)),
        );
    if last.is_some() {
        update = update.col_expr(study_progress::Column::EndedAt, Expr::value(stored(now.0)));
    }
    update
        .filter(study_progress::Column::SessionId.eq(session.id))
        .exec(tx)
        .await?;
    if last.is_some() {
        class_progress::refresh(tx, whose.person, whose.class).await?;
    }
    Ok(())
}
