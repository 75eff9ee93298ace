//! Starting to study, which takes the lease, and leaving.

use crate::{
    api_error::{ApiError, ApiResult},
    app::App,
    clock::Clock,
    extract::{Body, Learner, PathId},
    store::{
        self,
        study::{self as studying, NotStarted},
    },
};
use axum::{Json, extract::State, http::StatusCode};
use contract::{
    ErrorCode, ErrorReply,
    beat::{StartStudy, StudyStarted},
    routes,
};
use study::{Millis, SessionId, Timestamp};

/// Start to study
///
/// Grants the person's one lease. While another session of theirs was heard from within `lease_ttl_ms`, the answer is
/// `lease_held` with the device that holds it, unless `take_over` is set.
#[utoipa::path(post, path = routes::STUDY_SESSIONS, tag = "study", request_body = StartStudy, responses(
    (status = 201, description = "the lease is granted", body = StudyStarted),
    (status = 404, description = "`not_found`: no such class of mine, or no such unit in it", body = ErrorReply),
    (status = 409, description = "`lease_held`: see `holder`; or `class_closed`", body = ErrorReply),
    (status = 422, description = "`invalid`: see `fields`", body = ErrorReply),
))]
pub async fn start(
    State(app): State<App>,
    learner: Learner,
    Body(wish): Body<StartStudy>,
) -> ApiResult<(StatusCode, Json<StudyStarted>)> {
    if let Some(problem) = super::people::device(&wish.device) {
        return Err(ApiError::invalid_field("device", problem));
    }
    let tx = app.db.begin().await?;
    let now = now_for_credit(&*app.clock)?;
    let started = studying::start(&tx, &app.keys, &app.rules, learner.id, &wish, now)
        .await
        .map_err(refuse)?;
    store::commit(tx).await?;
    Ok((StatusCode::CREATED, Json(started)))
}

/// Leave
///
/// Nothing more will come. Ending twice changes nothing.
#[utoipa::path(post, path = routes::STUDY_SESSION_END, tag = "study", params(("session" = SessionId, Path, description = "the study session")), responses(
    (status = 204, description = "the session is over"),
    (status = 404, description = "`not_found`: no such session of mine", body = ErrorReply),
))]
pub async fn end(
    State(app): State<App>,
    learner: Learner,
    PathId(session): PathId<SessionId>,
) -> ApiResult<StatusCode> {
    let tx = app.db.begin().await?;
    let found = studying::end(
        &tx,
        &app.keys,
        &app.rules,
        learner.id,
        session,
        app.clock.now(),
    )
    .await?;
    store::commit(tx).await?;
    if found {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(ApiError::not_found("study session"))
    }
}

/// The time for a decision about credit.
///
/// # Errors
/// `unavailable` where the clock cannot be trusted.
pub fn now_for_credit(clock: &dyn Clock) -> ApiResult<Timestamp> {
    clock.now_for_credit().map_err(|_drift| clock_off())
}

/// The answer while the clock cannot be trusted.
#[must_use]
pub fn clock_off() -> ApiError {
    ApiError::unavailable(
        "the server's clock was changed, so it grants no study time until its operator has started it again; keep the request and send it again",
        Millis(10_000),
    )
}

fn refuse(error: NotStarted) -> ApiError {
    match error {
        NotStarted::NotFound => ApiError::not_found("class or unit"),
        NotStarted::ClassClosed => {
            ApiError::new(ErrorCode::ClassClosed, "this class does not run now")
        }
        NotStarted::LeaseHeld(holder) => {
            let mut reply = ErrorReply::new(
                ErrorCode::LeaseHeld,
                "another device is studying; ask again with take_over to move here",
            );
            reply.holder = Some(holder);
            ApiError::with(reply)
        }
        NotStarted::Db(error) => error.into(),
    }
}
