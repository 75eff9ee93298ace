//! Invitations: handed out, renewed and taken back by an institution, and used by whoever holds the link.

use super::{
    people::{device, who},
    roster::own,
    sign_ins::{begin_sign_in, take_try},
};
use crate::{
    api_error::{ApiError, ApiResult},
    app::App,
    extract::{Admin, Body, PathId, Person},
    form,
    keys::Kind,
    store::{
        self,
        entities::{class, course, institution, invitation},
        invitations,
        people::{self as stored_people, NewPerson, NotAdded},
        time,
    },
};
use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use contract::{
    ErrorCode, ErrorReply, Text,
    account::{Me, Role},
    error::{FieldError, FieldProblem},
    id_number::IdNumber,
    roster::{Invitation, InvitationLink, InvitationStanding, RegisterInvited, ShowInvitation},
    routes,
};
use sea_orm::{ConnectionTrait, EntityTrait};
use study::ClassId;
use uuid::Uuid;

/// The links of a class
///
/// Of all open invitations, to be handed out one by one.
#[utoipa::path(get, path = routes::CLASS_INVITATIONS, operation_id = "invitation_links", tag = "roster", params(("class" = ClassId, Path, description = "the class")), responses(
    (status = 200, description = "in the order of the roster", body = Vec<InvitationLink>),
    (status = 404, description = "`not_found`: no such class of my institution", body = ErrorReply),
))]
pub async fn links(
    State(app): State<App>,
    admin: Admin,
    PathId(class): PathId<ClassId>,
) -> ApiResult<Json<Vec<InvitationLink>>> {
    let db = &app.db.read;
    own(db, &admin, class).await?;
    let links = invitations::links(db, &app.keys, class, app.clock.now()).await?;
    Ok(Json(links))
}

/// Renew an invitation
///
/// A new link and new time; the old link is worth nothing any more.
#[utoipa::path(post, path = routes::INVITATION_RENEWAL, operation_id = "renew_invitation", tag = "roster", params(("invitation" = Uuid, Path, description = "the invitation")), responses(
    (status = 204, description = "renewed"),
    (status = 404, description = "`not_found`: no such invitation of my institution", body = ErrorReply),
    (status = 409, description = "`invitation_over`: it was accepted; `class_closed`: the class is over", body = ErrorReply),
))]
pub async fn renew(
    State(app): State<App>,
    admin: Admin,
    PathId(invitation): PathId<Uuid>,
) -> ApiResult<StatusCode> {
    let now = app.clock.now();
    let tx = app.db.begin().await?;
    let (row, class) = invitations::own(&tx, &admin.institutions, invitation)
        .await?
        .ok_or_else(|| ApiError::not_found("invitation"))?;
    if time(class.ends_at) <= now {
        return Err(ApiError::new(ErrorCode::ClassClosed, "this class is over"));
    }
    if !invitations::renew(&tx, &app.keys, &row, &class, now).await? {
        return Err(over());
    }
    store::commit(tx).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Take an invitation back
#[utoipa::path(post, path = routes::INVITATION_REVOCATION, operation_id = "revoke_invitation", tag = "roster", params(("invitation" = Uuid, Path, description = "the invitation")), responses(
    (status = 204, description = "taken back"),
    (status = 404, description = "`not_found`: no such invitation of my institution", body = ErrorReply),
    (status = 409, description = "`invitation_over`: it was accepted", body = ErrorReply),
))]
pub async fn revoke(
    State(app): State<App>,
    admin: Admin,
    PathId(invitation): PathId<Uuid>,
) -> ApiResult<StatusCode> {
    let tx = app.db.begin().await?;
    invitations::own(&tx, &admin.institutions, invitation)
        .await?
        .ok_or_else(|| ApiError::not_found("invitation"))?;
    if !invitations::revoke(&tx, invitation, app.clock.now()).await? {
        return Err(over());
    }
    store::commit(tx).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Show an invitation
///
/// Public: whoever holds the link sees whom it is for, and what it is for.
#[utoipa::path(post, path = routes::INVITATION, operation_id = "show_invitation", tag = "roster", request_body = ShowInvitation, responses(
    (status = 200, description = "also where it cannot be used any more: see `standing`", body = Invitation),
    (status = 404, description = "`not_found`: no invitation has this secret, or it was renewed since", body = ErrorReply),
))]
pub async fn show(
    State(app): State<App>,
    Body(wish): Body<ShowInvitation>,
) -> ApiResult<Json<Invitation>> {
    let db = &app.db.read;
    let row = by_token(db, &wish.token).await?;
    let gone = || ApiError::internal("an invitation without its class");
    let class = class::Entity::find_by_id(row.class_id)
        .one(db)
        .await?
        .ok_or_else(gone)?;
    let institution = institution::Entity::find_by_id(class.institution_id)
        .one(db)
        .await?
        .ok_or_else(gone)?;
    let course = course::Entity::find_by_id(class.course_id)
        .one(db)
        .await?
        .ok_or_else(gone)?;
    Ok(Json(Invitation {
        name: invitations::open(&app.keys, &row)?.name,
        class: store::classes::name(&class),
        institution: Text {
            zh: institution.name_zh,
            en: institution.name_en,
        },
        course: Text {
            zh: course.title_zh,
            en: course.title_en,
        },
        starts_at: time(class.starts_at),
        ends_at: time(class.ends_at),
        standing: invitations::standing(&row, app.clock.now()),
        registered: invitations::is_registered(db, &row).await?,
    }))
}

async fn by_token(db: &impl ConnectionTrait, token: &str) -> ApiResult<invitation::Model> {
    invitations::by_token(db, token)
        .await?
        .ok_or_else(|| ApiError::not_found("invitation"))
}

fn over() -> ApiError {
    ApiError::new(
        ErrorCode::InvitationOver,
        "this invitation was used or taken back, or its time is over; the institution can renew it",
    )
}

/// Register by invitation
///
/// The ID number must be the one on the roster; after ten wrong ones the invitation has to be renewed.
#[utoipa::path(post, path = routes::INVITATION_REGISTRATION, operation_id = "register_invited", tag = "roster", request_body = RegisterInvited, responses(
    (status = 201, description = "registered, signed in, and in the class; the cookie is set", body = Me, headers(("set-cookie" = String))),
    (status = 404, description = "`not_found`: no invitation has this secret, or it was renewed since", body = ErrorReply),
    (status = 409, description = "`invitation_over`; `person_exists`: this ID number or phone has an account", body = ErrorReply),
    (status = 422, description = "`invalid`: see `fields`", body = ErrorReply),
    (status = 429, description = "`rate_limited`: see `retry_after_ms`", body = ErrorReply),
))]
pub async fn register(
    State(app): State<App>,
    Body(wish): Body<RegisterInvited>,
) -> ApiResult<Response> {
    let id_number = check(&wish)?;
    take_try(&app, id_number.as_str())?;
    let now = app.clock.now();
    compare(&app, &wish.token, &id_number).await?;
    // Outside of any transaction: it takes a processor for tens of milliseconds.
    let password = app.passwords.hash(wish.password).await?;
    let tx = app.db.begin().await?;
    let row = by_token(&tx, &wish.token).await?;
    let invited = invitations::open(&app.keys, &row)?;
    let phone = wish.phone.as_deref().map_or(&*invited.phone, str::trim);
    let new = NewPerson {
        name: &invited.name,
        id_number: &id_number,
        phone,
        password,
    };
    let person = stored_people::add(&tx, &app.keys, new, now)
        .await
        .map_err(|error| match error {
            NotAdded::Exists => ApiError::new(
                ErrorCode::PersonExists,
                "this ID number or phone already has an account; sign in with it, or give another phone",
            ),
            NotAdded::Db(error) => error.into(),
        })?;
    stored_people::grant(&tx, person, Role::Learner, None, now).await?;
    if !invitations::accept(&tx, &row, person, now).await? {
        return Err(over());
    }
    // Of other institutions, as for whoever registers without a link.
    invitations::accept_waiting(&tx, &app.keys, person, &id_number, &invited.name, now).await?;
    let cookie = begin_sign_in(&tx, person, wish.device.trim(), now).await?;
    store::commit(tx).await?;
    let me = who(&app, person).await?;
    Ok((StatusCode::CREATED, cookie, Json(me)).into_response())
}

fn check(wish: &RegisterInvited) -> ApiResult<IdNumber> {
    let id_number = IdNumber::parse(&wish.id_number);
    let fields: Vec<FieldError> = [
        ("id_number", id_number.as_ref().err().copied()),
        ("password", form::password(&wish.password)),
        (
            "phone",
            wish.phone
                .as_deref()
                .and_then(|phone| form::phone(phone.trim())),
        ),
        ("device", device(&wish.device)),
    ]
    .into_iter()
    .filter_map(|(field, problem)| {
        problem.map(|problem| FieldError {
            field: field.to_owned(),
            problem,
        })
    })
    .collect();
    match id_number {
        Ok(id_number) if fields.is_empty() => Ok(id_number),
        _ => Err(ApiError::invalid(fields)),
    }
}

/// Whether this is the ID number on the roster. A wrong one is counted; a right one is not.
async fn compare(app: &App, token: &str, id_number: &IdNumber) -> ApiResult<()> {
    let tx = app.db.begin().await?;
    let row = by_token(&tx, token).await?;
    let open = invitations::standing(&row, app.clock.now()) == InvitationStanding::Open;
    if !open || !invitations::take_try(&tx, row.id).await? {
        return Err(over());
    }
    let hash = app.keys.search_hash(Kind::IdNumber, id_number.as_str());
    if row.id_number_hash == hash {
        tx.rollback().await?;
        return Ok(());
    }
    store::commit(tx).await?;
    Err(ApiError::invalid_field("id_number", FieldProblem::Mismatch))
}

/// Accept an invitation
///
/// As whoever is signed in, where the ID number of their account is the one on the roster. Accepting twice changes nothing.
#[utoipa::path(post, path = routes::INVITATION_ACCEPTANCE, operation_id = "accept_invitation", tag = "roster", request_body = ShowInvitation, responses(
    (status = 204, description = "I am in the class"),
    (status = 404, description = "`not_found`: no invitation has this secret, or it was renewed since", body = ErrorReply),
    (status = 409, description = "`invitation_over`; `wrong_person`: it is for somebody else", body = ErrorReply),
))]
pub async fn accept(
    State(app): State<App>,
    person: Person,
    Body(wish): Body<ShowInvitation>,
) -> ApiResult<StatusCode> {
    let tx = app.db.begin().await?;
    let row = by_token(&tx, &wish.token).await?;
    let me = stored_people::get(&tx, person.id)
        .await?
        .ok_or_else(|| ApiError::internal("a sign-in without a person"))?;
    if me.id_number_hash != row.id_number_hash {
        return Err(ApiError::new(
            ErrorCode::WrongPerson,
            "this invitation is for somebody else than who is signed in; sign out first",
        ));
    }
    if row.person_id == Some(person.id.0) {
        return Ok(StatusCode::NO_CONTENT);
    }
    if !invitations::accept(&tx, &row, person.id, app.clock.now()).await? {
        return Err(over());
    }
    store::commit(tx).await?;
    // It may have brought a role that the remembered sign-in does not know of.
    app.sign_ins.forget(person.token);
    Ok(StatusCode::NO_CONTENT)
}
