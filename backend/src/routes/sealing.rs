//! Sealing a claim, beside the requests: one begins it, others ask how far it is. Whatever is of another institution does not exist for
//! whoever asks.

use super::roster::own;
use crate::{
    api_error::{ApiError, ApiResult},
    app::App,
    claims::{
        run,
        seal::{self, NotSealed, Wish},
    },
    extract::{Admin, Body, PathId},
    runs::Started,
    store::people,
};
use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use contract::{
    ErrorCode, ErrorReply,
    claim::{CLAIM_LEARNERS_MAX, SealClaim},
    error::FieldProblem,
    routes,
    sealing::{ClassSealing, SealRun},
};
use std::collections::BTreeSet;
use study::{ClassId, PersonId};

/// How sealing a claim stands
///
/// The last one since the server was started, whoever began it. Ask once a second while it goes on; then the claim is in the matrix.
#[utoipa::path(get, path = routes::CLASS_CLAIMS, operation_id = "class_sealing", tag = "claims", params(("class" = ClassId, Path, description = "the class")), responses(
    (status = 200, description = "how far it is, and what came of it", body = ClassSealing),
    (status = 404, description = "`not_found`: no such class of my institution", body = ErrorReply),
))]
pub async fn get(
    State(app): State<App>,
    admin: Admin,
    PathId(class): PathId<ClassId>,
) -> ApiResult<Json<ClassSealing>> {
    own(&app.db.read, &admin, class).await?;
    Ok(Json(ClassSealing {
        run: app.sealing.of(class),
    }))
}

/// Seal a claim
///
/// For exactly these learners. What is known at once is refused at once; all else goes on beside this request, and [`ClassSealing`] says how
/// far it is. The pack is built and verified before anything is kept. Where the same is being sealed already, nothing more is begun.
#[utoipa::path(post, path = routes::CLASS_CLAIMS, operation_id = "seal_claim", tag = "claims", params(("class" = ClassId, Path, description = "the class")), request_body = SealClaim, responses(
    (status = 202, description = "it goes on", body = SealRun),
    (status = 404, description = "`not_found`: no such class of my institution, or somebody is not in it", body = ErrorReply),
    (status = 409, description = "`already_claimed`: somebody is in a claim for this course; `not_ready`: something is missing, or somebody ready is neither taken in nor left out; `sealing_under_way`: a claim of this class is being sealed for others; `claim_too_large`: more learners than one claim can hold", body = ErrorReply),
    (status = 413, description = "`too_large`: the body has more than 256 KiB", body = ErrorReply),
    (status = 422, description = "`invalid`: see `fields`", body = ErrorReply),
))]
pub async fn seal(
    State(app): State<App>,
    admin: Admin,
    PathId(class): PathId<ClassId>,
    Body(wish): Body<SealClaim>,
) -> ApiResult<Response> {
    let row = own(&app.db.read, &admin, class).await?;
    let learners: BTreeSet<PersonId> = wish.learners.iter().copied().collect();
    let problem = match wish.learners.len() {
        0 => Some(FieldProblem::Missing),
        n if n != learners.len() => Some(FieldProblem::Range),
        _ => None,
    };
    if let Some(problem) = problem {
        return Err(ApiError::invalid_field("learners", problem));
    }
    if learners.len() > CLAIM_LEARNERS_MAX {
        return Err(NotSealed::TooLarge.into());
    }
    if let Some((run, same)) = app.sealing.going(class, &learners) {
        return goes_on(run, same);
    }
    seal::check(&app, &row, &learners).await?;
    let someone = people::get(&app.db.read, admin.id)
        .await?
        .ok_or_else(|| ApiError::internal("an admin without a person"))?;
    let name = people::name(&app.keys, &someone)?;
    let wish = Wish {
        learners,
        by: admin.id,
    };
    match run::start(&app, row, wish, name) {
        Started::Begun(run) => goes_on(run, true),
        Started::GoesOn { run, same } => goes_on(run, same),
    }
}

/// The run that was asked for, or a clear word that another one has to end first.
fn goes_on(run: SealRun, same: bool) -> ApiResult<Response> {
    if same {
        return Ok((StatusCode::ACCEPTED, Json(run)).into_response());
    }
    Err(ApiError::new(
        ErrorCode::SealingUnderWay,
        "a claim of this class is being sealed at this moment for other learners; wait for its end, then look at the matrix again",
    ))
}

impl From<NotSealed> for ApiError {
    fn from(error: NotSealed) -> Self {
        match error {
            NotSealed::NotFound => Self::not_found("learner"),
            NotSealed::AlreadyClaimed(earlier) => {
                let claims: Vec<String> = earlier
                    .iter()
                    .map(|one| format!("{} of {}", one.claim, one.institution.en))
                    .collect();
                Self::new(
                    ErrorCode::AlreadyClaimed,
                    format!(
                        "somebody is in a claim for this course already ({}); the matrix shows who",
                        claims.join(", ")
                    ),
                )
            }
            NotSealed::NotReady(message) => Self::new(ErrorCode::NotReady, message),
            NotSealed::TooLarge => Self::new(
                ErrorCode::ClaimTooLarge,
                format!(
                    "this is more than one claim can hold ({CLAIM_LEARNERS_MAX} learners, or 512 MiB); split the class: leave some learners \
                     out with a reason, seal, then take them in again and claim for them"
                ),
            ),
            NotSealed::Sheet(error) => error.into(),
            NotSealed::Pack(error) => error.into(),
            NotSealed::NotRead(error) => error.into(),
            NotSealed::Unknown(error) => error.into(),
        }
    }
}
