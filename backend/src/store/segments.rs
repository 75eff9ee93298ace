//! The evidence of a study session as it goes into the ledger: its start, and its segments.
//!
//! A segment says how far the chain of beats has come and what is credited by then, over the whole session; so the last one of
//! a session is enough for a proof. One is written every `segment_ms`, when the session falls silent, and at its end.

use super::evidence::NewEvidence;
use crate::keys::Keys;
use contract::{
    Digest,
    face::seed_hash,
    record::{ChecksPlanned, ChecksRevealed, Record, Segment, SessionStarted},
};
use sea_orm::DbErr;
use study::{ClassId, Coverage, LeaseNumber, Millis, PersonId, SessionId, Timestamp, UnitId};

/// What stays the same in all records of a session.
#[derive(Clone, Copy, Debug)]
pub struct Whose {
    /// The session.
    pub session: SessionId,
    /// Whose it is.
    pub person: PersonId,
    /// For which class.
    pub class: ClassId,
    /// On which unit.
    pub unit: UnitId,
    /// Content hash of the film.
    pub film: Digest,
    /// Length of the film.
    pub film_ms: Millis,
    /// By which rules.
    pub rules: Digest,
    /// Under which lease.
    pub lease: LeaseNumber,
    /// When the lease was granted.
    pub started_at: Timestamp,
}

/// How far a session has come.
#[derive(Clone, Debug)]
pub struct Reached {
    /// First beat since the last segment.
    pub from_seq: u64,
    /// Last beat of the session so far.
    pub to_seq: u64,
    /// Head of the evidence chain after that beat.
    pub chain: Digest,
    /// What the session was credited for so far.
    pub credited: Coverage,
    /// Whether nothing more will come.
    pub ended: bool,
}

/// The record of a granted lease.
///
/// # Errors
/// Never for our own types.
pub fn started(keys: &Keys, whose: &Whose, nonce: Digest) -> Result<NewEvidence, DbErr> {
    let record = Record::SessionStarted(SessionStarted {
        session: whose.session,
        person: keys.pseudonym(whose.person),
        class: whose.class,
        unit: whose.unit,
        film: whose.film,
        film_ms: whose.film_ms,
        rules: whose.rules,
        lease: whose.lease,
        nonce,
        started_at: whose.started_at,
    });
    NewEvidence::about_session("session_started/1", whose, &record)
}

/// The record of a segment that is closed at `at`.
///
/// # Errors
/// Never for our own types.
pub fn segment(
    keys: &Keys,
    whose: &Whose,
    reached: Reached,
    at: Timestamp,
) -> Result<NewEvidence, DbErr> {
    let record = Record::Segment(Segment {
        session: whose.session,
        person: keys.pseudonym(whose.person),
        class: whose.class,
        unit: whose.unit,
        film: whose.film,
        film_ms: whose.film_ms,
        rules: whose.rules,
        lease: whose.lease,
        from_seq: reached.from_seq,
        to_seq: reached.to_seq,
        chain: reached.chain,
        credited: reached.credited,
        started_at: whose.started_at,
        at,
        ended: reached.ended,
    });
    NewEvidence::about_session("segment/1", whose, &record)
}

/// The record that a session will draw its face checks from a seed.
///
/// # Errors
/// Never for our own types.
pub fn planned(keys: &Keys, whose: &Whose) -> Result<NewEvidence, DbErr> {
    let record = Record::ChecksPlanned(ChecksPlanned {
        session: whose.session,
        person: keys.pseudonym(whose.person),
        class: whose.class,
        rules: whose.rules,
        seed_hash: seed_hash(&keys.check_seed(whose.session)),
        at: whose.started_at,
    });
    NewEvidence::about_session("checks_planned/1", whose, &record)
}

/// The record that opens the seed of a session that is over; `drawn` checks came from it.
///
/// # Errors
/// Never for our own types.
pub fn revealed(
    keys: &Keys,
    whose: &Whose,
    drawn: u64,
    at: Timestamp,
) -> Result<NewEvidence, DbErr> {
    let record = Record::ChecksRevealed(ChecksRevealed {
        session: whose.session,
        person: keys.pseudonym(whose.person),
        class: whose.class,
        seed: keys.check_seed(whose.session),
        drawn,
        at,
    });
    NewEvidence::about_session("checks_revealed/1", whose, &record)
}
