//! Beats that the server has not answered yet, in order, kept over a reload. No clock, no network: [`super::courier`] sends.

use crate::browser::storage::{self, Shelf};
use contract::{Digest, beat::Beat, error::ErrorCode};
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use study::{LeaseNumber, PersonId, SessionId, Span, Timestamp};

/// Raised when [`Parcel`] changes its form; a parcel of another version is thrown away, for it cannot be read.
const VERSION: u32 = 1;
const PREFIX: &str = "zhenxue.outbox.";

/// What one study session still has to say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parcel {
    version: u32,
    /// Whose session: on a shared computer nobody sends another's beats.
    pub person: PersonId,
    /// The session.
    pub session: SessionId,
    lease: LeaseNumber,
    /// `prev` of the next beat.
    head: Digest,
    /// When the server granted the lease: the order between sessions.
    started_at: Timestamp,
    beats: VecDeque<Beat>,
    /// Whether the session's end is to be reported once the beats are through.
    ended: bool,
}

/// The next thing to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Errand {
    /// A beat.
    Beat(Beat),
    /// The end of the session.
    End,
}

/// What to do after a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// The same again, later.
    Again,
    /// The next beat: the server has this one.
    GoOn,
    /// Nothing more: this session can say nothing that would count.
    GiveUp,
    /// Wait until the person has signed in again.
    SignIn,
}

impl Parcel {
    /// An empty parcel for a session that was just granted.
    #[must_use]
    pub fn new(
        person: PersonId,
        session: SessionId,
        lease: LeaseNumber,
        nonce: Digest,
        started_at: Timestamp,
    ) -> Self {
        Self {
            version: VERSION,
            person,
            session,
            lease,
            head: nonce,
            started_at,
            beats: VecDeque::new(),
            ended: false,
        }
    }

    /// Adds what was observed, chained to what came before.
    pub fn push(&mut self, seq: u64, spans: Vec<Span>) {
        let beat = Beat {
            lease: self.lease,
            seq,
            prev: self.head,
            spans,
        };
        // A beat always has a JSON form; without one it could not be sent either.
        if let Ok(digest) = beat.digest() {
            self.head = digest;
            self.beats.push_back(beat);
        }
    }

    /// Marks the end.
    pub fn end(&mut self) {
        self.ended = true;
    }

    /// Beats that wait.
    #[must_use]
    pub fn beats(&self) -> impl ExactSizeIterator<Item = &Beat> {
        self.beats.iter()
    }

    /// What to send next, if anything.
    #[must_use]
    pub fn errand(&self) -> Option<Errand> {
        match self.beats.front() {
            Some(beat) => Some(Errand::Beat(beat.clone())),
            None => self.ended.then_some(Errand::End),
        }
    }

    /// The server has every beat up to `seq`.
    pub fn taken(&mut self, seq: u64) {
        while self.beats.front().is_some_and(|beat| beat.seq <= seq) {
            self.beats.pop_front();
        }
    }

    /// What a refusal of the first beat means.
    pub fn refused(&mut self, code: ErrorCode, expected_seq: Option<u64>) -> Next {
        match code {
            ErrorCode::RateLimited
            | ErrorCode::Timeout
            | ErrorCode::Unavailable
            | ErrorCode::Internal => Next::Again,
            ErrorCode::Unauthenticated | ErrorCode::WrongCredentials => Next::SignIn,
            ErrorCode::BeatOutOfOrder => {
                match (expected_seq, self.beats.front(), self.beats.back()) {
                    // The server is ahead: its answers were lost, not our beats.
                    (Some(expected), Some(first), Some(last))
                        if expected > first.seq && expected <= last.seq + 1 =>
                    {
                        self.taken(expected - 1);
                        Next::GoOn
                    }
                    _ => Next::GiveUp,
                }
            }
            ErrorCode::Malformed
            | ErrorCode::Invalid
            | ErrorCode::Forbidden
            | ErrorCode::NotFound
            | ErrorCode::MethodNotAllowed
            | ErrorCode::PersonExists
            | ErrorCode::LeaseHeld
            | ErrorCode::BeatConflict
            | ErrorCode::SessionEnded
            | ErrorCode::ClassClosed
            | ErrorCode::NothingToProve
            | ErrorCode::ProofRevoked
            | ErrorCode::CheckOver
            | ErrorCode::WrongNonce
            | ErrorCode::NoConsent
            | ErrorCode::NotEnrolled
            | ErrorCode::FaceNotUsable
            | ErrorCode::WrongCode
            | ErrorCode::AlreadyDecided
            | ErrorCode::OldText
            | ErrorCode::TooLarge
            | ErrorCode::NotJson
            | ErrorCode::InvitationOver
            | ErrorCode::WrongPerson
            | ErrorCode::PreviewOutdated
            | ErrorCode::AlreadyClaimed
            | ErrorCode::NotReady
            | ErrorCode::RowsUnverified
            | ErrorCode::SealingUnderWay
            | ErrorCode::ClaimTooLarge
            | ErrorCode::ClaimOver
            | ErrorCode::ClassDeleted
            | ErrorCode::AppealExists
            | ErrorCode::TooManyAppeals
            | ErrorCode::NobodyLive
            | ErrorCode::GlyphMissing
            | ErrorCode::HttpsRequired => Next::GiveUp,
        }
    }

    fn key(&self) -> String {
        format!("{PREFIX}{:015}.{}", self.started_at.0, self.session)
    }

    /// Writes the parcel down, so that it survives a reload.
    pub fn keep(&self) {
        if let Ok(json) = serde_json::to_string(self) {
            // Where storage is full or forbidden, the beats still go out from memory.
            storage::write(Shelf::Browser, &self.key(), &json);
        }
    }

    /// Forgets what was written down.
    pub fn forget(&self) {
        storage::remove(Shelf::Browser, &self.key());
    }
}

/// What earlier pages of this browser left unsent for `person`, oldest session first. What cannot be read is thrown away.
#[must_use]
pub fn left_behind(person: PersonId) -> Vec<Parcel> {
    let mut parcels = Vec::new();
    for key in storage::keys(Shelf::Browser, PREFIX) {
        let parcel = storage::read(Shelf::Browser, &key)
            .and_then(|json| serde_json::from_str::<Parcel>(&json).ok())
            .filter(|parcel| parcel.version == VERSION);
        match parcel {
            Some(parcel) if parcel.person == person => parcels.push(parcel),
            Some(_) => {}
            None => storage::remove(Shelf::Browser, &key),
        }
    }
    parcels
}
