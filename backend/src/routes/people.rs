//! Real-name registration, and who I am.

use super::sign_ins::begin_sign_in;
use crate::{
    api_error::{ApiError, ApiResult},
    app::App,
    extract::{Body, Person},
    form,
    keys::Kind,
    store::{
        self, invitations,
        people::{self, NewPerson, NotAdded},
    },
};
use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use contract::{
    ErrorCode, ErrorReply,
    account::{Me, Register, Role},
    error::{FieldError, FieldProblem},
    id_number::IdNumber,
    routes,
};

/// Register
///
/// Creates the account of one natural person and signs in on this device. One ID number is one account, and so is one phone.
#[utoipa::path(post, path = routes::PEOPLE, tag = "people", request_body = Register, responses(
    (status = 201, description = "registered and signed in; the cookie is set", body = Me, headers(("set-cookie" = String))),
    (status = 409, description = "`person_exists`", body = ErrorReply),
    (status = 422, description = "`invalid`: see `fields`", body = ErrorReply),
    (status = 429, description = "`rate_limited`: see `retry_after_ms`", body = ErrorReply),
))]
pub async fn register(State(app): State<App>, Body(wish): Body<Register>) -> ApiResult<Response> {
    let id_number = check(&wish)?;
    let phone = wish.phone.trim();
    for account in [id_number.as_str(), phone] {
        super::sign_ins::take_try(&app, account)?;
    }
    let password = app.passwords.hash(wish.password).await?;
    let now = app.clock.now();
    let tx = app.db.begin().await?;
    let new = NewPerson {
        name: wish.name.trim(),
        id_number: &id_number,
        phone,
        password,
    };
    let person = people::add(&tx, &app.keys, new, now)
        .await
        .map_err(|error| match error {
            NotAdded::Exists => ApiError::new(
                ErrorCode::PersonExists,
                "this ID number or phone already has an account; sign in with it",
            ),
            NotAdded::Db(error) => error.into(),
        })?;
    people::grant(&tx, person, Role::Learner, None, now).await?;
    invitations::accept_waiting(&tx, &app.keys, person, &id_number, wish.name.trim(), now).await?;
    let cookie = begin_sign_in(&tx, person, wish.device.trim(), now).await?;
    store::commit(tx).await?;
    let me = who(&app, person).await?;
    Ok((StatusCode::CREATED, cookie, Json(me)).into_response())
}

/// Who I am
#[utoipa::path(get, path = routes::ME, tag = "people", responses(
    (status = 200, description = "who is signed in", body = Me),
))]
pub async fn me(State(app): State<App>, person: Person) -> ApiResult<Json<Me>> {
    who(&app, person.id).await.map(Json)
}

/// What the page shows about the person who is signed in.
///
/// # Errors
/// What the database says, or where the row does not open.
pub async fn who(app: &App, person: study::PersonId) -> ApiResult<Me> {
    let row = people::get(&app.db.read, person)
        .await?
        .ok_or_else(|| ApiError::internal("a sign-in without a person"))?;
    Ok(Me {
        person,
        name: people::name(&app.keys, &row)?,
        memberships: people::memberships(&app.db.read, person).await?,
    })
}

/// Longest name that a device may give itself.
pub const DEVICE_MAX: usize = 40;

fn check(wish: &Register) -> ApiResult<IdNumber> {
    let mut fields = Vec::new();
    let mut note = |field: &str, problem: Option<FieldProblem>| {
        if let Some(problem) = problem {
            fields.push(FieldError {
                field: field.to_owned(),
                problem,
            });
        }
    };
    note("name", form::name(&wish.name));
    let id_number = IdNumber::parse(&wish.id_number);
    note("id_number", id_number.as_ref().err().copied());
    note("phone", form::phone(wish.phone.trim()));
    note("password", form::password(&wish.password));
    note("device", device(&wish.device));
    match id_number {
        Ok(id_number) if fields.is_empty() => Ok(id_number),
        _ => Err(ApiError::invalid(fields)),
    }
}

/// What is wrong with a device's name.
#[must_use]
pub fn device(text: &str) -> Option<FieldProblem> {
    form::length(text.trim(), 1, DEVICE_MAX).or_else(|| form::control(text))
}

/// The search hash of what was typed as an account: ID numbers in upper case, without blanks around.
#[must_use]
pub fn account_of(typed: &str) -> String {
    typed.trim().to_ascii_uppercase()
}

/// What the rate limit counts under.
#[must_use]
pub fn limit_key(app: &App, account: &str) -> [u8; 32] {
    app.keys.search_hash(Kind::Account, &account_of(account))
}
