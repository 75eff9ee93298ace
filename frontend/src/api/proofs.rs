//! The endpoints of the proofs of a class.

use super::{Answer, Failure, Nothing, change, fetch, get, read};
use contract::{
    class::ProofSummary,
    issuing::{ClassProofs, IssueRun, RevokeProof},
    routes,
};
use gloo_net::http::Request;
use study::ClassId;
use uuid::Uuid;

/// The proofs of a class.
///
/// # Errors
/// [`Failure`]
pub async fn of_class(class: ClassId) -> Answer<ClassProofs> {
    get(&path(routes::CLASS_PROOFS, class)).await
}

/// Begins to issue the proofs of a class.
///
/// # Errors
/// [`Failure`]
pub async fn issue_all(class: ClassId) -> Answer<IssueRun> {
    let path = path(routes::CLASS_PROOFS, class);
    read(change(Request::post(&path), &Nothing {}).await?).await
}

/// One proof of a class: on paper, or as JSON.
///
/// # Errors
/// [`Failure`]
pub async fn one(class: ClassId, proof: Uuid, on_paper: bool) -> Answer<Vec<u8>> {
    let template = if on_paper {
        routes::CLASS_PROOF_SHEET
    } else {
        routes::CLASS_PROOF
    };
    let path = path(template, class).replace("{proof}", &proof.to_string());
    let response = fetch(&path).await?;
    response.binary().await.map_err(|_| Failure::NoAnswer)
}

/// Revokes a proof of a class.
///
/// # Errors
/// [`Failure`]
pub async fn revoke(class: ClassId, proof: Uuid, wish: &RevokeProof) -> Answer<ProofSummary> {
    let path = path(routes::CLASS_PROOF_REVOCATION, class).replace("{proof}", &proof.to_string());
    read(change(Request::post(&path), wish).await?).await
}

fn path(template: &str, class: ClassId) -> String {
    template.replace("{class}", &class.to_string())
}
