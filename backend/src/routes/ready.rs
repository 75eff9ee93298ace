//! Whether this server can take a beat right now.

use crate::{
    api_error::{ApiError, ApiResult},
    app::App,
};
use axum::{extract::State, http::StatusCode};
use contract::routes;
use sea_orm::ConnectionTrait;

/// Ready
///
/// Writes to the database (and takes it back), and checks the clock: a server that cannot do both cannot take a beat.
#[utoipa::path(get, path = routes::READY, tag = "machine", responses(
    (status = 204, description = "a beat would be taken"),
))]
pub async fn ready(State(app): State<App>) -> ApiResult<StatusCode> {
    super::study_sessions::now_for_credit(&*app.clock)?;
    let tx = app.db.begin().await.map_err(cannot)?;
    tx.execute_unprepared("UPDATE setting SET value = value WHERE name = 'master_key'")
        .await
        .map_err(cannot)?;
    tx.rollback().await.map_err(cannot)?;
    Ok(StatusCode::NO_CONTENT)
}

fn cannot(error: sea_orm::DbErr) -> ApiError {
    tracing::warn!(%error, "not ready: the database does not take writes");
    ApiError::unavailable(
        "the database does not take writes right now",
        study::Millis(2_000),
    )
}
