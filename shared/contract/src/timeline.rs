//! The study record by day: what was credited, what was not, and why.

use crate::{
    acting::{Act, AppealMark},
    face::CheckMark,
    text::Text,
};
use serde::{Deserialize, Serialize};
use study::{ClassId, Day, Interval, Millis, Reason, SessionId, Timestamp, UnitId};

/// One day of study.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StudyDay {
    /// The day where the learners live.
    pub day: Day,
    /// Its first moment.
    pub starts_at: Timestamp,
    /// Credit of the day.
    pub credited_ms: Millis,
    /// Its study sessions, oldest first.
    pub sessions: Vec<StudySessionRecord>,
    /// Face checks outside any session, which the learner asked for, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checks: Vec<CheckMark>,
    /// What people did, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub acts: Vec<Act>,
}

/// One study session as a strip of time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StudySessionRecord {
    /// The session.
    pub session: SessionId,
    /// Its class.
    pub class: ClassId,
    /// Its unit.
    pub unit: UnitId,
    /// The unit's title.
    pub title: Text,
    /// The device as it called itself.
    pub device: String,
    /// When the lease was granted.
    pub started_at: Timestamp,
    /// When the server last heard of it.
    pub last_heard_at: Timestamp,
    /// Whether it can still go on.
    pub running: bool,
    /// Credit of this session.
    pub credited_ms: Millis,
    /// What happened, by wall clock, oldest first; neighbours with one reason are merged.
    pub stretches: Vec<Stretch>,
    /// What of `credited_ms` waits for a face check or a human.
    #[serde(default)]
    pub pending_ms: Millis,
    /// The face checks of the session, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checks: Vec<CheckMark>,
}

/// A stretch of a session that was credited, or was not for one reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Stretch {
    /// Start by the wall clock: the session's start plus the browser's clock.
    pub from: Timestamp,
    /// End by the wall clock.
    pub to: Timestamp,
    /// Which part of the film; empty where it stood still.
    pub media: Interval,
    /// How long: film time, or wall time where the film stood still.
    pub ms: Millis,
    /// Why it was not credited; `None` where it was.
    pub reason: Option<Reason>,
    /// The learner's appeal, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub appeal: Option<AppealMark>,
}
