//! A moment as RFC 3339 text, the form that the W3C data model wants. One spelling only: UTC with milliseconds.

use serde::{Deserialize, Serialize, de::Error as _};
use std::{fmt, str::FromStr};
use study::Timestamp;

/// A moment that is written as `2026-11-23T09:30:00.000Z`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
pub struct Moment(pub Timestamp);

/// Text that is not a moment in our one spelling.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a moment like 2026-11-23T09:30:00.000Z")]
pub struct NotAMoment;

/// Years of 400 repeat exactly: 146 097 days.
const ERA_DAYS: u64 = 146_097;
/// Days from 0000-03-01 to 1970-01-01.
const EPOCH_DAYS: u64 = 719_468;

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ms = self.0.0;
        // Years start in March here, so that the leap day is the last of its year (Hinnant, "chrono-compatible date algorithms").
        let days = ms / 86_400_000 + EPOCH_DAYS;
        let (era, day) = (days / ERA_DAYS, days % ERA_DAYS);
        let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
        let day_of_year = day - (365 * year + year / 4 - year / 100);
        let march_month = (5 * day_of_year + 2) / 153;
        let day_of_month = day_of_year - (153 * march_month + 2) / 5 + 1;
        let month = if march_month < 10 {
            march_month + 3
        } else {
            march_month - 9
        };
        let year = era * 400 + year + u64::from(month <= 2);
        write!(
            f,
            "{year:04}-{month:02}-{day_of_month:02}T{:02}:{:02}:{:02}.{:03}Z",
            ms / 3_600_000 % 24,
            ms / 60_000 % 60,
            ms / 1_000 % 60,
            ms % 1_000
        )
    }
}

impl FromStr for Moment {
    type Err = NotAMoment;
    /// # Errors
    /// [`NotAMoment`], also for dates that do not exist.
    fn from_str(text: &str) -> Result<Self, NotAMoment> {
        let number =
            |range: std::ops::Range<usize>| -> Option<u64> { text.get(range)?.parse().ok() };
        let read = || -> Option<Self> {
            let (year, month, day) = (number(0..4)?, number(5..7)?, number(8..10)?);
            if year < 1970 || !(1..=12).contains(&month) || day == 0 {
                return None;
            }
            let year = year - u64::from(month <= 2);
            let march_month = (month + 9) % 12;
            let (era, of_era) = (year / 400, year % 400);
            let day_of_year = (153 * march_month + 2) / 5 + day - 1;
            let days = era * ERA_DAYS + of_era * 365 + of_era / 4 - of_era / 100 + day_of_year;
            let (hour, minute) = (number(11..13)?, number(14..16)?);
            let (second, milli) = (number(17..19)?, number(20..23)?);
            let of_day = ((hour * 60 + minute) * 60 + second) * 1_000 + milli;
            let days = days.checked_sub(EPOCH_DAYS)?;
            Some(Self(Timestamp(days * 86_400_000 + of_day)))
        };
        // Printing it again refuses every other spelling and every date that does not exist.
        read()
            .filter(|moment| moment.to_string() == text)
            .ok_or(NotAMoment)
    }
}

impl Serialize for Moment {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}
