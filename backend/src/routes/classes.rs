//! Classes: what anybody may join, and mine with progress.

use super::kept;
use crate::{
    api_error::{ApiError, ApiResult},
    app::App,
    extract::{Body, Learner, PathId},
    store::{
        self, catalogue,
        classes::{self, Joinable},
    },
};
use axum::{Json, extract::State};
use contract::{
    ErrorCode, ErrorReply,
    class::{JoinClass, MyClass, OpenClass},
    routes,
};
use study::ClassId;

/// Classes that anybody may join
///
/// Public: the catalogue is (clause A13).
#[utoipa::path(get, path = routes::OPEN_CLASSES, tag = "classes", responses(
    (status = 200, description = "the one that ends first on top", body = Vec<OpenClass>),
))]
pub async fn open(State(app): State<App>) -> ApiResult<Json<Vec<OpenClass>>> {
    let open = classes::open(&app.db.read, app.clock.now()).await?;
    Ok(Json(open))
}

/// My classes
#[utoipa::path(get, path = routes::MY_CLASSES, tag = "classes", responses(
    (status = 200, description = "with progress, the one that ends first on top", body = Vec<MyClass>),
))]
pub async fn mine(State(app): State<App>, learner: Learner) -> ApiResult<Json<Vec<MyClass>>> {
    let mine = classes::mine(&app.db.read, &app.rules, learner.id, app.clock.now()).await?;
    Ok(Json(mine))
}

/// Join an open class
///
/// Joining twice changes nothing.
#[utoipa::path(post, path = routes::MY_CLASSES, tag = "classes", request_body = JoinClass, responses(
    (status = 200, description = "I am in", body = MyClass),
    (status = 404, description = "`not_found`: no such class, or it enrols its people itself", body = ErrorReply),
    (status = 409, description = "`class_closed`: it is over", body = ErrorReply),
))]
pub async fn join(
    State(app): State<App>,
    learner: Learner,
    Body(wish): Body<JoinClass>,
) -> ApiResult<Json<MyClass>> {
    let now = app.clock.now();
    match classes::joinable(&app.db.read, wish.class, now).await? {
        Joinable::Yes => {}
        Joinable::Over => return Err(ApiError::new(ErrorCode::ClassClosed, "this class is over")),
        Joinable::No => return Err(ApiError::not_found("open class")),
    }
    let tx = app.db.begin().await?;
    catalogue::enrol(&tx, wish.class, learner.id, now).await?;
    store::commit(tx).await?;
    find(&app, &learner, wish.class).await
}

/// One of my classes
#[utoipa::path(get, path = routes::MY_CLASS, tag = "classes", params(("class" = ClassId, Path, description = "the class")), responses(
    (status = 200, description = "with progress", body = MyClass),
    (status = 404, description = "`not_found`: no such class of mine", body = ErrorReply),
))]
pub async fn my(
    State(app): State<App>,
    learner: Learner,
    PathId(class): PathId<ClassId>,
) -> ApiResult<Json<MyClass>> {
    find(&app, &learner, class).await
}

async fn find(app: &App, learner: &Learner, class: ClassId) -> ApiResult<Json<MyClass>> {
    kept(classes::enrolled(&app.db.read, learner.id, class).await?)?;
    classes::my(&app.db.read, &app.rules, learner.id, class, app.clock.now())
        .await?
        .map(Json)
        .ok_or_else(|| ApiError::not_found("class"))
}
