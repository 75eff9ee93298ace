//! One error at the edge: status, code, and a sentence that says what, which, and what now.
//!
//! Unexpected errors are logged here, once, with their cause, and answered with the name of that log line.

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use contract::{
    ErrorCode, ErrorReply,
    error::{FieldError, FieldProblem},
};
use sea_orm::DbErr;
use study::Millis;

/// A refusal on its way out.
#[derive(Debug)]
pub struct ApiError(Box<ErrorReply>);

/// What a handler gives.
pub type ApiResult<T> = Result<T, ApiError>;

impl ApiError {
    /// A plain refusal.
    #[must_use]
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self(Box::new(ErrorReply::new(code, message)))
    }

    /// A refusal with more to say.
    #[must_use]
    pub fn with(reply: ErrorReply) -> Self {
        Self(Box::new(reply))
    }

    /// No such `thing`, or not one that the asker may know of.
    #[must_use]
    pub fn not_found(thing: &str) -> Self {
        Self::new(
            ErrorCode::NotFound,
            format!("there is no such {thing}, or it is not yours"),
        )
    }

    /// The personal data of the class was destroyed after its time.
    #[must_use]
    pub fn class_deleted() -> Self {
        Self::new(
            ErrorCode::ClassDeleted,
            "the personal data of this class was destroyed after its time; its records stay in the ledger, and proofs in people's hands verify",
        )
    }

    /// Fields of the request are wrong.
    #[must_use]
    pub fn invalid(fields: Vec<FieldError>) -> Self {
        let names: Vec<&str> = fields.iter().map(|field| field.field.as_str()).collect();
        let mut reply = ErrorReply::new(
            ErrorCode::Invalid,
            format!("wrong in this request: {}", names.join(", ")),
        );
        reply.fields = fields;
        Self::with(reply)
    }

    /// One field of the request is wrong.
    #[must_use]
    pub fn invalid_field(field: &str, problem: FieldProblem) -> Self {
        Self::invalid(vec![FieldError {
            field: field.to_owned(),
            problem,
        }])
    }

    /// The server cannot do this now; the same request may be sent again after `wait`.
    #[must_use]
    pub fn unavailable(message: impl Into<String>, wait: Millis) -> Self {
        let mut reply = ErrorReply::new(ErrorCode::Unavailable, message);
        reply.retry_after_ms = Some(wait);
        Self::with(reply)
    }

    /// A fault of ours: logs `cause` and names the log line.
    #[must_use]
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        let reference = format!("r_{}", &uuid::Uuid::new_v4().simple().to_string()[..10]);
        tracing::error!(%reference, %cause, "a request failed");
        let mut reply = ErrorReply::new(
            ErrorCode::Internal,
            format!("something went wrong here; ask the operator for {reference}"),
        );
        reply.reference = Some(reference);
        Self::with(reply)
    }

    /// What it says, for whoever keeps it instead of answering with it.
    #[must_use]
    pub fn into_reply(self) -> ErrorReply {
        *self.0
    }

    /// The code.
    #[must_use]
    pub const fn code(&self) -> ErrorCode {
        self.0.code
    }
}

/// The status that belongs to a code.
#[must_use]
pub const fn status(code: ErrorCode) -> StatusCode {
    match code {
        ErrorCode::Malformed => StatusCode::BAD_REQUEST,
        ErrorCode::Invalid | ErrorCode::FaceNotUsable | ErrorCode::GlyphMissing => {
            StatusCode::UNPROCESSABLE_ENTITY
        }
        ErrorCode::Unauthenticated | ErrorCode::WrongCredentials => StatusCode::UNAUTHORIZED,
        ErrorCode::Forbidden | ErrorCode::HttpsRequired => StatusCode::FORBIDDEN,
        ErrorCode::NotFound => StatusCode::NOT_FOUND,
        ErrorCode::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        ErrorCode::PersonExists
        | ErrorCode::LeaseHeld
        | ErrorCode::BeatConflict
        | ErrorCode::BeatOutOfOrder
        | ErrorCode::SessionEnded
        | ErrorCode::ClassClosed
        | ErrorCode::NothingToProve
        | ErrorCode::ProofRevoked
        | ErrorCode::CheckOver
        | ErrorCode::WrongNonce
        | ErrorCode::NoConsent
        | ErrorCode::NotEnrolled
        | ErrorCode::WrongCode
        | ErrorCode::AlreadyDecided
        | ErrorCode::OldText
        | ErrorCode::InvitationOver
        | ErrorCode::WrongPerson
        | ErrorCode::AppealExists
        | ErrorCode::TooManyAppeals
        | ErrorCode::NobodyLive
        | ErrorCode::PreviewOutdated
        | ErrorCode::AlreadyClaimed
        | ErrorCode::NotReady
        | ErrorCode::SealingUnderWay
        | ErrorCode::ClaimTooLarge
        | ErrorCode::RowsUnverified
        | ErrorCode::ClaimOver => StatusCode::CONFLICT,
        ErrorCode::ClassDeleted => StatusCode::GONE,
        ErrorCode::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        ErrorCode::NotJson => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        ErrorCode::RateLimited => StatusCode::TOO_MANY_REQUESTS,
        ErrorCode::Timeout | ErrorCode::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        ErrorCode::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let wait = self.0.retry_after_ms;
        let mut response = (status(self.0.code), Json(*self.0)).into_response();
        if let Some(wait) = wait {
            // Whole seconds, up: coming back too early would be refused again.
            response.headers_mut().insert(
                header::RETRY_AFTER,
                HeaderValue::from(wait.0.div_ceil(1_000)),
            );
        }
        response
    }
}

/// Whether a failed statement was only about the moment: no connection to be had, or the database gone.
fn is_passing(error: &DbErr) -> bool {
    matches!(error, DbErr::ConnectionAcquire(_) | DbErr::Conn(_))
}

impl From<DbErr> for ApiError {
    fn from(error: DbErr) -> Self {
        if is_passing(&error) {
            tracing::warn!(%error, "the database cannot be reached");
            return Self::unavailable(
                "the database cannot be reached right now; the same request may be sent again",
                Millis(2_000),
            );
        }
        Self::internal(error)
    }
}

impl From<crate::store::Unknown> for ApiError {
    fn from(_: crate::store::Unknown) -> Self {
        Self::unavailable(
            "it is not known whether this was saved; the same request may be sent again",
            Millis(1_000),
        )
    }
}

impl From<crate::keys::NotOpened> for ApiError {
    fn from(error: crate::keys::NotOpened) -> Self {
        Self::internal(error)
    }
}

impl From<crate::store::invitations::NotRead> for ApiError {
    fn from(error: crate::store::invitations::NotRead) -> Self {
        match error {
            crate::store::invitations::NotRead::Sealed(error) => error.into(),
            crate::store::invitations::NotRead::Db(error) => error.into(),
        }
    }
}

impl From<crate::passwords::Busy> for ApiError {
    fn from(_: crate::passwords::Busy) -> Self {
        Self::unavailable(
            "too many people are signing in at this moment; the same request may be sent again",
            Millis(2_000),
        )
    }
}
