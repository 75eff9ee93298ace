//! Appeals: a learner files them, staff of the class's institution see the evidence and answer.

use super::{kept, staff_faces::to_review, study_sessions::now_for_credit};
use crate::{
    api_error::{ApiError, ApiResult},
    app::App,
    appeals::{self, NotAnswered, NotFiled},
    checks,
    extract::{Body, Learner, PathId, Staff},
    faces::form,
    store::{
        self,
        access_log::{self, Looked},
        acts, appeals as rows, classes,
        entities::{appeal, class, study_session, unit},
        json,
        people::{self, NamesOf},
        time,
    },
};
use axum::{Json, extract::State, http::StatusCode};
use contract::{
    ErrorCode, ErrorReply,
    acting::{
        APPEAL_CHARS_MAX, AnswerAppeal, AppealDone, AppealMark, AppealToAnswer, FileAppeal,
        VerdictSaid,
    },
    error::FieldProblem,
    face::{CheckId, CheckOutcome},
    routes,
    timeline::Stretch,
};
use sea_orm::{DatabaseTransaction, DbErr, EntityTrait};
use study::{ClassId, PersonId};
use uuid::Uuid;

/// Appeal against an uncredited stretch or a check of mine
///
/// Once for each. No appeal adds time; what an answer can do, it says.
#[utoipa::path(post, path = routes::MY_APPEALS, operation_id = "file_appeal", tag = "study", request_body = FileAppeal, responses(
    (status = 201, description = "filed; staff of the class see it", body = AppealMark),
    (status = 404, description = "`not_found`: no such stretch or check of mine, or it was decided in my favour", body = ErrorReply),
    (status = 409, description = "`appeal_exists`, `too_many_appeals`", body = ErrorReply),
    (status = 422, description = "`invalid`: see `fields`", body = ErrorReply),
))]
pub async fn file(
    State(app): State<App>,
    learner: Learner,
    Body(wish): Body<FileAppeal>,
) -> ApiResult<(StatusCode, Json<AppealMark>)> {
    let text = wish.text.trim();
    if let Some(problem) = wrong_text(text) {
        return Err(ApiError::invalid_field("text", problem));
    }
    let tx = app.db.begin().await?;
    let now = app.clock.now();
    let mark = appeals::file(
        &tx, &app.keys, &app.rules, learner.id, wish.about, text, now,
    )
    .await?;
    store::commit(tx).await?;
    Ok((StatusCode::CREATED, Json(mark)))
}

/// What is wrong with the text of an appeal. Lines may be broken, as people do who write more than one.
fn wrong_text(text: &str) -> Option<FieldProblem> {
    let n = text.chars().count();
    if n == 0 {
        Some(FieldProblem::Missing)
    } else if n > APPEAL_CHARS_MAX {
        Some(FieldProblem::TooLong)
    } else if text.chars().any(|sign| sign.is_control() && sign != '\n') {
        Some(FieldProblem::Form)
    } else {
        None
    }
}

/// Appeals to answer
///
/// With the evidence beside each. Each look is written down.
#[utoipa::path(get, path = routes::STAFF_APPEALS, operation_id = "appeals_to_answer", tag = "board", responses(
    (status = 200, description = "in classes of my institution, the oldest first, at most 50", body = Vec<AppealToAnswer>),
))]
pub async fn list(State(app): State<App>, staff: Staff) -> ApiResult<Json<Vec<AppealToAnswer>>> {
    let tx = app.db.begin().await?;
    let now = app.clock.now();
    let mut waiting = Vec::new();
    let mut names = NamesOf::default();
    for row in rows::open(&tx, &staff.institutions, staff.id).await? {
        let class = ClassId(row.class_id);
        // It may have gone meanwhile only with its institution; then it is not for them.
        let Some(of) = classes::own(&tx, &staff.institutions, class).await? else {
            continue;
        };
        if of.deleted_at.is_some() {
            continue;
        }
        let looked = Looked::Appeal(PersonId(row.person_id));
        access_log::note(&tx, staff.id, looked, class, now).await?;
        waiting.push(with_evidence(&app, &tx, &staff, &mut names, row, &of).await?);
    }
    store::commit(tx).await?;
    Ok(Json(waiting))
}

async fn with_evidence(
    app: &App,
    tx: &DatabaseTransaction,
    staff: &Staff,
    names: &mut NamesOf,
    row: appeal::Model,
    class: &class::Model,
) -> ApiResult<AppealToAnswer> {
    let now = app.clock.now();
    let someone = people::get(tx, PersonId(row.person_id))
        .await?
        .ok_or_else(|| ApiError::not_found("person"))?;
    let key = acts::key_of(tx, &app.keys, &someone, ClassId(row.class_id))
        .await?
        .ok_or_else(ApiError::class_deleted)?;
    let remedy = appeals::remedy(tx, &row, class, now).await?;
    let mut shown = AppealToAnswer {
        appeal: row.id,
        class: ClassId(row.class_id),
        class_name: classes::name(class),
        person: PersonId(row.person_id),
        name: people::name(&app.keys, &someone)?,
        filed_at: time(row.filed_at),
        text: acts::words(&key, row.id, &row.text_sealed)?,
        stretch: row.stretch.as_deref().map(json::<Stretch>).transpose()?,
        unit: None,
        device: None,
        check: None,
        origin: None,
        outcome: None,
        said: Vec::new(),
        two_needed: false,
        second_needed: false,
        mine: false,
        own_word: false,
        remedy,
    };
    if let Some(session) = row.session_id
        && let Some((unit, device)) = place(tx, session).await?
    {
        shown.unit = Some(classes::unit_title(&unit));
        shown.device = Some(device);
    }
    let check = match row.check_id {
        Some(check) => checks::find(tx, CheckId(check)).await?,
        None => None,
    };
    if let Some(check) = check {
        shown.origin = Some(check.origin);
        shown.outcome = check.outcome;
        shown.two_needed = check.outcome == Some(CheckOutcome::OtherPerson);
        shown.second_needed = check.answer.first_same.is_some();
        shown.mine = check.answer.first_same == Some(staff.id);
        shown.own_word = check.called_other_by(staff.id);
        for said in &check.answer.said {
            shown.said.push(VerdictSaid {
                by: names.get(tx, &app.keys, said.by).await?,
                at: said.at,
                verdict: said.verdict,
                reason: said.reason.clone(),
            });
        }
        shown.check = Some(to_review(app, tx, staff, check).await?);
    }
    Ok(shown)
}

async fn place(
    tx: &DatabaseTransaction,
    session: Uuid,
) -> Result<Option<(unit::Model, String)>, DbErr> {
    let Some(session) = study_session::Entity::find_by_id(session).one(tx).await? else {
        return Ok(None);
    };
    let unit = unit::Entity::find_by_id(session.unit_id).one(tx).await?;
    Ok(unit.map(|unit| (unit, session.device)))
}

/// Answer an appeal
///
/// An upheld one confirms a check where people see the frames and say 本人, or lets a missed one be made up again; it never adds time.
/// Where two had said 非本人, it takes two. Nobody answers their own, and nobody refuses one against their own word.
#[utoipa::path(post, path = routes::STAFF_APPEAL_ANSWER, operation_id = "answer_appeal", tag = "board", params(("appeal" = Uuid, Path, description = "the appeal")), request_body = AnswerAppeal, responses(
    (status = 200, description = "answered, or a second person has to agree; what it did", body = AppealDone),
    (status = 404, description = "`not_found`: no such appeal in my institution, or it is my own", body = ErrorReply),
    (status = 409, description = "`already_decided`, also where somebody else has to answer", body = ErrorReply),
    (status = 422, description = "`invalid`: see `fields`", body = ErrorReply),
))]
pub async fn answer(
    State(app): State<App>,
    staff: Staff,
    PathId(appeal): PathId<Uuid>,
    Body(wish): Body<AnswerAppeal>,
) -> ApiResult<Json<AppealDone>> {
    if let Some(problem) = form::reason(&wish.reason, 1) {
        return Err(ApiError::invalid_field("reason", problem));
    }
    let tx = app.db.begin().await?;
    let (row, class) = rows::one(&tx, &staff.institutions, staff.id, appeal)
        .await?
        .ok_or_else(|| ApiError::not_found("appeal"))?;
    let class = kept(Some(class))?;
    let now = now_for_credit(&*app.clock)?;
    let done = appeals::answer(
        &tx,
        &app.keys,
        &app.rules,
        (&row, &class),
        staff.id,
        wish.upheld,
        wish.reason.trim(),
        now,
    )
    .await?;
    store::commit(tx).await?;
    Ok(Json(done))
}

impl From<NotFiled> for ApiError {
    fn from(error: NotFiled) -> Self {
        match error {
            NotFiled::NotFound => Self::not_found("stretch or check"),
            NotFiled::Exists => Self::new(ErrorCode::AppealExists, error.to_string()),
            NotFiled::TooMany => Self::new(ErrorCode::TooManyAppeals, error.to_string()),
            NotFiled::Db(error) => error.into(),
        }
    }
}

impl From<NotAnswered> for ApiError {
    fn from(error: NotAnswered) -> Self {
        match error {
            NotAnswered::AlreadyDecided => Self::new(ErrorCode::AlreadyDecided, error.to_string()),
            NotAnswered::Db(error) => error.into(),
        }
    }
}
