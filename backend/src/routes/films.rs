//! Films and captions by content hash, in ranges, for those whose class has them.

use crate::{
    api_error::{ApiError, ApiResult},
    app::App,
    extract::{Learner, PathId},
    store::classes,
};
use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use contract::{Digest, ErrorReply, routes};
use std::str::FromStr;
use tower::ServiceExt;
use tower_http::services::ServeFile;

/// What a stored file is.
#[derive(Clone, Copy)]
enum FileKind {
    Film,
    Captions,
}

/// Name of a stored file: its SHA-256 and what it is.
pub struct FileName {
    digest: Digest,
    kind: FileKind,
}

impl FromStr for FileName {
    type Err = ();

    fn from_str(name: &str) -> Result<Self, ()> {
        let (stem, ending) = name.split_once('.').ok_or(())?;
        let kind = match ending {
            "mp4" => FileKind::Film,
            "vtt" => FileKind::Captions,
            _ => return Err(()),
        };
        // Lower case only, so that one file has one name.
        if stem.len() != 64 || stem.bytes().any(|byte| byte.is_ascii_uppercase()) {
            return Err(());
        }
        let digest = stem.parse().map_err(|_| ())?;
        Ok(Self { digest, kind })
    }
}

/// Watch a film or read its captions
#[utoipa::path(get, path = routes::FILM, tag = "study", params(("file" = String, Path, description = "`<sha256>.mp4` or `<sha256>.vtt`")), responses(
    (status = 200, description = "the whole file", content((Vec<u8> = "video/mp4"), (String = "text/vtt; charset=utf-8"))),
    (status = 206, description = "the range that was asked for", content((Vec<u8> = "video/mp4"), (String = "text/vtt; charset=utf-8"))),
    (status = 304, description = "not changed since"),
    (status = 404, description = "`not_found`: no such film in a class of mine", body = ErrorReply),
    (status = 416, description = "there is no such range"),
))]
pub async fn film(
    State(app): State<App>,
    learner: Learner,
    PathId(file): PathId<FileName>,
    request: Request,
) -> ApiResult<Response> {
    if !classes::may_watch(&app.db.read, learner.id, file.digest).await? {
        return Err(ApiError::not_found("film"));
    }
    let (ending, kind) = match file.kind {
        FileKind::Film => ("mp4", "video/mp4"),
        FileKind::Captions => ("vtt", "text/vtt; charset=utf-8"),
    };
    let path = app
        .data
        .join("films")
        .join(format!("{}.{ending}", file.digest));
    let answer = ServeFile::new(path)
        .oneshot(request)
        .await
        .unwrap_or_else(|never| match never {});
    if answer.status() == StatusCode::NOT_FOUND {
        return Err(ApiError::not_found("film"));
    }
    let mut response = answer.map(Body::new).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    // The name is the content's hash, but it may be shown to its learners only.
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("private, max-age=604800, immutable"),
    );
    Ok(response)
}
