//! What every request passes on its way in and every answer on its way out: https, same origin, a time limit, headers.

use crate::{
    api_error::ApiError,
    app::App,
    config::{Reached, is_this_machine},
    pages,
};
use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, Uri, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use contract::ErrorCode;
use std::time::Duration;
use study::Millis;

/// Longest that a request may take. A page gives up after 10 to 15 s.
const ANSWER_MAX: Duration = Duration::from_secs(10);

/// Nothing from elsewhere, no frames around us, no inline script; wasm and its worker run.
const CSP: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' blob: data:; \
                   media-src 'self' blob:; font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; \
                   form-action 'self'; base-uri 'self'; frame-ancestors 'none'";

/// The one layer around all routes.
pub async fn guard(State(app): State<App>, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let is_api = path.starts_with("/api/");
    let mut response = match admit(&app, &request) {
        Err(refused) => refused,
        Ok(()) => tokio::time::timeout(ANSWER_MAX, next.run(request))
            .await
            .unwrap_or_else(|_| too_slow()),
    };
    let headers = response.headers_mut();
    secure(headers, app.reached);
    if is_api {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    response
}

/// A path that exists, asked in a way that it does not answer.
pub async fn method_not_allowed(method: Method, uri: Uri) -> ApiError {
    ApiError::new(
        ErrorCode::MethodNotAllowed,
        format!("{} does not answer {method}", uri.path()),
    )
}

#[expect(
    clippy::result_large_err,
    reason = "the refusal is the answer itself, made once per refused request"
)]
fn admit(app: &App, request: &Request) -> Result<(), Response> {
    let path = request.uri().path();
    if !arrived_safely(app.reached, request) && !is_public(path) {
        return Err(if path.starts_with("/api/") {
            ApiError::new(
                ErrorCode::HttpsRequired,
                "this address is plain http and not this machine; start the server with --tls-cert and --tls-key and open it by https",
            )
            .into_response()
        } else {
            pages::https_required()
        });
    }
    let changes = !matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::OPTIONS
    );
    if changes && !same_origin(request.headers()) {
        return Err(ApiError::new(
            ErrorCode::Forbidden,
            "changes are taken from this server's own page only, not from another site",
        )
        .into_response());
    }
    Ok(())
}

/// What anybody may read over any wire: it is signed, or it says nothing about anybody.
fn is_public(path: &str) -> bool {
    path.starts_with("/ledger/") || path.starts_with("/status/") || path == contract::routes::READY
}

fn arrived_safely(reached: Reached, request: &Request) -> bool {
    let this_machine = host(request).is_some_and(is_this_machine);
    match reached {
        Reached::Tls => true,
        Reached::Plain => this_machine,
        Reached::Proxy => {
            this_machine
                || request
                    .headers()
                    .get("x-forwarded-proto")
                    .is_some_and(|proto| proto == "https")
        }
    }
}

fn host(request: &Request) -> Option<&str> {
    let authority = match request.headers().get(header::HOST) {
        Some(host) => host.to_str().ok()?,
        None => request.uri().authority()?.as_str(),
    };
    Some(without_port(authority))
}

fn without_port(authority: &str) -> &str {
    if authority.starts_with('[') {
        return authority.split_inclusive(']').next().unwrap_or(authority);
    }
    authority.split(':').next().unwrap_or(authority)
}

/// Whether a change comes from our own page. Browsers say where it comes from; a program that is no browser carries no cookie
/// that somebody else could misuse.
fn same_origin(headers: &HeaderMap) -> bool {
    let text = |name: &HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = headers.get("sec-fetch-site") {
        return site == "same-origin" || site == "none";
    }
    let Some(origin) = text(&header::ORIGIN) else {
        return !headers.contains_key(header::ORIGIN);
    };
    let authority = origin.split_once("://").map(|(_, authority)| authority);
    authority.is_some() && authority == text(&header::HOST)
}

fn too_slow() -> Response {
    let mut reply = contract::ErrorReply::new(
        ErrorCode::Timeout,
        "this took too long, so it is not known whether it happened; the same request may be sent again",
    );
    reply.retry_after_ms = Some(Millis(2_000));
    ApiError::with(reply).into_response()
}

fn secure(headers: &mut HeaderMap, reached: Reached) {
    let fixed: [(HeaderName, &'static str); 7] = [
        (header::CONTENT_SECURITY_POLICY, CSP),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "no-referrer"),
        (
            HeaderName::from_static("permissions-policy"),
            "camera=(self), microphone=(), geolocation=(), payment=(), usb=(), fullscreen=(self)",
        ),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        ),
    ];
    for (name, value) in fixed {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
    if reached != Reached::Plain {
        headers.insert(
            header::STRICT_TRANSPORT_SECURITY,
            HeaderValue::from_static("max-age=31536000"),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_is_recognised_by_any_of_its_names() {
        for host in [
            "localhost",
            "LOCALHOST",
            "a.localhost",
            "127.0.0.1",
            "127.9.9.9",
            "[::1]",
        ] {
            assert!(is_this_machine(host), "{host}");
        }
        for host in [
            "example.com",
            "192.168.1.5",
            "localhost.example.com",
            "[fe80::1]",
            "",
        ] {
            assert!(!is_this_machine(host), "{host}");
        }
        assert_eq!(without_port("[::1]:8080"), "[::1]");
        assert_eq!(without_port("127.0.0.1:8080"), "127.0.0.1");
    }

    #[test]
    fn a_change_from_another_site_is_not_ours() {
        let headers = |pairs: &[(&'static str, &'static str)]| {
            pairs
                .iter()
                .map(|(name, value)| {
                    (
                        HeaderName::from_static(name),
                        HeaderValue::from_static(value),
                    )
                })
                .collect::<HeaderMap>()
        };
        let host = ("host", "a.example:8080");
        assert!(same_origin(&headers(&[host])));
        assert!(same_origin(&headers(&[
            host,
            ("origin", "http://a.example:8080")
        ])));
        assert!(same_origin(&headers(&[
            host,
            ("sec-fetch-site", "same-origin")
        ])));
        assert!(!same_origin(&headers(&[
            host,
            ("origin", "http://b.example:8080")
        ])));
        assert!(!same_origin(&headers(&[host, ("origin", "null")])));
        assert!(!same_origin(&headers(&[
            host,
            ("sec-fetch-site", "cross-site")
        ])));
        assert!(!same_origin(&headers(&[
            host,
            ("sec-fetch-site", "same-site")
        ])));
        assert!(!same_origin(&headers(&[("origin", "http://a.example")])));
    }
}
