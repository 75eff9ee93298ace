//! The models of the face checks, for everybody: they say nothing about anybody, and a page fetches them once.

use crate::{
    api_error::{ApiError, ApiResult},
    app::App,
    extract::{PathId, Query},
    pages,
};
use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;

/// The hash that a page expects.
#[derive(Deserialize)]
pub struct Expected {
    sha256: Option<String>,
}

/// One file: the manifest, or a model.
///
/// # Errors
/// `not_found`; `unavailable` where no models are built in.
pub async fn get(
    State(app): State<App>,
    PathId(name): PathId<String>,
    Query(expected): Query<Expected>,
    headers: HeaderMap,
) -> ApiResult<Response> {
    let not_found = || ApiError::not_found("file");
    let served = app.faces.models()?.served(&name).ok_or_else(not_found)?;
    // An address that holds the hash never means anything else.
    let for_ever = served.names_hash || expected.sha256.is_some_and(|hash| hash == served.sha256);
    if let Some(file) = served.page_file {
        return pages::answer(&file, &headers, for_ever).ok_or_else(not_found);
    }
    let kind = mime_guess::from_path(&name).first_or_octet_stream();
    let mut response = served.bytes.to_vec().into_response();
    let out = response.headers_mut();
    out.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_str(kind.as_ref()).map_err(ApiError::internal)?,
    );
    out.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static(pages::lifetime(for_ever)),
    );
    Ok(response)
}
