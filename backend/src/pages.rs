//! The built page, carried inside the binary, and the two pages that the server writes itself.

use crate::{api_error::ApiError, app::App};
use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header},
    response::{Html, IntoResponse, Response},
};
use contract::{ErrorCode, verify::PublicKeys};
use rust_embed::{EmbeddedFile, RustEmbed};

/// What `trunk build` made, if it was built in.
#[derive(RustEmbed)]
#[folder = "../frontend/dist"]
#[exclude = ".stage/*"]
struct Dist;

/// Whether the page was there when the server was built.
#[must_use]
pub fn built_in() -> bool {
    Dist::get("index.html").is_some()
}

/// The bytes of a file of the built page.
#[must_use]
pub fn file(name: &str) -> Option<std::borrow::Cow<'static, [u8]>> {
    Dist::get(name).map(|file| file.data)
}

/// A file of the built page as an answer, compressed where the asker takes that; `for_ever` where the address holds its hash.
#[must_use]
pub fn answer(name: &str, headers: &HeaderMap, for_ever: bool) -> Option<Response> {
    let mut response = asset(name, &Dist::get(name)?, headers);
    response.headers_mut().insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static(lifetime(for_ever)),
    );
    Some(response)
}

/// How long an answer may be kept.
#[must_use]
pub const fn lifetime(for_ever: bool) -> &'static str {
    if for_ever { FOR_EVER } else { "no-cache" }
}

/// For names that hold the content's hash.
const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// Whatever no route answers: a file of the page, or the page itself (its own router takes the path from there).
pub async fn page(
    State(app): State<App>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let path = uri.path().trim_start_matches('/');
    // `/face` is a page, and what lies below it are the models.
    let for_machines = ["api", "ledger", "films"]
        .iter()
        .any(|first| path.split('/').next() == Some(first))
        || path.starts_with("face/");
    if for_machines {
        return ApiError::not_found("path").into_response();
    }
    if !matches!(method, Method::GET | Method::HEAD) {
        return ApiError::new(ErrorCode::MethodNotAllowed, "pages are only read, by GET")
            .into_response();
    }
    // A last part with a dot is a file; anything else is a place in the app.
    let is_file = path
        .rsplit('/')
        .next()
        .is_some_and(|name| name.contains('.'));
    let name = if is_file { path } else { "index.html" };
    match Dist::get(name) {
        Some(file) if name.ends_with(".html") => document(&file, app.trust.get()),
        Some(file) if !is_encoded(name) => asset(name, &file, &headers),
        _ if is_file => ApiError::not_found("file").into_response(),
        _ => not_built(),
    }
}

/// Where the built pages wait for the keys.
const TRUST_PLACE: &str = "<meta name=\"zhenxue-trust\" content=\"\">";

/// A page with the keys that it checks proofs against written in.
fn document(file: &EmbeddedFile, trust: Option<&String>) -> Response {
    let html = with_keys(file, trust.map_or("", String::as_str));
    let mut response = Html(html).into_response();
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}

fn with_keys(file: &EmbeddedFile, trust: &str) -> String {
    let trust = trust
        .replace('&', "&amp;")
        .replace('"', "&quot;")
        .replace('<', "&lt;");
    String::from_utf8_lossy(&file.data).replace(
        TRUST_PLACE,
        &format!("<meta name=\"zhenxue-trust\" content=\"{trust}\">"),
    )
}

/// The verifier in one file, which believes these keys; `None` where the page was not built in.
#[must_use]
pub fn verifier(keys: &PublicKeys) -> Option<String> {
    let keys = serde_json::to_string(keys).ok()?;
    Some(with_keys(&Dist::get("verify.html")?, &keys))
}

fn is_encoded(name: &str) -> bool {
    name.ends_with(".br") || name.ends_with(".gz")
}

fn asset(name: &str, plain: &EmbeddedFile, headers: &HeaderMap) -> Response {
    let accepted = |encoding: &str| {
        headers
            .get(header::ACCEPT_ENCODING)
            .and_then(|value| value.to_str().ok())
            .is_some_and(|all| {
                all.split(',')
                    .any(|one| one.split(';').next().map(str::trim) == Some(encoding))
            })
    };
    let packed = [("br", ".br"), ("gzip", ".gz")]
        .into_iter()
        .filter(|(encoding, _)| accepted(encoding))
        .find_map(|(encoding, ending)| {
            Dist::get(&format!("{name}{ending}")).map(|file| (encoding, file))
        });
    let etag = format!("\"{}\"", hex::encode(plain.metadata.sha256_hash()));
    let fresh = headers
        .get(header::IF_NONE_MATCH)
        .is_some_and(|known| known.as_bytes() == etag.as_bytes());
    let kind = mime_guess::from_path(name).first_or_octet_stream();
    let kind = if kind.type_() == "text" || kind.subtype() == "javascript" {
        format!("{kind}; charset=utf-8")
    } else {
        kind.to_string()
    };
    let mut response = if fresh {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let data = packed
            .as_ref()
            .map_or_else(|| plain.data.clone(), |(_, file)| file.data.clone());
        Body::from(data.into_owned()).into_response()
    };
    let out = response.headers_mut();
    let mut set = |name, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            out.insert(name, value);
        }
    };
    set(header::CONTENT_TYPE, &kind);
    set(header::ETAG, &etag);
    set(header::VARY, "accept-encoding");
    set(header::CACHE_CONTROL, caching(name));
    if let Some((encoding, _)) = packed {
        set(header::CONTENT_ENCODING, encoding);
    }
    response
}

/// For ever where the name holds the content's hash, as trunk writes it (`name-0123456789abcdef.js`); else ask again.
fn caching(name: &str) -> &'static str {
    let hashed = name
        .split(['-', '.', '_'])
        .any(|part| part.len() >= 14 && part.bytes().all(|byte| byte.is_ascii_hexdigit()));
    lifetime(hashed)
}

fn not_built() -> Response {
    notice(
        StatusCode::SERVICE_UNAVAILABLE,
        "网页未构建",
        "<p>这个服务器程序在编译时没有包含网页。请用 <code>cargo xtask run</code> 构建并启动。接口 <code>/api</code> 可以正常使用。</p>",
        "The page was not built in",
        "<p>This server was compiled without its page. Build and start with <code>cargo xtask run</code>. The API under <code>/api</code> works.</p>",
    )
}

/// The answer to a page over plain http from elsewhere: cookies and cameras need https there.
#[must_use]
pub fn https_required() -> Response {
    notice(
        StatusCode::FORBIDDEN,
        "请使用 https 打开",
        "<p>您正在用 http 打开另一台机器上的真学。浏览器只在 https 下允许登录凭证和摄像头,所以这里不能继续。</p>\
         <p>管理员可以这样启动服务器,然后用 <code>https://</code> 打开:</p>\
         <pre>zhenxue serve --listen 0.0.0.0:8443 --tls-cert cert.pem --tls-key key.pem</pre>\
         <p>若前面有处理 https 的代理,请加 <code>--behind-proxy</code>,并由代理设置 <code>X-Forwarded-Proto</code>。</p>",
        "Please open this by https",
        "<p>You have opened 真学 on another machine by plain http. Browsers allow sign-in cookies and the camera only under https, so this \
         cannot go on.</p><p>The operator can start the server like this and open it by <code>https://</code>:</p>\
         <pre>zhenxue serve --listen 0.0.0.0:8443 --tls-cert cert.pem --tls-key key.pem</pre>\
         <p>Behind a proxy that speaks https, add <code>--behind-proxy</code> and have the proxy set <code>X-Forwarded-Proto</code>.</p>",
    )
}

fn notice(status: StatusCode, title_zh: &str, zh: &str, title_en: &str, en: &str) -> Response {
    let html = format!(
        "<!doctype html><html lang=\"zh-CN\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>{title_zh} · {title_en}</title></head><body><main><h1>{title_zh}</h1>{zh}<section lang=\"en\"><h2>{title_en}</h2>{en}</section>\
         </main></body></html>"
    );
    let mut response = (status, Html(html)).into_response();
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
