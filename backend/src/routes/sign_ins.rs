//! Signing in and out, and the list of places where I am signed in.

use super::people::{self, account_of, limit_key};
use crate::{
    api_error::{ApiError, ApiResult},
    app::App,
    extract::{Body, PathId, Person, token_of},
    keys::random,
    store::{self, people as stored_people, sign_ins, time},
};
use axum::{
    Json,
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use contract::{
    Digest, ErrorCode, ErrorReply,
    account::{Me, SignIn, SignInSummary},
    error::{FieldError, FieldProblem},
    routes,
};
use sea_orm::ConnectionTrait;
use study::{PersonId, Timestamp};
use uuid::Uuid;

/// A header that sets or clears the cookie.
pub type Cookie = [(HeaderName, HeaderValue); 1];

/// Sign in
///
/// By phone or ID number. The answer is the same, and takes as long, whether the account or the password is wrong.
#[utoipa::path(post, path = routes::SIGN_INS, tag = "people", request_body = SignIn, responses(
    (status = 201, description = "signed in; the cookie is set", body = Me, headers(("set-cookie" = String))),
    (status = 401, description = "`wrong_credentials`", body = ErrorReply),
    (status = 422, description = "`invalid`: see `fields`", body = ErrorReply),
    (status = 429, description = "`rate_limited`: see `retry_after_ms`", body = ErrorReply),
))]
pub async fn sign_in(
    State(app): State<App>,
    headers: HeaderMap,
    Body(wish): Body<SignIn>,
) -> ApiResult<Response> {
    check(&wish)?;
    take_try(&app, &wish.account)?;
    let person =
        stored_people::by_account(&app.db.read, &app.keys, &account_of(&wish.account)).await?;
    let right = app
        .passwords
        .verify(
            wish.password,
            person.as_ref().map(|person| person.password.clone()),
        )
        .await?;
    let person = person
        .filter(|_| right)
        .map(|person| PersonId(person.id))
        .ok_or_else(|| {
            ApiError::new(ErrorCode::WrongCredentials, "account or password is wrong")
        })?;

    let now = app.clock.now();
    let tx = app.db.begin().await?;
    // The browser's old sign-in ends with the new one: a token that somebody planted before is worth nothing after.
    let old = match token_of(&headers) {
        Some(token) => sign_ins::by_token(&tx, token)
            .await?
            .map(|row| (token, row)),
        None => None,
    };
    if let Some((_, row)) = &old {
        sign_ins::revoke(&tx, PersonId(row.person_id), row.id, now).await?;
    }
    let cookie = begin_sign_in(&tx, person, wish.device.trim(), now).await?;
    store::commit(tx).await?;
    if let Some((token, _)) = old {
        app.sign_ins.forget(token);
    }
    let me = people::who(&app, person).await?;
    Ok((StatusCode::CREATED, cookie, Json(me)).into_response())
}

/// Where I am signed in
#[utoipa::path(get, path = routes::SIGN_INS, tag = "people", responses(
    (status = 200, description = "newest first", body = Vec<SignInSummary>),
))]
pub async fn list(State(app): State<App>, person: Person) -> ApiResult<Json<Vec<SignInSummary>>> {
    let rows = sign_ins::of(&app.db.read, person.id, app.clock.now()).await?;
    Ok(Json(
        rows.into_iter()
            .map(|row| SignInSummary {
                current: row.id == person.signed_in.sign_in,
                id: row.id,
                device: row.device,
                signed_in_at: time(row.signed_in_at),
                last_seen_at: time(row.last_seen_at),
            })
            .collect(),
    ))
}

/// Sign out here
#[utoipa::path(delete, path = routes::SIGN_IN_CURRENT, tag = "people", responses(
    (status = 204, description = "signed out; the cookie is cleared", headers(("set-cookie" = String))),
))]
pub async fn sign_out(State(app): State<App>, person: Person) -> ApiResult<Response> {
    end_sign_in(&app, person.id, person.signed_in.sign_in).await?;
    Ok((StatusCode::NO_CONTENT, cleared()).into_response())
}

/// Sign out another device
#[utoipa::path(delete, path = routes::SIGN_IN, tag = "people", params(("sign_in" = Uuid, Path, description = "name of the sign-in")), responses(
    (status = 204, description = "signed out there"),
    (status = 404, description = "`not_found`: no such sign-in of mine", body = ErrorReply),
))]
pub async fn revoke(
    State(app): State<App>,
    person: Person,
    PathId(sign_in): PathId<Uuid>,
) -> ApiResult<StatusCode> {
    if end_sign_in(&app, person.id, sign_in).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(ApiError::not_found("sign-in"))
    }
}

async fn end_sign_in(app: &App, person: PersonId, sign_in: Uuid) -> ApiResult<bool> {
    let now = app.clock.now();
    let tx = app.db.begin().await?;
    let token = sign_ins::revoke(&tx, person, sign_in, now).await?;
    store::commit(tx).await?;
    if let Some(token) = token {
        app.sign_ins.forget(token);
    }
    Ok(token.is_some())
}

/// Enters a new sign-in and gives the cookie for it.
///
/// # Errors
/// What the database says.
pub async fn begin_sign_in(
    tx: &impl ConnectionTrait,
    person: PersonId,
    device: &str,
    now: Timestamp,
) -> ApiResult<Cookie> {
    let token = hex::encode(random::<32>().map_err(ApiError::internal)?);
    sign_ins::add(tx, person, Digest::of(&[token.as_bytes()]), device, now).await?;
    cookie(&token, sign_ins::LIFE_MS.0 / 1_000)
}

/// Counts one try for an account.
///
/// # Errors
/// `rate_limited`, with how long to wait.
pub fn take_try(app: &App, account: &str) -> ApiResult<()> {
    app.account_limit
        .take(limit_key(app, account))
        .map_err(|wait| {
            let mut reply = ErrorReply::new(
                ErrorCode::RateLimited,
                format!(
                    "too many tries for this account; try again in {} s",
                    wait.0.div_ceil(1_000)
                ),
            );
            reply.retry_after_ms = Some(wait);
            ApiError::with(reply)
        })
}

fn check(wish: &SignIn) -> ApiResult<()> {
    let mut fields = Vec::new();
    let mut note = |field: &str, problem: Option<FieldProblem>| {
        if let Some(problem) = problem {
            fields.push(FieldError {
                field: field.to_owned(),
                problem,
            });
        }
    };
    let bounded = |text: &str, max: usize| match text.chars().count() {
        0 => Some(FieldProblem::Missing),
        n if n > max => Some(FieldProblem::TooLong),
        _ => None,
    };
    note("account", bounded(wish.account.trim(), 40));
    note("password", bounded(&wish.password, 128));
    note("device", people::device(&wish.device));
    if fields.is_empty() {
        Ok(())
    } else {
        Err(ApiError::invalid(fields))
    }
}

fn cookie(token: &str, max_age_s: u64) -> ApiResult<Cookie> {
    let value = format!(
        "{}={token}; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age={max_age_s}",
        crate::extract::COOKIE
    );
    let value = HeaderValue::try_from(value).map_err(ApiError::internal)?;
    Ok([(header::SET_COOKIE, value)])
}

fn cleared() -> Cookie {
    [(
        header::SET_COOKIE,
        HeaderValue::from_static(
            "__Host-zhenxue=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0",
        ),
    )]
}
