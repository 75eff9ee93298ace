//! What staff of an institution do about faces: compare enrolments with ID cards, look at checks that the machine could not settle,
//! confirm people without face data. Whatever is of another institution does not exist for them.

use super::study_sessions::now_for_credit;
use crate::{
    api_error::{ApiError, ApiResult},
    app::App,
    checks::{self, Check, NotDecided},
    extract::{Body, PathId, Person, Staff},
    faces::{
        WARN_AT, form,
        frames::{self, Of},
        review, vault,
    },
    store::{
        self,
        entities::{face_enrolment, face_frame, frame_look, supervised_code},
        evidence::{self, NewEvidence},
        people, stored, time, to_json,
    },
};
use axum::{
    Json,
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use contract::{
    ErrorCode, ErrorReply,
    account::Role,
    acting::VerdictDone,
    error::FieldProblem,
    face::{
        CheckId, CheckOutcome, CheckToReview, ConfirmSupervised, DecideCheck, DecideEnrolment,
        EnrolmentToConfirm, FaceCount, FrameRef, SupervisedDone,
    },
    record::{CreditStanding, EnrolmentDecided, Record},
    routes,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter,
    sea_query::Expr,
};
use study::{ClassId, Millis, PersonId};
use uuid::Uuid;

/// Enrolments to compare with ID cards
#[utoipa::path(get, path = routes::STAFF_ENROLMENTS, operation_id = "enrolments_to_confirm", tag = "faces", responses(
    (status = 200, description = "of people in classes of my institution, the oldest first, at most 100", body = Vec<EnrolmentToConfirm>),
))]
pub async fn enrolments(
    State(app): State<App>,
    staff: Staff,
) -> ApiResult<Json<Vec<EnrolmentToConfirm>>> {
    let db = &app.db.read;
    let mut waiting = Vec::new();
    for row in review::enrolments(db, &staff).await? {
        let someone = people::get(db, PersonId(row.person_id))
            .await?
            .ok_or_else(|| ApiError::not_found("person"))?;
        waiting.push(EnrolmentToConfirm {
            enrolment: row.id,
            person: PersonId(row.person_id),
            name: people::name(&app.keys, &someone)?,
            id_number: people::id_number(&app.keys, &someone)?,
            at: time(row.at),
            frames: refs(db, Of::Enrolment(row.id)).await?,
            look_alike: row.look_alike,
        });
    }
    Ok(Json(waiting))
}

async fn refs(db: &impl ConnectionTrait, of: Of) -> Result<Vec<FrameRef>, DbErr> {
    let rows = frames::of(db, of).await?;
    Ok(rows
        .iter()
        // What was destroyed cannot be looked at.
        .filter(|row| row.jpeg_sealed.is_some())
        .map(|row| FrameRef {
            frame: row.id,
            at: time(row.at),
        })
        .collect())
}

/// Decide an enrolment
#[utoipa::path(post, path = routes::STAFF_ENROLMENT, operation_id = "decide_enrolment", tag = "faces", params(("enrolment" = Uuid, Path, description = "the enrolment")), request_body = DecideEnrolment, responses(
    (status = 204, description = "decided; what was passed against it counts now, or has to be made up"),
    (status = 404, description = "`not_found`: no such enrolment in my institution, or it is my own", body = ErrorReply),
    (status = 409, description = "`already_decided`", body = ErrorReply),
    (status = 422, description = "`invalid`: see `fields`", body = ErrorReply),
))]
pub async fn decide_enrolment(
    State(app): State<App>,
    staff: Staff,
    PathId(enrolment): PathId<Uuid>,
    Body(decision): Body<DecideEnrolment>,
) -> ApiResult<StatusCode> {
    let least = usize::from(!decision.confirmed);
    if let Some(problem) = form::reason(&decision.reason, least) {
        return Err(ApiError::invalid_field("reason", problem));
    }
    let not_found = || ApiError::not_found("enrolment");
    let tx = app.db.begin().await?;
    let row = face_enrolment::Entity::find_by_id(enrolment)
        .one(&tx)
        .await?
        .ok_or_else(not_found)?;
    let person = PersonId(row.person_id);
    if person == staff.id || !review::trains(&tx, &staff, person).await? {
        return Err(not_found());
    }
    store::study::lock_row(&tx, person).await?;
    let now = checks::after_beats(&tx, person, now_for_credit(&*app.clock)?).await?;
    let state = if decision.confirmed {
        "confirmed"
    } else {
        "refused"
    };
    let decided = face_enrolment::Entity::update_many()
        .col_expr(face_enrolment::Column::State, Expr::value(state))
        .col_expr(face_enrolment::Column::DecidedBy, Expr::value(staff.id.0))
        .col_expr(
            face_enrolment::Column::DecidedAt,
            Expr::value(stored(now.0)),
        )
        .col_expr(
            face_enrolment::Column::Reason,
            Expr::value(decision.reason.trim()),
        )
        .filter(face_enrolment::Column::Id.eq(enrolment))
        .filter(face_enrolment::Column::State.eq("waiting"))
        .exec(&tx)
        .await?;
    if decided.rows_affected == 0 {
        return Err(already_decided());
    }
    let record = Record::EnrolmentDecided(EnrolmentDecided {
        enrolment,
        person: app.keys.pseudonym(person),
        by: app.keys.pseudonym(staff.id),
        confirmed: decision.confirmed,
        at: now,
    });
    let new = NewEvidence {
        kind: "enrolment_decided/1",
        person: Some(person),
        class: None,
        session: None,
        record: to_json(&record)?,
    };
    evidence::append(&tx, &[new], now).await?;
    checks::enrolment_decided(
        &tx,
        &app.keys,
        &app.rules,
        person,
        staff.id,
        decision.confirmed,
        now,
    )
    .await?;
    store::commit(tx).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Face checks to look at
#[utoipa::path(get, path = routes::STAFF_FACE_CHECKS, operation_id = "face_checks_to_review", tag = "faces", responses(
    (status = 200, description = "in classes of my institution, the oldest first, at most 100", body = Vec<CheckToReview>),
))]
pub async fn checks(State(app): State<App>, staff: Staff) -> ApiResult<Json<Vec<CheckToReview>>> {
    let mut waiting = Vec::new();
    for row in review::checks(&app.db.read, &staff).await? {
        waiting.push(to_review(&app, &app.db.read, &staff, Check::read(&row)?).await?);
    }
    Ok(Json(waiting))
}

/// A check with its frames and those of the enrolment.
pub(super) async fn to_review(
    app: &App,
    db: &impl ConnectionTrait,
    staff: &Staff,
    check: Check,
) -> ApiResult<CheckToReview> {
    let someone = people::get(db, check.person)
        .await?
        .ok_or_else(|| ApiError::not_found("person"))?;
    let enrolment = crate::faces::templates::enrolment(db, check.person).await?;
    Ok(CheckToReview {
        check: check.check,
        class: check.class,
        person: check.person,
        name: people::name(&app.keys, &someone)?,
        drawn_at: check.drawn_at,
        session: check.session,
        action: check.action,
        distance_ppm: check.answer.distance_ppm,
        frames: refs(db, Of::Check(check.check.0)).await?,
        enrolled: match enrolment {
            Some(row) => refs(db, Of::Enrolment(row.id)).await?,
            None => Vec::new(),
        },
        stake_ms: check.stake(),
        second_needed: check.answer.first_other.is_some(),
        mine: check.answer.first_other == Some(staff.id),
        signals: check.answer.signals,
    })
}

/// Decide a face check
///
/// 非本人 needs two members of staff: the first one's word is kept, the second one's counts.
#[utoipa::path(post, path = routes::STAFF_FACE_CHECK, operation_id = "decide_face_check", tag = "faces", params(("check" = CheckId, Path, description = "the check")), request_body = DecideCheck, responses(
    (status = 200, description = "said; what it did to the hours", body = VerdictDone),
    (status = 404, description = "`not_found`: no such check in my institution, or it is my own", body = ErrorReply),
    (status = 409, description = "`already_decided`, also where a second person has to agree", body = ErrorReply),
    (status = 422, description = "`invalid`: see `fields`", body = ErrorReply),
))]
pub async fn decide_check(
    State(app): State<App>,
    staff: Staff,
    PathId(check): PathId<CheckId>,
    Body(decision): Body<DecideCheck>,
) -> ApiResult<Json<VerdictDone>> {
    if let Some(problem) = form::reason(&decision.reason, 1) {
        return Err(ApiError::invalid_field("reason", problem));
    }
    let not_found = || ApiError::not_found("face check");
    let tx = app.db.begin().await?;
    let row = checks::find(&tx, check).await?.ok_or_else(not_found)?;
    if !review::runs(&tx, &staff, row.class).await? {
        return Err(not_found());
    }
    let now = now_for_credit(&*app.clock)?;
    let decided = checks::decide(
        &tx,
        &app.keys,
        &app.rules,
        check,
        staff.id,
        decision.verdict,
        decision.reason.trim(),
        now,
    )
    .await?;
    store::commit(tx).await?;
    Ok(Json(done(&decided)))
}

/// What a verdict did to the hours.
fn done(check: &Check) -> VerdictDone {
    let worth = |standing| {
        if check.standing == Some(standing) {
            check.stake()
        } else {
            Millis::ZERO
        }
    };
    VerdictDone {
        outcome: check.outcome.unwrap_or(CheckOutcome::Review),
        confirmed_ms: worth(CreditStanding::Confirmed),
        pending_ms: worth(CreditStanding::Pending),
        void_ms: worth(CreditStanding::Void),
        make_up_until: check.make_up_until,
    }
}

/// Look at a frame
///
/// Each look is written down.
#[utoipa::path(get, path = routes::STAFF_FRAME, operation_id = "face_frame", tag = "faces", params(("frame" = Uuid, Path, description = "the frame")), responses(
    (status = 200, description = "the picture", content((Vec<u8> = "image/jpeg"))),
    (status = 404, description = "`not_found`: no such frame in my institution, or it was destroyed", body = ErrorReply),
))]
pub async fn frame(
    State(app): State<App>,
    staff: Staff,
    PathId(frame): PathId<Uuid>,
) -> ApiResult<Response> {
    let not_found = || ApiError::not_found("frame");
    let tx = app.db.begin().await?;
    let row = face_frame::Entity::find_by_id(frame)
        .one(&tx)
        .await?
        .ok_or_else(not_found)?;
    let person = PersonId(row.person_id);
    let visible = match row.check_id {
        Some(check) => match checks::find(&tx, CheckId(check)).await? {
            Some(check) => review::runs(&tx, &staff, check.class).await?,
            None => false,
        },
        None => review::trains(&tx, &staff, person).await?,
    };
    if !visible || person == staff.id {
        return Err(not_found());
    }
    let key = vault::key(&tx, &app.keys, person)
        .await?
        .ok_or_else(not_found)?;
    let jpeg = frames::jpeg(&key, &row)?.ok_or_else(not_found)?;
    frame_look::Entity::insert(frame_look::ActiveModel {
        id: Set(Uuid::now_v7()),
        frame_id: Set(frame),
        looked_by: Set(staff.id.0),
        at: Set(stored(app.clock.now().0)),
    })
    .exec_without_returning(&tx)
    .await?;
    store::commit(tx).await?;
    let kind = HeaderValue::from_static("image/jpeg");
    Ok(([(header::CONTENT_TYPE, kind)], jpeg).into_response())
}

/// Confirm somebody by their code
#[utoipa::path(post, path = routes::STAFF_SUPERVISED, operation_id = "confirm_supervised", tag = "faces", request_body = ConfirmSupervised, responses(
    (status = 200, description = "confirmed", body = SupervisedDone),
    (status = 404, description = "`not_found`: no such class in my institution", body = ErrorReply),
    (status = 409, description = "`wrong_code`", body = ErrorReply),
    (status = 422, description = "`invalid`: see `fields`", body = ErrorReply),
    (status = 429, description = "`rate_limited`: see `retry_after_ms`", body = ErrorReply),
))]
pub async fn supervised(
    State(app): State<App>,
    staff: Staff,
    Body(wish): Body<ConfirmSupervised>,
) -> ApiResult<Json<SupervisedDone>> {
    let code = wish.code.trim();
    if code.len() != 6 || !code.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(ApiError::invalid_field("code", FieldProblem::Form));
    }
    // A million codes and 120 tries an hour: nobody guesses one.
    super::sign_ins::take_try(&app, &format!("codes tried by {}", staff.id))?;
    let tx = app.db.begin().await?;
    let now = now_for_credit(&*app.clock)?;
    let class = match wish.class {
        Some(class) if review::runs(&tx, &staff, class).await? => class,
        Some(_) => return Err(ApiError::not_found("class")),
        None => class_of_code(&tx, &app, &staff, code, stored(now.0)).await?,
    };
    let person = use_code(&tx, &app, class, code, stored(now.0)).await?;
    let confirmed_ms = checks::confirm_supervised(
        &tx, &app.keys, &app.rules, staff.id, class, person, wish.how, now,
    )
    .await?;
    let someone = people::get(&tx, person)
        .await?
        .ok_or_else(|| ApiError::not_found("person"))?;
    store::commit(tx).await?;
    Ok(Json(SupervisedDone {
        name: people::name(&app.keys, &someone)?,
        confirmed_ms,
    }))
}

fn wrong_code() -> ApiError {
    ApiError::new(
        ErrorCode::WrongCode,
        "no learner of this class was shown this code in the last ten minutes",
    )
}

/// The one class of these institutions in which this code was shown. Two classes may by chance show the same one: then nobody is
/// confirmed, and the learner takes another.
async fn class_of_code(
    tx: &impl ConnectionTrait,
    app: &App,
    staff: &Staff,
    code: &str,
    now: i64,
) -> ApiResult<ClassId> {
    let shown = review::codes(tx, staff, now).await?;
    let mut classes = shown
        .iter()
        .filter(|row| {
            super::face_checks::code_hash(app, ClassId(row.class_id), code) == row.code_hash
        })
        .map(|row| ClassId(row.class_id));
    match (classes.next(), classes.next()) {
        (Some(class), None) => Ok(class),
        (None, _) | (Some(_), Some(_)) => Err(wrong_code()),
    }
}

/// Uses a code up; gives whose it is.
async fn use_code(
    tx: &impl ConnectionTrait,
    app: &App,
    class: ClassId,
    code: &str,
    now: i64,
) -> ApiResult<PersonId> {
    let hash = super::face_checks::code_hash(app, class, code);
    let used = supervised_code::Entity::update_many()
        .col_expr(supervised_code::Column::UsedAt, Expr::value(now))
        .filter(supervised_code::Column::CodeHash.eq(hash.clone()))
        .filter(supervised_code::Column::ClassId.eq(class.0))
        .filter(supervised_code::Column::UsedAt.is_null())
        .filter(supervised_code::Column::ExpiresAt.gt(now))
        .exec(tx)
        .await?;
    if used.rows_affected == 0 {
        return Err(wrong_code());
    }
    supervised_code::Entity::find_by_id(hash)
        .one(tx)
        .await?
        .map(|row| PersonId(row.person_id))
        .ok_or_else(wrong_code)
}

/// How many people's face data is kept
#[utoipa::path(get, path = routes::FACE_COUNT, operation_id = "face_count", tag = "faces", responses(
    (status = 200, description = "how many, and from where on that is a warning", body = FaceCount),
))]
pub async fn count(State(app): State<App>, person: Person) -> ApiResult<Json<FaceCount>> {
    person.must_hold(&[Role::Admin, Role::Regulator, Role::Operator])?;
    Ok(Json(FaceCount {
        people: vault::people(&app.db.read).await?,
        warn_at: WARN_AT,
    }))
}

fn already_decided() -> ApiError {
    ApiError::new(
        ErrorCode::AlreadyDecided,
        "this was decided before, or a second person has to agree",
    )
}

impl From<NotDecided> for ApiError {
    fn from(error: NotDecided) -> Self {
        match error {
            NotDecided::NotFound => Self::not_found("face check"),
            NotDecided::AlreadyDecided => already_decided(),
            NotDecided::Db(error) => error.into(),
        }
    }
}
