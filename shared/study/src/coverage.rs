//! Which media milliseconds of one unit are already credited to one person: a set of disjoint intervals in order.

#[cfg(test)]
mod tests;

use crate::time::Millis;
use serde::{Deserialize, Serialize};

/// A half-open stretch of a film, `[from, to)`, never empty inside a [`Coverage`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "[Millis; 2]", into = "[Millis; 2]")]
pub struct Interval {
    /// First millisecond inside.
    pub from: Millis,
    /// First millisecond behind.
    pub to: Millis,
}

#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for Interval {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::schema!([u64; 2]).into()
    }
}

#[cfg(feature = "openapi")]
impl utoipa::ToSchema for Interval {}

impl From<[Millis; 2]> for Interval {
    fn from([from, to]: [Millis; 2]) -> Self {
        Self { from, to }
    }
}

impl From<Interval> for [Millis; 2] {
    fn from(interval: Interval) -> Self {
        [interval.from, interval.to]
    }
}

impl Interval {
    /// Length, zero where the ends are the wrong way round.
    #[must_use]
    pub const fn len(&self) -> Millis {
        self.to.saturating_sub(self.from)
    }

    /// Whether nothing is inside.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.to.0 <= self.from.0
    }
}

/// Disjoint, non-touching intervals in ascending order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct Coverage {
    intervals: Vec<Interval>,
}

/// Written out, because the derived schema does not know `serde(transparent)`.
#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for Coverage {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::schema::ArrayBuilder::new()
            .items(Interval::schema())
            .into()
    }
}

#[cfg(feature = "openapi")]
impl utoipa::ToSchema for Coverage {}

impl<'de> Deserialize<'de> for Coverage {
    /// Any list of intervals is accepted and normalised, so that no stored or sent coverage can count a millisecond twice.
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Vec::<Interval>::deserialize(deserializer).map(|list| list.into_iter().collect())
    }
}

impl FromIterator<Interval> for Coverage {
    fn from_iter<I: IntoIterator<Item = Interval>>(list: I) -> Self {
        let mut intervals: Vec<Interval> = list
            .into_iter()
            .filter(|interval| !interval.is_empty())
            .collect();
        intervals.sort_unstable();
        let mut merged: Vec<Interval> = Vec::with_capacity(intervals.len());
        for interval in intervals {
            match merged.last_mut() {
                Some(last) if interval.from <= last.to => last.to = last.to.max(interval.to),
                _ => merged.push(interval),
            }
        }
        Self { intervals: merged }
    }
}

impl Coverage {
    /// The intervals, ascending and disjoint.
    #[must_use]
    pub fn intervals(&self) -> &[Interval] {
        &self.intervals
    }

    /// Milliseconds inside.
    #[must_use]
    pub fn len(&self) -> Millis {
        self.intervals.iter().fold(Millis::ZERO, |sum, interval| {
            sum.saturating_add(interval.len())
        })
    }

    /// Whether nothing is covered.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.intervals.is_empty()
    }

    /// Adds one interval.
    pub fn insert(&mut self, new: Interval) {
        if new.is_empty() {
            return;
        }
        let first = self.intervals.partition_point(|old| old.to < new.from);
        let behind = self.intervals.partition_point(|old| old.from <= new.to);
        let mut grown = new;
        if let Some(touched) = self.intervals.get(first..behind)
            && let (Some(head), Some(tail)) = (touched.first(), touched.last())
        {
            grown = Interval {
                from: new.from.min(head.from),
                to: new.to.max(tail.to),
            };
        }
        self.intervals.splice(first..behind.max(first), [grown]);
    }

    /// The parts of `wanted` that are not covered yet, ascending.
    #[must_use]
    pub fn missing(&self, wanted: Interval) -> Vec<Interval> {
        let mut missing = Vec::new();
        let mut from = wanted.from;
        let start = self.intervals.partition_point(|old| old.to <= wanted.from);
        for old in self.intervals.iter().skip(start) {
            if old.from >= wanted.to {
                break;
            }
            if old.from > from {
                missing.push(Interval { from, to: old.from });
            }
            from = from.max(old.to);
        }
        if from < wanted.to {
            missing.push(Interval {
                from,
                to: wanted.to,
            });
        }
        missing
    }
}
