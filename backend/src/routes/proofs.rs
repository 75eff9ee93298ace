//! Study proofs: mine, one more, one of them.

use super::kept;
use crate::{
    api_error::{ApiError, ApiResult},
    app::App,
    extract::{Learner, PathId},
    proofs::{self as proving, NotIssued},
    sheets::{self, NoSheet},
    store::{classes, people, proofs},
};
use axum::{
    Json,
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use contract::{
    ErrorCode, ErrorReply,
    class::ProofSummary,
    credential::{Opening, StudyProof},
    routes,
};
use study::{ClassId, Millis};
use uuid::Uuid;

/// My proofs for a class
#[utoipa::path(get, path = routes::MY_CLASS_PROOFS, operation_id = "my_proofs", tag = "proofs", params(("class" = ClassId, Path, description = "the class")), responses(
    (status = 200, description = "newest first, those that were revoked among them", body = Vec<ProofSummary>),
    (status = 404, description = "`not_found`: no such class of mine", body = ErrorReply),
))]
pub async fn list(
    State(app): State<App>,
    learner: Learner,
    PathId(class): PathId<ClassId>,
) -> ApiResult<Json<Vec<ProofSummary>>> {
    kept(classes::enrolled(&app.db.read, learner.id, class).await?)?;
    let someone = people::get(&app.db.read, learner.id)
        .await?
        .ok_or_else(|| ApiError::not_found("class"))?;
    let mine = proofs::summaries(&app.db.read, &app.keys, &someone, class).await?;
    Ok(Json(mine))
}

/// Issue a proof
///
/// Of what is confirmed so far. Where nothing was confirmed since the last proof that stands, that one is given again.
#[utoipa::path(post, path = routes::MY_CLASS_PROOFS, operation_id = "issue_proof", tag = "proofs", params(("class" = ClassId, Path, description = "the class")), responses(
    (status = 201, description = "the new proof", body = StudyProof),
    (status = 200, description = "the proof that says this already", body = StudyProof),
    (status = 404, description = "`not_found`: no such class of mine", body = ErrorReply),
    (status = 409, description = "`nothing_to_prove`: nothing is confirmed yet", body = ErrorReply),
))]
pub async fn issue(
    State(app): State<App>,
    learner: Learner,
    PathId(class): PathId<ClassId>,
) -> ApiResult<Response> {
    let issued = proving::issue(&app, learner.id, class).await?;
    let status = if issued.new {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    Ok((status, document(issued.proof.document)).into_response())
}

/// One of my proofs
///
/// Byte for byte as it was issued.
#[utoipa::path(get, path = routes::MY_PROOF, operation_id = "my_proof", tag = "proofs", params(("proof" = Uuid, Path, description = "the proof")), responses(
    (status = 200, description = "the document", body = StudyProof),
    (status = 404, description = "`not_found`: no such proof of mine", body = ErrorReply),
))]
pub async fn get(
    State(app): State<App>,
    learner: Learner,
    PathId(proof): PathId<Uuid>,
) -> ApiResult<Response> {
    let row = proofs::get(&app.db.read, learner.id, proof)
        .await?
        .ok_or_else(|| ApiError::not_found("proof"))?;
    Ok(document(row.document))
}

/// What opens my masked name
///
/// To be shown, beside the proof, to whom I choose: they see that the masked name and number are mine.
#[utoipa::path(get, path = routes::MY_PROOF_OPENING, operation_id = "my_proof_opening", tag = "proofs", params(("proof" = Uuid, Path, description = "the proof")), responses(
    (status = 200, description = "my name, my ID number, and the salt", body = Opening),
    (status = 404, description = "`not_found`: no such proof of mine", body = ErrorReply),
))]
pub async fn opening(
    State(app): State<App>,
    learner: Learner,
    PathId(proof): PathId<Uuid>,
) -> ApiResult<Json<Opening>> {
    let not_found = || ApiError::not_found("proof");
    let row = proofs::get(&app.db.read, learner.id, proof)
        .await?
        .ok_or_else(not_found)?;
    let someone = people::get(&app.db.read, learner.id)
        .await?
        .ok_or_else(not_found)?;
    Ok(Json(proving::opening(&app.keys, &someone, &row)?))
}

/// One of my proofs on paper
///
/// A PDF/A-3 on A4 that says what the credential says, in Chinese and in English, with the credential itself attached and the whole file
/// signed (PAdES B-B).
#[utoipa::path(get, path = routes::MY_PROOF_SHEET, operation_id = "my_proof_sheet", tag = "proofs", params(("proof" = Uuid, Path, description = "the proof")), responses(
    (status = 200, description = "the study sheet", body = Vec<u8>, content_type = "application/pdf"),
    (status = 404, description = "`not_found`: no such proof of mine", body = ErrorReply),
    (status = 422, description = "`glyph_missing`: the font lacks a character, which `character` names; nothing is printed", body = ErrorReply),
))]
pub async fn sheet(
    State(app): State<App>,
    learner: Learner,
    PathId(proof): PathId<Uuid>,
) -> ApiResult<Response> {
    let row = proofs::get(&app.db.read, learner.id, proof)
        .await?
        .ok_or_else(|| ApiError::not_found("proof"))?;
    Ok(attached(
        "application/pdf",
        &format!("zhenxue-proof-{proof}.pdf"),
        sheets::pdf(&app, &row).await?,
    ))
}

/// The QR code of one of my proofs
///
/// A PNG. The code holds the address of the verify page and, behind its `#`, a summary signed by the issuer with the digest of the proof.
#[utoipa::path(get, path = routes::MY_PROOF_CODE, operation_id = "my_proof_code", tag = "proofs", params(("proof" = Uuid, Path, description = "the proof")), responses(
    (status = 200, description = "the code", body = Vec<u8>, content_type = "image/png"),
    (status = 404, description = "`not_found`: no such proof of mine", body = ErrorReply),
))]
pub async fn code(
    State(app): State<App>,
    learner: Learner,
    PathId(proof): PathId<Uuid>,
) -> ApiResult<Response> {
    let row = proofs::get(&app.db.read, learner.id, proof)
        .await?
        .ok_or_else(|| ApiError::not_found("proof"))?;
    Ok(attached(
        "image/png",
        &format!("zhenxue-proof-{proof}.png"),
        sheets::code(&app, &row)?,
    ))
}

/// Bytes that a browser saves under `name`, or shows where a page asks for them.
pub(super) fn attached(kind: &'static str, name: &str, bytes: Vec<u8>) -> Response {
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    response
}

impl From<NoSheet> for ApiError {
    fn from(error: NoSheet) -> Self {
        match error {
            NoSheet::NotDrawn(sheet::NotDrawn::NoGlyph { character, .. }) => {
                let mut reply = ErrorReply::new(
                    ErrorCode::GlyphMissing,
                    format!(
                        "the font of the study sheet has no {character:?} (U+{:04X}), so the PDF is not made; the JSON credential is complete",
                        u32::from(character)
                    ),
                );
                reply.character = Some(character.to_string());
                Self::with(reply)
            }
            NoSheet::Db(error) => error.into(),
            error => Self::internal(error),
        }
    }
}

fn document(json: String) -> Response {
    let kind = HeaderValue::from_static("application/json");
    ([(header::CONTENT_TYPE, kind)], json).into_response()
}

impl From<NotIssued> for ApiError {
    fn from(error: NotIssued) -> Self {
        match error {
            NotIssued::NotFound => Self::not_found("class"),
            NotIssued::ClassDeleted => Self::class_deleted(),
            NotIssued::NothingToProve => Self::new(
                ErrorCode::NothingToProve,
                "nothing is confirmed in this class yet; study first",
            ),
            NotIssued::LedgerBehind => Self::unavailable(
                "the ledger is behind; ask again in a minute",
                Millis(60_000),
            ),
            NotIssued::Db(error) => error.into(),
            NotIssued::Unknown(error) => error.into(),
            error @ (NotIssued::Ledger(_) | NotIssued::NotSealed(_) | NotIssued::NotOpened(_)) => {
                Self::internal(error)
            }
        }
    }
}
