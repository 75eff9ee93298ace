//! Face checks and the other ways to show who studies: what travels.
//!
//! A check is drawn by the server, shown by the page, answered with frames before a deadline by the server's clock, judged by
//! the server, and settled: from then on the credit at stake counts, waits, or is void.

use crate::{acting::AppealMark, digest::Digest};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde::{Deserialize, Serialize, de::Error as _};
use std::fmt;
use study::{ClassId, Millis, PersonId, SessionId, Timestamp};
use uuid::Uuid;

/// Most frames in one answer or enrolment.
pub const FRAMES_MAX: usize = 8;
/// Fewest shots that a template is made of.
pub const SHOTS_MIN: usize = 3;
/// Longest request that carries frames, in bytes: eight frames of 64 KB in base64 and what stands around them.
pub const FRAMES_BODY_MAX: usize = 900 * 1024;

/// One face check. A further try has a name of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct CheckId(pub Uuid);

impl fmt::Display for CheckId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::str::FromStr for CheckId {
    type Err = uuid::Error;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        s.parse().map(Self)
    }
}

/// How a person's identity is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum IdentityWay {
    /// By face checks, after separate consent.
    Face,
    /// By a teacher, without any face data (不使用人脸).
    Supervised,
}

/// How my identity is checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MyFace {
    /// What I chose; `None` before I did.
    pub way: Option<IdentityWay>,
    /// When I chose it.
    pub chosen_at: Option<Timestamp>,
    /// Version of the consent text in force; the page holds the words, the hash of this name goes into the evidence.
    pub text: String,
    /// Whether I agreed to an older text than that one; it goes on to hold for what it says.
    pub older_text: bool,
    /// How long frames are kept.
    pub keep_frames_ms: Millis,
    /// How far my enrolment is.
    pub enrolment: EnrolmentState,
    /// The models that page and server judge with.
    pub models: FaceModels,
}

/// The models of the face checks, to be loaded by the page's worker when a check comes, and not before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FaceModels {
    /// Path of the manifest on this server, with its hash in it. The files it names are beside it, each under its own name with
    /// the first 16 digits of its SHA-256: `face_recognition.onnx` is `face_recognition-0e9296bdc556fdb3.onnx`. The plain
    /// name works, too, and is cached for ever where `?sha256=` and the file's hash follow it.
    pub manifest_url: String,
    /// SHA-256 of the manifest.
    pub manifest: Digest,
}

/// How far an enrolment is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum EnrolmentState {
    /// There is none.
    None,
    /// It waits for a member of staff to compare it with the ID card. Checks are made already; what they confirm waits, too.
    Waiting,
    /// Face and ID belong together.
    Confirmed,
    /// They do not, or the shots were not good enough; enrol again.
    Refused,
}

/// Chooses how my identity is checked. Choosing the supervised way after the other one withdraws consent: the face data is
/// destroyed at once, hours stay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ChooseWay {
    /// The choice.
    pub way: IdentityWay,
    /// The version of the text that was shown.
    pub text: String,
}

/// Bytes in base64.
#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = String, content_encoding = "base64"))]
pub struct Bytes(pub Vec<u8>);

impl fmt::Debug for Bytes {
    /// Never the bytes themselves: they may be a face.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.0.len())
    }
}

impl Serialize for Bytes {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&BASE64_STANDARD.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        BASE64_STANDARD
            .decode(text.as_bytes())
            .map(Self)
            .map_err(|_| D::Error::custom("not base64"))
    }
}

/// One picture of the camera.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Frame {
    /// The JPEG, as the page's worker judged it: at most 400 KB and 1280 × 960 pixels.
    pub jpeg: Bytes,
    /// When it was taken, by the browser's clock since the challenge was shown.
    pub at_ms: Millis,
    /// What the page's worker made of it: the embedding as 32-bit floats, little endian; `None` where it saw no face.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub embedding: Option<Bytes>,
}

/// Enrols my face.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Enrol {
    /// 3 to 5 shots.
    pub frames: Vec<Frame>,
    /// How the camera calls itself, at most 120 characters.
    pub camera: String,
}

/// What the person is asked to do with their head.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum HeadAction {
    /// Look straight ahead.
    None,
    /// Turn to the own left.
    TurnLeft,
    /// Turn to the own right.
    TurnRight,
}

/// Why a check was drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum CheckOrigin {
    /// The first study session of a day.
    SignIn,
    /// Unannounced, from the session's seed.
    Random,
    /// The learner asked, to make up for a missed one or to confirm what waits.
    MakeUp,
    /// A teacher confirmed the identity without face data.
    Supervised,
    /// A teacher called the roll: everybody who studied in the class then.
    RollCall,
}

/// A face check to be answered now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Challenge {
    /// The check.
    pub check: CheckId,
    /// Why it was drawn.
    pub origin: CheckOrigin,
    /// What the head is to do.
    pub action: HeadAction,
    /// To be sent back, once.
    pub nonce: Digest,
    /// How long is left to answer, counted from this reply. The server's clock decides.
    pub answer_ms: Millis,
    /// Fewest frames.
    pub frames_min: u32,
    /// Shortest time between two frames.
    pub frame_gap_ms: Millis,
    /// Which try this is, from 0.
    pub attempt: u32,
    /// How many tries there are.
    pub attempts: u32,
}

/// Answers a check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CheckAnswer {
    /// The challenge's nonce.
    pub nonce: Digest,
    /// The frames, in the order they were taken.
    pub frames: Vec<Frame>,
    /// Whether the page's own verdict was good. A claim; it only serves to notice a changed page.
    pub passed: bool,
    /// How the camera calls itself, at most 120 characters.
    pub camera: String,
    /// Hash of the manifest that the page judged with.
    pub models: Digest,
}

/// How far a check is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum CheckState {
    /// Waits for an answer.
    Open,
    /// Answered; the verdict follows.
    Judging,
    /// Not clear enough; `next` asks again.
    Retried,
    /// Settled, see the outcome.
    Settled,
}

/// What came of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum CheckOutcome {
    /// The right person, as far as the machine can see.
    Passed,
    /// No answer in time.
    Missed,
    /// Not clear; a human looks.
    Review,
    /// A human says: the right person (本人).
    SamePerson,
    /// Two humans say: somebody else (非本人).
    OtherPerson,
    /// A human cannot tell (无法判断); it may be made up like a missed one.
    Unclear,
    /// Missed or unclear, and made up by a later passed check.
    MadeUp,
    /// Nobody made it up in time.
    Expired,
    /// A teacher confirmed the identity, the learner being in view of them or in the room.
    Supervised,
}

/// Why a frame was not good enough, for people; the same hints as the page's worker gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum FaceHint {
    /// Lens covered, shutter closed, or the camera gives black.
    CameraCovered,
    /// No face is to be seen.
    NoFace,
    /// More than one face.
    SeveralFaces,
    /// Covered, masked or badly lit.
    FaceUnclear,
    /// Too dark.
    TooDark,
    /// Too bright.
    TooBright,
    /// Too far away.
    TooFar,
    /// Too near.
    TooNear,
    /// Over the picture's edge.
    CutOff,
    /// Turned away.
    TurnedAway,
    /// Tilted.
    Tilted,
    /// The head did not turn as asked.
    ActionNotSeen,
    /// The face is not near enough to the enrolled one.
    NotAlike,
    /// The frames are too alike, or too close together in time.
    FramesAlike,
}

/// One face check of mine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CheckStatus {
    /// The check.
    pub check: CheckId,
    /// Why it was drawn.
    pub origin: CheckOrigin,
    /// How far it is.
    pub state: CheckState,
    /// What came of it, once settled.
    pub outcome: Option<CheckOutcome>,
    /// What the learner can do better, most helpful first.
    pub hints: Vec<FaceHint>,
    /// The further try, for `retried`.
    pub next: Option<Challenge>,
    /// Where the class stands after it.
    pub class: ClassChecks,
}

/// Where a learner stands in a class with face checks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ClassChecks {
    /// How my identity is checked; `None` before I chose.
    pub way: Option<IdentityWay>,
    /// How far my enrolment is.
    pub enrolment: EnrolmentState,
    /// Whether nothing more is credited until a check is passed.
    pub blocked: bool,
    /// Credit that counts.
    pub confirmed_ms: Millis,
    /// Credit since the last passed check: the next one confirms it.
    pub provisional_ms: Millis,
    /// Credit that waits for a make-up check.
    pub pending_ms: Millis,
    /// Credit that waits for a human.
    pub review_ms: Millis,
    /// Until when what is pending can be made up, the earliest.
    pub make_up_until: Option<Timestamp>,
    /// How many more misses may be made up.
    pub make_ups_left: u32,
    /// Checks passed, a human's 本人 and a teacher's confirmation included.
    pub passed: u32,
    /// Checks missed, not counting those made up.
    pub missed: u32,
    /// Misses that were made up.
    pub made_up: u32,
}

/// How identity is checked in a study session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionChecks {
    /// Where the learner stands.
    pub class: ClassChecks,
    /// A check to answer now: the day's sign-in, or one that was open already.
    pub open: Option<Challenge>,
}

/// A face check in the timeline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CheckMark {
    /// The check.
    pub check: CheckId,
    /// Why it was drawn.
    pub origin: CheckOrigin,
    /// When.
    pub drawn_at: Timestamp,
    /// What came of it; `None` while it is open.
    pub outcome: Option<CheckOutcome>,
    /// Whether the learner may appeal against it now.
    #[serde(default)]
    pub can_appeal: bool,
    /// The learner's appeal, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub appeal: Option<AppealMark>,
}

/// What a learner without face checks shows or reads out to the teacher.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SupervisedCode {
    /// Six digits.
    pub code: String,
    /// How long it can be used.
    pub valid_ms: Millis,
}

/// How a teacher made sure who it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SupervisedHow {
    /// Live: by telephone or video call.
    Live,
    /// In the same room.
    OnSite,
}

/// A teacher confirms that the person who shows this code is who they should be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ConfirmSupervised {
    /// The class; without it, the one class of the teacher's institution in which this code was shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<ClassId>,
    /// The code.
    pub code: String,
    /// How it was made sure.
    pub how: SupervisedHow,
}

/// Whom a teacher confirmed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SupervisedDone {
    /// Their name.
    pub name: String,
    /// Credit that this confirmed.
    pub confirmed_ms: Millis,
}

/// A frame that can be looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FrameRef {
    /// Its name.
    pub frame: Uuid,
    /// When the server got it.
    pub at: Timestamp,
}

/// An enrolment that waits for a member of staff.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EnrolmentToConfirm {
    /// The enrolment.
    pub enrolment: Uuid,
    /// Who.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// Their ID number in full: it is compared with the card.
    pub id_number: String,
    /// When they enrolled.
    pub at: Timestamp,
    /// The shots.
    pub frames: Vec<FrameRef>,
    /// Whether somebody else's enrolled face is nearer than strangers should be.
    pub look_alike: bool,
}

/// Decides an enrolment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct DecideEnrolment {
    /// Whether face and ID belong together.
    pub confirmed: bool,
    /// Why not; at most 200 characters, may be empty where confirmed.
    pub reason: String,
}

/// Something conspicuous about a check, with its number where it has one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SignalSeen {
    /// Which, e.g. `head_action_not_seen`.
    pub signal: String,
    /// The frame it is about, from 0.
    pub frame: Option<u32>,
}

/// A check that waits for a human.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CheckToReview {
    /// The check.
    pub check: CheckId,
    /// The class.
    pub class: ClassId,
    /// Who should be on the frames.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// When it was drawn.
    pub drawn_at: Timestamp,
    /// The study session.
    pub session: Option<SessionId>,
    /// What was asked.
    pub action: HeadAction,
    /// Distance to the template in millionths; nearer than 420 000 is taken for the same person.
    pub distance_ppm: Option<u64>,
    /// What was conspicuous.
    pub signals: Vec<SignalSeen>,
    /// The frames of the check.
    pub frames: Vec<FrameRef>,
    /// The shots of the enrolment.
    pub enrolled: Vec<FrameRef>,
    /// Credit at stake.
    pub stake_ms: Millis,
    /// Whether one person said 非本人 already and a second one is needed.
    pub second_needed: bool,
    /// Whether that person is the one asking, who cannot be the second.
    pub mine: bool,
}

/// A human's verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum HumanVerdict {
    /// 本人
    Same,
    /// 非本人
    Other,
    /// 无法判断
    Unclear,
}

/// Decides a check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct DecideCheck {
    /// The verdict.
    pub verdict: HumanVerdict,
    /// Why; 1 to 200 characters.
    pub reason: String,
}

/// How many people's face data is kept. From 100 000 on the operator has to file with the authority within 30 working days.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FaceCount {
    /// People.
    pub people: u64,
    /// From here on the count is a warning.
    pub warn_at: u64,
}

/// Number `n` that a session's seed stands for: the first eight bytes of `SHA-256("zhenxue gap v1" ‖ seed ‖ n as 8 bytes, big
/// endian)`. [`study::checks::gap`] makes a gap of it.
#[must_use]
pub fn gap_number(seed: &Digest, n: u64) -> u64 {
    let digest = Digest::of(&[b"zhenxue gap v1", &seed.0, &n.to_be_bytes()]);
    let mut first = [0; 8];
    first.copy_from_slice(&digest.0[..8]);
    u64::from_be_bytes(first)
}

/// What the ledger knows of a seed before the session is over.
#[must_use]
pub fn seed_hash(seed: &Digest) -> Digest {
    Digest::of(&[b"zhenxue seed v1", &seed.0])
}
