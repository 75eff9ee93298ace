//! The endpoints of face checks and of what stands beside them.

use super::{Answer, Nothing, change, get, prepared, read};
use contract::{
    acting::VerdictDone,
    face::{
        Challenge, CheckAnswer, CheckId, CheckStatus, CheckToReview, ChooseWay, ConfirmSupervised,
        DecideCheck, DecideEnrolment, Enrol, EnrolmentToConfirm, MyFace, SupervisedCode,
        SupervisedDone,
    },
    routes,
};
use gloo_net::http::Request;
use study::{ClassId, Millis, Timestamp};
use uuid::Uuid;

/// How my identity is checked.
///
/// # Errors
/// [`super::Failure`]
pub async fn my_face() -> Answer<MyFace> {
    get(routes::MY_FACE).await
}

/// Chooses how my identity is checked.
///
/// # Errors
/// [`super::Failure`]
pub async fn choose_way(request: &ChooseWay) -> Answer<()> {
    change(Request::post(routes::MY_FACE), request)
        .await
        .map(drop)
}

/// Enrols my face.
///
/// # Errors
/// [`super::Failure`]
pub async fn enrol(request: &Enrol) -> Answer<()> {
    change(Request::post(routes::MY_ENROLMENTS), request)
        .await
        .map(drop)
}

/// Draws a check that makes up for missed ones and confirms what waits.
///
/// # Errors
/// [`super::Failure`]
pub async fn make_up(class: ClassId) -> Answer<Challenge> {
    let path = routes::MY_CLASS_CHECKS.replace("{class}", &class.to_string());
    read(change(Request::post(&path), &Nothing {}).await?).await
}

/// A code for the teacher who confirms my identity.
///
/// # Errors
/// [`super::Failure`]
pub async fn supervised_code(class: ClassId) -> Answer<SupervisedCode> {
    let path = routes::MY_CLASS_SUPERVISED.replace("{class}", &class.to_string());
    read(change(Request::post(&path), &Nothing {}).await?).await
}

/// One face check of mine.
///
/// # Errors
/// [`super::Failure`]
pub async fn check(check: CheckId) -> Answer<CheckStatus> {
    get(&routes::FACE_CHECK.replace("{check}", &check.to_string())).await
}

/// Answers a face check.
///
/// # Errors
/// [`super::Failure`]
pub async fn answer(check: CheckId, answer: &CheckAnswer) -> Answer<CheckStatus> {
    let path = routes::FACE_CHECK_ANSWER.replace("{check}", &check.to_string());
    read(change(Request::post(&path), answer).await?).await
}

/// Enrolments that wait for a member of staff.
///
/// # Errors
/// [`super::Failure`]
pub async fn enrolments() -> Answer<Vec<EnrolmentToConfirm>> {
    get(routes::STAFF_ENROLMENTS).await
}

/// Decides an enrolment.
///
/// # Errors
/// [`super::Failure`]
pub async fn decide_enrolment(enrolment: Uuid, decision: &DecideEnrolment) -> Answer<()> {
    let path = routes::STAFF_ENROLMENT.replace("{enrolment}", &enrolment.to_string());
    change(Request::post(&path), decision).await.map(drop)
}

/// Face checks that wait for a member of staff.
///
/// # Errors
/// [`super::Failure`]
pub async fn checks_to_review() -> Answer<Vec<CheckToReview>> {
    get(routes::STAFF_FACE_CHECKS).await
}

/// Decides a face check.
///
/// # Errors
/// [`super::Failure`]
pub async fn decide_check(check: CheckId, decision: &DecideCheck) -> Answer<VerdictDone> {
    let path = routes::STAFF_FACE_CHECK.replace("{check}", &check.to_string());
    read(change(Request::post(&path), decision).await?).await
}

/// Where a frame can be looked at.
#[must_use]
pub fn frame_path(frame: Uuid) -> String {
    routes::STAFF_FRAME.replace("{frame}", &frame.to_string())
}

/// Confirms somebody's identity by their code.
///
/// # Errors
/// [`super::Failure`]
pub async fn confirm_supervised(request: &ConfirmSupervised) -> Answer<SupervisedDone> {
    read(change(Request::post(routes::STAFF_SUPERVISED), request).await?).await
}

/// The server's clock, to the second, as it stands in every answer; `None` where it could not be asked.
pub async fn server_clock() -> Option<Timestamp> {
    let response = prepared(Request::get(routes::READY)).send().await.ok()?;
    let date = js_sys::Date::parse(&response.headers().get("date")?);
    (date > 0.0).then(|| Timestamp(crate::browser::clock::whole(date)))
}

/// Fetches a file of this server anew and says how many bytes came in how long: the speed of the network.
pub async fn download(path: &str) -> Option<(u64, Millis)> {
    let begin = crate::browser::clock::now();
    let response = prepared(Request::get(path))
        .cache(web_sys::RequestCache::NoStore)
        .send()
        .await
        .ok()
        .filter(gloo_net::http::Response::ok)?;
    let bytes = response.binary().await.ok()?;
    let n_bytes = u64::try_from(bytes.len()).ok()?;
    Some((n_bytes, crate::browser::clock::now().saturating_sub(begin)))
}
