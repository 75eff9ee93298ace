//! What a teacher does from the board: calls the roll, moves a pointer. Neither touches an hour.

use super::{kept, study_sessions::now_for_credit};
use crate::{
    api_error::{ApiError, ApiResult},
    app::App,
    appeals,
    extract::{Body, PathId, PathIds, Staff},
    faces::form,
    roll_call::{self, NotCalled},
    store::{
        self,
        access_log::{self, Looked},
        board::{self, Names},
        classes,
        entities::{class, pointer_move},
        pointers, stored,
        study::lock_row,
    },
};
use axum::{Json, extract::State, http::StatusCode};
use contract::{
    ErrorCode, ErrorReply,
    acting::{MovePointer, RollCallMark, UnitPointer, words_digest},
    board::Presence,
    error::FieldProblem,
    record::{PointerMoved, Record},
    routes,
};
use serde::Deserialize;
use study::{ClassId, PersonId, Timestamp};
use uuid::Uuid;

/// Nothing to say.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CallRoll {}

async fn own(app: &App, staff: &Staff, class: ClassId) -> ApiResult<class::Model> {
    kept(classes::own(&app.db.read, &staff.institutions, class).await?)
}

/// Call the roll
///
/// A face check for everybody who studies in the class now and can be asked by face: with the next beat of their playing film, within
/// the time that the rules give to answer. Nobody is asked while they pause. Who answers is told on the board.
#[utoipa::path(post, path = routes::STAFF_ROLL_CALLS, operation_id = "call_roll", tag = "board", params(("class" = ClassId, Path, description = "the class")), request_body = CallRoll, responses(
    (status = 201, description = "called", body = RollCallMark),
    (status = 404, description = "`not_found`: no such class with face checks in my institution", body = ErrorReply),
    (status = 409, description = "`nobody_live`", body = ErrorReply),
    (status = 429, description = "`rate_limited`: see `retry_after_ms`", body = ErrorReply),
))]
pub async fn call_roll(
    State(app): State<App>,
    staff: Staff,
    PathId(class): PathId<ClassId>,
    Body(CallRoll {}): Body<CallRoll>,
) -> ApiResult<(StatusCode, Json<RollCallMark>)> {
    let class = own(&app, &staff, class).await?;
    let live = live(&app, &class).await?;
    let tx = app.db.begin().await?;
    let now = now_for_credit(&*app.clock)?;
    roll_call::call(&tx, &app.keys, &app.rules, &class, staff.id, live, now).await?;
    store::commit(tx).await?;
    let board = read(&app, &class, now).await?;
    let mark = board
        .roll_call
        .ok_or_else(|| ApiError::internal("a roll call is not on the board"))?;
    Ok((StatusCode::CREATED, Json(mark)))
}

async fn read(
    app: &App,
    class: &class::Model,
    now: Timestamp,
) -> ApiResult<contract::board::Board> {
    let (db, keys) = (&app.db.read, &app.keys);
    Ok(board::read(db, keys, &app.rules, class, &mut Names::new(), now).await?)
}

/// Who studies in `class` now, as the board says it.
async fn live(app: &App, class: &class::Model) -> ApiResult<Vec<PersonId>> {
    let board = read(app, class, app.clock.now()).await?;
    Ok(board
        .rows
        .into_iter()
        .filter(|row| row.presence == Presence::Live)
        .map(|row| row.person)
        .collect())
}

/// The class and the learner in it.
async fn learner(
    app: &App,
    staff: &Staff,
    class: ClassId,
    person: PersonId,
) -> ApiResult<class::Model> {
    let row = own(app, staff, class).await?;
    classes::enrolled(&app.db.read, person, class)
        .await?
        .ok_or_else(|| ApiError::not_found("learner"))?;
    Ok(row)
}

/// Where a learner stands in each unit
///
/// Each look is written down.
#[utoipa::path(get, path = routes::STAFF_POINTERS, operation_id = "pointers", tag = "board", params(
    ("class" = ClassId, Path, description = "the class"), ("person" = PersonId, Path, description = "the learner"),
), responses(
    (status = 200, description = "the units in their order", body = Vec<UnitPointer>),
    (status = 404, description = "`not_found`: no such class in my institution, or no such learner in it", body = ErrorReply),
))]
pub async fn pointers(
    State(app): State<App>,
    staff: Staff,
    PathIds(class, person): PathIds<ClassId, PersonId>,
) -> ApiResult<Json<Vec<UnitPointer>>> {
    let row = learner(&app, &staff, class, person).await?;
    let found = pointers::of(&app.db.read, &row, person).await?;
    let tx = app.db.begin().await?;
    let now = app.clock.now();
    access_log::note(&tx, staff.id, Looked::Record(person), class, now).await?;
    store::commit(tx).await?;
    Ok(Json(found))
}

/// Move the pointer of a learner in a unit
///
/// Where the film goes on when they next open it. Hours stay as they are. Nobody moves their own.
#[utoipa::path(post, path = routes::STAFF_POINTERS, operation_id = "move_pointer", tag = "board", params(
    ("class" = ClassId, Path, description = "the class"), ("person" = PersonId, Path, description = "the learner"),
), request_body = MovePointer, responses(
    (status = 200, description = "moved; the units in their order", body = Vec<UnitPointer>),
    (status = 404, description = "`not_found`: no such class in my institution, no such learner in it, no such unit, or it is my own", body = ErrorReply),
    (status = 422, description = "`invalid`: see `fields`", body = ErrorReply),
))]
pub async fn move_pointer(
    State(app): State<App>,
    staff: Staff,
    PathIds(class, person): PathIds<ClassId, PersonId>,
    Body(wish): Body<MovePointer>,
) -> ApiResult<Json<Vec<UnitPointer>>> {
    if let Some(problem) = form::reason(&wish.reason, 1) {
        return Err(ApiError::invalid_field("reason", problem));
    }
    let row = learner(&app, &staff, class, person).await?;
    if person == staff.id {
        return Err(ApiError::not_found("learner"));
    }
    let tx = app.db.begin().await?;
    // As the beat writer does first; it moves the pointer, too.
    lock_row(&tx, person).await?;
    let before = pointers::of(&tx, &row, person)
        .await?
        .into_iter()
        .find(|pointer| pointer.unit == wish.unit)
        .ok_or_else(|| ApiError::not_found("unit"))?;
    if wish.to_ms > before.film_ms || wish.to_ms == before.position_ms {
        return Err(ApiError::invalid_field("to_ms", FieldProblem::Range));
    }
    let now = app.clock.now();
    let (act, reason) = (Uuid::now_v7(), wish.reason.trim());
    let moved = pointer_move::Model {
        id: act,
        person_id: person.0,
        class_id: class.0,
        unit_id: wish.unit.0,
        moved_by: staff.id.0,
        from_ms: stored(before.position_ms.0),
        to_ms: stored(wish.to_ms.0),
        reason_sealed: appeals::seal(&tx, &app.keys, (person, class), (act, reason), now).await?,
        moved_at: stored(now.0),
    };
    pointers::move_to(&tx, moved).await?;
    let record = Record::PointerMoved(PointerMoved {
        act,
        person: app.keys.pseudonym(person),
        class,
        unit: wish.unit,
        by: app.keys.pseudonym(staff.id),
        from_ms: before.position_ms,
        to_ms: wish.to_ms,
        reason: words_digest(act, reason),
        at: now,
    });
    appeals::append(&tx, "pointer_moved/1", person, class, &record, now).await?;
    let after = pointers::of(&tx, &row, person).await?;
    access_log::note(&tx, staff.id, Looked::Record(person), class, now).await?;
    store::commit(tx).await?;
    Ok(Json(after))
}

impl From<NotCalled> for ApiError {
    fn from(error: NotCalled) -> Self {
        match error {
            NotCalled::NoChecks => Self::not_found("class with face checks"),
            NotCalled::NobodyLive => Self::new(ErrorCode::NobodyLive, error.to_string()),
            NotCalled::TooSoon(wait) => {
                let mut reply = ErrorReply::new(ErrorCode::RateLimited, error.to_string());
                reply.retry_after_ms = Some(wait);
                Self::with(reply)
            }
            NotCalled::Db(error) => error.into(),
        }
    }
}
