//! Evidence records: what the ledger holds about study, and never forgets.
//!
//! A record is canonical JSON that is written once. Its leaf in the ledger shows nothing of it: a salted digest only. A change of a
//! record's meaning or fields is a new variant with a new `kind`; the golden files of the tests hold the old ones still.

use crate::{
    canonical::{self, NotCanonical},
    digest::Digest,
};
use serde::{Deserialize, Serialize, de::Error as _};
use std::fmt;
use study::{ClassHours, ClassId, Coverage, LeaseNumber, Millis, SessionId, Timestamp, UnitId};
use uuid::Uuid;

/// What every leaf entry begins with, so that no other text can be taken for evidence.
const LEAF_PREFIX: &[u8] = b"zhenxue-evidence-v1\n";

/// One piece of evidence. `kind` names what it is and in which version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "kind")]
pub enum Record {
    /// A lease was granted.
    #[serde(rename = "session_started/1")]
    SessionStarted(SessionStarted),
    /// A stretch of a study session, with all credit of the session so far.
    #[serde(rename = "segment/1")]
    Segment(Segment),
    /// A proof was given out.
    #[serde(rename = "proof_issued/1")]
    ProofIssued(ProofIssued),
}

/// A lease was granted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SessionStarted {
    /// The study session.
    pub session: SessionId,
    /// Pseudonym of the person: a keyed hash that only the server can relate to an account.
    pub person: Digest,
    /// The class.
    pub class: ClassId,
    /// The unit.
    pub unit: UnitId,
    /// SHA-256 of the film.
    pub film: Digest,
    /// Length of the film.
    pub film_ms: Millis,
    /// Hash of the rules that judge the session.
    pub rules: Digest,
    /// Its lease.
    pub lease: LeaseNumber,
    /// `prev` of the first beat, and the first head of the evidence chain.
    pub nonce: Digest,
    /// When.
    pub started_at: Timestamp,
}

/// A stretch of a study session. Segments are cumulative: the last one of a session says all that the session earned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Segment {
    /// The study session.
    pub session: SessionId,
    /// Pseudonym of the person, as in [`SessionStarted`].
    pub person: Digest,
    /// The class.
    pub class: ClassId,
    /// The unit.
    pub unit: UnitId,
    /// SHA-256 of the film.
    pub film: Digest,
    /// Length of the film.
    pub film_ms: Millis,
    /// Hash of the rules that judged the beats.
    pub rules: Digest,
    /// The lease.
    pub lease: LeaseNumber,
    /// First beat since the last segment.
    pub from_seq: u64,
    /// Last beat of the session so far; `from_seq - 1` where there was none since the last segment.
    pub to_seq: u64,
    /// Head of the evidence chain after beat `to_seq`.
    pub chain: Digest,
    /// What the session's beats were credited with, all of them: new coverage of this person in this unit.
    pub credited: Coverage,
    /// When the lease was granted.
    pub started_at: Timestamp,
    /// When this record was made.
    pub at: Timestamp,
    /// Whether nothing more will come.
    pub ended: bool,
}

/// A proof was given out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ProofIssued {
    /// The proof; the document's `id` is `urn:uuid:` and this.
    pub proof: Uuid,
    /// Pseudonym of the person.
    pub person: Digest,
    /// The class.
    pub class: ClassId,
    /// Salted digest of name and ID number, as in the document.
    pub identity: Digest,
    /// Digest of the document, the same on all its faces.
    pub credential: Digest,
    /// What it states.
    pub credited_ms: Millis,
    /// What that is in class hours.
    pub class_hours: ClassHours,
    /// When.
    pub issued_at: Timestamp,
}

impl Record {
    /// The canonical bytes that are stored, hashed and never changed.
    ///
    /// # Errors
    /// Never for a record that came through JSON.
    pub fn bytes(&self) -> Result<Vec<u8>, NotCanonical> {
        canonical::bytes(self)
    }
}

/// The ledger's leaf entry for the canonical bytes of a record: `zhenxue-evidence-v1\n ‖ SHA-256(salt ‖ record)`.
#[must_use]
pub fn leaf_entry(salt: &Salt, record: &[u8]) -> Vec<u8> {
    let digest = Digest::of(&[&salt.0, record]);
    [LEAF_PREFIX, &digest.0].concat()
}

/// 32 random bytes that keep a digest from being guessed. On the wire as 64 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = String, pattern = "^[0-9a-f]{64}$"))]
pub struct Salt(pub [u8; 32]);

impl fmt::Display for Salt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl Serialize for Salt {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Salt {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        let mut bytes = [0; 32];
        hex::decode_to_slice(text.as_bytes(), &mut bytes)
            .map_err(|_| D::Error::custom("a salt is 64 hexadecimal digits"))?;
        Ok(Self(bytes))
    }
}
