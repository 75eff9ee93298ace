//! What a beat earns. One function, the same in the page and on the server; only the server's answer counts.
//!
//! Client numbers are claims. Whatever they say, the credit of one lease is never more than the server's own time since the
//! lease began, never more than the film is long, and no media millisecond of a unit is credited twice to one person.
//! [`History`] keeps the budgets (`credit/budget.rs`), the desk judges one span after the other (`credit/desk.rs`).

mod budget;
mod desk;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

use crate::{
    coverage::{Coverage, Interval},
    rules::Rules,
    span::Span,
    time::{Day, Millis, Timestamp},
};
use desk::Desk;
use serde::{Deserialize, Serialize};

/// What earlier beats left behind, as far as the next decision needs it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct History {
    /// When the server took the lease's last beat, or granted the lease.
    pub last_at: Timestamp,
    /// Server time of this lease not spent yet: the running budget. Starts at zero, never above `offline_buffer_ms`.
    pub bank_ms: Millis,
    /// Server time that a silence longer than the buffer cut off the bank, as long as the beats that explain it still come in.
    /// It buys nothing; time that the browser spent hidden or paused is taken from here first.
    pub cut_ms: Millis,
    /// How far the film may still run ahead of the browser's clock: timers and decoders are not exact. Starts full, at twice
    /// `rate_slack_ms`, and is refilled by film that ran behind.
    pub lead_ms: Millis,
    /// The browser's clock at the end of the last span.
    pub client_to_ms: Millis,
    /// How long the window has been unfocused without a break, by the browser's clock; not counted beyond the grace.
    pub unfocused_ms: Millis,
    /// What this person has been credited for in this unit, in any session.
    pub covered: Coverage,
    /// The day that `day_credited_ms` belongs to.
    pub day: Day,
    /// Credit of this person on that day, over all units.
    pub day_credited_ms: Millis,
}

/// What the server knows about the session at the moment a beat arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Circumstances {
    /// Whether the beat's lease is still the person's highest.
    pub lease_current: bool,
    /// Whether the class runs and the unit is listed at this moment.
    pub listed: bool,
    /// Whether a face check has passed its deadline unanswered.
    pub check_overdue: bool,
    /// Length of the film.
    pub film_ms: Millis,
}

/// Why a stretch was not credited. The page turns each into a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The page could not be seen.
    Hidden,
    /// Another window had the keyboard for longer than the grace.
    Unfocused,
    /// The film was paused.
    Paused,
    /// The film waited for data.
    Stalled,
    /// The film was moved.
    Seek,
    /// The film ran faster than the rules allow.
    RateOverCap,
    /// The clock ran, but hardly a frame reached the screen.
    NotPlaying,
    /// Another device holds the lease.
    LeaseLost,
    /// A face check is overdue.
    CheckOverdue,
    /// This part was credited before.
    AlreadyCredited,
    /// The day's limit is reached.
    DayCap,
    /// More came in after a silence than the buffer allows.
    Gap,
    /// More film than real time: credit is by real time.
    OverWallTime,
    /// Behind the end of the film.
    OutsideFilm,
    /// The class is not running or the unit is not listed.
    OutsideCatalogue,
    /// The browser's clock overlaps an earlier span.
    OutOfOrder,
}

/// What granted credit is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Counts.
    Confirmed,
    /// Counts once the next face check is passed.
    Provisional,
}

/// Media time credited: one second of film is one second of credit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Grant {
    /// Which part of the film.
    pub media: Interval,
    /// Which span of the beat it comes from, counted from 0.
    pub span: u32,
    /// What it is worth for now.
    pub standing: Standing,
}

/// A stretch that earned nothing, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Refusal {
    /// Which part of the film; empty where the film stood still.
    pub media: Interval,
    /// Which span of the beat it comes from, counted from 0.
    pub span: u32,
    /// How long: film time, or the browser's time where the film stood still.
    pub ms: Millis,
    /// Why.
    pub reason: Reason,
}

/// What one beat earned.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// What was credited, in the order of the spans.
    pub grants: Vec<Grant>,
    /// What was not, in the order of the spans.
    pub refusals: Vec<Refusal>,
}

impl Decision {
    /// Total credit.
    #[must_use]
    pub fn credited_ms(&self) -> Millis {
        self.grants.iter().fold(Millis::ZERO, |sum, grant| {
            sum.saturating_add(grant.media.len())
        })
    }
}

/// Decides what `spans` earn when the server receives them at `received_at`, and moves `history` on.
///
/// A beat that a lost lease sends is answered with [`Reason::LeaseLost`] for all it holds; its history is moved on all the
/// same, so that replaying the raw beats gives the same answers.
///
/// What holds whatever the spans claim:
/// - the grants of one lease sum to at most `received_at - granted_at`, and to at most `offline_buffer_ms` per silence;
/// - no grant touches what is covered, or lies behind the film's end;
/// - the grants of a day sum to at most `day_cap_ms`;
/// - the grants sum to at most the browser's own length of the spans that earn, plus twice `rate_slack_ms` per lease.
#[must_use]
pub fn credit(
    history: &mut History,
    spans: &[Span],
    circumstances: &Circumstances,
    received_at: Timestamp,
    rules: &Rules,
) -> Decision {
    history.accrue(spans, received_at, rules);
    let mut desk = Desk::new(history, rules, circumstances);
    for (span, idx) in spans.iter().zip(0_u32..) {
        desk.judge(span, idx);
    }
    desk.close()
}
