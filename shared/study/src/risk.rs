//! Who falls behind the dates of their class. A hint for the teacher: nothing is credited or refused because of it.

use crate::{
    rules::Rules,
    time::{Millis, Timestamp},
};
use serde::{Deserialize, Serialize};

/// How far behind is still the ebb and flow of a week, in parts of what was planned by now: one fifth. Chosen by us.
const SLACK_PARTS: u64 = 5;

/// What a class asks for, and by when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// First moment that earns credit.
    pub starts_at: Timestamp,
    /// First moment that does not any more.
    pub ends_at: Timestamp,
    /// Length of all its units.
    pub due_ms: Millis,
}

/// Whether somebody is likely to finish in time.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Risk {
    /// As planned, or finished.
    #[default]
    None,
    /// Behind an even pace by more than a fifth of what was planned by now, and by more than one class hour.
    Behind,
    /// More is missing than can be credited until the class ends.
    OutOfReach,
}

impl Plan {
    /// What an even pace over all its days has reached by `now`.
    #[must_use]
    pub fn planned_by(&self, now: Timestamp) -> Millis {
        let whole = self.ends_at.since(self.starts_at);
        let gone = now.since(self.starts_at).min(whole);
        let part = u128::from(self.due_ms.0) * u128::from(gone.0);
        let planned = part.checked_div(u128::from(whole.0)).unwrap_or(0);
        Millis(u64::try_from(planned).unwrap_or(u64::MAX))
    }

    /// The most that can still be credited from `now` on: real time, and no more than the rules' limit on each calendar day. What was
    /// credited today already is not taken off.
    #[must_use]
    pub fn reachable_from(&self, now: Timestamp, rules: &Rules) -> Millis {
        let from = now.max(self.starts_at);
        let left = self.ends_at.since(from);
        if left == Millis::ZERO {
            return Millis::ZERO;
        }
        let last = Timestamp(self.ends_at.0.saturating_sub(1));
        let day = |at: Timestamp| at.day(rules.day_offset_ms).0;
        let days = day(last).saturating_sub(day(from)).saturating_add(1);
        left.min(Millis(days.saturating_mul(rules.day_cap_ms.0)))
    }
}

/// Whether somebody with `earned` (all that counts or may still count) is likely to finish in time.
#[must_use]
pub fn risk(plan: &Plan, earned: Millis, now: Timestamp, rules: &Rules) -> Risk {
    let missing = plan.due_ms.saturating_sub(earned);
    if missing > plan.reachable_from(now, rules) {
        return Risk::OutOfReach;
    }
    let planned = plan.planned_by(now);
    let slack = rules.class_hour_ms.max(Millis(planned.0 / SLACK_PARTS));
    if planned > earned.saturating_add(slack) {
        return Risk::Behind;
    }
    Risk::None
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: u64 = 2_700_000;
    const DAY: u64 = 86_400_000;

    /// Thirty days from midnight in China, thirty class hours.
    const PLAN: Plan = Plan {
        starts_at: Timestamp(16 * 3_600_000),
        ends_at: Timestamp(16 * 3_600_000 + 30 * DAY),
        due_ms: Millis(30 * HOUR),
    };

    fn after(days: u64, hours: u64) -> Risk {
        let now = PLAN.starts_at.plus(Millis(days * DAY));
        risk(&PLAN, Millis(hours * HOUR), now, &Rules::liaoning_2026())
    }

    #[test]
    fn nobody_is_behind_before_the_class_begins_or_on_its_first_day() {
        let rules = Rules::liaoning_2026();
        assert_eq!(risk(&PLAN, Millis::ZERO, Timestamp(0), &rules), Risk::None);
        assert_eq!(after(0, 0), Risk::None);
        assert_eq!(after(1, 0), Risk::None);
    }

    #[test]
    fn a_fifth_behind_is_still_on_its_way_and_more_is_behind() {
        assert_eq!(after(10, 10), Risk::None);
        assert_eq!(after(10, 8), Risk::None);
        assert_eq!(after(10, 7), Risk::Behind);
        // By one class hour or less nobody is behind, however early it is.
        assert_eq!(after(2, 1), Risk::None);
        assert_eq!(after(2, 0), Risk::Behind);
    }

    #[test]
    fn what_the_days_cannot_hold_any_more_is_out_of_reach() {
        // Eight class hours a day: three days hold 24.
        assert_eq!(after(27, 6), Risk::Behind);
        assert_eq!(after(27, 5), Risk::OutOfReach);
        assert_eq!(after(30, 29), Risk::OutOfReach);
        assert_eq!(after(30, 30), Risk::None);
        assert_eq!(after(90, 30), Risk::None);
    }

    #[test]
    fn the_last_hour_holds_no_more_than_an_hour() {
        let rules = Rules::liaoning_2026();
        let now = Timestamp(PLAN.ends_at.0 - 3_600_000);
        assert_eq!(PLAN.reachable_from(now, &rules), Millis(3_600_000));
    }

    #[test]
    fn absurd_plans_do_not_stop_anybody() {
        let rules = Rules::liaoning_2026();
        let backwards = Plan {
            starts_at: Timestamp(10),
            ends_at: Timestamp(5),
            due_ms: Millis(u64::MAX),
        };
        for now in [0, 5, 10, u64::MAX] {
            assert_eq!(
                risk(&backwards, Millis::ZERO, Timestamp(now), &rules),
                Risk::OutOfReach
            );
        }
    }
}
