//! One person's face checks: when nothing was earned because of one, whether each fell where the session's seed puts it, and
//! whether every row says what its records say.

use super::{ReplayKeys, Summary, beats::Replayed};
use crate::{
    checks::{self, Check, drawn_record},
    store::{entities::evidence, entities::identity_way, json, number, time},
};
use contract::{
    Digest,
    face::{CheckId, CheckOrigin, CheckOutcome, CheckState, gap_number},
    record::{CheckDrawn, CheckSettled, Record},
};
use sea_orm::{ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, QueryOrder};
use std::collections::HashMap;
use study::{
    CheckClock, ClassId, Coverage, Millis, PersonId, RandomChecks, SessionId, Timestamp, UnitId,
    checks::gap,
};

/// The checks of one person with their records.
#[derive(Default)]
pub(super) struct Checks {
    all: Vec<Check>,
    drawn: HashMap<CheckId, Vec<CheckDrawn>>,
    settled: HashMap<CheckId, Vec<CheckSettled>>,
    /// From when on, and whether the way is then the supervised one; oldest first.
    ways: Vec<(Timestamp, bool)>,
}

impl Checks {
    /// Reads them.
    pub async fn read(tx: &DatabaseTransaction, person: PersonId) -> Result<Self, DbErr> {
        let mut read = Self {
            all: checks::of_person(tx, person).await?,
            ..Self::default()
        };
        let records = evidence::Entity::find()
            .filter(evidence::Column::PersonId.eq(person.0))
            .filter(evidence::Column::Kind.is_in(["check_drawn/1", "check_settled/1"]))
            .order_by_asc(evidence::Column::Id)
            .all(tx)
            .await?;
        for row in records {
            match json(&row.record)? {
                Record::CheckDrawn(drawn) => {
                    read.drawn.entry(drawn.check).or_default().push(drawn);
                }
                Record::CheckSettled(settled) => {
                    read.settled.entry(settled.check).or_default().push(settled);
                }
                _ => {}
            }
        }
        for settled in read.settled.values_mut() {
            settled.sort_by_key(|record| record.at);
        }
        read.ways = identity_way::Entity::find()
            .filter(identity_way::Column::PersonId.eq(person.0))
            .order_by_asc(identity_way::Column::ChosenAt)
            .order_by_asc(identity_way::Column::Id)
            .all(tx)
            .await?
            .into_iter()
            .map(|row| (time(row.chosen_at), row.way == "supervised"))
            .collect();
        Ok(read)
    }

    /// Whether nothing was earned in `class` at `at` because of a check.
    pub fn overdue(&self, class: ClassId, at: Timestamp) -> bool {
        self.all
            .iter()
            .any(|check| check.class == class && check.blocks(at))
    }

    fn supervised(&self, at: Timestamp) -> bool {
        self.ways
            .iter()
            .rfind(|(from, _)| *from <= at)
            .is_some_and(|(_, supervised)| *supervised)
    }

    /// Whether a check waited for an answer or a verdict when beat `seq` of `session` came at `at`.
    fn active(&self, class: ClassId, session: SessionId, seq: u64, at: Timestamp) -> bool {
        self.all.iter().any(|check| {
            let drawn_before = match check.drawn_seq {
                Some(drawn_seq) if check.session == Some(session) => drawn_seq < seq,
                _ => check.drawn_at <= at,
            };
            let still = self.first_settled(check).is_none_or(|over| at < over);
            check.class == class && drawn_before && still
        })
    }

    fn first_settled(&self, check: &Check) -> Option<Timestamp> {
        match check.state {
            CheckState::Open | CheckState::Judging => None,
            CheckState::Retried => check.settled_at,
            CheckState::Settled => {
                let records = self.settled.get(&check.check)?;
                records.first().map(|record| record.at)
            }
        }
    }
}

/// The way of one session to its next check.
pub(super) struct Way<'a> {
    pub checks: &'a Checks,
    pub class: ClassId,
    pub session: SessionId,
    pub rules: &'a RandomChecks,
    pub seed: Digest,
    pub clock: CheckClock,
}

impl Way<'_> {
    /// Beat `seq` was credited with `credited` at `at`: a check was drawn with it exactly where the seed puts one.
    pub fn pass(&mut self, seq: u64, credited: Millis, at: Timestamp, summary: &mut Summary) {
        let found = self.checks.all.iter().find(|check| {
            check.session == Some(self.session)
                && check.drawn_seq == Some(seq)
                && check.origin == CheckOrigin::Random
        });
        let number = self.clock.drawn;
        let mut due = false;
        if credited > Millis::ZERO {
            let waits = self.checks.supervised(at)
                || self.checks.overdue(self.class, at)
                || self.checks.active(self.class, self.session, seq, at);
            if waits {
                self.clock.waited_ms = self.clock.waited_ms.saturating_add(credited);
            } else {
                let gap = gap(gap_number(&self.seed, number), self.rules);
                due = self.clock.pass(credited, gap);
            }
        }
        let as_due = match found {
            None => !due,
            Some(check) => due && check.number == Some(number) && check.drawn_at == at,
        };
        summary.expect(as_due, || {
            format!(
                "session {}, beat {seq}: by the session's seed {} face check falls here, but {} stored",
                self.session,
                if due { "a" } else { "no" },
                if found.is_some() { "one is" } else { "none is" }
            )
        });
    }
}

/// Compares every check of the person with its records, and what they settle with what the sessions earned.
pub(super) fn compare(
    keys: &ReplayKeys,
    checks: &Checks,
    study: &[Replayed],
    summary: &mut Summary,
) {
    let mut left: HashMap<SessionId, (UnitId, Coverage)> = study
        .iter()
        .filter_map(|replayed| {
            let session = SessionId(replayed.session.id);
            let earned = replayed.steps.last()?.covered.clone();
            Some((session, (UnitId(replayed.session.unit_id), earned)))
        })
        .collect();
    for check in &checks.all {
        let id = check.check;
        let drawn = checks.drawn.get(&id).map_or(&[][..], Vec::as_slice);
        let as_drawn = match check.origin {
            CheckOrigin::Supervised => drawn.is_empty(),
            CheckOrigin::SignIn
            | CheckOrigin::Random
            | CheckOrigin::MakeUp
            | CheckOrigin::RollCall => drawn == [drawn_record(&keys.master, check)],
        };
        summary.expect(as_drawn, || {
            format!("face check {id}: the record of its drawing says something else")
        });
        let settled = checks.settled.get(&id).map_or(&[][..], Vec::as_slice);
        summary.expect(as_settled(keys, check, settled), || {
            format!("face check {id}: its records say something else about what came of it")
        });
        summary.expect(as_blocked(checks, check, settled), || {
            format!("face check {id}: from when to when it blocked follows from no record")
        });
        if check.state == CheckState::Retried {
            let again = checks.all.iter().any(|next| next.retry_of == Some(id));
            summary.expect(again, || {
                format!("face check {id}: the further try is missing")
            });
        }
        for stretch in &check.stretches {
            let earned = left
                .get_mut(&stretch.session)
                .filter(|(unit, _)| *unit == stretch.unit)
                .is_some_and(|(_, earned)| take(earned, &stretch.media));
            summary.expect(earned, || {
                format!(
                    "face check {id}: it settles credit that session {} did not earn, or that another check settled",
                    stretch.session
                )
            });
        }
    }
    for id in checks.drawn.keys().chain(checks.settled.keys()) {
        let known = checks.all.iter().any(|check| check.check == *id);
        summary.expect(known, || {
            format!("face check {id}: there are records, but it is not stored")
        });
    }
    summary.checks += checks.all.len();
}

/// Whether the records of a check tell what its row does, the last one all of it.
fn as_settled(keys: &ReplayKeys, check: &Check, records: &[CheckSettled]) -> bool {
    let Some(last) = records.last() else {
        return check.state != CheckState::Settled
            && check.outcome.is_none()
            && check.standing.is_none()
            && check.stretches.is_empty();
    };
    let expected = CheckSettled {
        check: check.check,
        person: keys.master.pseudonym(check.person),
        class: check.class,
        rules: check.rules,
        outcome: last.outcome,
        by: last.by,
        models: check.answer.models,
        frames: check.answer.frames.clone(),
        distance_ppm: check.answer.distance_ppm,
        signals: check.answer.signal_names(),
        standing: last.standing,
        stretches: check.stretches.clone(),
        at: last.at,
    };
    check.state == CheckState::Settled
        && *last == expected
        && check.outcome == Some(last.outcome)
        && check.standing == Some(last.standing)
        && check.settled_at == Some(last.at)
        && records
            .iter()
            .all(|record| record.stretches == check.stretches)
}

/// Whether a check blocked from and to moments at which something happened that makes it so.
fn as_blocked(checks: &Checks, check: &Check, records: &[CheckSettled]) -> bool {
    let from_deadline = check.blocks_from == check.deadline_at;
    let from_record = records.iter().any(|record| record.at == check.blocks_from);
    let to = check.blocks_to.is_none_or(|to| {
        let recognised = checks.settled.values().flatten().any(|record| {
            record.class == check.class
                && record.at == to
                && matches!(
                    record.outcome,
                    CheckOutcome::Passed | CheckOutcome::Supervised | CheckOutcome::SamePerson
                )
        });
        check.answered_at == Some(to) || recognised
    });
    (from_deadline || from_record) && to
}

/// Takes `media` out of `earned`; `false` where not all of it is there.
fn take(earned: &mut Coverage, media: &Coverage) -> bool {
    let there = media
        .intervals()
        .iter()
        .all(|interval| earned.missing(*interval).is_empty());
    *earned = earned
        .intervals()
        .iter()
        .flat_map(|interval| media.missing(*interval))
        .collect();
    there
}

/// Compares the clock that follows from the beats with the stored one.
pub(super) fn compare_clock(
    clock: CheckClock,
    session: SessionId,
    stored: (i64, i64),
    summary: &mut Summary,
) {
    let (drawn, waited) = (number(stored.0), number(stored.1));
    let same = clock.drawn == drawn && clock.waited_ms.0 == waited;
    summary.expect(same, || {
        format!(
            "session {session}: {} face checks and {} ms towards the next follow from the beats, but {drawn} and {waited} ms are stored",
            clock.drawn, clock.waited_ms.0
        )
    });
}
