//! Credited time to class hours: always rounded down, per person and unit list, in integers (clause A16).

use crate::{rules::Rules, time::Millis};
use serde::{Deserialize, Serialize};

/// Whole class hours.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct ClassHours(pub u64);

impl ClassHours {
    /// The whole class hours in `credited`: 44 min 59 s are none.
    #[must_use]
    pub const fn of(credited: Millis, rules: &Rules) -> Self {
        Self(match credited.0.checked_div(rules.class_hour_ms.0) {
            Some(hours) => hours,
            None => 0,
        })
    }
}
