//! The endpoints of what people do about each other's study.

use super::{Answer, Nothing, change, get, read};
use contract::{
    acting::{
        AnswerAppeal, AppealDone, AppealMark, AppealToAnswer, FileAppeal, MovePointer,
        RollCallMark, UnitPointer,
    },
    routes,
};
use gloo_net::http::Request;
use study::{ClassId, PersonId};
use uuid::Uuid;

/// Files an appeal.
///
/// # Errors
/// [`super::Failure`]
pub async fn file_appeal(wish: &FileAppeal) -> Answer<AppealMark> {
    read(change(Request::post(routes::MY_APPEALS), wish).await?).await
}

/// The appeals that wait for an answer.
///
/// # Errors
/// [`super::Failure`]
pub async fn appeals() -> Answer<Vec<AppealToAnswer>> {
    get(routes::STAFF_APPEALS).await
}

/// Answers an appeal.
///
/// # Errors
/// [`super::Failure`]
pub async fn answer_appeal(appeal: Uuid, answer: &AnswerAppeal) -> Answer<AppealDone> {
    let path = routes::STAFF_APPEAL_ANSWER.replace("{appeal}", &appeal.to_string());
    read(change(Request::post(&path), answer).await?).await
}

/// Calls the roll.
///
/// # Errors
/// [`super::Failure`]
pub async fn call_roll(class: ClassId) -> Answer<RollCallMark> {
    let path = routes::STAFF_ROLL_CALLS.replace("{class}", &class.to_string());
    read(change(Request::post(&path), &Nothing {}).await?).await
}

fn pointers_path(class: ClassId, person: PersonId) -> String {
    routes::STAFF_POINTERS
        .replace("{class}", &class.to_string())
        .replace("{person}", &person.to_string())
}

/// Where a learner stands in each unit.
///
/// # Errors
/// [`super::Failure`]
pub async fn pointers(class: ClassId, person: PersonId) -> Answer<Vec<UnitPointer>> {
    get(&pointers_path(class, person)).await
}

/// Moves a pointer.
///
/// # Errors
/// [`super::Failure`]
pub async fn move_pointer(
    class: ClassId,
    person: PersonId,
    wish: &MovePointer,
) -> Answer<Vec<UnitPointer>> {
    read(change(Request::post(&pointers_path(class, person)), wish).await?).await
}
