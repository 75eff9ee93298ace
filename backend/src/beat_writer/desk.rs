//! Judges the beats of one transaction: what a beat must be to be taken, and what it changes. No I/O; the rule about credit is
//! [`study::credit()`].

use super::{Arrived, standing::Standing};
use crate::{
    checks::{Draw, Drawn, Gate, drawn},
    keys::Keys,
    store::{
        beats::{NewBeat, PersonRow, SessionRow, UnitRow},
        segments::{Reached, Whose},
    },
};
use contract::{
    Digest,
    beat::{Receipt, next_chain},
    error::FieldProblem,
    face::{Challenge, CheckOrigin, gap_number},
};
use std::{
    collections::{HashMap, HashSet},
    mem,
    sync::Arc,
};
use study::{
    Circumstances, ClassId, Millis, PersonId, RandomChecks, Rules, SessionId, SpanState, Timestamp,
    checks::gap, credit,
};

/// Most separate pieces that one person's credit in one unit may fall into. Nobody who watches comes near it; somebody who
/// scatters single milliseconds to make the rows grow does.
const PIECES_MAX: usize = 2_000;

/// Why a beat is not taken. Nothing of it is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// No such session, or not this person's.
    NotFound,
    /// The session is over.
    Ended,
    /// Another beat with this number was taken, or its `prev` is not the digest of the one before it.
    Conflict,
    /// Beats are missing before it.
    OutOfOrder {
        /// The number that would be next.
        expected_seq: u64,
    },
    /// A field is not what it may be.
    Invalid {
        /// Which.
        field: &'static str,
        /// How.
        problem: FieldProblem,
    },
    /// It has no canonical form, or the machine gives no randomness: a fault of ours.
    Internal,
}

/// What one transaction has to write, and where everybody stands when it is written.
pub struct Written {
    /// New beats, in the order they were taken.
    pub beats: Vec<NewBeat>,
    /// Segments that are full.
    pub segments: Vec<(Whose, Reached)>,
    /// Face checks that fell due.
    pub checks: Vec<Drawn>,
    /// Where everybody stands.
    pub standing: Standing,
    touched: HashSet<SessionId>,
}

impl Written {
    /// Sessions that moved.
    pub fn sessions(&self) -> impl Iterator<Item = &SessionRow> {
        self.touched
            .iter()
            .filter_map(|session| self.standing.sessions.get(session))
    }

    /// Units that moved.
    pub fn units(&self) -> impl Iterator<Item = &UnitRow> {
        let moved: HashSet<_> = self.sessions().map(|row| (row.person, row.unit)).collect();
        moved
            .into_iter()
            .filter_map(|unit| self.standing.units.get(&unit))
    }

    /// People that moved.
    pub fn persons(&self) -> impl Iterator<Item = &PersonRow> {
        let moved: HashSet<_> = self.sessions().map(|row| row.person).collect();
        moved
            .into_iter()
            .filter_map(|person| self.standing.persons.get(&person))
    }
}

/// The beats of one transaction on their way through.
pub struct Desk<'a> {
    now: Timestamp,
    keys: &'a Keys,
    gates: HashMap<(PersonId, ClassId), Gate>,
    checks: Vec<Drawn>,
    rules: HashMap<Digest, Arc<Rules>>,
    standing: Standing,
    taken: HashMap<(SessionId, u64), (Digest, Receipt)>,
    touched: HashSet<SessionId>,
    beats: Vec<NewBeat>,
    segments: Vec<(Whose, Reached)>,
}

impl<'a> Desk<'a> {
    /// From where everybody in the batch stands; `gates` for everybody in it who studies under rules with face checks.
    #[must_use]
    pub fn new(
        keys: &'a Keys,
        standing: Standing,
        rules: HashMap<Digest, Arc<Rules>>,
        gates: HashMap<(PersonId, ClassId), Gate>,
        now: Timestamp,
    ) -> Self {
        Self {
            now,
            keys,
            gates,
            checks: Vec::new(),
            rules,
            standing,
            taken: HashMap::new(),
            touched: HashSet::new(),
            beats: Vec::new(),
            segments: Vec::new(),
        }
    }

    /// Which of these beats were taken in an earlier transaction; their receipts are needed before judging.
    #[must_use]
    pub fn repeated(&self, arrived: &[Arrived]) -> Vec<(SessionId, u64)> {
        let repeated: HashSet<(SessionId, u64)> = arrived
            .iter()
            .filter(|beat| {
                self.standing
                    .session(beat.session)
                    .is_some_and(|row| row.person == beat.person && beat.beat.seq <= row.seq)
            })
            .map(|beat| (beat.session, beat.beat.seq))
            .collect();
        repeated.into_iter().collect()
    }

    /// Tells what was answered to a beat in an earlier transaction.
    pub fn remember(&mut self, session: SessionId, digest: Digest, receipt: Receipt) {
        self.taken.insert((session, receipt.seq), (digest, receipt));
    }

    /// Judges one beat.
    ///
    /// # Errors
    /// [`Refused`]
    pub fn judge(&mut self, arrived: &Arrived) -> Result<Receipt, Refused> {
        let Arrived {
            session,
            person,
            ref beat,
            digest,
        } = *arrived;
        let row = self
            .standing
            .sessions
            .get_mut(&session)
            .filter(|row| row.person == person)
            .ok_or(Refused::NotFound)?;
        let rules = self.rules.get(&row.rules).ok_or(Refused::Internal)?;
        if beat.lease != row.lease {
            return Err(invalid("lease", FieldProblem::Range));
        }
        if beat.seq <= row.seq {
            return match self.taken.get(&(session, beat.seq)) {
                Some((taken, receipt)) if *taken == digest => Ok(receipt.clone()),
                _ => Err(Refused::Conflict),
            };
        }
        if row.ended_at.is_some() {
            return Err(Refused::Ended);
        }
        if beat.seq != row.seq + 1 {
            return Err(Refused::OutOfOrder {
                expected_seq: row.seq + 1,
            });
        }
        if beat.prev != row.head {
            return Err(Refused::Conflict);
        }
        if u32::try_from(beat.spans.len()).map_or(true, |n| n > rules.spans_per_beat_max) {
            return Err(invalid("spans", FieldProblem::TooLong));
        }
        let totals = self
            .standing
            .persons
            .get_mut(&person)
            .ok_or(Refused::Internal)?;
        let unit = self
            .standing
            .units
            .get_mut(&(person, row.unit))
            .ok_or(Refused::Internal)?;

        let mut gate = match rules.face_checks.random() {
            None => None,
            Some(random) => {
                let gate = self.gates.get_mut(&(person, row.class));
                Some((random, gate.ok_or(Refused::Internal)?))
            }
        };

        let pieces = unit.covered.intervals().len();
        // A span adds at most one piece, so most beats need no way back.
        let way_back = (pieces + beat.spans.len() > PIECES_MAX).then(|| unit.covered.clone());
        let circumstances = Circumstances {
            lease_current: totals.lease == row.lease,
            listed: row.class_starts_at <= self.now && self.now < row.class_ends_at,
            check_overdue: gate
                .as_ref()
                .is_some_and(|(_, gate)| gate.overdue(self.now)),
            film_ms: row.film_ms,
        };
        let mut history = row.history.clone();
        history.covered = mem::take(&mut unit.covered);
        history.day = totals.day;
        history.day_credited_ms = totals.day_credited_ms;
        let decision = credit(&mut history, &beat.spans, &circumstances, self.now, rules);
        if let Some(before) = way_back
            && history.covered.intervals().len() > PIECES_MAX.max(pieces)
        {
            unit.covered = before;
            return Err(invalid("spans", FieldProblem::Range));
        }
        unit.covered = mem::take(&mut history.covered);
        let Ok(chain) = next_chain(row.chain, digest, &decision, self.now) else {
            return Err(Refused::Internal);
        };

        totals.day = history.day;
        totals.day_credited_ms = history.day_credited_ms;
        row.history = history;
        row.seq = beat.seq;
        row.head = digest;
        row.chain = chain;
        for grant in &decision.grants {
            row.covered.insert(grant.media);
        }
        if circumstances.lease_current
            && let Some(last) = beat.spans.last()
        {
            unit.position_ms = last.media_to_ms.min(row.film_ms);
        }
        let check = match &mut gate {
            Some((random, gate)) if circumstances.lease_current => {
                let due = falls_due(
                    self.keys,
                    row,
                    gate,
                    random,
                    decision.credited_ms(),
                    self.now,
                )?;
                // Nobody is asked while they pause or look elsewhere.
                let watches = beat
                    .spans
                    .last()
                    .is_some_and(|span| span.state == SpanState::Watching);
                let due = match due {
                    None if watches => roll_called(self.keys, row, gate, random, self.now)?,
                    due => due,
                };
                due.map(|drawn| {
                    let challenge = shown(&drawn, random, self.now);
                    self.checks.push(drawn);
                    challenge
                })
            }
            Some(_) | None => None,
        };
        let receipt = Receipt {
            seq: beat.seq,
            received_at: self.now,
            decision,
            unit_credited_ms: unit.covered.len(),
            day_credited_ms: totals.day_credited_ms,
            chain,
            lease_lost: !circumstances.lease_current,
            check: check.flatten(),
        };
        if self.now.since(row.segment_at) >= rules.segment_ms {
            self.segments.push(close_segment(row, self.now));
        }
        self.touched.insert(session);
        self.taken
            .insert((session, beat.seq), (digest, receipt.clone()));
        self.beats.push(NewBeat {
            session,
            digest,
            spans: beat.spans.clone(),
            lease_current: circumstances.lease_current,
            listed: circumstances.listed,
            receipt: receipt.clone(),
        });
        Ok(receipt)
    }

    /// What has to be written now.
    #[must_use]
    pub fn finish(self) -> Written {
        Written {
            beats: self.beats,
            segments: self.segments,
            checks: self.checks,
            standing: self.standing,
            touched: self.touched,
        }
    }
}

/// Lets the credit of a beat pass on the way to the session's next face check, and draws that where it is due. While another one
/// is open, or a teacher vouches for the person, it waits.
fn falls_due(
    keys: &Keys,
    row: &mut SessionRow,
    gate: &mut Gate,
    random: &RandomChecks,
    credited: Millis,
    now: Timestamp,
) -> Result<Option<Drawn>, Refused> {
    if credited == Millis::ZERO {
        return Ok(None);
    }
    if gate.supervised || gate.active || gate.overdue(now) {
        row.checks.waited_ms = row.checks.waited_ms.saturating_add(credited);
        return Ok(None);
    }
    let number = row.checks.drawn;
    let seed = keys.check_seed(row.session);
    if !row
        .checks
        .pass(credited, gap(gap_number(&seed, number), random))
    {
        return Ok(None);
    }
    let drawn = drawn(
        keys,
        Draw {
            origin: CheckOrigin::Random,
            number: Some(number),
            shown: gate.can_answer,
            // Where the roll is called at this very moment, it answers that, too.
            roll_call: gate.called.take(),
            ..with_beat(row, random, now)
        },
    )
    .map_err(|_no_randomness| Refused::Internal)?;
    gate.open(drawn.check.deadline_at);
    Ok(Some(drawn))
}

/// Draws the check of a roll call for whoever watches. It is not drawn from the session's seed and leaves that clock alone; while it is
/// open, credit waits on the way to the next one as beside any other check.
fn roll_called(
    keys: &Keys,
    row: &SessionRow,
    gate: &mut Gate,
    random: &RandomChecks,
    now: Timestamp,
) -> Result<Option<Drawn>, Refused> {
    if gate.supervised || gate.active || !gate.can_answer {
        return Ok(None);
    }
    let Some(roll_call) = gate.called.take() else {
        return Ok(None);
    };
    let drawn = drawn(
        keys,
        Draw {
            roll_call: Some(roll_call),
            ..with_beat(row, random, now)
        },
    )
    .map_err(|_no_randomness| Refused::Internal)?;
    gate.open(drawn.check.deadline_at);
    Ok(Some(drawn))
}

/// A check that is drawn with the newest beat of `row`, for a roll call where nothing else is said.
fn with_beat<'a>(row: &SessionRow, random: &'a RandomChecks, now: Timestamp) -> Draw<'a> {
    Draw {
        person: row.person,
        class: row.class,
        session: Some(row.session),
        rules_hash: row.rules,
        rules: random,
        origin: CheckOrigin::RollCall,
        number: None,
        retry_of: None,
        drawn_seq: Some(row.seq),
        shown: true,
        roll_call: None,
        now,
    }
}

/// The challenge, where there is somebody who can answer it: nobody looks for a face without consent and an enrolment.
fn shown(drawn: &Drawn, random: &RandomChecks, now: Timestamp) -> Option<Challenge> {
    let check = &drawn.check;
    check.shown.then(|| check.challenge(random, now))
}

fn close_segment(row: &mut SessionRow, now: Timestamp) -> (Whose, Reached) {
    let whose = Whose {
        session: row.session,
        person: row.person,
        class: row.class,
        unit: row.unit,
        lease: row.lease,
        film: row.film,
        film_ms: row.film_ms,
        rules: row.rules,
        started_at: row.started_at,
    };
    let reached = Reached {
        from_seq: row.segment_seq + 1,
        to_seq: row.seq,
        chain: row.chain,
        credited: row.covered.clone(),
        ended: false,
    };
    row.segment_seq = row.seq;
    row.segment_at = now;
    (whose, reached)
}

const fn invalid(field: &'static str, problem: FieldProblem) -> Refused {
    Refused::Invalid { field, problem }
}

/// The largest number that a span may hold: 2^40 ms are 34 years, and sums of thousands of them stay far from overflow.
pub const SPAN_NUMBER_MAX: u64 = 1 << 40;

/// Whether all numbers of a beat are within [`SPAN_NUMBER_MAX`].
#[must_use]
pub fn in_bounds(beat: &contract::beat::Beat) -> bool {
    beat.seq <= SPAN_NUMBER_MAX
        && beat.lease.0 <= SPAN_NUMBER_MAX
        && beat.spans.iter().all(|span| {
            [
                span.media_from_ms,
                span.media_to_ms,
                span.client_from_ms,
                span.client_to_ms,
            ]
            .iter()
            .all(|ms| ms.0 <= SPAN_NUMBER_MAX)
        })
}
