//! The rules of study time: what a browser may claim and what it earns.
//!
//! The same code runs in the page (to decide what to observe, and to show what will be credited) and on the server (to decide
//! what *is* credited). It reads no clock, does no I/O, uses no float and knows no wire format: `now` is always a parameter.
//!
//! Reading order: [`time`] and [`ids`], then [`span`] (what is observed), [`rules`] (policy as data), [`coverage`] (which
//! media seconds are already credited), [`mod@credit`] (what a beat earns), [`checks`] (when a face check falls), [`hours`] (seconds to class hours),
//! [`mod@risk`] (who falls behind the dates of their class), and [`session`]
//! with its [`event`]s and [`action`]s (the machine in the browser that makes the spans).

#![warn(clippy::wildcard_enum_match_arm)]

pub mod action;
pub mod checks;
pub mod coverage;
pub mod credit;
pub mod event;
pub mod hours;
pub mod ids;
pub mod risk;
pub mod rules;
pub mod session;
pub mod span;
pub mod time;

pub use action::Action;
pub use checks::CheckClock;
pub use coverage::{Coverage, Interval};
pub use credit::{Circumstances, Decision, Grant, History, Reason, Refusal, Standing, credit};
pub use event::Event;
pub use hours::ClassHours;
pub use ids::{ClassId, CourseId, InstitutionId, LeaseNumber, PersonId, SessionId, UnitId};
pub use risk::{Plan, Risk, risk};
pub use rules::{FaceChecks, RandomChecks, Rules};
pub use session::Session;
pub use span::{Span, SpanState};
pub use time::{Day, Millis, Timestamp};
