//! What people do about somebody's study: the learner appeals, staff answer, call the roll, move a pointer. No such act changes a
//! record; what one is worth in hours only the rules of face checks say.

use crate::{
    digest::Digest,
    face::{CheckId, CheckOrigin, CheckOutcome, CheckToReview, HumanVerdict, SupervisedHow},
    issuing::RevocationReason,
    text::Text,
    timeline::Stretch,
};
use serde::{Deserialize, Serialize};
use study::{ClassId, Coverage, Millis, PersonId, Reason, SessionId, Timestamp, UnitId};
use uuid::Uuid;

/// Longest text of an appeal, in characters.
pub const APPEAL_CHARS_MAX: usize = 500;
/// Longest reason that staff give, in characters.
pub const REASON_CHARS_MAX: usize = 200;
/// Most appeals of one learner in one class that wait for an answer.
pub const APPEALS_OPEN_MAX: u64 = 20;

/// What an appeal is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "what", rename_all = "snake_case", deny_unknown_fields)]
pub enum AppealAbout {
    /// A stretch of the study record that was not credited. It may grow at its end while the session runs, so its beginning names it.
    Stretch {
        /// The study session.
        session: SessionId,
        /// Its beginning.
        from: Timestamp,
        /// Why it was not credited.
        reason: Reason,
    },
    /// A face check that was missed, or that people could not or did not confirm.
    Check {
        /// The check.
        check: CheckId,
    },
}

/// Files an appeal. Once for each stretch and each check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct FileAppeal {
    /// About what.
    pub about: AppealAbout,
    /// What the learner says; 1 to 500 characters.
    pub text: String,
}

/// How far an appeal is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum AppealState {
    /// Waits for an answer.
    Open,
    /// One member of staff says 本人 where two had said 非本人: a second one has to agree.
    SecondNeeded,
    /// The learner is right.
    Upheld,
    /// The decision stands.
    Refused,
}

/// What an answer does. No answer adds time: what was not credited can only be earned, or settled by the rules of face checks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Remedy {
    /// Nothing: it was refused, or there is nothing that the rules could give.
    None,
    /// The film was not credited there, so it can be watched again and then counts.
    WatchAgain,
    /// The missed check can be made up again, whatever the share that the rules allow.
    MakeUp,
    /// The people who looked say 本人: the check's credit counts.
    SamePerson,
}

/// An answer to an appeal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AppealAnswer {
    /// Name of the member of staff.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// Why.
    pub reason: String,
    /// What it did.
    pub remedy: Remedy,
    /// Credit that counts by it.
    pub confirmed_ms: Millis,
    /// Until when the check can be made up.
    pub make_up_until: Option<Timestamp>,
}

/// An appeal in the study record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AppealMark {
    /// The appeal.
    pub appeal: Uuid,
    /// When it was filed.
    pub filed_at: Timestamp,
    /// What the learner says.
    pub text: String,
    /// How far it is.
    pub state: AppealState,
    /// The answer, once there is one.
    pub answer: Option<AppealAnswer>,
}

/// What somebody of the staff said to a face check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VerdictSaid {
    /// Name of the member of staff.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// The verdict.
    pub verdict: HumanVerdict,
    /// Why.
    pub reason: String,
}

/// An appeal that waits for an answer, with the evidence beside it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AppealToAnswer {
    /// The appeal.
    pub appeal: Uuid,
    /// The class.
    pub class: ClassId,
    /// Its name.
    pub class_name: Text,
    /// Whose appeal.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// When it was filed.
    pub filed_at: Timestamp,
    /// What the learner says.
    pub text: String,
    /// The stretch, as it stood when it was filed; its reason code is in it.
    pub stretch: Option<Stretch>,
    /// The unit's title, for a stretch.
    pub unit: Option<Text>,
    /// The device as it called itself, for a stretch.
    pub device: Option<String>,
    /// The check, with its frames where there are any.
    pub check: Option<CheckToReview>,
    /// Why the check was drawn.
    pub origin: Option<CheckOrigin>,
    /// What came of it so far.
    pub outcome: Option<CheckOutcome>,
    /// What staff said to it, oldest first.
    pub said: Vec<VerdictSaid>,
    /// Whether upholding it takes two: two had said 非本人.
    pub two_needed: bool,
    /// Whether one of the two has upheld it.
    pub second_needed: bool,
    /// Whether that was the one asking, who cannot be the second.
    pub mine: bool,
    /// Whether the one asking had said 非本人: nobody refuses an appeal against their own word.
    pub own_word: bool,
    /// What upholding it would do.
    pub remedy: Remedy,
}

/// Answers an appeal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AnswerAppeal {
    /// Whether the learner is right.
    pub upheld: bool,
    /// Why; 1 to 200 characters.
    pub reason: String,
}

/// What an answer did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AppealDone {
    /// How far the appeal is now.
    pub state: AppealState,
    /// What it did.
    pub remedy: Remedy,
    /// Credit that counts by it.
    pub confirmed_ms: Millis,
    /// Until when the check can be made up.
    pub make_up_until: Option<Timestamp>,
}

/// What a verdict on a face check did to the hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VerdictDone {
    /// What came of the check.
    pub outcome: CheckOutcome,
    /// Credit that counts by it.
    pub confirmed_ms: Millis,
    /// Credit that still waits: for a second person, for the enrolment, or to be made up.
    pub pending_ms: Millis,
    /// Credit that does not count.
    pub void_ms: Millis,
    /// Until when the learner can make it up.
    pub make_up_until: Option<Timestamp>,
}

/// How somebody answered the roll.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum CallAnswer {
    /// Not asked yet: the next beat of a film that plays brings the check. Nobody is asked while they pause.
    Waiting,
    /// The check is before them, or their answer is being judged.
    Asked,
    /// The right person, by the machine or by people.
    Passed,
    /// Answered, not clear; people look.
    Review,
    /// Not answered in time, or answered by somebody else.
    Missed,
    /// They did not watch while the roll was called.
    NotAsked,
}

/// The newest roll call of a class.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RollCallMark {
    /// The roll call.
    pub roll_call: Uuid,
    /// Name of the member of staff.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// Until when those who come back to the film are asked.
    pub ends_at: Timestamp,
    /// Who studied then and can be asked by face.
    pub called: u32,
    /// Who studied then and is known to a teacher instead.
    pub by_teacher: u32,
    /// How many answered, and how, in the order of [`CallAnswer`].
    pub answers: [u32; 6],
}

/// What a teacher moves in a unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UnitPointer {
    /// The unit.
    pub unit: UnitId,
    /// Its title.
    pub title: Text,
    /// Length of the film.
    pub film_ms: Millis,
    /// Where the film goes on for this learner.
    pub position_ms: Millis,
    /// What of it was credited to them.
    pub covered: Coverage,
}

/// Moves the pointer of a learner in a unit: where the film goes on when they next open it. Hours stay as they are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct MovePointer {
    /// The unit.
    pub unit: UnitId,
    /// Where to, from the film's beginning.
    pub to_ms: Millis,
    /// Why; 1 to 200 characters.
    pub reason: String,
}

/// Something that people did, in the study record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Act {
    /// When.
    pub at: Timestamp,
    /// Name of who did it; `None` for the learner.
    pub by: Option<String>,
    /// What.
    pub deed: Deed,
}

/// What was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Deed {
    /// The roll was called while the learner studied.
    RollCall {
        /// How they answered.
        answer: CallAnswer,
    },
    /// Somebody looked at a face check.
    Verdict {
        /// When the check was drawn.
        drawn_at: Timestamp,
        /// The verdict.
        verdict: HumanVerdict,
        /// Why.
        reason: String,
    },
    /// A teacher made sure who it is.
    Supervised {
        /// How.
        how: SupervisedHow,
        /// Credit that this settled.
        confirmed_ms: Millis,
    },
    /// The learner appealed.
    AppealFiled {
        /// What they say.
        text: String,
    },
    /// Somebody answered an appeal.
    AppealAnswered {
        /// Whether the learner is right.
        upheld: bool,
        /// What that did.
        remedy: Remedy,
        /// Credit that counts by it.
        confirmed_ms: Millis,
        /// Why.
        reason: String,
    },
    /// Somebody moved the pointer in a unit; hours stayed as they were.
    PointerMoved {
        /// The unit's title.
        title: Text,
        /// From where.
        from_ms: Millis,
        /// To where.
        to_ms: Millis,
        /// Why.
        reason: String,
    },
    /// An admin revoked a proof; hours stayed as they were.
    ProofRevoked {
        /// The proof.
        proof: Uuid,
        /// When it had been issued.
        issued_at: Timestamp,
        /// Why, in one word.
        reason: RevocationReason,
        /// What was said about it.
        words: String,
    },
}

/// The digest that evidence holds of words: they can be destroyed, and whoever has them can show that they are the same. `of` is the
/// name of the act, which nobody can guess.
#[must_use]
pub fn words_digest(of: Uuid, words: &str) -> Digest {
    Digest::of(&[b"zhenxue words v1", of.as_bytes(), words.as_bytes()])
}
