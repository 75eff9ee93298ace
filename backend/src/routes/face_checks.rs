//! My face checks: answering one, seeing how far it is, asking for one, and the code for a teacher instead.

use super::{kept, my_face::no_consent, study_sessions::now_for_credit};
use crate::{
    api_error::{ApiError, ApiResult},
    app::App,
    checks::{self, Claim, NoStatus, NotDrawn, NotTaken},
    extract::{Body, Learner, PathId},
    faces::{
        form::problems,
        frames::{self, NewFrame, Of},
        judging::{self, NotJudged},
        vault,
    },
    keys::{Kind, random},
    store::{self, classes, digest, entities::supervised_code, stored},
};
use axum::{Json, extract::State, http::StatusCode};
use contract::{
    ErrorCode, ErrorReply,
    face::{Challenge, CheckAnswer, CheckId, CheckState, CheckStatus, FRAMES_MAX, SupervisedCode},
    routes,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, EntityTrait, QueryFilter, sea_query::OnConflict,
};
use std::time::Duration;
use study::{ClassId, Millis};

/// How long an answer waits for its verdict before it says that it follows: most verdicts take well under a second.
const VERDICT_WAIT: Duration = Duration::from_secs(3);
/// How long a code can be used.
const CODE_VALID_MS: Millis = crate::retention::CODE_MS;
/// How often a code that somebody else has at this moment is drawn anew.
const CODE_TRIES: u32 = 8;

/// One face check of mine
///
/// To be asked again while it is `judging`.
#[utoipa::path(get, path = routes::FACE_CHECK, operation_id = "face_check", tag = "faces", params(("check" = CheckId, Path, description = "the check")), responses(
    (status = 200, description = "how far it is", body = CheckStatus),
    (status = 404, description = "`not_found`: no such check of mine", body = ErrorReply),
))]
pub async fn get(
    State(app): State<App>,
    learner: Learner,
    PathId(check): PathId<CheckId>,
) -> ApiResult<Json<CheckStatus>> {
    Ok(Json(status(&app, &learner, check).await?))
}

async fn status(app: &App, learner: &Learner, check: CheckId) -> ApiResult<CheckStatus> {
    let now = app.clock.now();
    Ok(checks::status(&app.db.read, &app.rules, learner.id, check, now).await?)
}

/// Answer a face check
///
/// Once, with its nonce, before its deadline by the server's clock. The server judges the frames itself; what the page thought of
/// them only serves to notice a changed page.
#[utoipa::path(post, path = routes::FACE_CHECK_ANSWER, operation_id = "answer_face_check", tag = "faces", params(("check" = CheckId, Path, description = "the check")), request_body = CheckAnswer, responses(
    (status = 200, description = "judged", body = CheckStatus),
    (status = 202, description = "accepted; the verdict follows", body = CheckStatus),
    (status = 404, description = "`not_found`: no such check of mine", body = ErrorReply),
    (status = 409, description = "`check_over`, `wrong_nonce` or `no_consent`; nothing has changed", body = ErrorReply),
    (status = 413, description = "`too_large`: the body has more than 900 KiB", body = ErrorReply),
    (status = 422, description = "`invalid`: see `fields`; the check is still open", body = ErrorReply),
))]
pub async fn answer(
    State(app): State<App>,
    learner: Learner,
    PathId(check): PathId<CheckId>,
    Body(answer): Body<CheckAnswer>,
) -> ApiResult<(StatusCode, Json<CheckStatus>)> {
    let models = app.faces.models()?;
    let row = checks::find(&app.db.read, check)
        .await?
        .filter(|row| row.person == learner.id)
        .ok_or_else(|| ApiError::not_found("face check"))?;
    let rules = app.rules.get(&app.db.read, row.rules).await?;
    let frames_min = rules
        .face_checks
        .random()
        .map_or(1, |random| usize::try_from(random.frames_min).unwrap_or(1));
    let problems = problems(
        &answer.frames,
        &answer.camera,
        models,
        frames_min..=FRAMES_MAX,
    );
    if !problems.is_empty() {
        return Err(ApiError::invalid(problems));
    }
    take(&app, &learner, check, &answer).await?;
    drop(answer);

    // Apart from this request: the verdict comes also where nobody waits for it any more.
    let judging = tokio::spawn({
        let app = app.clone();
        async move { judging::judge(&app, check).await }
    });
    match tokio::time::timeout(VERDICT_WAIT, judging).await {
        Ok(Ok(Ok(()) | Err(NotJudged::Full(_)))) | Err(_) => {}
        Ok(Ok(Err(error))) => {
            tracing::error!(%error, "a face check could not be judged; a later round tries again");
        }
        Ok(Err(error)) => tracing::error!(%error, "the judging of a face check ended"),
    }
    let status = status(&app, &learner, check).await?;
    let code = if status.state == CheckState::Judging {
        StatusCode::ACCEPTED
    } else {
        StatusCode::OK
    };
    Ok((code, Json(status)))
}

/// Takes the answer and keeps its frames, in one transaction.
async fn take(app: &App, learner: &Learner, check: CheckId, answer: &CheckAnswer) -> ApiResult<()> {
    let claim = Claim {
        passed: answer.passed,
        camera: answer.camera.clone(),
        models: answer.models,
    };
    let tx = app.db.begin().await?;
    let now = now_for_credit(&*app.clock)?;
    checks::take(&tx, learner.id, check, answer.nonce, &claim, now).await?;
    let key = vault::key(&tx, &app.keys, learner.id)
        .await?
        .ok_or_else(no_consent)?;
    let frames: Vec<NewFrame<'_>> = answer
        .frames
        .iter()
        .map(|frame| NewFrame {
            jpeg: &frame.jpeg.0,
            at_ms: frame.at_ms.0,
            claim: frame.embedding.as_ref().map(|bytes| bytes.0.as_slice()),
            reading: None,
        })
        .collect();
    frames::keep(&tx, &key, learner.id, Of::Check(check.0), &frames, now).await?;
    store::commit(tx).await?;
    Ok(())
}

/// Ask for a face check
///
/// Makes up for missed ones and confirms what waits. Gives the open one where there is one.
#[utoipa::path(post, path = routes::MY_CLASS_CHECKS, operation_id = "ask_for_face_check", tag = "faces", params(("class" = ClassId, Path, description = "the class")), responses(
    (status = 201, description = "to be answered now", body = Challenge),
    (status = 404, description = "`not_found`: no such class of mine, or none with face checks", body = ErrorReply),
    (status = 409, description = "`no_consent` or `not_enrolled`", body = ErrorReply),
    (status = 429, description = "`rate_limited`: the last one was asked for just now; see `retry_after_ms`", body = ErrorReply),
))]
pub async fn make_up(
    State(app): State<App>,
    learner: Learner,
    PathId(class): PathId<ClassId>,
) -> ApiResult<(StatusCode, Json<Challenge>)> {
    let tx = app.db.begin().await?;
    let now = now_for_credit(&*app.clock)?;
    let challenge = checks::make_up(&tx, &app.keys, &app.rules, learner.id, class, now).await?;
    store::commit(tx).await?;
    Ok((StatusCode::CREATED, Json(challenge)))
}

/// Get a code for the teacher
///
/// Six digits to be shown or read out to a teacher, who confirms with them who I am. A new code ends the one before.
#[utoipa::path(post, path = routes::MY_CLASS_SUPERVISED, operation_id = "supervised_code", tag = "faces", params(("class" = ClassId, Path, description = "the class")), responses(
    (status = 201, description = "the code", body = SupervisedCode),
    (status = 404, description = "`not_found`: no such class of mine, or none with face checks", body = ErrorReply),
))]
pub async fn code(
    State(app): State<App>,
    learner: Learner,
    PathId(class): PathId<ClassId>,
) -> ApiResult<(StatusCode, Json<SupervisedCode>)> {
    let not_found = || ApiError::not_found("class");
    let tx = app.db.begin().await?;
    let row = kept(classes::enrolled(&tx, learner.id, class).await?)?;
    let rules = app.rules.get(&tx, digest(&row.rules_hash)?).await?;
    rules.face_checks.random().ok_or_else(not_found)?;
    let now = app.clock.now();
    // Codes that are over, so that their digits are free again, and the one before this.
    supervised_code::Entity::delete_many()
        .filter(
            Condition::any()
                .add(supervised_code::Column::ExpiresAt.lte(stored(now.0)))
                .add(
                    Condition::all()
                        .add(supervised_code::Column::PersonId.eq(learner.id.0))
                        .add(supervised_code::Column::ClassId.eq(class.0)),
                ),
        )
        .exec(&tx)
        .await?;
    for _ in 0..CODE_TRIES {
        let number = u64::from_le_bytes(random().map_err(ApiError::internal)?) % 1_000_000;
        let code = format!("{number:06}");
        let new = supervised_code::ActiveModel {
            code_hash: Set(code_hash(&app, class, &code)),
            person_id: Set(learner.id.0),
            class_id: Set(class.0),
            expires_at: Set(stored(now.plus(CODE_VALID_MS).0)),
            used_at: Set(None),
        };
        let entered = supervised_code::Entity::insert(new)
            .on_conflict(OnConflict::new().do_nothing().to_owned())
            .exec_without_returning(&tx)
            .await?;
        if entered > 0 {
            store::commit(tx).await?;
            let valid_ms = CODE_VALID_MS;
            return Ok((StatusCode::CREATED, Json(SupervisedCode { code, valid_ms })));
        }
    }
    Err(ApiError::unavailable(
        "too many codes are in use in this class; ask again in a minute",
        Millis(60_000),
    ))
}

/// What a code is found by.
#[must_use]
pub fn code_hash(app: &App, class: ClassId, code: &str) -> Vec<u8> {
    app.keys
        .search_hash(Kind::SupervisedCode, &format!("{class}:{code}"))
        .to_vec()
}

impl From<NoStatus> for ApiError {
    fn from(error: NoStatus) -> Self {
        match error {
            NoStatus::NotFound => Self::not_found("face check"),
            NoStatus::Db(error) => error.into(),
        }
    }
}

impl From<NotTaken> for ApiError {
    fn from(error: NotTaken) -> Self {
        match error {
            NotTaken::NotFound => Self::not_found("face check"),
            NotTaken::Over => Self::new(
                ErrorCode::CheckOver,
                "this check was answered before, or its time ran out; ask for one that makes up for it",
            ),
            NotTaken::WrongNonce => Self::new(
                ErrorCode::WrongNonce,
                "the nonce is not the one of this check",
            ),
            NotTaken::Db(error) => error.into(),
        }
    }
}

impl From<NotDrawn> for ApiError {
    fn from(error: NotDrawn) -> Self {
        match error {
            NotDrawn::NotFound => Self::not_found("class with face checks"),
            NotDrawn::NoConsent => no_consent(),
            NotDrawn::NotEnrolled => Self::new(ErrorCode::NotEnrolled, "enrol your face first"),
            NotDrawn::TooSoon(wait) => {
                let mut reply = ErrorReply::new(
                    ErrorCode::RateLimited,
                    "the last check was asked for just now; wait a little",
                );
                reply.retry_after_ms = Some(wait);
                Self::with(reply)
            }
            NotDrawn::Db(error) => error.into(),
        }
    }
}
