//! The endpoints of claims, for the admin of an institution.

use super::{Answer, Failure, change, fetch_large, get, read};
use contract::{
    claim::{ClaimMatrix, ClaimSummary, EnterFact, Exclude, SealClaim, WithdrawClaim},
    routes,
    sealing::{ClassSealing, SealRun},
};
use gloo_net::http::Request;
use study::ClassId;
use uuid::Uuid;

/// Where a class stands before a claim.
///
/// # Errors
/// [`Failure`]
pub async fn matrix(class: ClassId) -> Answer<ClaimMatrix> {
    get(&of_class(routes::CLAIM_MATRIX, class)).await
}

/// Enters what the system does not hold.
///
/// # Errors
/// [`Failure`]
pub async fn enter(class: ClassId, request: &EnterFact) -> Answer<()> {
    let path = of_class(routes::CLAIM_ENTRIES, class);
    change(Request::post(&path), request).await.map(drop)
}

/// Leaves somebody out, or takes them in again.
///
/// # Errors
/// [`Failure`]
pub async fn exclude(class: ClassId, request: &Exclude) -> Answer<()> {
    let path = of_class(routes::CLAIM_EXCLUSIONS, class);
    change(Request::post(&path), request).await.map(drop)
}

/// How sealing a claim stands.
///
/// # Errors
/// [`Failure`]
pub async fn sealing(class: ClassId) -> Answer<ClassSealing> {
    get(&of_class(routes::CLASS_CLAIMS, class)).await
}

/// Begins to seal a claim.
///
/// # Errors
/// [`Failure`]
pub async fn seal(class: ClassId, request: &SealClaim) -> Answer<SealRun> {
    let path = of_class(routes::CLASS_CLAIMS, class);
    read(change(Request::post(&path), request).await?).await
}

/// The pack of a claim: that of a thousand learners has some hundred megabytes.
///
/// # Errors
/// [`Failure`]
pub async fn pack(claim: Uuid) -> Answer<Vec<u8>> {
    let response = fetch_large(&of(routes::CLAIM_PACK, claim)).await?;
    response.binary().await.map_err(|_| Failure::NoAnswer)
}

/// Takes a claim back.
///
/// # Errors
/// [`Failure`]
pub async fn withdraw(claim: Uuid, request: &WithdrawClaim) -> Answer<ClaimSummary> {
    let path = of(routes::CLAIM_WITHDRAWAL, claim);
    read(change(Request::post(&path), request).await?).await
}

fn of_class(path: &str, class: ClassId) -> String {
    path.replace("{class}", &class.to_string())
}

fn of(path: &str, claim: Uuid) -> String {
    path.replace("{claim}", &claim.to_string())
}
