//! The class board, for staff of the class's institution. Whatever is of another institution does not exist for them.

use super::{days::Days, kept};
use crate::{
    api_error::{ApiError, ApiResult},
    app::App,
    boards::{Told, file},
    extract::{Body, PathId, PathIds, Query, Staff},
    store::{
        self,
        access_log::{self, Looked},
        board::{self, Names, NoBoard},
        class_days, classes,
        entities::class,
        timeline,
    },
};
use axum::{
    Json,
    extract::State,
    http::{HeaderName, HeaderValue, header},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use contract::{
    ErrorReply,
    board::{
        Board, BoardChange, ClassDays, ExportBoard, ExportFormat, SEARCH_CHARS_MAX, StaffClass,
    },
    error::FieldProblem,
    routes,
    timeline::StudyDay,
};
use futures_util::stream;
use std::{convert::Infallible, time::Duration};
use study::{ClassId, PersonId};
use tokio::{
    sync::broadcast::{Receiver, error::RecvError},
    time::{Instant, timeout_at},
};

/// How long one stream of events lasts. The browser opens the next one by itself, and is asked again who it is.
const STREAM_MAX: Duration = Duration::from_secs(60);
/// How soon after the end of a stream the browser opens the next one.
const RETRY: Duration = Duration::from_secs(1);
/// How often a comment keeps the connection open where nothing is told.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// The classes of my institution
#[utoipa::path(get, path = routes::STAFF_CLASSES, operation_id = "staff_classes", tag = "board", responses(
    (status = 200, description = "the one that ends last on top", body = Vec<StaffClass>),
))]
pub async fn list(State(app): State<App>, staff: Staff) -> ApiResult<Json<Vec<StaffClass>>> {
    Ok(Json(
        board::classes(&app.db.read, &staff.institutions).await?,
    ))
}

async fn find(app: &App, staff: &Staff, class: ClassId) -> ApiResult<class::Model> {
    kept(classes::own(&app.db.read, &staff.institutions, class).await?)
}

async fn read(app: &App, class: &class::Model) -> ApiResult<Board> {
    let (db, now) = (&app.db.read, app.clock.now());
    let board = board::read(db, &app.keys, &app.rules, class, &mut Names::new(), now).await?;
    Ok(board)
}

/// The board of a class
#[utoipa::path(get, path = routes::STAFF_BOARD, operation_id = "board", tag = "board", params(("class" = ClassId, Path, description = "the class")), responses(
    (status = 200, description = "where each learner stands now", body = Board),
    (status = 404, description = "`not_found`: no such class in my institution", body = ErrorReply),
))]
pub async fn get(
    State(app): State<App>,
    staff: Staff,
    PathId(class): PathId<ClassId>,
) -> ApiResult<Json<Board>> {
    let class = find(&app, &staff, class).await?;
    Ok(Json(read(&app, &class).await?))
}

/// What changes on the board
///
/// Server-sent events named `change`, each with a [`BoardChange`], some two seconds after it happened; at least every six seconds
/// one without rows. A stream ends after a minute, and the browser opens the next one.
#[utoipa::path(get, path = routes::STAFF_BOARD_EVENTS, operation_id = "board_events", tag = "board", params(("class" = ClassId, Path, description = "the class")), responses(
    (status = 200, description = "the events", content((BoardChange = "text/event-stream"))),
    (status = 404, description = "`not_found`: no such class in my institution", body = ErrorReply),
))]
pub async fn events(
    State(app): State<App>,
    staff: Staff,
    PathId(class): PathId<ClassId>,
) -> ApiResult<Response> {
    find(&app, &staff, class).await?;
    let changes = app.boards.watch(class);
    let until = Instant::now() + STREAM_MAX;
    let events = stream::unfold(changes, move |mut changes| async move {
        let told = next(&mut changes, until).await?;
        let event = Event::default().event("change").retry(RETRY).data(told);
        Some((Ok::<_, Infallible>(event), changes))
    });
    let events = Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE));
    // A proxy that collects an answer before it passes it on would hold back all of them.
    let unbuffered = (
        HeaderName::from_static("x-accel-buffering"),
        HeaderValue::from_static("no"),
    );
    Ok(([unbuffered], events).into_response())
}

/// The next change; `None` when the stream is to end.
async fn next(changes: &mut Receiver<Told>, until: Instant) -> Option<Told> {
    loop {
        match timeout_at(until, changes.recv()).await {
            Ok(Ok(told)) => return Some(told),
            // The page sees the gap by `since`, and asks for the whole board.
            Ok(Err(RecvError::Lagged(_))) => {}
            Ok(Err(RecvError::Closed)) | Err(_) => return None,
        }
    }
}

/// The board as a file
///
/// All rows that are on the screen, in their order. Each export is written down.
#[utoipa::path(post, path = routes::STAFF_BOARD_EXPORTS, operation_id = "export_board", tag = "board", params(("class" = ClassId, Path, description = "the class")), request_body = ExportBoard, responses(
    (status = 200, description = "the file", content((Vec<u8> = "text/csv"), (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))),
    (status = 404, description = "`not_found`: no such class in my institution", body = ErrorReply),
    (status = 422, description = "`invalid`: see `fields`", body = ErrorReply),
))]
pub async fn export(
    State(app): State<App>,
    staff: Staff,
    PathId(class): PathId<ClassId>,
    Body(wish): Body<ExportBoard>,
) -> ApiResult<Response> {
    if wish.view.search.chars().count() > SEARCH_CHARS_MAX {
        return Err(ApiError::invalid_field("search", FieldProblem::TooLong));
    }
    let row = find(&app, &staff, class).await?;
    let board = read(&app, &row).await?;
    let (kind, name, bytes) = match wish.format {
        ExportFormat::Csv => (
            "text/csv; charset=utf-8",
            "attachment; filename=\"board.csv\"",
            file::csv(&board, &wish.view, wish.language).map_err(ApiError::internal)?,
        ),
        ExportFormat::Xlsx => (
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "attachment; filename=\"board.xlsx\"",
            file::xlsx(&board, &wish.view, wish.language).map_err(ApiError::internal)?,
        ),
    };
    let tx = app.db.begin().await?;
    access_log::note(&tx, staff.id, Looked::BoardExport, class, app.clock.now()).await?;
    store::commit(tx).await?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static(name)),
    ];
    Ok((headers, bytes).into_response())
}

/// What each day brought to a class
///
/// The numbers behind the charts: progress against the plan, who studied, face checks passed and missed.
#[utoipa::path(get, path = routes::STAFF_CLASS_DAYS, operation_id = "class_days", tag = "board", params(("class" = ClassId, Path, description = "the class")), responses(
    (status = 200, description = "oldest day first", body = ClassDays),
    (status = 404, description = "`not_found`: no such class in my institution", body = ErrorReply),
))]
pub async fn days(
    State(app): State<App>,
    staff: Staff,
    PathId(class): PathId<ClassId>,
) -> ApiResult<Json<ClassDays>> {
    let class = find(&app, &staff, class).await?;
    Ok(Json(
        class_days::read(&app.db.read, &app.rules, &class).await?,
    ))
}

/// The study record of a learner
///
/// As the learner sees it, but of this class only. Each look is written down.
#[utoipa::path(get, path = routes::STAFF_LEARNER_DAYS, operation_id = "learner_days", tag = "board", params(
    ("class" = ClassId, Path, description = "the class"), ("person" = PersonId, Path, description = "the learner"), Days,
), responses(
    (status = 200, description = "newest day first; days without study are left out", body = Vec<StudyDay>),
    (status = 404, description = "`not_found`: no such class in my institution, or no such learner in it", body = ErrorReply),
    (status = 422, description = "`invalid`: more than 31 days, or none", body = ErrorReply),
))]
pub async fn learner_days(
    State(app): State<App>,
    staff: Staff,
    PathIds(class, person): PathIds<ClassId, PersonId>,
    Query(days): Query<Days>,
) -> ApiResult<Json<Vec<StudyDay>>> {
    let now = app.clock.now();
    let (from, to) = days.range(now)?;
    find(&app, &staff, class).await?;
    classes::enrolled(&app.db.read, person, class)
        .await?
        .ok_or_else(|| ApiError::not_found("learner"))?;
    let (db, only) = (&app.db.read, Some(class));
    let (keys, rules) = (&app.keys, &app.rules);
    let record = timeline::days(db, keys, rules, person, only, from, to, now).await?;
    let tx = app.db.begin().await?;
    access_log::note(&tx, staff.id, Looked::Record(person), class, now).await?;
    store::commit(tx).await?;
    Ok(Json(record))
}

impl From<NoBoard> for ApiError {
    fn from(error: NoBoard) -> Self {
        match error {
            NoBoard::Db(error) => error.into(),
            NoBoard::Name(error) => error.into(),
        }
    }
}
