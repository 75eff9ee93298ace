//! Taking a proof back, for the admins of its institution, and the status lists that tell everybody.

use super::class_proofs::find;
use crate::{
    api_error::{ApiError, ApiResult},
    app::App,
    extract::{Admin, Body, PathId, PathIds},
    form,
    revocations::{self, NotRevoked},
    store::{people, proofs, revocations as stored, status_entries},
};
use axum::{
    Json,
    extract::State,
    http::{HeaderName, HeaderValue, header},
    response::{IntoResponse, Response},
};
use contract::{
    ErrorCode, ErrorReply,
    class::ProofSummary,
    issuing::{REVOCATION_CHARS_MAX, RevokeProof},
    routes,
    status::{StatusListCredential, StatusStatement, sealing::seal},
};
use study::{ClassId, Millis, PersonId};
use uuid::Uuid;

/// How long a status list may be relied on.
const GOOD_FOR: Millis = Millis(86_400_000);
/// How long a cache may keep one. Whoever asks learns of a revocation within this time.
const KEPT: HeaderValue = HeaderValue::from_static("public, max-age=300");

/// Revoke a proof
///
/// For good. It takes back the document and no study: what counts still counts, and a new proof of it can be issued at once.
#[utoipa::path(post, path = routes::CLASS_PROOF_REVOCATION, operation_id = "revoke_proof", tag = "proofs", params(("class" = ClassId, Path, description = "the class"), ("proof" = Uuid, Path, description = "the proof")), request_body = RevokeProof, responses(
    (status = 200, description = "revoked", body = ProofSummary),
    (status = 404, description = "`not_found`: no such class in my institution, or no such proof in it", body = ErrorReply),
    (status = 409, description = "`proof_revoked`: it was revoked before", body = ErrorReply),
    (status = 422, description = "`invalid`: see `fields`", body = ErrorReply),
))]
pub async fn revoke(
    State(app): State<App>,
    admin: Admin,
    PathIds(class, proof): PathIds<ClassId, Uuid>,
    Body(wish): Body<RevokeProof>,
) -> ApiResult<Json<ProofSummary>> {
    let problem = form::length(wish.words.trim(), 1, REVOCATION_CHARS_MAX)
        .or_else(|| form::control(&wish.words));
    if let Some(problem) = problem {
        return Err(ApiError::invalid_field("words", problem));
    }
    find(&app, &admin, class).await?;
    let (row, revoked) = revocations::revoke(&app, class, proof, &wish, admin.id).await?;
    let db = &app.db.read;
    let someone = people::get(db, PersonId(row.person_id))
        .await?
        .ok_or_else(|| ApiError::internal("whose proof was revoked is gone"))?;
    let mut summary = proofs::summary(&row)?;
    summary.revoked = Some(stored::shown(db, &app.keys, &someone, &revoked).await?);
    Ok(Json(summary))
}

/// Which proofs were revoked
///
/// A signed list of bits (W3C Bitstring Status List v1.0), made anew for whoever asks; a proof names its list and its place in it. Public,
/// and whole, so that nobody learns which proof was asked about.
#[utoipa::path(get, path = routes::STATUS_LIST, operation_id = "status_list", tag = "ledger", params(("list" = u64, Path, description = "number of the list, from 0")), responses(
    (status = 200, description = "the list", body = StatusListCredential),
    (status = 404, description = "`not_found`: no such list", body = ErrorReply),
))]
pub async fn list(State(app): State<App>, PathId(list): PathId<u64>) -> ApiResult<Response> {
    // As of a moment before it is read: what is revoked meanwhile may or may not be in it.
    let now = app.clock.now();
    let bits = status_entries::bits(&app.db.read, list)
        .await?
        .ok_or_else(|| ApiError::not_found("status list"))?;
    let statement = StatusStatement {
        address: app.status_list(list),
        valid_from: now,
        valid_until: now.plus(GOOD_FOR),
        bits,
    };
    let document = seal(statement, app.ledger.keys().issuer()).map_err(ApiError::internal)?;
    let headers: [(HeaderName, HeaderValue); 3] = [
        super::ledger::ANYWHERE,
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/json"),
        ),
        (header::CACHE_CONTROL, KEPT),
    ];
    Ok((headers, document).into_response())
}

impl From<NotRevoked> for ApiError {
    fn from(error: NotRevoked) -> Self {
        match error {
            NotRevoked::NotFound => Self::not_found("proof"),
            NotRevoked::Already => Self::new(
                ErrorCode::ProofRevoked,
                "this proof was revoked before, and a revocation is for good",
            ),
            NotRevoked::Db(error) => error.into(),
            NotRevoked::Unknown(error) => error.into(),
        }
    }
}
