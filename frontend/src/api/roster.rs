//! The endpoints of rosters and invitations.

use super::{Answer, Nothing, change, get, read};
use contract::{
    account::Me,
    roster::{
        AddClass, ClassChoices, ImportRoster, InstitutionClass, Invitation, InvitationLink,
        PreviewRoster, RegisterInvited, Roster, RosterImported, RosterPreview, ShowInvitation,
    },
    routes,
};
use gloo_net::http::Request;
use study::ClassId;
use uuid::Uuid;

/// What a class can be opened with.
///
/// # Errors
/// [`super::Failure`]
pub async fn choices() -> Answer<ClassChoices> {
    get(routes::CLASS_CHOICES).await
}

/// The classes of my institution.
///
/// # Errors
/// [`super::Failure`]
pub async fn classes() -> Answer<Vec<InstitutionClass>> {
    get(routes::INSTITUTION_CLASSES).await
}

/// Opens a class.
///
/// # Errors
/// [`super::Failure`]
pub async fn add_class(request: &AddClass) -> Answer<InstitutionClass> {
    read(change(Request::post(routes::INSTITUTION_CLASSES), request).await?).await
}

/// Who is in a class, and who is invited.
///
/// # Errors
/// [`super::Failure`]
pub async fn roster(class: ClassId) -> Answer<Roster> {
    get(&of_class(routes::ROSTER, class)).await
}

/// What importing a file would do.
///
/// # Errors
/// [`super::Failure`]
pub async fn preview(class: ClassId, request: &PreviewRoster) -> Answer<RosterPreview> {
    let path = of_class(routes::ROSTER_PREVIEW, class);
    read(change(Request::post(&path), request).await?).await
}

/// Imports a file as it was previewed.
///
/// # Errors
/// [`super::Failure`]
pub async fn import(class: ClassId, request: &ImportRoster) -> Answer<RosterImported> {
    let path = of_class(routes::ROSTER, class);
    read(change(Request::post(&path), request).await?).await
}

/// The links of the open invitations of a class.
///
/// # Errors
/// [`super::Failure`]
pub async fn links(class: ClassId) -> Answer<Vec<InvitationLink>> {
    get(&of_class(routes::CLASS_INVITATIONS, class)).await
}

/// Gives an invitation a new link and new time.
///
/// # Errors
/// [`super::Failure`]
pub async fn renew(invitation: Uuid) -> Answer<()> {
    change(
        Request::post(&of(routes::INVITATION_RENEWAL, invitation)),
        &Nothing {},
    )
    .await
    .map(drop)
}

/// Takes an invitation back.
///
/// # Errors
/// [`super::Failure`]
pub async fn revoke(invitation: Uuid) -> Answer<()> {
    change(
        Request::post(&of(routes::INVITATION_REVOCATION, invitation)),
        &Nothing {},
    )
    .await
    .map(drop)
}

/// What a link is about.
///
/// # Errors
/// [`super::Failure`]
pub async fn invitation(request: &ShowInvitation) -> Answer<Invitation> {
    read(change(Request::post(routes::INVITATION), request).await?).await
}

/// Registers as the invited person; signs in.
///
/// # Errors
/// [`super::Failure`]
pub async fn register_invited(request: &RegisterInvited) -> Answer<Me> {
    read(change(Request::post(routes::INVITATION_REGISTRATION), request).await?).await
}

/// Accepts an invitation as whoever is signed in.
///
/// # Errors
/// [`super::Failure`]
pub async fn accept(request: &ShowInvitation) -> Answer<()> {
    change(Request::post(routes::INVITATION_ACCEPTANCE), request)
        .await
        .map(drop)
}

fn of_class(path: &str, class: ClassId) -> String {
    path.replace("{class}", &class.to_string())
}

fn of(path: &str, invitation: Uuid) -> String {
    path.replace("{invitation}", &invitation.to_string())
}
