//! Evidence records: what the ledger holds about study, and never forgets.
//!
//! A record is canonical JSON that is written once. Its leaf in the ledger shows nothing of it: a salted digest only. A change of a
//! record's meaning or fields is a new variant with a new `kind`; the golden files of the tests hold the old ones still.

use crate::{
    acting::{AppealAbout, Remedy},
    canonical::{self, NotCanonical},
    claim::RowVerdict,
    digest::Digest,
    face::{CheckId, CheckOrigin, CheckOutcome, HeadAction, IdentityWay},
    issuing::RevocationReason,
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
    /// A study session will draw its face checks from a seed, which is sealed until the session ends.
    #[serde(rename = "checks_planned/1")]
    ChecksPlanned(ChecksPlanned),
    /// The seed, so that anybody can see that the checks fell where chance put them.
    #[serde(rename = "checks_revealed/1")]
    ChecksRevealed(ChecksRevealed),
    /// A face check was drawn.
    #[serde(rename = "check_drawn/1")]
    CheckDrawn(CheckDrawn),
    /// A check was settled, by the machine or by a human: what that made of which credit.
    #[serde(rename = "check_settled/1")]
    CheckSettled(CheckSettled),
    /// Somebody chose how their identity is checked, or withdrew.
    #[serde(rename = "way_chosen/1")]
    WayChosen(WayChosen),
    /// Somebody's face was enrolled.
    #[serde(rename = "face_enrolled/1")]
    FaceEnrolled(FaceEnrolled),
    /// A member of staff compared an enrolled face with the ID card.
    #[serde(rename = "enrolment_decided/1")]
    EnrolmentDecided(EnrolmentDecided),
    /// A person's face data was made unreadable for ever.
    #[serde(rename = "face_key_destroyed/1")]
    FaceKeyDestroyed(FaceKeyDestroyed),
    /// An institution entered something about a learner that the system does not hold itself, or left them out of a claim.
    #[serde(rename = "claim_entered/1")]
    ClaimEntered(ClaimEntered),
    /// A claim was sealed.
    #[serde(rename = "claim_sealed/1")]
    ClaimSealed(ClaimSealed),
    /// A claim was taken back.
    #[serde(rename = "claim_withdrawn/1")]
    ClaimWithdrawn(ClaimWithdrawn),
    /// A reviewer verified one row of a claim.
    #[serde(rename = "claim_row_reviewed/1")]
    ClaimRowReviewed(ClaimRowReviewed),
    /// A reviewer signed the decision about a claim.
    #[serde(rename = "claim_decided/1")]
    ClaimDecided(ClaimDecided),
    /// A learner appealed.
    #[serde(rename = "appeal_filed/1")]
    AppealFiled(AppealFiled),
    /// A member of staff answered an appeal.
    #[serde(rename = "appeal_answered/1")]
    AppealAnswered(AppealAnswered),
    /// A member of staff called the roll.
    #[serde(rename = "roll_called/1")]
    RollCalled(RollCalled),
    /// A member of staff moved a learner's pointer in a unit.
    #[serde(rename = "pointer_moved/1")]
    PointerMoved(PointerMoved),
    /// An institution revoked a proof.
    #[serde(rename = "proof_revoked/1")]
    ProofRevoked(ProofRevoked),
    /// The personal data of a class was made unreadable after its time.
    #[serde(rename = "class_deleted/1")]
    ClassDeleted(ClassDeleted),
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

/// A study session will draw its face checks from a seed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ChecksPlanned {
    /// The study session.
    pub session: SessionId,
    /// Pseudonym of the person.
    pub person: Digest,
    /// The class.
    pub class: ClassId,
    /// Hash of the rules.
    pub rules: Digest,
    /// SHA-256 of the seed.
    pub seed_hash: Digest,
    /// When.
    pub at: Timestamp,
}

/// The seed of a session that is over. The gap before its check number `n` (from 0) is
/// `study::checks::gap(gap_number(seed, n), rules)`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ChecksRevealed {
    /// The study session.
    pub session: SessionId,
    /// Pseudonym of the person.
    pub person: Digest,
    /// The class.
    pub class: ClassId,
    /// The seed.
    pub seed: Digest,
    /// Unannounced checks that were drawn from it.
    pub drawn: u64,
    /// When.
    pub at: Timestamp,
}

/// A face check was drawn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CheckDrawn {
    /// The check.
    pub check: CheckId,
    /// The study session it interrupts; `None` for one that the learner asked for.
    pub session: Option<SessionId>,
    /// Pseudonym of the person.
    pub person: Digest,
    /// The class.
    pub class: ClassId,
    /// Hash of the rules.
    pub rules: Digest,
    /// Why it was drawn.
    pub origin: CheckOrigin,
    /// For an unannounced check: its number in the session, from 0.
    pub number: Option<u64>,
    /// What the head is asked to do.
    pub action: HeadAction,
    /// The nonce that an answer must carry, once.
    pub nonce: Digest,
    /// Which try it is, from 0.
    pub attempt: u32,
    /// When.
    pub at: Timestamp,
    /// Last moment for an answer.
    pub deadline_at: Timestamp,
}

/// A check was settled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CheckSettled {
    /// The check. A later record about the same check takes the place of the earlier one; each stretch belongs to one check.
    pub check: CheckId,
    /// Pseudonym of the person.
    pub person: Digest,
    /// The class.
    pub class: ClassId,
    /// Hash of the rules.
    pub rules: Digest,
    /// What came of it.
    pub outcome: CheckOutcome,
    /// Pseudonym of the member of staff who decided; `None` where the machine or the clock did.
    pub by: Option<Digest>,
    /// Hash of the face models' manifest, where faces were compared.
    pub models: Option<Digest>,
    /// SHA-256 of each frame that was judged.
    pub frames: Vec<Digest>,
    /// Distance to the template in millionths, where a face was seen.
    pub distance_ppm: Option<u64>,
    /// What was conspicuous, by name, sorted.
    pub signals: Vec<String>,
    /// What the credit below is worth from now on.
    pub standing: CreditStanding,
    /// Which credit: what the person had earned in the class and no other check had settled.
    pub stretches: Vec<CreditStretch>,
    /// When.
    pub at: Timestamp,
}

/// Credit of one study session that is settled together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreditStretch {
    /// The study session that earned it.
    pub session: SessionId,
    /// The unit.
    pub unit: UnitId,
    /// Which parts of the film.
    pub media: Coverage,
}

/// What settled credit is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum CreditStanding {
    /// Counts.
    Confirmed,
    /// Waits for a make-up check or a human.
    Pending,
    /// Does not count.
    Void,
}

/// Somebody chose how their identity is checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct WayChosen {
    /// Pseudonym of the person.
    pub person: Digest,
    /// What they chose.
    pub way: IdentityWay,
    /// Hash of the text that they read.
    pub text: Digest,
    /// When.
    pub at: Timestamp,
}

/// Somebody's face was enrolled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct FaceEnrolled {
    /// The enrolment.
    pub enrolment: Uuid,
    /// Pseudonym of the person.
    pub person: Digest,
    /// Hash of the face models' manifest.
    pub models: Digest,
    /// SHA-256 of each shot.
    pub frames: Vec<Digest>,
    /// When.
    pub at: Timestamp,
}

/// A member of staff compared an enrolled face with the ID card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct EnrolmentDecided {
    /// The enrolment.
    pub enrolment: Uuid,
    /// Pseudonym of the person.
    pub person: Digest,
    /// Pseudonym of the member of staff.
    pub by: Digest,
    /// Whether face and ID belong together.
    pub confirmed: bool,
    /// When.
    pub at: Timestamp,
}

/// A person's face data was made unreadable for ever.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct FaceKeyDestroyed {
    /// Pseudonym of the person.
    pub person: Digest,
    /// Why: `withdrawn` or `retention`.
    pub reason: String,
    /// When.
    pub at: Timestamp,
}

/// An institution entered something about a learner, or left them out of a claim.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ClaimEntered {
    /// Pseudonym of the learner.
    pub person: Digest,
    /// The class.
    pub class: ClassId,
    /// What was entered, its source and its words, as the canonical bytes that are kept beside: their digest, for they may hold the
    /// number of a certificate.
    pub entry: Digest,
    /// Pseudonym of who entered it.
    pub by: Digest,
    /// When.
    pub at: Timestamp,
}

/// A claim was sealed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ClaimSealed {
    /// The claim.
    pub claim: Uuid,
    /// The class.
    pub class: ClassId,
    /// Digest of the pack's manifest, which names every file by its hash.
    pub manifest: Digest,
    /// Learners in it.
    pub learners: u64,
    /// Pseudonym of who sealed it.
    pub by: Digest,
    /// When.
    pub at: Timestamp,
}

/// A claim was taken back before it was decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ClaimWithdrawn {
    /// The claim.
    pub claim: Uuid,
    /// Why.
    pub reason: String,
    /// Pseudonym of who took it back.
    pub by: Digest,
    /// When.
    pub at: Timestamp,
}

/// A reviewer verified one row of a claim. A later record about the same row takes the place of the earlier one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ClaimRowReviewed {
    /// The claim.
    pub claim: Uuid,
    /// Pseudonym of the learner.
    pub person: Digest,
    /// What was found.
    pub verdict: RowVerdict,
    /// Why.
    pub reason: String,
    /// Pseudonym of the reviewer.
    pub by: Digest,
    /// When.
    pub at: Timestamp,
}

/// A reviewer signed the decision about a claim, all of whose rows were verified.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ClaimDecided {
    /// The claim.
    pub claim: Uuid,
    /// Digest of its manifest.
    pub manifest: Digest,
    /// Rows that passed.
    pub passed: u64,
    /// Rows in doubt.
    pub doubtful: u64,
    /// Rows that failed.
    pub failed: u64,
    /// What the institution is told.
    pub remark: String,
    /// Pseudonym of the reviewer.
    pub by: Digest,
    /// When.
    pub at: Timestamp,
}

/// The personal data of a class was made unreadable for ever, by a command of the operator, after its time (clause A38). Records, ledger and
/// proofs stay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ClassDeleted {
    /// The class.
    pub class: ClassId,
    /// Its end, or its newest evidence before this record: what its time was counted from.
    pub counted_from: Timestamp,
    /// People in the class.
    pub learners: u64,
    /// Those of them whose own key was destroyed, for they are in no class that is kept.
    pub people: u64,
    /// Claim packs that were made unreadable.
    pub packs: u64,
    /// Entries for claims, and words of appeals, answers, verdicts and moved pointers that are gone.
    pub words: u64,
    /// Who did it: `operator`, by the command line.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// A learner appealed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AppealFiled {
    /// The appeal.
    pub appeal: Uuid,
    /// Pseudonym of the learner.
    pub person: Digest,
    /// The class.
    pub class: ClassId,
    /// About what.
    pub about: AppealAbout,
    /// [`crate::acting::words_digest`] of what they say.
    pub text: Digest,
    /// When.
    pub at: Timestamp,
}

/// A member of staff answered an appeal. What it did to credit is in a [`CheckSettled`] of the same transaction, or nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AppealAnswered {
    /// The appeal.
    pub appeal: Uuid,
    /// Pseudonym of the learner.
    pub person: Digest,
    /// The class.
    pub class: ClassId,
    /// Pseudonym of the member of staff.
    pub by: Digest,
    /// Whether the learner is right.
    pub upheld: bool,
    /// What it did.
    pub remedy: Remedy,
    /// [`crate::acting::words_digest`] of the reason.
    pub reason: Digest,
    /// When.
    pub at: Timestamp,
}

/// A member of staff called the roll. The checks of those who were called have the origin `roll_call`, and were drawn with the first
/// beat of a playing film until `ends_at`; where chance drew one with that very beat, it stands for both.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RollCalled {
    /// The roll call.
    pub roll_call: Uuid,
    /// The class.
    pub class: ClassId,
    /// Hash of the rules.
    pub rules: Digest,
    /// Pseudonym of the member of staff.
    pub by: Digest,
    /// Pseudonyms of those who studied then and can be asked by face, sorted.
    pub called: Vec<Digest>,
    /// When.
    pub at: Timestamp,
    /// Last moment at which somebody is asked.
    pub ends_at: Timestamp,
}

/// A member of staff moved a learner's pointer in a unit. It earns nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PointerMoved {
    /// The act.
    pub act: Uuid,
    /// Pseudonym of the learner.
    pub person: Digest,
    /// The class.
    pub class: ClassId,
    /// The unit.
    pub unit: UnitId,
    /// Pseudonym of the member of staff.
    pub by: Digest,
    /// From where.
    pub from_ms: Millis,
    /// To where.
    pub to_ms: Millis,
    /// [`crate::acting::words_digest`] of the reason.
    pub reason: Digest,
    /// When.
    pub at: Timestamp,
}

/// An institution revoked a proof. It takes back the document, never the study that it rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ProofRevoked {
    /// The act.
    pub act: Uuid,
    /// The proof.
    pub proof: Uuid,
    /// Its digest, as in [`ProofIssued`].
    pub credential: Digest,
    /// Pseudonym of the learner.
    pub person: Digest,
    /// The class.
    pub class: ClassId,
    /// Why, in one word.
    pub reason: RevocationReason,
    /// [`crate::acting::words_digest`] of what was said about it.
    pub words: Digest,
    /// Pseudonym of who revoked it.
    pub by: Digest,
    /// When.
    pub at: Timestamp,
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
