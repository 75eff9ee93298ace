//! Starting to study, beats, and what the server answers.

use crate::{
    canonical, canonical::NotCanonical, digest::Digest, face::Challenge, face::SessionChecks,
    text::Text,
};
use serde::{Deserialize, Serialize};
use study::{
    ClassId, Coverage, Decision, LeaseNumber, Millis, Rules, SessionId, Span, Timestamp, UnitId,
};

/// Asks for the study lease on one unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct StartStudy {
    /// Class that the unit is studied for.
    pub class: ClassId,
    /// Unit to study.
    pub unit: UnitId,
    /// How the learner would recognise this device, e.g. `Android 手机`: at most 40 characters.
    pub device: String,
    /// Take the lease even where another device is studying now (the second tap of the hand-over).
    pub take_over: bool,
}

/// The lease is granted: everything the page needs to play and to observe.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StudyStarted {
    /// The new study session.
    pub session: SessionId,
    /// Its lease.
    pub lease: LeaseNumber,
    /// `prev` of the session's first beat.
    pub nonce: Digest,
    /// The rules that will judge the beats.
    pub rules: Rules,
    /// Their hash, as it stands in every decision.
    pub rules_hash: Digest,
    /// Unit title.
    pub title: Text,
    /// Where the film is: a path on this server.
    pub film_url: String,
    /// Chinese captions (`WebVTT`): a path on this server.
    pub captions_url: String,
    /// Length of the film.
    pub film_ms: Millis,
    /// Where the person stopped last.
    pub position_ms: Millis,
    /// What is credited in this unit already.
    pub covered: Coverage,
    /// Credit of this person today, over all units.
    pub day_credited_ms: Millis,
    /// When the server granted the lease.
    pub started_at: Timestamp,
    /// How identity is checked in this session; `None` where the rules draw no checks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checks: Option<SessionChecks>,
}

/// What the browser observed since the last beat. Hash-chained from the session's nonce.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Beat {
    /// The lease it was observed under.
    pub lease: LeaseNumber,
    /// 1 for the first of the session, then without gaps.
    pub seq: u64,
    /// Digest of the previous beat, or the session's nonce for the first.
    pub prev: Digest,
    /// What was observed, by the browser's clock in order.
    pub spans: Vec<Span>,
}

impl Beat {
    /// The digest that the next beat names as `prev`.
    ///
    /// # Errors
    /// Never for a beat that came through JSON.
    pub fn digest(&self) -> Result<Digest, NotCanonical> {
        canonical::digest(self)
    }
}

/// What the server decided. The same beat sent again gets the same receipt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Receipt {
    /// Which beat.
    pub seq: u64,
    /// When the server took it.
    pub received_at: Timestamp,
    /// What it earned and why not more.
    pub decision: Decision,
    /// Credit of this person in this unit after this beat.
    pub unit_credited_ms: Millis,
    /// Credit of this person on this day after this beat, over all units.
    pub day_credited_ms: Millis,
    /// Head of the session's evidence chain after this beat.
    pub chain: Digest,
    /// Whether another device has taken the lease: this one will earn nothing more.
    pub lease_lost: bool,
    /// A face check that was drawn with this beat.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check: Option<Challenge>,
}

/// The next head of a session's evidence chain: `SHA-256(head ‖ beat digest ‖ decision digest ‖ received_at as 8 bytes, big endian)`.
///
/// # Errors
/// Never for values that came through JSON.
pub fn next_chain(
    head: Digest,
    beat: Digest,
    decision: &Decision,
    received_at: Timestamp,
) -> Result<Digest, NotCanonical> {
    let decision = canonical::digest(decision)?;
    Ok(Digest::of(&[
        &head.0,
        &beat.0,
        &decision.0,
        &received_at.0.to_be_bytes(),
    ]))
}
