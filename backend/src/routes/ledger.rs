//! The ledger for everybody: its newest checkpoint, its tiles, its keys. Static formats (C2SP tlog-tiles) that any cache may hold.

use crate::{
    api_error::{ApiError, ApiResult},
    app::App,
    extract::PathId,
    store::ledger as tables,
};
use axum::{
    Json,
    extract::State,
    http::{HeaderName, HeaderValue, header},
    response::{IntoResponse, Response},
};
use contract::{routes, verify::PublicKeys};
use ledger::Tile;
use std::str::FromStr;

/// Answers about the ledger may be read by pages of other sites: witnesses and verifiers.
pub(super) const ANYWHERE: (HeaderName, HeaderValue) = (
    header::ACCESS_CONTROL_ALLOW_ORIGIN,
    HeaderValue::from_static("*"),
);

/// The ledger's newest checkpoint
///
/// A signed note (C2SP tlog-checkpoint). Public.
#[utoipa::path(get, path = routes::LEDGER_CHECKPOINT, operation_id = "ledger_checkpoint", tag = "ledger", responses(
    (status = 200, description = "the checkpoint", body = String, content_type = "text/plain; charset=utf-8"),
))]
pub async fn checkpoint(State(app): State<App>) -> ApiResult<Response> {
    let newest = tables::newest(&app.db.read)
        .await?
        .ok_or_else(|| ApiError::internal("the ledger has no checkpoint"))?;
    let headers = [
        ANYWHERE,
        content("text/plain; charset=utf-8"),
        cache("no-cache"),
    ];
    Ok((headers, newest.note).into_response())
}

/// A tile of the ledger's tree, or a bundle of its entries
///
/// `<L>/<N>[.p/<W>]` or `entries/<N>[.p/<W>]` (C2SP tlog-tiles). Public. Not in the OpenAPI document, which has no words for a
/// parameter with slashes.
pub async fn tile(
    State(app): State<App>,
    PathId(TileName(tile)): PathId<TileName>,
) -> ApiResult<Response> {
    let not_found = || ApiError::not_found("tile");
    let size = tables::size(&app.db.read).await?;
    if !tile.exists_in(size) {
        return Err(not_found());
    }
    let bytes = tables::read_tile(&app.db.read, &tile)
        .await?
        .ok_or_else(not_found)?;
    let headers = [
        ANYWHERE,
        content("application/octet-stream"),
        // What stands in a tile never changes.
        cache("public, max-age=31536000, immutable"),
    ];
    Ok((headers, bytes).into_response())
}

/// The keys that sign
///
/// The ledger's verifier key (C2SP signed-note) and the issuer's `did:key`. Public.
#[utoipa::path(get, path = routes::LEDGER_KEY, operation_id = "ledger_key", tag = "ledger", responses(
    (status = 200, description = "the keys", body = PublicKeys),
))]
pub async fn key(State(app): State<App>) -> Response {
    (
        [ANYWHERE, cache("no-cache")],
        Json(app.ledger.public_keys()),
    )
        .into_response()
}

/// The name of a tile as it stands behind `/ledger/tile/`.
pub struct TileName(Tile);

impl FromStr for TileName {
    type Err = ledger::tile::NotATilePath;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        format!("tile/{name}").parse().map(Self)
    }
}

const fn content(kind: &'static str) -> (HeaderName, HeaderValue) {
    (header::CONTENT_TYPE, HeaderValue::from_static(kind))
}

const fn cache(how: &'static str) -> (HeaderName, HeaderValue) {
    (header::CACHE_CONTROL, HeaderValue::from_static(how))
}
