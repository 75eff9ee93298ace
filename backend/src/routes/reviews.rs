//! Claims for those who verify them, person by person (clause A69). A regulator reads the same and decides nothing.

use super::{
    claims::{give, no_claim, one, over, remark},
    kept,
};
use crate::{
    api_error::{ApiError, ApiResult},
    app::App,
    claims::{
        matrix::masked,
        pack::{self, PackedRow},
    },
    extract::{Auditor, Body, PathId, PathIds, Reviewer},
    store::{
        self,
        access_log::{self, Looked},
        claims::{self as stored, Scope, reviews, rows},
        digest,
        entities::{claim, claim_person, class, person},
        evidence::{self, NewEvidence},
        people, revocations, time, timeline, to_json,
    },
};
use axum::{Json, extract::State, http::StatusCode};
use contract::{
    ErrorCode, ErrorReply,
    claim::{
        ClaimReview, ClaimSummary, DayCredit, DecideClaim, ReviewRow, ReviewTheRow,
        ReviewedLearner, RowReview, RowVerdict,
    },
    credential::identity::mask_name,
    error::FieldProblem,
    record::{ClaimDecided, ClaimRowReviewed, Record},
    routes,
    verify::Verdict,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use std::collections::{BTreeSet, HashMap};
use study::{ClassHours, ClassId, InstitutionId, Millis, PersonId};
use uuid::Uuid;

/// Where somebody looks: in their institutions, or in the whole province.
pub(super) fn scope(institutions: Vec<InstitutionId>) -> Scope {
    if institutions.is_empty() {
        Scope::Province
    } else {
        Scope::Of(institutions)
    }
}

/// The claims that I may look at
#[utoipa::path(get, path = routes::REVIEW_CLAIMS, operation_id = "review_claims", tag = "reviews", responses(
    (status = 200, description = "newest first", body = Vec<ClaimSummary>),
))]
pub async fn list(State(app): State<App>, auditor: Auditor) -> ApiResult<Json<Vec<ClaimSummary>>> {
    let db = &app.db.read;
    let claims = stored::all(db, &scope(auditor.institutions)).await?;
    Ok(Json(stored::summaries(db, &app.keys, claims).await?))
}

/// One claim, row by row
///
/// Names are masked. What the machine says comes from verifying the stored pack.
#[utoipa::path(get, path = routes::REVIEW_CLAIM, operation_id = "review_claim", tag = "reviews", params(("claim" = Uuid, Path, description = "the claim")), responses(
    (status = 200, description = "the rows in the order of the pack", body = ClaimReview),
    (status = 404, description = "`not_found`: no such claim, or not where I review", body = ErrorReply),
))]
pub async fn get(
    State(app): State<App>,
    auditor: Auditor,
    PathId(claim): PathId<Uuid>,
) -> ApiResult<Json<ClaimReview>> {
    let db = &app.db.read;
    let row = stored::find(db, &scope(auditor.institutions), claim)
        .await?
        .ok_or_else(no_claim)?;
    class_of(&app, &row).await?;
    let verified = pack::verified(&app, &row).await?;
    let people = rows::of(db, claim).await?;
    let known: HashMap<Uuid, person::Model> = person::Entity::find()
        .filter(person::Column::Id.is_in(people.iter().map(|one| one.person_id)))
        .all(db)
        .await?
        .into_iter()
        .map(|one| (one.id, one))
        .collect();
    let mut found = reviews::of(db, &app.keys, claim).await?;
    let mut lines = Vec::with_capacity(people.len());
    for one in people {
        let someone = known.get(&one.person_id).ok_or_else(no_claim)?;
        let history = found.remove(&one.person_id).unwrap_or_default();
        let newest = history.into_iter().next();
        lines.push(line(&app, &one, someone, &verified, newest).await?);
    }
    Ok(Json(ClaimReview {
        claim: one(db, &app, Some(row)).await?,
        rows: lines,
    }))
}

/// A row as its reviewer sees it. The pack says what it said when it was sealed; that its proof was revoked since, this server knows.
async fn line(
    app: &App,
    row: &claim_person::Model,
    someone: &person::Model,
    verified: &pack::Verified,
    review: Option<RowReview>,
) -> ApiResult<ReviewRow> {
    let number = u32::try_from(store::number(row.number)).unwrap_or(u32::MAX);
    let db = &app.db.read;
    let revoked = match revocations::of_proof(db, row.proof_id).await? {
        Some(row) => Some(revocations::shown(db, &app.keys, someone, &row).await?),
        None => None,
    };
    let machine = match (verified.row(number), &revoked) {
        (Verdict::Valid | Verdict::UnknownIssuer, Some(_)) => Verdict::Revoked,
        (verdict, _) => verdict,
    };
    Ok(ReviewRow {
        number,
        person: PersonId(row.person_id),
        name: mask_name(&people::name(&app.keys, someone)?),
        id_number: masked(&people::id_number(&app.keys, someone)?)?,
        class_hours: ClassHours(store::number(row.class_hours)),
        machine,
        revoked,
        sampled: verified.sample.contains(&number),
        review,
    })
}

/// The pack of a claim
///
/// Byte for byte as the institution has it. Each is written down.
#[utoipa::path(get, path = routes::REVIEW_PACK, operation_id = "review_pack", tag = "reviews", params(("claim" = Uuid, Path, description = "the claim")), responses(
    (status = 200, description = "the archive", content((Vec<u8> = "application/zip"))),
    (status = 404, description = "`not_found`: no such claim, or not where I review", body = ErrorReply),
))]
pub async fn download(
    State(app): State<App>,
    auditor: Auditor,
    PathId(claim): PathId<Uuid>,
) -> ApiResult<axum::response::Response> {
    give(&app, &scope(auditor.institutions), claim, auditor.id).await
}

/// One row in full
///
/// Who it is, what was entered, the study proof, and the study by day. Each look is written down.
#[utoipa::path(get, path = routes::REVIEW_ROW, operation_id = "review_row", tag = "reviews", params(
    ("claim" = Uuid, Path, description = "the claim"), ("person" = PersonId, Path, description = "the learner"),
), responses(
    (status = 200, description = "all that the decision rests on", body = ReviewedLearner),
    (status = 404, description = "`not_found`: no such claim, not where I review, or no such row in it", body = ErrorReply),
))]
pub async fn row(
    State(app): State<App>,
    auditor: Auditor,
    PathIds(claim, person): PathIds<Uuid, PersonId>,
) -> ApiResult<Json<ReviewedLearner>> {
    let db = &app.db.read;
    let found = stored::find(db, &scope(auditor.institutions), claim)
        .await?
        .ok_or_else(no_claim)?;
    let missing = || ApiError::not_found("row");
    let class = class_of(&app, &found).await?;
    let one = rows::get(db, claim, person).await?.ok_or_else(missing)?;
    let someone = people::get(db, person).await?.ok_or_else(missing)?;
    let verified = pack::verified(&app, &found).await?;
    let mut history = reviews::of(db, &app.keys, claim).await?;
    let history = history.remove(&person.0).unwrap_or_default();
    let newest = history.first().cloned();
    let row = line(&app, &one, &someone, &verified, newest).await?;
    let PackedRow {
        entry,
        proof,
        no_pdf,
    } = pack::row(&app, claim, row.number).await?;
    let (days, devices) = days(&app, &class, &found, person).await?;
    let tx = app.db.begin().await?;
    let (class, now) = (ClassId(found.class_id), app.clock.now());
    access_log::note(&tx, auditor.id, Looked::ClaimRow(person), class, now).await?;
    store::commit(tx).await?;
    Ok(Json(ReviewedLearner {
        row,
        name: entry.opening.name,
        id_number: entry.opening.id_number,
        facts: entry.facts,
        proof,
        no_pdf,
        days,
        devices,
        history,
    }))
}

/// The class of a claim.
///
/// # Errors
/// `class_deleted`
pub async fn class_of(app: &App, claim: &claim::Model) -> ApiResult<class::Model> {
    kept(
        class::Entity::find_by_id(claim.class_id)
            .one(&app.db.read)
            .await?,
    )
}

/// Credit by day up to the sealing, oldest first, and how many devices studied.
async fn days(
    app: &App,
    class: &class::Model,
    claim: &claim::Model,
    person: PersonId,
) -> ApiResult<(Vec<DayCredit>, u32)> {
    let db = &app.db.read;
    let rules = app.rules.get(db, digest(&class.rules_hash)?).await?;
    let day = |at: i64| time(at).day(rules.day_offset_ms);
    let (from, to) = (day(class.starts_at), day(claim.sealed_at));
    let only = Some(ClassId(class.id));
    let (keys, rules_book, now) = (&app.keys, &app.rules, app.clock.now());
    let record = timeline::days(db, keys, rules_book, person, only, from, to, now).await?;
    let devices: BTreeSet<&str> = record
        .iter()
        .flat_map(|day| &day.sessions)
        .map(|session| session.device.as_str())
        .collect();
    let devices = u32::try_from(devices.len()).unwrap_or(u32::MAX);
    let days = record
        .iter()
        .rev()
        .filter(|day| day.credited_ms > Millis::ZERO)
        .map(|day| DayCredit {
            day: day.day,
            credited_ms: day.credited_ms,
        })
        .collect();
    Ok((days, devices))
}

/// Whoever sealed a claim does not verify it, whatever other roles they have.
pub(super) fn by_somebody_else(row: &claim::Model, reviewer: PersonId) -> ApiResult<()> {
    if row.sealed_by == reviewer.0 {
        return Err(ApiError::new(
            ErrorCode::Forbidden,
            "you sealed this claim; somebody else has to verify it",
        ));
    }
    Ok(())
}

/// Say what I find about a row
///
/// A later finding takes the place of an earlier one, which stays on record.
#[utoipa::path(post, path = routes::REVIEW_ROW, operation_id = "review_the_row", tag = "reviews", params(
    ("claim" = Uuid, Path, description = "the claim"), ("person" = PersonId, Path, description = "the learner"),
), request_body = ReviewTheRow, responses(
    (status = 204, description = "written down"),
    (status = 404, description = "`not_found`: no such claim, not where I review, or no such row in it", body = ErrorReply),
    (status = 409, description = "`claim_over`: it was taken back or decided", body = ErrorReply),
    (status = 422, description = "`invalid`: see `fields`", body = ErrorReply),
))]
pub async fn find(
    State(app): State<App>,
    reviewer: Reviewer,
    PathIds(claim, person): PathIds<Uuid, PersonId>,
    Body(wish): Body<ReviewTheRow>,
) -> ApiResult<StatusCode> {
    let reason = wish.reason.trim();
    let problem = match wish.verdict {
        RowVerdict::Doubt | RowVerdict::Fail if reason.is_empty() => Some(FieldProblem::Missing),
        RowVerdict::Pass | RowVerdict::Doubt | RowVerdict::Fail => remark(reason),
    };
    if let Some(problem) = problem {
        return Err(ApiError::invalid_field("reason", problem));
    }
    let tx = app.db.begin().await?;
    let row = stored::lock(&tx, &scope(reviewer.institutions), claim)
        .await?
        .ok_or_else(no_claim)?;
    class_of(&app, &row).await?;
    by_somebody_else(&row, reviewer.id)?;
    rows::get(&tx, claim, person)
        .await?
        .ok_or_else(|| ApiError::not_found("row"))?;
    if !stored::is_open(&row) {
        return Err(over());
    }
    // After the lock, so that what is found later is also stamped later.
    let now = app.clock.now();
    let record = Record::ClaimRowReviewed(ClaimRowReviewed {
        claim,
        person: app.keys.pseudonym(person),
        verdict: wish.verdict,
        reason: reason.to_owned(),
        by: app.keys.pseudonym(reviewer.id),
        at: now,
    });
    let new = NewEvidence {
        kind: "claim_row_reviewed/1",
        person: Some(person),
        class: Some(ClassId(row.class_id)),
        session: None,
        record: to_json(&record)?,
    };
    evidence::append(&tx, &[new], now).await?;
    reviews::add(&tx, claim, person, wish.verdict, reason, reviewer.id, now).await?;
    store::commit(tx).await?;
    app.ledger.wake();
    Ok(StatusCode::NO_CONTENT)
}

/// Sign the decision
///
/// Refused while a row has no finding. Afterwards nothing about the claim changes any more.
#[utoipa::path(post, path = routes::REVIEW_DECISION, operation_id = "decide_claim", tag = "reviews", params(("claim" = Uuid, Path, description = "the claim")), request_body = DecideClaim, responses(
    (status = 200, description = "decided", body = ClaimSummary),
    (status = 404, description = "`not_found`: no such claim, or not where I review", body = ErrorReply),
    (status = 409, description = "`rows_unverified`: rows have no finding yet; `claim_over`: it was taken back or decided", body = ErrorReply),
    (status = 422, description = "`invalid`: see `fields`", body = ErrorReply),
))]
pub async fn decide(
    State(app): State<App>,
    reviewer: Reviewer,
    PathId(claim): PathId<Uuid>,
    Body(wish): Body<DecideClaim>,
) -> ApiResult<Json<ClaimSummary>> {
    let text = wish.remark.trim();
    if let Some(problem) = remark(text) {
        return Err(ApiError::invalid_field("remark", problem));
    }
    let scope = scope(reviewer.institutions);
    let tx = app.db.begin().await?;
    let row = stored::lock(&tx, &scope, claim)
        .await?
        .ok_or_else(no_claim)?;
    class_of(&app, &row).await?;
    by_somebody_else(&row, reviewer.id)?;
    if !stored::is_open(&row) {
        return Err(over());
    }
    let found = reviews::found(&tx, claim).await?;
    let left = store::number(row.n_learners).saturating_sub(found.rows());
    if left > 0 {
        return Err(ApiError::new(
            ErrorCode::RowsUnverified,
            format!("{left} rows of this claim have no finding yet; look at each before deciding"),
        ));
    }
    let now = app.clock.now();
    let record = Record::ClaimDecided(ClaimDecided {
        claim,
        manifest: digest(&row.manifest)?,
        passed: found.passed,
        doubtful: found.doubtful,
        failed: found.failed,
        remark: text.to_owned(),
        by: app.keys.pseudonym(reviewer.id),
        at: now,
    });
    let new = NewEvidence {
        kind: "claim_decided/1",
        person: None,
        class: Some(ClassId(row.class_id)),
        session: None,
        record: to_json(&record)?,
    };
    evidence::append(&tx, &[new], now).await?;
    stored::decide(&tx, claim, reviewer.id, &found, text, now).await?;
    let row = stored::find(&tx, &scope, claim).await?;
    let summary = one(&tx, &app, row).await?;
    store::commit(tx).await?;
    app.ledger.wake();
    Ok(Json(summary))
}
