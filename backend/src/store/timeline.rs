//! The study record by day: stored decisions drawn out as stretches of time, each with its reason.

use super::{
    acts, classes, digest,
    entities::{beat, study_progress, study_session, unit},
    json,
    rules_book::RulesBook,
    stored, time,
};
use crate::{
    checks::{self, Check},
    keys::Keys,
};
use contract::{
    acting::{AppealAbout, AppealMark},
    face::{CheckMark, CheckOrigin, CheckState},
    timeline::{Stretch, StudyDay, StudySessionRecord},
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};
use std::collections::{BTreeMap, HashMap};
use study::{
    ClassId, Coverage, Day, Decision, FaceChecks, Interval, Millis, PersonId, Reason, Rules,
    SessionId, Span, Timestamp, UnitId,
};
use uuid::Uuid;

/// The days of `person` from `from` to `to`, newest first, in one class or in all. A session over midnight is on both days, each with its own part.
///
/// # Errors
/// What the database says.
#[expect(clippy::too_many_arguments, reason = "whose days, which, and when")]
pub async fn days(
    db: &impl ConnectionTrait,
    keys: &Keys,
    book: &RulesBook,
    person: PersonId,
    class: Option<ClassId>,
    from: Day,
    to: Day,
    now: Timestamp,
) -> Result<Vec<StudyDay>, DbErr> {
    let mut days: BTreeMap<Day, StudyDay> = BTreeMap::new();
    let all = match class {
        Some(class) => checks::of_class(db, person, class).await?,
        None => checks::of_person(db, person).await?,
    };
    let acts = acts::of(db, keys, book, person, class, &all, now).await?;
    let appeals = &acts.appeals;
    let mut checks: HashMap<ClassId, Vec<Check>> = HashMap::new();
    for check in &all {
        checks.entry(check.class).or_default().push(check.clone());
    }
    let mut offset = Rules::liaoning_2026().day_offset_ms;
    for (session, progress) in sessions(db, person, class, from, to).await? {
        let rules = book.get(db, digest(&session.rules_hash)?).await?;
        let Some(unit) = unit::Entity::find_by_id(session.unit_id).one(db).await? else {
            continue;
        };
        let parts = parts(db, &session, &rules).await?;
        offset = rules.day_offset_ms;
        let checks = checks
            .get(&ClassId(session.class_id))
            .map_or(&[][..], Vec::as_slice);
        let waiting = match rules.face_checks {
            FaceChecks::Off => Coverage::default(),
            FaceChecks::Random(_) => {
                checks::waiting_in(SessionId(session.id), &json(&progress.covered)?, checks)
            }
        };
        for (day, part) in parts {
            if day < from || day > to {
                continue;
            }
            let entry = days
                .entry(day)
                .or_insert_with(|| empty(day, rules.day_offset_ms));
            let mut stretches = part.stretches;
            for stretch in &mut stretches {
                stretch.appeal = appeal_of(appeals, SessionId(session.id), stretch)?;
            }
            entry.credited_ms = entry.credited_ms.saturating_add(part.credited_ms);
            entry.sessions.push(StudySessionRecord {
                session: SessionId(session.id),
                class: ClassId(session.class_id),
                unit: UnitId(session.unit_id),
                title: classes::unit_title(&unit),
                device: session.device.clone(),
                started_at: time(session.started_at),
                last_heard_at: time(progress.last_at),
                running: progress.ended_at.is_none()
                    && now.since(time(progress.last_at)) <= super::study::SILENCE_MAX_MS,
                credited_ms: part.credited_ms,
                stretches,
                pending_ms: waiting_of(&waiting, &part.granted),
                checks: marks(checks, Some(SessionId(session.id)), appeals, |at| {
                    at.day(rules.day_offset_ms) == day
                })?,
            });
        }
    }
    let asked_for = marks(&all, None, appeals, |_| true)?;
    for mark in asked_for {
        let day = mark.drawn_at.day(offset);
        if from <= day && day <= to {
            let entry = days.entry(day).or_insert_with(|| empty(day, offset));
            entry.checks.push(mark);
        }
    }
    for (day, act) in acts.acts {
        if from <= day && day <= to {
            let entry = days.entry(day).or_insert_with(|| empty(day, offset));
            entry.acts.push(act);
        }
    }
    let mut days: Vec<StudyDay> = days.into_values().rev().collect();
    for day in &mut days {
        day.sessions.sort_by_key(|session| session.started_at);
    }
    Ok(days)
}

fn empty(day: Day, offset: Millis) -> StudyDay {
    StudyDay {
        day,
        starts_at: day.start(offset),
        credited_ms: Millis::ZERO,
        sessions: Vec::new(),
        checks: Vec::new(),
        acts: Vec::new(),
    }
}

fn appeal_of(
    appeals: &HashMap<String, AppealMark>,
    session: SessionId,
    stretch: &Stretch,
) -> Result<Option<AppealMark>, DbErr> {
    let Some(reason) = stretch.reason.filter(|_| !appeals.is_empty()) else {
        return Ok(None);
    };
    let about = AppealAbout::Stretch {
        session,
        from: stretch.from,
        reason,
    };
    Ok(appeals.get(&acts::name_of(&about)?).cloned())
}

/// The class of `session` of `person` and all its stretches; `None` where they have no such session.
///
/// # Errors
/// What the database says.
pub async fn stretches(
    db: &impl ConnectionTrait,
    book: &RulesBook,
    person: PersonId,
    session: SessionId,
) -> Result<Option<(ClassId, Vec<Stretch>)>, DbErr> {
    let row = study_session::Entity::find_by_id(session.0)
        .filter(study_session::Column::PersonId.eq(person.0))
        .one(db)
        .await?;
    let Some(row) = row else {
        return Ok(None);
    };
    let rules = book.get(db, digest(&row.rules_hash)?).await?;
    let parts = parts(db, &row, &rules).await?;
    let stretches = parts.into_values().flat_map(|part| part.stretches);
    Ok(Some((ClassId(row.class_id), stretches.collect())))
}

/// The unit of `session`.
///
/// # Errors
/// What the database says.
pub async fn unit_of(
    db: &impl ConnectionTrait,
    session: SessionId,
) -> Result<Option<UnitId>, DbErr> {
    let row = study_session::Entity::find_by_id(session.0).one(db).await?;
    Ok(row.map(|row| UnitId(row.unit_id)))
}

/// How much of `granted` is in `waiting`.
fn waiting_of(waiting: &Coverage, granted: &[Interval]) -> Millis {
    granted.iter().fold(Millis::ZERO, |sum, interval| {
        let elsewhere = waiting
            .missing(*interval)
            .iter()
            .fold(Millis::ZERO, |sum, part| sum.saturating_add(part.len()));
        sum.saturating_add(interval.len().saturating_sub(elsewhere))
    })
}

/// The checks of a session, or of none, that were drawn when `on` says so; of a check with further tries the last one.
fn marks(
    checks: &[Check],
    session: Option<SessionId>,
    appeals: &HashMap<String, AppealMark>,
    on: impl Fn(Timestamp) -> bool,
) -> Result<Vec<CheckMark>, DbErr> {
    checks
        .iter()
        .filter(|check| check.session == session && check.state != CheckState::Retried)
        .filter(|check| check.origin != CheckOrigin::Supervised)
        .filter(|check| on(check.drawn_at))
        .map(|check| {
            let about = AppealAbout::Check { check: check.check };
            let appeal = appeals.get(&acts::name_of(&about)?).cloned();
            Ok(CheckMark {
                check: check.check,
                origin: check.origin,
                drawn_at: check.drawn_at,
                outcome: check.outcome,
                can_appeal: appeal.is_none() && check.can_be_appealed(),
                appeal,
            })
        })
        .collect()
}

async fn sessions(
    db: &impl ConnectionTrait,
    person: PersonId,
    class: Option<ClassId>,
    from: Day,
    to: Day,
) -> Result<Vec<(study_session::Model, study_progress::Model)>, DbErr> {
    // Days begin up to 24 h apart, depending on where; what is too much here is left out by its own rules' days.
    let first = from.start(Day::LENGTH);
    let behind = to.start(Millis::ZERO).plus(Day::LENGTH).plus(Day::LENGTH);
    let mut query = study_session::Entity::find()
        .filter(study_session::Column::PersonId.eq(person.0))
        .filter(study_session::Column::StartedAt.lt(stored(behind.0)));
    if let Some(class) = class {
        query = query.filter(study_session::Column::ClassId.eq(class.0));
    }
    let sessions = query
        .order_by_asc(study_session::Column::Lease)
        .all(db)
        .await?;
    let ids: Vec<Uuid> = sessions.iter().map(|session| session.id).collect();
    let mut progress = HashMap::new();
    // In pieces: SQLite takes 32 766 parameters in one statement.
    for ids in ids.chunks(1_000) {
        let rows = study_progress::Entity::find()
            .filter(study_progress::Column::SessionId.is_in(ids.iter().copied()))
            .filter(study_progress::Column::LastAt.gte(stored(first.0)))
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

/// One session's part of one day.
#[derive(Default)]
struct Part {
    credited_ms: Millis,
    granted: Vec<Interval>,
    stretches: Vec<Stretch>,
}

async fn parts(
    db: &impl ConnectionTrait,
    session: &study_session::Model,
    rules: &Rules,
) -> Result<BTreeMap<Day, Part>, DbErr> {
    let started_at = time(session.started_at);
    let beats = beat::Entity::find()
        .filter(beat::Column::SessionId.eq(session.id))
        .order_by_asc(beat::Column::Seq)
        .all(db)
        .await?;
    let mut parts: BTreeMap<Day, Part> = BTreeMap::new();
    // A session that was just started is on its day even before its first beat.
    parts
        .entry(started_at.day(rules.day_offset_ms))
        .or_default();
    for beat in beats {
        let received_at = time(beat.received_at);
        let part = parts
            .entry(received_at.day(rules.day_offset_ms))
            .or_default();
        let spans: Vec<Span> = json(&beat.spans)?;
        let decision: Decision = json(&beat.decision)?;
        part.credited_ms = part.credited_ms.saturating_add(decision.credited_ms());
        part.granted
            .extend(decision.grants.iter().map(|grant| grant.media));
        for stretch in drawn(&spans, &decision, started_at, received_at) {
            append(&mut part.stretches, stretch);
        }
    }
    Ok(parts)
}

/// One beat as stretches in the order of its spans.
fn drawn(
    spans: &[Span],
    decision: &Decision,
    started_at: Timestamp,
    received_at: Timestamp,
) -> Vec<Stretch> {
    let mut pieces: Vec<(u32, Interval, Millis, Option<Reason>)> = decision
        .grants
        .iter()
        .map(|grant| (grant.span, grant.media, grant.media.len(), None))
        .chain(decision.refusals.iter().map(|refusal| {
            (
                refusal.span,
                refusal.media,
                refusal.ms,
                Some(refusal.reason),
            )
        }))
        .collect();
    pieces.sort_by_key(|(span, media, ..)| (*span, media.from));
    pieces
        .into_iter()
        .filter_map(|(idx, media, ms, reason)| {
            let span = spans.get(usize::try_from(idx).ok()?)?;
            let at = |media_ms: Millis| {
                // Nothing that was observed lies behind the moment when the server heard of it.
                started_at.plus(client_at(span, media_ms)).min(received_at)
            };
            let (from, to) = if media.is_empty() {
                (
                    started_at.plus(span.client_from_ms).min(received_at),
                    started_at.plus(span.client_to_ms).min(received_at),
                )
            } else {
                (at(media.from), at(media.to))
            };
            Some(Stretch {
                from,
                to: to.max(from),
                media,
                ms,
                reason,
                appeal: None,
            })
        })
        .collect()
}

/// When the film stood at `media_ms`, by the browser's clock: in proportion along the span.
fn client_at(span: &Span, media_ms: Millis) -> Millis {
    let (along, whole) = (
        media_ms.saturating_sub(span.media_from_ms).0,
        span.media_len().0,
    );
    let part = u128::from(along.min(whole)) * u128::from(span.client_len().0);
    let part = part.checked_div(u128::from(whole)).unwrap_or(0);
    span.client_from_ms
        .saturating_add(Millis(u64::try_from(part).unwrap_or(u64::MAX)))
}

/// How far apart two stretches may lie and still be one: less than anybody can see on a strip of a day.
const SEAM_MAX_MS: Millis = Millis(1_000);

/// Adds a stretch, or lets the last one grow where both tell the same.
fn append(stretches: &mut Vec<Stretch>, next: Stretch) {
    if let Some(last) = stretches.last_mut() {
        let close = next.from.since(last.to) <= SEAM_MAX_MS;
        let film_goes_on = last.media.to == next.media.from || next.media.is_empty();
        if last.reason == next.reason && close && film_goes_on && next.from >= last.from {
            last.to = last.to.max(next.to);
            last.media.to = last.media.to.max(next.media.to);
            last.ms = last.ms.saturating_add(next.ms);
            return;
        }
    }
    stretches.push(next);
}

#[cfg(test)]
mod tests {
    use super::*;
    use study::{Grant, Refusal, SpanState, Standing};

    fn span(state: SpanState, media: [u64; 2], client: [u64; 2]) -> Span {
        Span {
            state,
            media_from_ms: Millis(media[0]),
            media_to_ms: Millis(media[1]),
            client_from_ms: Millis(client[0]),
            client_to_ms: Millis(client[1]),
            rate_permille: 1_000,
            frames: 250,
        }
    }

    fn interval(from: u64, to: u64) -> Interval {
        Interval {
            from: Millis(from),
            to: Millis(to),
        }
    }

    #[test]
    fn a_half_credited_span_is_two_stretches_that_meet() {
        let spans = [span(SpanState::Watching, [0, 10_000], [0, 10_000])];
        let decision = Decision {
            grants: vec![Grant {
                media: interval(0, 6_000),
                span: 0,
                standing: Standing::Confirmed,
            }],
            refusals: vec![Refusal {
                media: interval(6_000, 10_000),
                span: 0,
                ms: Millis(4_000),
                reason: Reason::DayCap,
            }],
        };
        let drawn = drawn(
            &spans,
            &decision,
            Timestamp(1_000_000),
            Timestamp(2_000_000),
        );
        assert_eq!(
            drawn
                .iter()
                .map(|s| (s.from.0, s.to.0, s.reason))
                .collect::<Vec<_>>(),
            [
                (1_000_000, 1_006_000, None),
                (1_006_000, 1_010_000, Some(Reason::DayCap))
            ]
        );
    }

    #[test]
    fn neighbours_with_one_reason_are_one_stretch_and_a_jump_in_the_film_is_not() {
        let stretch = |from: u64, media: [u64; 2], reason| Stretch {
            from: Timestamp(from),
            to: Timestamp(from + 10_000),
            media: interval(media[0], media[1]),
            ms: Millis(10_000),
            reason,
            appeal: None,
        };
        let mut stretches = Vec::new();
        append(&mut stretches, stretch(0, [0, 10_000], None));
        append(&mut stretches, stretch(10_000, [10_000, 20_000], None));
        append(&mut stretches, stretch(20_000, [50_000, 60_000], None));
        append(
            &mut stretches,
            stretch(30_000, [60_000, 60_000], Some(Reason::Paused)),
        );
        append(
            &mut stretches,
            stretch(40_000, [60_000, 60_000], Some(Reason::Paused)),
        );
        append(
            &mut stretches,
            stretch(90_000, [60_000, 60_000], Some(Reason::Paused)),
        );
        assert_eq!(
            stretches
                .iter()
                .map(|s| (s.from.0, s.to.0, s.ms.0, s.reason))
                .collect::<Vec<_>>(),
            [
                (0, 20_000, 20_000, None),
                (20_000, 30_000, 10_000, None),
                (30_000, 50_000, 20_000, Some(Reason::Paused)),
                (90_000, 100_000, 10_000, Some(Reason::Paused)),
            ]
        );
    }

    #[test]
    fn a_forged_browser_clock_cannot_draw_into_the_future() {
        let spans = [span(SpanState::Paused, [0, 0], [0, 1 << 40])];
        let decision = Decision {
            grants: vec![],
            refusals: vec![Refusal {
                media: interval(0, 0),
                span: 0,
                ms: Millis(1 << 40),
                reason: Reason::Paused,
            }],
        };
        let drawn = drawn(&spans, &decision, Timestamp(1_000), Timestamp(5_000));
        assert_eq!((drawn[0].from.0, drawn[0].to.0), (1_000, 5_000));
    }
}
