//! Pictures for whoever reviews a claim: enrolment and drawn frames of checks, where the learner agreed to that. Each look is written down before
//! the picture leaves.

use super::{
    claims::no_claim,
    reviews::{by_somebody_else, class_of, scope},
};
use crate::{
    api_error::{ApiError, ApiResult},
    app::App,
    claims::{pack, photos},
    extract::{Auditor, PathIds, Reviewer},
    faces::{frames, vault},
    store::{
        self,
        access_log::{self, Looked},
        claims::{self as stored_claims, rows},
        entities::{claim, class, face_frame, frame_look},
        stored,
    },
};
use axum::{
    Json,
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use contract::{
    ErrorReply,
    photos::{NoPhotos, ReviewPhotos},
    routes,
};
use sea_orm::{ActiveValue::Set, EntityTrait};
use study::{ClassId, PersonId};
use uuid::Uuid;

/// The claim and its class, for somebody who may review it.
async fn reviewed(
    app: &App,
    reviewer: &Reviewer,
    claim: Uuid,
) -> ApiResult<(claim::Model, class::Model)> {
    let scope = scope(reviewer.institutions.clone());
    let row = stored_claims::find(&app.db.read, &scope, claim)
        .await?
        .ok_or_else(no_claim)?;
    let class = class_of(app, &row).await?;
    by_somebody_else(&row, reviewer.id)?;
    Ok((row, class))
}

/// What pictures there are of a learner in a claim
///
/// The shots of the enrolment, and up to six frames of checks in the class, drawn by the root of the ledger after the sealing. Where the learner
/// did not agree to that, or nothing is left, `nothing` says so.
#[utoipa::path(get, path = routes::REVIEW_PHOTOS, operation_id = "review_photos", tag = "reviews", params(
    ("claim" = Uuid, Path, description = "the claim"), ("person" = PersonId, Path, description = "the learner"),
), responses(
    (status = 200, description = "which, without the pictures themselves", body = ReviewPhotos),
    (status = 404, description = "`not_found`: no such claim, not where I review, or no such row in it", body = ErrorReply),
))]
pub async fn list(
    State(app): State<App>,
    auditor: Auditor,
    reviewer: Result<Reviewer, ApiError>,
    PathIds(claim, person): PathIds<Uuid, PersonId>,
) -> ApiResult<Json<ReviewPhotos>> {
    let db = &app.db.read;
    let row = stored_claims::find(db, &scope(auditor.institutions), claim)
        .await?
        .ok_or_else(no_claim)?;
    let class = class_of(&app, &row).await?;
    rows::get(db, claim, person)
        .await?
        .ok_or_else(|| ApiError::not_found("row"))?;
    // A failed question is a failure, and no answer about who may look.
    let may = match reviewer {
        Ok(Reviewer { id, institutions }) => {
            by_somebody_else(&row, id).is_ok()
                && stored_claims::find(db, &scope(institutions), claim)
                    .await?
                    .is_some()
        }
        Err(_) => false,
    };
    if !may {
        return Ok(Json(photos::none(NoPhotos::OnlyReviewers)));
    }
    let verified = pack::verified(&app, &row).await?;
    Ok(Json(
        photos::photos(db, &app, &row, &class, &verified, person).await?,
    ))
}

/// Look at one of these pictures
///
/// Only those that were listed. Each look is written down.
#[utoipa::path(get, path = routes::REVIEW_PHOTO, operation_id = "review_photo", tag = "reviews", params(
    ("claim" = Uuid, Path, description = "the claim"), ("frame" = Uuid, Path, description = "the frame"),
), responses(
    (status = 200, description = "the picture", content((Vec<u8> = "image/jpeg"))),
    (status = 404, description = "`not_found`: no such claim, not where I review, or no such picture for its reviewers", body = ErrorReply),
))]
pub async fn get(
    State(app): State<App>,
    reviewer: Reviewer,
    PathIds(claim, frame): PathIds<Uuid, Uuid>,
) -> ApiResult<Response> {
    let not_found = || ApiError::not_found("picture");
    let (claim, class) = reviewed(&app, &reviewer, claim).await?;
    let verified = pack::verified(&app, &claim).await?;
    let tx = app.db.begin().await?;
    let row = face_frame::Entity::find_by_id(frame)
        .one(&tx)
        .await?
        .ok_or_else(not_found)?;
    let person = PersonId(row.person_id);
    rows::get(&tx, claim.id, person)
        .await?
        .ok_or_else(not_found)?;
    // In this transaction: who has withdrawn a moment ago is not shown.
    let shown = photos::photos(&tx, &app, &claim, &class, &verified, person).await?;
    if !photos::shows(&shown, frame) {
        return Err(not_found());
    }
    let key = vault::key(&tx, &app.keys, person)
        .await?
        .ok_or_else(not_found)?;
    let jpeg = frames::jpeg(&key, &row)?.ok_or_else(not_found)?;
    let now = app.clock.now();
    frame_look::Entity::insert(frame_look::ActiveModel {
        id: Set(Uuid::now_v7()),
        frame_id: Set(frame),
        looked_by: Set(reviewer.id.0),
        at: Set(stored(now.0)),
    })
    .exec_without_returning(&tx)
    .await?;
    let looked = Looked::ClaimPhoto(person);
    access_log::note(&tx, reviewer.id, looked, ClassId(class.id), now).await?;
    store::commit(tx).await?;
    let kind = HeaderValue::from_static("image/jpeg");
    Ok(([(header::CONTENT_TYPE, kind)], jpeg).into_response())
}
