//! One error shape for every refusal: a code for the page, a sentence for whoever reads the wire.

use serde::{Deserialize, Serialize};
use study::Millis;

/// The body of every answer that is not a success.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ErrorReply {
    /// What happened, for the page: it has words for each code in each language.
    pub code: ErrorCode,
    /// What happened, to which thing, and what to do now, in English.
    pub message: String,
    /// Which fields of the request were wrong, and how.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<FieldError>,
    /// When to try again, where that helps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_ms: Option<Millis>,
    /// The device that holds the lease, for `lease_held`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holder: Option<LeaseHolder>,
    /// The sequence number that the server expects, for `beat_out_of_order`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected_seq: Option<u64>,
    /// The character that cannot be printed, for `glyph_missing`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub character: Option<String>,
    /// Name of the log line, for `internal`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
}

impl ErrorReply {
    /// A plain refusal.
    #[must_use]
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            fields: Vec::new(),
            retry_after_ms: None,
            holder: None,
            expected_seq: None,
            character: None,
            reference: None,
        }
    }
}

/// Who studies now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LeaseHolder {
    /// The device as it called itself.
    pub device: String,
    /// How long ago the server last heard of it.
    pub idle_ms: Millis,
}

/// A wrong field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FieldError {
    /// Name of the field in the request.
    pub field: String,
    /// What is wrong with it.
    pub problem: FieldProblem,
}

/// What can be wrong with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum FieldProblem {
    /// Nothing there.
    Missing,
    /// Shorter than allowed.
    TooShort,
    /// Longer than allowed.
    TooLong,
    /// Not of the right form.
    Form,
    /// An ID number whose check character is wrong.
    CheckDigit,
    /// An ID number whose birth date is not a date.
    BirthDate,
    /// A number out of range.
    Range,
    /// Not what is on record.
    Mismatch,
}

/// What the page needs to tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// The request is not what the API takes. 400
    Malformed,
    /// Fields are wrong; see `fields`. 422
    Invalid,
    /// Nobody is signed in. 401
    Unauthenticated,
    /// Account or password is wrong. 401
    WrongCredentials,
    /// Signed in, but not allowed. 403
    Forbidden,
    /// No such thing, or not yours. 404
    NotFound,
    /// No such method on this path. 405
    MethodNotAllowed,
    /// This ID number or phone already has an account. 409
    PersonExists,
    /// Another device is studying now; see `holder`. 409
    LeaseHeld,
    /// A different beat with this number was taken before. 409
    BeatConflict,
    /// Beats are missing before this one; see `expected_seq`. 409
    BeatOutOfOrder,
    /// The study session is over, because its learner ended it or because it was silent for too long; start a new one. 409
    SessionEnded,
    /// The class does not run now. 409
    ClassClosed,
    /// Nothing is confirmed yet, so there is nothing to prove. 409
    NothingToProve,
    /// This proof was revoked before. 409
    ProofRevoked,
    /// The face check is over: its time ran out, or it was answered before. 409
    CheckOver,
    /// The nonce is not this check's. 409
    WrongNonce,
    /// This person has not agreed to face checks, so none can be made. 409
    NoConsent,
    /// This person has no enrolled face. 409
    NotEnrolled,
    /// No face can be seen well enough in the shots; see `fields`. 422
    FaceNotUsable,
    /// The code is not one that a learner was shown in the last minutes. 409
    WrongCode,
    /// This was decided before, or a second person has to agree. 409
    AlreadyDecided,
    /// The text that was agreed to is not the one in force. 409
    OldText,
    /// The invitation was used or taken back, or its time is over. 409
    InvitationOver,
    /// This invitation is for somebody else than who is signed in. 409
    WrongPerson,
    /// The file, or what importing it would do, is not what was previewed. 409
    PreviewOutdated,
    /// Somebody is in a claim for this course already. 409
    AlreadyClaimed,
    /// Somebody cannot be claimed for yet: something is missing, or they are left out. 409
    NotReady,
    /// A claim of this class is being sealed at this moment, for other learners. 409
    SealingUnderWay,
    /// More learners, or more bytes, than one claim can hold: leave some out and claim for them afterwards. 409
    ClaimTooLarge,
    /// Rows of the claim are not verified yet. 409
    RowsUnverified,
    /// The claim was taken back, or decided. 409
    ClaimOver,
    /// The personal data of this class was destroyed after its time. 410
    ClassDeleted,
    /// This stretch or check was appealed against before. 409
    AppealExists,
    /// Too many appeals of this learner wait for an answer. 409
    TooManyAppeals,
    /// Nobody of the class studies now who could be asked by face. 409
    NobodyLive,
    /// The font of the study sheet lacks a character; see `character`. 422
    GlyphMissing,
    /// The body is too large. 413
    TooLarge,
    /// The body is not JSON. 415
    NotJson,
    /// Too many tries; see `retry_after_ms`. 429
    RateLimited,
    /// The address is plain http and not this machine. 403
    HttpsRequired,
    /// It took too long; whether it happened is not known, the same request may be sent again. 503
    Timeout,
    /// The server cannot do this right now; whether it happened is not known, the same request may be sent again. 503
    Unavailable,
    /// A fault of ours; see `reference`. 500
    Internal,
}
