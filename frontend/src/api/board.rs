//! The endpoints of the class board.

use super::{Answer, Failure, change, get};
use contract::{
    board::{Board, ClassDays, ExportBoard, StaffClass},
    routes,
    timeline::StudyDay,
};
use gloo_net::http::Request;
use study::{ClassId, PersonId};

/// The classes of my institution.
///
/// # Errors
/// [`Failure`]
pub async fn classes() -> Answer<Vec<StaffClass>> {
    get(routes::STAFF_CLASSES).await
}

/// The board of a class.
///
/// # Errors
/// [`Failure`]
pub async fn board(class: ClassId) -> Answer<Board> {
    get(&routes::STAFF_BOARD.replace("{class}", &class.to_string())).await
}

/// What each day brought to a class.
///
/// # Errors
/// [`Failure`]
pub async fn days(class: ClassId) -> Answer<ClassDays> {
    get(&routes::STAFF_CLASS_DAYS.replace("{class}", &class.to_string())).await
}

/// Where the changes of a board are told.
#[must_use]
pub fn events_path(class: ClassId) -> String {
    routes::STAFF_BOARD_EVENTS.replace("{class}", &class.to_string())
}

/// What is on the screen as a file.
///
/// # Errors
/// [`Failure`]
pub async fn export(class: ClassId, wish: &ExportBoard) -> Answer<Vec<u8>> {
    let path = routes::STAFF_BOARD_EXPORTS.replace("{class}", &class.to_string());
    let response = change(Request::post(&path), wish).await?;
    response.binary().await.map_err(|_| Failure::NoAnswer)
}

/// The study record of a learner.
///
/// # Errors
/// [`Failure`]
pub async fn learner_days(class: ClassId, person: PersonId) -> Answer<Vec<StudyDay>> {
    let path = routes::STAFF_LEARNER_DAYS
        .replace("{class}", &class.to_string())
        .replace("{person}", &person.to_string());
    get(&path).await
}
