//! Beats: the hot path. The form is checked here; the decision and the writing are the beat writer's.

use crate::{
    api_error::{ApiError, ApiResult},
    app::App,
    beat_writer::{
        Arrived, NoReceipt,
        desk::{Refused, in_bounds},
    },
    extract::{Body, Learner, PathId},
};
use axum::{Json, extract::State};
use contract::{
    ErrorCode, ErrorReply,
    beat::{Beat, Receipt},
    error::FieldProblem,
    routes,
};
use study::{Millis, SessionId};

/// Report a beat
///
/// Answered once it is on disk. The same beat may be sent again at any time and gets the same receipt.
#[utoipa::path(post, path = routes::BEATS, tag = "study", params(("session" = SessionId, Path, description = "the study session")), request_body = Beat, responses(
    (status = 200, description = "taken: what it earned and why not more", body = Receipt),
    (status = 404, description = "`not_found`: no such session of mine", body = ErrorReply),
    (status = 409, description = "`beat_conflict`, `beat_out_of_order` (see `expected_seq`) or `session_ended`", body = ErrorReply),
    (status = 422, description = "`invalid`: see `fields`", body = ErrorReply),
))]
pub async fn create(
    State(app): State<App>,
    learner: Learner,
    PathId(session): PathId<SessionId>,
    Body(beat): Body<Beat>,
) -> ApiResult<Json<Receipt>> {
    if !in_bounds(&beat) {
        return Err(ApiError::invalid_field("spans", FieldProblem::Range));
    }
    if beat.seq == 0 {
        return Err(ApiError::invalid_field("seq", FieldProblem::Range));
    }
    let digest = beat.digest().map_err(ApiError::internal)?;
    let arrived = Arrived {
        session,
        person: learner.id,
        beat,
        digest,
    };
    app.beats
        .write(arrived)
        .await
        .map(Json)
        .map_err(|error| refuse(&error))
}

fn refuse(error: &NoReceipt) -> ApiError {
    match error {
        NoReceipt::Refused(refused) => refuse_beat(*refused),
        NoReceipt::ClockOff => super::study_sessions::clock_off(),
        NoReceipt::Busy => ApiError::unavailable(
            "too many beats are waiting; the same request may be sent again",
            Millis(1_000),
        ),
        NoReceipt::Unknown => ApiError::unavailable(
            "it is not known whether this beat was taken; the same request may be sent again",
            Millis(1_000),
        ),
    }
}

fn refuse_beat(refused: Refused) -> ApiError {
    match refused {
        Refused::NotFound => ApiError::not_found("study session"),
        Refused::Ended => ApiError::new(
            ErrorCode::SessionEnded,
            "this study session is over; start a new one",
        ),
        Refused::Conflict => ApiError::new(
            ErrorCode::BeatConflict,
            "another beat with this number was taken before, or prev is not the digest of the beat before this one",
        ),
        Refused::OutOfOrder { expected_seq } => {
            let mut reply = ErrorReply::new(
                ErrorCode::BeatOutOfOrder,
                format!("beats are missing before this one; the next one is {expected_seq}"),
            );
            reply.expected_seq = Some(expected_seq);
            ApiError::with(reply)
        }
        Refused::Invalid { field, problem } => ApiError::invalid_field(field, problem),
        Refused::Internal => ApiError::internal("a beat could not be judged"),
    }
}
