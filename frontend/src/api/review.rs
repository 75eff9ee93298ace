//! The endpoints of whoever reviews claims.

use super::{Answer, change, get};
use contract::{
    claim::{ClaimReview, ClaimSummary, DecideClaim, ReviewTheRow, ReviewedLearner},
    photos::ReviewPhotos,
    routes,
};
use gloo_net::http::Request;
use study::PersonId;
use uuid::Uuid;

/// The claims that I may review.
///
/// # Errors
/// [`super::Failure`]
pub async fn claims() -> Answer<Vec<ClaimSummary>> {
    get(routes::REVIEW_CLAIMS).await
}

/// One claim, row by row.
///
/// # Errors
/// [`super::Failure`]
pub async fn claim(claim: Uuid) -> Answer<ClaimReview> {
    get(&of(routes::REVIEW_CLAIM, claim)).await
}

/// Where its pack is.
#[must_use]
pub fn pack_path(claim: Uuid) -> String {
    of(routes::REVIEW_PACK, claim)
}

/// One row with all that is known.
///
/// # Errors
/// [`super::Failure`]
pub async fn learner(claim: Uuid, person: PersonId) -> Answer<ReviewedLearner> {
    get(&row(claim, person)).await
}

/// Which pictures of a learner may be looked at.
///
/// # Errors
/// [`super::Failure`]
pub async fn photos(claim: Uuid, person: PersonId) -> Answer<ReviewPhotos> {
    let path = of(routes::REVIEW_PHOTOS, claim).replace("{person}", &person.to_string());
    get(&path).await
}

/// Where one of them is.
#[must_use]
pub fn photo_path(claim: Uuid, frame: Uuid) -> String {
    of(routes::REVIEW_PHOTO, claim).replace("{frame}", &frame.to_string())
}

/// Says what was found about one row.
///
/// # Errors
/// [`super::Failure`]
pub async fn find(claim: Uuid, person: PersonId, finding: &ReviewTheRow) -> Answer<()> {
    change(Request::post(&row(claim, person)), finding)
        .await
        .map(drop)
}

/// Signs the decision.
///
/// # Errors
/// [`super::Failure`]
pub async fn decide(claim: Uuid, decision: &DecideClaim) -> Answer<()> {
    change(Request::post(&of(routes::REVIEW_DECISION, claim)), decision)
        .await
        .map(drop)
}

fn of(path: &str, claim: Uuid) -> String {
    path.replace("{claim}", &claim.to_string())
}

fn row(claim: Uuid, person: PersonId) -> String {
    of(routes::REVIEW_ROW, claim).replace("{person}", &person.to_string())
}
