//! One person as the server sees them: units, leases, the day. It takes every beat it is offered, in any order and as often as it
//! is offered: what a real server refuses at its door (a wrong `prev`, a repeated `seq`) must not matter to the rules.

use crate::judge::Judge;
use study::{Circumstances, Coverage, Day, Decision, History, Millis, Rules, Span, Timestamp};

/// A unit that the person studies.
#[derive(Clone, Debug)]
pub struct Unit {
    /// Length of its film.
    pub film_ms: Millis,
    covered: Coverage,
}

/// What the oracle is told about one grant of a lease.
#[derive(Clone, Copy, Debug)]
pub struct LeaseGranted {
    /// On which unit, counted from 0.
    pub unit: usize,
    /// When.
    pub at: Timestamp,
}

/// What the oracle is told about one stretch of credit.
#[derive(Clone, Copy, Debug)]
pub struct Credited {
    /// Under which lease, counted from 0.
    pub lease: usize,
    /// When the beat came.
    pub at: Timestamp,
    /// First millisecond of film.
    pub from: u64,
    /// First millisecond behind.
    pub to: u64,
}

/// Everything that happened to one person, without a word of the rules' own state.
#[derive(Clone, Debug, Default)]
pub struct Record {
    /// Length of each unit's film.
    pub films: Vec<Millis>,
    /// Leases in the order of their numbers.
    pub leases: Vec<LeaseGranted>,
    /// Credit in the order of the server's clock.
    pub credited: Vec<Credited>,
    /// Credit that the person had on the first day before the record began.
    pub day_before: Option<(Day, Millis)>,
    /// Beats taken.
    pub beats: u64,
}

/// One person's part of the server.
pub struct Server<'a> {
    judge: Judge,
    rules: &'a Rules,
    units: Vec<Unit>,
    leases: Vec<History>,
    day: Day,
    day_credited: Millis,
    check_overdue: bool,
    record: Record,
}

impl<'a> Server<'a> {
    /// A person who studies units of these lengths, with `day_credited` on the day of `at` from before.
    #[must_use]
    pub fn new(
        judge: Judge,
        rules: &'a Rules,
        films: &[Millis],
        day_credited: Millis,
        at: Timestamp,
    ) -> Self {
        let day = at.day(rules.day_offset_ms);
        Self {
            judge,
            rules,
            units: films
                .iter()
                .map(|film_ms| Unit {
                    film_ms: *film_ms,
                    covered: Coverage::default(),
                })
                .collect(),
            leases: Vec::new(),
            day,
            day_credited,
            check_overdue: false,
            record: Record {
                films: films.to_vec(),
                day_before: Some((day, day_credited)),
                ..Record::default()
            },
        }
    }

    /// Grants the next lease: from now on only this one earns. Returns its number, counted from 0.
    pub fn lease(&mut self, unit: usize, at: Timestamp) -> usize {
        let day = at.day(self.rules.day_offset_ms);
        let history = History::begin(at, Coverage::default(), day, Millis::ZERO, self.rules);
        self.leases.push(history);
        self.record.leases.push(LeaseGranted { unit, at });
        self.leases.len() - 1
    }

    /// From now on a face check is overdue, or is not.
    pub const fn set_check_overdue(&mut self, overdue: bool) {
        self.check_overdue = overdue;
    }

    /// The newest lease.
    #[must_use]
    pub fn newest(&self) -> Option<usize> {
        self.leases.len().checked_sub(1)
    }

    /// What is credited of `unit`.
    #[must_use]
    pub fn covered(&self, unit: usize) -> &Coverage {
        &self.units[unit].covered
    }

    /// Credit of this day, over all units.
    #[must_use]
    pub const fn day_credited(&self) -> Millis {
        self.day_credited
    }

    /// Takes a beat of `lease`.
    pub fn take(&mut self, lease: usize, spans: &[Span], at: Timestamp) -> Decision {
        let unit = self.record.leases[lease].unit;
        let circumstances = Circumstances {
            lease_current: self.newest() == Some(lease),
            listed: true,
            check_overdue: self.check_overdue,
            film_ms: self.units[unit].film_ms,
        };
        let history = &mut self.leases[lease];
        std::mem::swap(&mut history.covered, &mut self.units[unit].covered);
        (history.day, history.day_credited_ms) = (self.day, self.day_credited);
        let decision = (self.judge)(history, spans, &circumstances, at, self.rules);
        (self.day, self.day_credited) = (history.day, history.day_credited_ms);
        std::mem::swap(&mut history.covered, &mut self.units[unit].covered);
        let grants = decision.grants.iter();
        self.record.credited.extend(grants.map(|grant| Credited {
            lease,
            at,
            from: grant.media.from.0,
            to: grant.media.to.0,
        }));
        self.record.beats += 1;
        decision
    }

    /// All that happened.
    #[must_use]
    pub fn into_record(self) -> Record {
        self.record
    }
}
