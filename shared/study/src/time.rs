//! Whole milliseconds, and the server's day. Nothing here reads a clock.

use serde::{Deserialize, Serialize};

/// A length of time or a position in a film, in whole milliseconds.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct Millis(pub u64);

impl Millis {
    /// No time at all.
    pub const ZERO: Self = Self(0);

    /// The difference, or zero where `other` is the larger.
    #[must_use]
    pub const fn saturating_sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }

    /// The sum, or the largest value: claims come from outside, so an absurd one must not stop the server.
    #[must_use]
    pub const fn saturating_add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

/// A moment by the server's clock, in milliseconds since 1970-01-01T00:00:00Z.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct Timestamp(pub u64);

impl Timestamp {
    /// Time passed since `earlier`, or zero where the clock went back.
    #[must_use]
    pub const fn since(self, earlier: Self) -> Millis {
        Millis(self.0.saturating_sub(earlier.0))
    }

    /// The moment `later` after this one.
    #[must_use]
    pub const fn plus(self, later: Millis) -> Self {
        Self(self.0.saturating_add(later.0))
    }

    /// The calendar day that this moment falls on, `offset` east of UTC.
    #[must_use]
    pub const fn day(self, offset: Millis) -> Day {
        Day(self.0.saturating_add(offset.0) / Day::LENGTH.0)
    }
}

/// A calendar day where the learners live: whole days since 1970-01-01 local time.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct Day(pub u64);

impl Day {
    /// 24 h: China keeps one zone without daylight saving.
    pub const LENGTH: Millis = Millis(86_400_000);

    /// The first moment of this day, `offset` east of UTC.
    #[must_use]
    pub const fn start(self, offset: Millis) -> Timestamp {
        Timestamp(
            self.0
                .saturating_mul(Self::LENGTH.0)
                .saturating_sub(offset.0),
        )
    }
}
