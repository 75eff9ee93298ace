//! What the admin of an institution does for a claim: sees what is missing, enters what the system does not hold, takes the pack
//! away, takes a claim back (for sealing it see [`super::sealing`]). Whatever is of another institution does not exist for them.

use super::{reviews::class_of, roster::own};
use crate::{
    api_error::{ApiError, ApiResult},
    app::App,
    claims::{
        entry::{self, NotEntered},
        matrix,
        pack::{self, NotFinished},
    },
    extract::{Admin, Body, PathId},
    form,
    store::{
        self,
        access_log::{self, Looked},
        catalogue,
        claims::{self as stored, Scope},
        classes, digest,
        entities::{claim, course},
        evidence::{self, NewEvidence},
        to_json,
    },
};
use axum::{
    Json,
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use contract::{
    ErrorCode, ErrorReply, Text,
    claim::{CLAIM_TEXT_MAX, ClaimMatrix, ClaimSummary, EnterFact, Exclude, WithdrawClaim},
    error::FieldProblem,
    record::{ClaimWithdrawn, Record},
    routes,
};
use sea_orm::{ConnectionTrait, EntityTrait};
use study::{ClassId, CourseId, PersonId};
use uuid::Uuid;

/// Largest body here: five thousand names of 39 bytes each (no roster has more), and some words.
pub const CLAIM_BODY_MAX: usize = 256 * 1024;

fn mine(admin: &Admin) -> Scope {
    Scope::Of(admin.institutions.clone())
}

/// Where a class stands before a claim
///
/// Learners × what is needed, with the cause of each gap. Each look is written down.
#[utoipa::path(get, path = routes::CLAIM_MATRIX, operation_id = "claim_matrix", tag = "claims", params(("class" = ClassId, Path, description = "the class")), responses(
    (status = 200, description = "the learners in the order of their names", body = ClaimMatrix),
    (status = 404, description = "`not_found`: no such class of my institution", body = ErrorReply),
))]
pub async fn matrix(
    State(app): State<App>,
    admin: Admin,
    PathId(class): PathId<ClassId>,
) -> ApiResult<Json<ClaimMatrix>> {
    let db = &app.db.read;
    let row = own(db, &admin, class).await?;
    let course = course::Entity::find_by_id(row.course_id)
        .one(db)
        .await?
        .ok_or_else(|| ApiError::internal("a class without its course"))?;
    let units = catalogue::units(db, CourseId(row.course_id)).await?;
    let learners = matrix::learners(&app, &row).await?;
    let claims = stored::of_class(db, class).await?;
    let claims = stored::summaries(db, &app.keys, claims).await?;
    let tx = app.db.begin().await?;
    access_log::note(&tx, admin.id, Looked::ClaimMatrix, class, app.clock.now()).await?;
    store::commit(tx).await?;
    Ok(Json(ClaimMatrix {
        class,
        name: classes::name(&row),
        course: Text {
            zh: course.title_zh,
            en: course.title_en,
        },
        due_ms: classes::due(&units),
        rows: learners.into_iter().map(|learner| learner.row).collect(),
        claims,
        run: app.sealing.of(class),
    }))
}

/// Enter what a claim needs and the system does not hold
///
/// What was entered before stays on record; the newest counts.
#[utoipa::path(post, path = routes::CLAIM_ENTRIES, operation_id = "enter_claim_fact", tag = "claims", params(("class" = ClassId, Path, description = "the class")), request_body = EnterFact, responses(
    (status = 204, description = "entered"),
    (status = 404, description = "`not_found`: no such class of my institution, or somebody is not in it", body = ErrorReply),
    (status = 413, description = "`too_large`: the body has more than 256 KiB", body = ErrorReply),
    (status = 422, description = "`invalid`: see `fields`", body = ErrorReply),
))]
pub async fn enter(
    State(app): State<App>,
    admin: Admin,
    PathId(class): PathId<ClassId>,
    Body(wish): Body<EnterFact>,
) -> ApiResult<StatusCode> {
    let row = own(&app.db.read, &admin, class).await?;
    let rules = app
        .rules
        .get(&app.db.read, digest(&row.rules_hash)?)
        .await?;
    let today = app.clock.now().day(rules.day_offset_ms);
    entry::enter(&app, &row, wish, today, admin.id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Leave somebody out of the claim, or take them in again
#[utoipa::path(post, path = routes::CLAIM_EXCLUSIONS, operation_id = "exclude_from_claim", tag = "claims", params(("class" = ClassId, Path, description = "the class")), request_body = Exclude, responses(
    (status = 204, description = "so it is"),
    (status = 404, description = "`not_found`: no such class of my institution, or they are not in it", body = ErrorReply),
    (status = 422, description = "`invalid`: see `fields`", body = ErrorReply),
))]
pub async fn exclude(
    State(app): State<App>,
    admin: Admin,
    PathId(class): PathId<ClassId>,
    Body(wish): Body<Exclude>,
) -> ApiResult<StatusCode> {
    let row = own(&app.db.read, &admin, class).await?;
    entry::exclude(&app, &row, wish, admin.id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// One claim in one line.
///
/// # Errors
/// `not_found` for none.
pub async fn one(
    db: &impl ConnectionTrait,
    app: &App,
    row: Option<claim::Model>,
) -> ApiResult<ClaimSummary> {
    stored::summaries(db, &app.keys, row.into_iter().collect())
        .await?
        .pop()
        .ok_or_else(no_claim)
}

/// No such claim, or not one that the asker may know of.
#[must_use]
pub fn no_claim() -> ApiError {
    ApiError::not_found("claim")
}

/// The claim was taken back, or decided.
#[must_use]
pub fn over() -> ApiError {
    ApiError::new(
        ErrorCode::ClaimOver,
        "this claim was taken back or decided; nothing about it changes any more",
    )
}

/// The pack of a claim
///
/// A ZIP archive that verifies by itself. Each is written down.
#[utoipa::path(get, path = routes::CLAIM_PACK, operation_id = "claim_pack", tag = "claims", params(("claim" = Uuid, Path, description = "the claim")), responses(
    (status = 200, description = "the archive", content((Vec<u8> = "application/zip"))),
    (status = 404, description = "`not_found`: no such claim of my institution", body = ErrorReply),
))]
pub async fn download(
    State(app): State<App>,
    admin: Admin,
    PathId(claim): PathId<Uuid>,
) -> ApiResult<Response> {
    give(&app, &mine(&admin), claim, admin.id).await
}

/// The pack of a claim within `scope`, after that was written down.
///
/// # Errors
/// `not_found`, and what [`pack::finish`] says.
pub async fn give(app: &App, scope: &Scope, claim: Uuid, by: PersonId) -> ApiResult<Response> {
    let row = stored::find(&app.db.read, scope, claim)
        .await?
        .ok_or_else(no_claim)?;
    class_of(app, &row).await?;
    let bytes = pack::finish(app, claim).await?;
    let tx = app.db.begin().await?;
    let (class, now) = (ClassId(row.class_id), app.clock.now());
    access_log::note(&tx, by, Looked::ClaimPack, class, now).await?;
    store::commit(tx).await?;
    let name = HeaderValue::try_from(format!("attachment; filename=\"claim-{claim}.zip\""))
        .map_err(ApiError::internal)?;
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/zip"),
        ),
        (header::CONTENT_DISPOSITION, name),
    ];
    Ok((headers, bytes).into_response())
}

/// Take a claim back
///
/// Before it is decided; its learners can be claimed for again.
#[utoipa::path(post, path = routes::CLAIM_WITHDRAWAL, operation_id = "withdraw_claim", tag = "claims", params(("claim" = Uuid, Path, description = "the claim")), request_body = WithdrawClaim, responses(
    (status = 200, description = "taken back", body = ClaimSummary),
    (status = 404, description = "`not_found`: no such claim of my institution", body = ErrorReply),
    (status = 409, description = "`claim_over`: it was taken back or decided", body = ErrorReply),
    (status = 422, description = "`invalid`: see `fields`", body = ErrorReply),
))]
pub async fn withdraw(
    State(app): State<App>,
    admin: Admin,
    PathId(claim): PathId<Uuid>,
    Body(wish): Body<WithdrawClaim>,
) -> ApiResult<Json<ClaimSummary>> {
    let reason = wish.reason.trim();
    if let Some(problem) = entry::text(reason, CLAIM_TEXT_MAX) {
        return Err(ApiError::invalid_field("reason", problem));
    }
    let scope = mine(&admin);
    let tx = app.db.begin().await?;
    let row = stored::lock(&tx, &scope, claim)
        .await?
        .ok_or_else(no_claim)?;
    class_of(&app, &row).await?;
    if !stored::is_open(&row) {
        return Err(over());
    }
    let now = app.clock.now();
    let record = Record::ClaimWithdrawn(ClaimWithdrawn {
        claim,
        reason: reason.to_owned(),
        by: app.keys.pseudonym(admin.id),
        at: now,
    });
    let new = NewEvidence {
        kind: "claim_withdrawn/1",
        person: None,
        class: Some(ClassId(row.class_id)),
        session: None,
        record: to_json(&record)?,
    };
    evidence::append(&tx, &[new], now).await?;
    stored::withdraw(&tx, claim, reason, now).await?;
    let row = stored::find(&tx, &scope, claim).await?;
    let summary = one(&tx, &app, row).await?;
    store::commit(tx).await?;
    app.ledger.wake();
    Ok(Json(summary))
}

/// What is wrong with a remark that may be empty.
#[must_use]
pub fn remark(text: &str) -> Option<FieldProblem> {
    form::length(text, 0, CLAIM_TEXT_MAX)
        .filter(|_| !text.is_empty())
        .or_else(|| form::control(text))
}

impl From<NotEntered> for ApiError {
    fn from(error: NotEntered) -> Self {
        match error {
            NotEntered::Invalid(fields) => Self::invalid(fields),
            NotEntered::NotFound => Self::not_found("learner"),
            NotEntered::NotRead(error) => error.into(),
            NotEntered::Unknown(error) => error.into(),
        }
    }
}

impl From<NotFinished> for ApiError {
    fn from(error: NotFinished) -> Self {
        match error {
            NotFinished::Ledger(error) => error.into(),
            NotFinished::NotRead(error) => error.into(),
            NotFinished::Unknown(error) => error.into(),
            error @ (NotFinished::NotBuilt(_)
            | NotFinished::NotUnpacked(_)
            | NotFinished::NotPacked(_)
            | NotFinished::File(_)
            | NotFinished::Machine(_)) => Self::internal(error),
        }
    }
}
