//! What may at most be credited, from facts that no client can change: when leases were held, how long films are, which day it
//! was; and, where a real page was watched, what was truly seen. Shares no code with the rules but the plain numbers in them.

use crate::server::Record;
use std::collections::BTreeMap;
use study::Rules;

/// What somebody truly watched under one lease, as the rules understand watching.
#[derive(Clone, Debug, Default)]
pub struct Truth {
    /// Film that really played, visible, attended and at a permitted rate.
    pub seen: Vec<(u64, u64)>,
    /// How long that took.
    pub real_ms: u64,
}

/// Credit beyond what is possible, by the bound that it breaks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Excess {
    /// More than the lease is old, or after it was lost.
    pub lease_ms: u64,
    /// More than the running budget: time after a silence beyond the buffer.
    pub silence_ms: u64,
    /// The same film twice.
    pub twice_ms: u64,
    /// Film that does not exist.
    pub outside_ms: u64,
    /// Over the day's limit.
    pub day_ms: u64,
    /// Film that nobody watched, or more than the time it was watched for.
    pub unseen_ms: u64,
}

impl Excess {
    /// All of it.
    #[must_use]
    pub const fn total(&self) -> u64 {
        self.lease_ms
            + self.silence_ms
            + self.twice_ms
            + self.outside_ms
            + self.day_ms
            + self.unseen_ms
    }
}

/// Joins stretches that touch.
#[must_use]
pub fn union(mut list: Vec<(u64, u64)>) -> Vec<(u64, u64)> {
    list.retain(|(from, to)| from < to);
    list.sort_unstable();
    let mut joined: Vec<(u64, u64)> = Vec::new();
    for (from, to) in list {
        match joined.last_mut() {
            Some((_, end)) if from <= *end => *end = (*end).max(to),
            _ => joined.push((from, to)),
        }
    }
    joined
}

/// Summed lengths.
#[must_use]
pub fn length(list: &[(u64, u64)]) -> u64 {
    list.iter().map(|(from, to)| to - from).sum()
}

/// Length of what both hold; both are unions.
fn common(one: &[(u64, u64)], other: &[(u64, u64)]) -> u64 {
    let mut sum = 0;
    for (from, to) in one {
        for (start, end) in other {
            sum += to.min(end).saturating_sub(*from.max(start));
        }
    }
    sum
}

/// Holds `record` against what is possible. `truths` has, for a lease that a real page studied under, what was watched.
#[must_use]
pub fn check(record: &Record, rules: &Rules, truths: &BTreeMap<usize, Truth>) -> Excess {
    let mut excess = Excess::default();
    leases(record, rules, &mut excess);
    films(record, &mut excess);
    days(record, rules, &mut excess);
    for (lease, truth) in truths {
        let of_lease = record.credited.iter().filter(|c| c.lease == *lease);
        let got: Vec<_> = of_lease.map(|c| (c.from, c.to)).collect();
        let sum = length(&got);
        let got = union(got);
        let unseen = length(&got) - common(&got, &union(truth.seen.clone()));
        excess.unseen_ms += unseen.max(sum.saturating_sub(truth.real_ms));
    }
    excess
}

fn leases(record: &Record, rules: &Rules, excess: &mut Excess) {
    for (lease, granted) in record.leases.iter().enumerate() {
        let lost_at = record.leases.get(lease + 1).map(|next| next.at.0);
        let (mut sum, mut worst) = (0_u64, 0_u64);
        let (mut tokens, mut at) = (0_u64, granted.at.0);
        for credited in record.credited.iter().filter(|c| c.lease == lease) {
            let ms = credited.to - credited.from;
            if lost_at.is_some_and(|lost_at| lost_at < credited.at.0) {
                excess.lease_ms += ms;
                continue;
            }
            sum += ms;
            worst = worst.max(sum.saturating_sub(credited.at.0 - granted.at.0));
            tokens = (tokens + (credited.at.0 - at)).min(rules.offline_buffer_ms.0);
            at = credited.at.0;
            excess.silence_ms += ms.saturating_sub(tokens);
            tokens = tokens.saturating_sub(ms);
        }
        excess.lease_ms += worst;
    }
}

fn films(record: &Record, excess: &mut Excess) {
    for (unit, film) in record.films.iter().enumerate() {
        let of_unit = record
            .credited
            .iter()
            .filter(|credited| record.leases[credited.lease].unit == unit);
        let got: Vec<_> = of_unit.map(|c| (c.from, c.to)).collect();
        let sum = length(&got);
        let got = union(got);
        excess.twice_ms += sum - length(&got);
        excess.outside_ms += length(&got) - common(&got, &[(0, film.0)]);
    }
}

fn days(record: &Record, rules: &Rules, excess: &mut Excess) {
    let mut days: BTreeMap<u64, u64> = BTreeMap::new();
    if let Some((day, before)) = record.day_before {
        days.insert(day.0, before.0);
    }
    for credited in &record.credited {
        let day = (credited.at.0 + rules.day_offset_ms.0) / 86_400_000;
        *days.entry(day).or_default() += credited.to - credited.from;
    }
    excess.day_ms += days
        .values()
        .map(|sum| sum.saturating_sub(rules.day_cap_ms.0))
        .sum::<u64>();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::{Credited, LeaseGranted};
    use study::{Millis, Timestamp};

    fn record(credited: &[(usize, u64, u64, u64)]) -> Record {
        Record {
            films: vec![Millis(100_000)],
            leases: [0, 50_000]
                .map(|at| LeaseGranted {
                    unit: 0,
                    at: Timestamp(at),
                })
                .to_vec(),
            credited: credited
                .iter()
                .map(|(lease, at, from, to)| Credited {
                    lease: *lease,
                    at: Timestamp(*at),
                    from: *from,
                    to: *to,
                })
                .collect(),
            ..Record::default()
        }
    }

    fn excess(credited: &[(usize, u64, u64, u64)]) -> Excess {
        check(&record(credited), &Rules::liaoning_2026(), &BTreeMap::new())
    }

    #[test]
    fn each_bound_is_checked() {
        assert_eq!(excess(&[(0, 10_000, 0, 10_000)]).total(), 0);
        assert_eq!(excess(&[(0, 10_000, 0, 10_001)]).lease_ms, 1);
        assert_eq!(excess(&[(0, 50_001, 0, 10)]).lease_ms, 10);
        assert_eq!(excess(&[(0, 9_000, 0, 9), (0, 9_000, 5, 10)]).twice_ms, 4);
        assert_eq!(excess(&[(0, 9_000, 99_999, 100_002)]).outside_ms, 2);
        assert_eq!(excess(&[(1, 150_000, 0, 60_001)]).silence_ms, 1);
    }

    #[test]
    fn only_what_was_seen_counts() {
        let truth = |real_ms| {
            let seen = vec![(0, 3_000), (5_000, 9_000)];
            BTreeMap::from([(0, Truth { seen, real_ms })])
        };
        let record = record(&[(0, 10_000, 0, 4_000)]);
        let rules = Rules::liaoning_2026();
        assert_eq!(check(&record, &rules, &truth(7_000)).unseen_ms, 1_000);
        assert_eq!(check(&record, &rules, &truth(2_000)).unseen_ms, 2_000);
    }
}
