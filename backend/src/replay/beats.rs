//! One person's study from their raw beats.
//!
//! Sessions are replayed by lease, each by sequence number: only the highest lease earns, so every beat that earned comes before
//! all of a later lease, whatever clocks of several servers say. A beat of a lost lease earns nothing and moves its own session only.

use super::{
    ReplayKeys, Summary,
    checks::{Checks, Way, compare_clock},
};
use crate::{
    clock::DRIFT_MAX_MS,
    store::{
        digest,
        entities::{
            beat, class, person_progress, study_progress, study_session, unit, unit_progress,
        },
        json, number,
        rules_book::RulesBook,
        time,
    },
};
use contract::{
    Digest,
    beat::{Beat, next_chain},
};
use sea_orm::{ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, QueryOrder};
use std::collections::{BTreeMap, HashMap};
use study::{
    CheckClock, Circumstances, ClassId, Coverage, Day, Decision, History, LeaseNumber, Millis,
    PersonId, Rules, SessionId, Span, Timestamp, credit,
};
use uuid::Uuid;

/// What a session came to, after each of its beats.
pub(super) struct Replayed {
    /// The session as it was started.
    pub session: study_session::Model,
    /// Its unit.
    pub unit: unit::Model,
    /// Chain head and credited intervals after beat 0 (the start), 1, 2 and so on.
    pub steps: Vec<Step>,
    /// How many face checks it drew; `None` under rules without any.
    pub drawn: Option<u64>,
    /// The stored position of the last closed segment.
    pub segment_seq: u64,
    /// Whether it is over by what is stored.
    pub ended: bool,
}

/// Where a session stood after a beat.
pub(super) struct Step {
    /// Head of the evidence chain.
    pub chain: Digest,
    /// What the session was credited with so far.
    pub covered: Coverage,
}

/// What a person holds over all sessions.
struct Standing {
    units: BTreeMap<Uuid, Coverage>,
    day: Day,
    day_credited_ms: Millis,
}

/// Replays all beats of `person`, comparing as it goes.
pub(super) async fn replay(
    tx: &DatabaseTransaction,
    book: &RulesBook,
    keys: &ReplayKeys,
    person: PersonId,
    checks: &Checks,
    summary: &mut Summary,
) -> Result<Vec<Replayed>, DbErr> {
    let sessions = study_session::Entity::find()
        .filter(study_session::Column::PersonId.eq(person.0))
        .order_by_asc(study_session::Column::Lease)
        .all(tx)
        .await?;
    let starts: Vec<Timestamp> = sessions.iter().map(|row| time(row.started_at)).collect();
    let mut standing = Standing {
        units: BTreeMap::new(),
        day: Day(0),
        day_credited_ms: Millis::ZERO,
    };
    let mut replayed = Vec::with_capacity(sessions.len());
    for (position, session) in sessions.into_iter().enumerate() {
        let next_start = starts.get(position + 1).copied();
        let rules = book.get(tx, digest(&session.rules_hash)?).await?;
        if position == 0 {
            standing.day = time(session.started_at).day(rules.day_offset_ms);
        }
        let way = rules.face_checks.random().map(|random| Way {
            checks,
            class: ClassId(session.class_id),
            session: SessionId(session.id),
            rules: random,
            seed: keys.master.check_seed(SessionId(session.id)),
            clock: CheckClock::default(),
        });
        let one = one_session(tx, &rules, session, next_start, way, &mut standing, summary).await?;
        summary.sessions += 1;
        replayed.push(one);
    }
    totals(tx, person, &standing, summary).await?;
    Ok(replayed)
}

async fn one_session(
    tx: &DatabaseTransaction,
    rules: &Rules,
    session: study_session::Model,
    next_start: Option<Timestamp>,
    way: Option<Way<'_>>,
    standing: &mut Standing,
    summary: &mut Summary,
) -> Result<Replayed, DbErr> {
    let missing = |what: &str| DbErr::RecordNotFound(format!("{what} of session {}", session.id));
    let unit = unit::Entity::find_by_id(session.unit_id)
        .one(tx)
        .await?
        .ok_or_else(|| missing("the unit"))?;
    let class = class::Entity::find_by_id(session.class_id)
        .one(tx)
        .await?
        .ok_or_else(|| missing("the class"))?;
    let progress = study_progress::Entity::find_by_id(session.id)
        .one(tx)
        .await?
        .ok_or_else(|| missing("the progress"))?;
    let rows = beat::Entity::find()
        .filter(beat::Column::SessionId.eq(session.id))
        .order_by_asc(beat::Column::Seq)
        .all(tx)
        .await?;
    let started_at = time(session.started_at);
    let mut replay = SessionReplay {
        id: session.id,
        lease: LeaseNumber(number(session.lease)),
        class: (time(class.starts_at), time(class.ends_at)),
        film_ms: Millis(number(unit.film_ms)),
        next_start,
        way,
        history: History::begin(
            started_at,
            Coverage::default(),
            standing.day,
            Millis::ZERO,
            rules,
        ),
        head: digest(&session.nonce)?,
        steps: vec![Step {
            chain: digest(&session.nonce)?,
            covered: Coverage::default(),
        }],
    };
    for (row, seq) in rows.iter().zip(1..) {
        summary.beats += 1;
        summary.expect(number(row.seq) == seq, || {
            format!("session {}: beat {seq} is missing", session.id)
        });
        replay.beat(row, rules, session.unit_id, standing, summary)?;
    }
    replay.compare(&progress, summary)?;
    Ok(Replayed {
        unit,
        drawn: replay.way.as_ref().map(|way| way.clock.drawn),
        steps: replay.steps,
        segment_seq: number(progress.segment_seq),
        ended: progress.ended_at.is_some(),
        session,
    })
}

struct SessionReplay<'a> {
    id: Uuid,
    lease: LeaseNumber,
    class: (Timestamp, Timestamp),
    film_ms: Millis,
    next_start: Option<Timestamp>,
    /// To the next face check, under rules that draw them.
    way: Option<Way<'a>>,
    history: History,
    head: Digest,
    steps: Vec<Step>,
}

impl SessionReplay<'_> {
    fn beat(
        &mut self,
        row: &beat::Model,
        rules: &Rules,
        unit: Uuid,
        standing: &mut Standing,
        summary: &mut Summary,
    ) -> Result<(), DbErr> {
        let name = || format!("session {}, beat {}", self.id, row.seq);
        let received_at = time(row.received_at);
        let spans: Vec<Span> = json(&row.spans)?;
        let beat = Beat {
            lease: self.lease,
            seq: number(row.seq),
            prev: self.head,
            spans,
        };
        let beat_digest = canonical(beat.digest())?;
        summary.expect(beat_digest == digest(&row.digest)?, || {
            format!(
                "{}: what was observed was changed (its digest differs)",
                name()
            )
        });
        self.circumstances(row, received_at, summary);

        // A lost lease earns nothing and must not move what the person holds.
        let covered = standing.units.entry(unit).or_default();
        self.history.covered = covered.clone();
        self.history.day = standing.day;
        self.history.day_credited_ms = standing.day_credited_ms;
        let circumstances = Circumstances {
            lease_current: row.lease_current,
            listed: row.listed,
            check_overdue: self
                .way
                .as_ref()
                .is_some_and(|way| way.checks.overdue(way.class, received_at)),
            film_ms: self.film_ms,
        };
        let decision = credit(
            &mut self.history,
            &beat.spans,
            &circumstances,
            received_at,
            rules,
        );
        let kept: Decision = json(&row.decision)?;
        summary.expect(decision == kept, || {
            format!(
                "{}: the rules credit {} ms, but {} ms are stored",
                name(),
                credited(&decision).0,
                credited(&kept).0
            )
        });
        if row.lease_current {
            *covered = self.history.covered.clone();
            standing.day = self.history.day;
            standing.day_credited_ms = self.history.day_credited_ms;
            let same = number(row.unit_credited_ms) == covered.len().0
                && number(row.day_credited_ms) == standing.day_credited_ms.0;
            summary.expect(same, || {
                format!(
                    "{}: unit and day stood at {} and {} ms, but {} and {} ms were answered",
                    name(),
                    covered.len().0,
                    standing.day_credited_ms.0,
                    row.unit_credited_ms,
                    row.day_credited_ms
                )
            });
        }
        if let Some(way) = &mut self.way {
            let earned = if row.lease_current {
                credited(&decision)
            } else {
                Millis::ZERO
            };
            way.pass(number(row.seq), earned, received_at, summary);
        }
        summary.credited_ms = summary.credited_ms.saturating_add(credited(&decision));
        self.step(row, beat_digest, &decision, received_at, summary)
    }

    /// Whether the circumstances that are stored with a beat can have been so.
    fn circumstances(&self, row: &beat::Model, received_at: Timestamp, summary: &mut Summary) {
        let (starts_at, ends_at) = self.class;
        let listed = starts_at <= received_at && received_at < ends_at;
        summary.expect(listed == row.listed, || {
            format!(
                "session {}, beat {}: whether the class ran is stored as {}",
                self.id, row.seq, row.listed
            )
        });
        // Servers that share a database may differ by as much as one may drift.
        let lost = self
            .next_start
            .is_some_and(|start| start.plus(DRIFT_MAX_MS) < received_at);
        let held = self
            .next_start
            .is_none_or(|start| received_at.plus(DRIFT_MAX_MS) < start);
        let possible = if row.lease_current { !lost } else { !held };
        summary.expect(possible, || {
            format!(
                "session {}, beat {}: whether its lease was the highest is stored as {}",
                self.id, row.seq, row.lease_current
            )
        });
    }

    fn step(
        &mut self,
        row: &beat::Model,
        beat: Digest,
        decision: &Decision,
        received_at: Timestamp,
        summary: &mut Summary,
    ) -> Result<(), DbErr> {
        let Some(last) = self.steps.last() else {
            return Ok(());
        };
        let chain = canonical(next_chain(last.chain, beat, decision, received_at))?;
        summary.expect(chain == digest(&row.chain)?, || {
            format!(
                "session {}, beat {}: the evidence chain is broken",
                self.id, row.seq
            )
        });
        let mut covered = last.covered.clone();
        for grant in &decision.grants {
            covered.insert(grant.media);
        }
        self.steps.push(Step { chain, covered });
        self.head = beat;
        Ok(())
    }

    /// What is stored of the session's progress must be what its beats come to.
    fn compare(
        &self,
        progress: &study_progress::Model,
        summary: &mut Summary,
    ) -> Result<(), DbErr> {
        let clock = self.way.as_ref().map(|way| way.clock).unwrap_or_default();
        let stored = (progress.checks_drawn, progress.check_waited_ms);
        compare_clock(clock, SessionId(self.id), stored, summary);
        let Some(last) = self.steps.last() else {
            return Ok(());
        };
        let seq = self.steps.len().saturating_sub(1);
        summary.expect(usize::try_from(progress.seq) == Ok(seq), || {
            format!(
                "session {}: {seq} beats are there, but {} are counted",
                self.id, progress.seq
            )
        });
        let heads = digest(&progress.head)? == self.head && digest(&progress.chain)? == last.chain;
        summary.expect(heads, || {
            format!(
                "session {}: the stored heads are not those of its beats",
                self.id
            )
        });
        let covered: Coverage = json(&progress.covered)?;
        summary.expect(covered == last.covered, || {
            format!(
                "session {}: its beats were credited {} ms, but {} ms are stored",
                self.id,
                last.covered.len().0,
                covered.len().0
            )
        });
        let kept: History = json(&progress.history)?;
        let budget = |history: &History| {
            (
                history.last_at,
                history.bank_ms,
                history.lead_ms,
                history.client_to_ms,
                history.unfocused_ms,
            )
        };
        summary.expect(budget(&kept) == budget(&self.history), || {
            format!(
                "session {}: the stored budget is not what its beats leave",
                self.id
            )
        });
        Ok(())
    }
}

/// What is stored over all sessions must be their sum.
async fn totals(
    tx: &DatabaseTransaction,
    person: PersonId,
    standing: &Standing,
    summary: &mut Summary,
) -> Result<(), DbErr> {
    let mut kept: HashMap<Uuid, Coverage> = HashMap::new();
    for row in unit_progress::Entity::find()
        .filter(unit_progress::Column::PersonId.eq(person.0))
        .all(tx)
        .await?
    {
        kept.insert(row.unit_id, json(&row.covered)?);
    }
    for (unit, covered) in &standing.units {
        let kept = kept.remove(unit).unwrap_or_default();
        summary.expect(kept == *covered, || {
            format!(
                "person {person}, unit {unit}: {} ms follow from the beats, but {} ms are stored",
                covered.len().0,
                kept.len().0
            )
        });
    }
    for (unit, covered) in kept {
        summary.expect(covered.is_empty(), || {
            format!(
                "person {person}, unit {unit}: {} ms are stored, but no beat earned them",
                covered.len().0
            )
        });
    }
    let Some(row) = person_progress::Entity::find_by_id(person.0)
        .one(tx)
        .await?
    else {
        summary.differs(|| format!("person {person}: the stored progress is missing"));
        return Ok(());
    };
    // A beat of a lost lease may have opened a new day, in which nothing was earned.
    let stored_day = (number(row.day), number(row.day_credited_ms));
    let same = stored_day == (standing.day.0, standing.day_credited_ms.0)
        || (stored_day.0 > standing.day.0 && stored_day.1 == 0)
        || (standing.units.is_empty() && stored_day.1 == 0);
    summary.expect(same, || {
        format!(
            "person {person}: day {} has {} ms by the beats, but day {} with {} ms is stored",
            standing.day.0, standing.day_credited_ms.0, stored_day.0, stored_day.1
        )
    });
    Ok(())
}

fn credited(decision: &Decision) -> Millis {
    decision.grants.iter().fold(Millis::ZERO, |sum, grant| {
        sum.saturating_add(grant.media.len())
    })
}

fn canonical<T>(result: Result<T, contract::canonical::NotCanonical>) -> Result<T, DbErr> {
    result.map_err(|error| DbErr::Json(error.to_string()))
}
