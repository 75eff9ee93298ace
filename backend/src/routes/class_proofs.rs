//! The proofs of a class, for the admins of its institution. Whatever is of another institution does not exist for them.

use super::{kept, proofs::attached};
use crate::{
    api_error::{ApiError, ApiResult},
    app::App,
    extract::{Admin, PathId, PathIds},
    proofs::run,
    sheets,
    store::{
        self,
        access_log::{self, Looked},
        classes, digest,
        entities::{class, proof},
        proofs,
    },
};
use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use contract::{
    ErrorReply,
    credential::StudyProof,
    issuing::{ClassProofs, IssueRun},
    routes,
};
use study::{ClassId, PersonId};
use uuid::Uuid;

pub(super) async fn find(app: &App, admin: &Admin, class: ClassId) -> ApiResult<class::Model> {
    kept(classes::own(&app.db.read, &admin.institutions, class).await?)
}

/// The proofs of a class
///
/// Each learner with their proofs, those that were revoked among them, and how issuing all of them stands.
#[utoipa::path(get, path = routes::CLASS_PROOFS, operation_id = "class_proofs", tag = "proofs", params(("class" = ClassId, Path, description = "the class")), responses(
    (status = 200, description = "learners by name", body = ClassProofs),
    (status = 404, description = "`not_found`: no such class in my institution", body = ErrorReply),
))]
pub async fn list(
    State(app): State<App>,
    admin: Admin,
    PathId(class): PathId<ClassId>,
) -> ApiResult<Json<ClassProofs>> {
    let row = find(&app, &admin, class).await?;
    let db = &app.db.read;
    let rules = app.rules.get(db, digest(&row.rules_hash)?).await?;
    Ok(Json(ClassProofs {
        class,
        name: classes::name(&row),
        class_hour_ms: rules.class_hour_ms,
        learners: proofs::of_learners(db, &app.keys, class).await?,
        run: app.issuing.of(class),
    }))
}

/// Issue the proofs of a class
///
/// To everybody in it of whom something is confirmed, beside this request; [`ClassProofs`] says how far it is. Where it goes on already,
/// nothing more is begun. Who has a proof that says the same keeps it.
#[utoipa::path(post, path = routes::CLASS_PROOFS, operation_id = "issue_class_proofs", tag = "proofs", params(("class" = ClassId, Path, description = "the class")), responses(
    (status = 202, description = "it goes on", body = IssueRun),
    (status = 404, description = "`not_found`: no such class in my institution", body = ErrorReply),
))]
pub async fn issue(
    State(app): State<App>,
    admin: Admin,
    PathId(class): PathId<ClassId>,
) -> ApiResult<Response> {
    find(&app, &admin, class).await?;
    let people = proofs::people_of_class(&app.db.read, class).await?;
    let run = run::start(&app, class, people);
    Ok((StatusCode::ACCEPTED, Json(run)).into_response())
}

/// A proof of a class that is mine, after the look at it was written down.
async fn look(app: &App, admin: &Admin, class: ClassId, proof: Uuid) -> ApiResult<proof::Model> {
    find(app, admin, class).await?;
    let tx = app.db.begin().await?;
    let row = proofs::get_in_class(&tx, class, proof)
        .await?
        .ok_or_else(|| ApiError::not_found("proof"))?;
    let looked = Looked::Proof(PersonId(row.person_id));
    access_log::note(&tx, admin.id, looked, class, app.clock.now()).await?;
    store::commit(tx).await?;
    Ok(row)
}

/// One proof of a class
///
/// Byte for byte as it was issued; the look is logged.
#[utoipa::path(get, path = routes::CLASS_PROOF, operation_id = "class_proof", tag = "proofs", params(("class" = ClassId, Path, description = "the class"), ("proof" = Uuid, Path, description = "the proof")), responses(
    (status = 200, description = "the document", body = StudyProof),
    (status = 404, description = "`not_found`: no such class in my institution, or no such proof in it", body = ErrorReply),
))]
pub async fn get(
    State(app): State<App>,
    admin: Admin,
    PathIds(class, proof): PathIds<ClassId, Uuid>,
) -> ApiResult<Response> {
    let row = look(&app, &admin, class, proof).await?;
    let name = format!("zhenxue-proof-{proof}.json");
    Ok(attached(
        "application/json",
        &name,
        row.document.into_bytes(),
    ))
}

/// One proof of a class on paper
///
/// As its learner gets it; the look is logged.
#[utoipa::path(get, path = routes::CLASS_PROOF_SHEET, operation_id = "class_proof_sheet", tag = "proofs", params(("class" = ClassId, Path, description = "the class"), ("proof" = Uuid, Path, description = "the proof")), responses(
    (status = 200, description = "the study sheet", body = Vec<u8>, content_type = "application/pdf"),
    (status = 404, description = "`not_found`: no such class in my institution, or no such proof in it", body = ErrorReply),
    (status = 422, description = "`glyph_missing`: the font lacks a character, which `character` names; nothing is printed", body = ErrorReply),
))]
pub async fn sheet(
    State(app): State<App>,
    admin: Admin,
    PathIds(class, proof): PathIds<ClassId, Uuid>,
) -> ApiResult<Response> {
    let row = look(&app, &admin, class, proof).await?;
    let pdf = sheets::pdf(&app, &row).await?;
    Ok(attached(
        "application/pdf",
        &format!("zhenxue-proof-{proof}.pdf"),
        pdf,
    ))
}
