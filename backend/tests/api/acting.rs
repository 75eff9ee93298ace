//! What people do about each other's study: appeals, roll calls, moved pointers. Each is evidence, stands in the record with the name of
//! who did it, and adds no time.

mod appeals;
mod pointers;
mod roll_calls;

use crate::harness::{Client, TestApp};
use contract::{
    acting::{AppealToAnswer, Deed},
    face::CheckMark,
    timeline::{Stretch, StudyDay},
};
use serde_json::json;
use study::{ClassId, PersonId, Reason};

/// My record.
async fn days(client: &Client<'_>) -> Vec<StudyDay> {
    client.get("/api/my/days").await.read()
}

/// What people did today, oldest first, each with the name of who did it.
async fn deeds(client: &Client<'_>) -> Vec<(Option<String>, Deed)> {
    let acts = days(client).await.remove(0).acts;
    acts.into_iter().map(|act| (act.by, act.deed)).collect()
}

/// My first stretch of today that was not credited for `reason`.
async fn stretch(client: &Client<'_>, reason: Reason) -> (study::SessionId, Stretch) {
    let day = days(client).await.remove(0);
    day.sessions
        .into_iter()
        .flat_map(|session| {
            let id = session.session;
            session.stretches.into_iter().map(move |one| (id, one))
        })
        .find(|(_, stretch)| stretch.reason == Some(reason))
        .unwrap()
}

/// My newest check of today.
async fn mark(client: &Client<'_>) -> CheckMark {
    let day = days(client).await.remove(0);
    let checks = day.sessions.into_iter().flat_map(|session| session.checks);
    checks
        .chain(day.checks)
        .max_by_key(|check| check.drawn_at)
        .unwrap()
}

/// Appeals against a stretch.
pub async fn appeal_stretch(client: &Client<'_>, reason: Reason) -> crate::harness::Answer {
    let (session, stretch) = stretch(client, reason).await;
    let about =
        json!({"what": "stretch", "session": session, "from": stretch.from, "reason": reason});
    client
        .post(
            "/api/my/appeals",
            &json!({"about": about, "text": "我一直在看"}),
        )
        .await
}

/// Appeals against a check.
async fn appeal_check(
    client: &Client<'_>,
    check: contract::face::CheckId,
) -> crate::harness::Answer {
    let about = json!({"what": "check", "check": check});
    client
        .post(
            "/api/my/appeals",
            &json!({"about": about, "text": "摄像头坏了"}),
        )
        .await
}

/// What waits for `staff`.
async fn queue(staff: &Client<'_>) -> Vec<AppealToAnswer> {
    staff.get("/api/staff/appeals").await.read()
}

pub async fn answer(
    staff: &Client<'_>,
    appeal: uuid::Uuid,
    upheld: bool,
) -> crate::harness::Answer {
    let body = json!({"upheld": upheld, "reason": "看过记录"});
    staff
        .post(&format!("/api/staff/appeals/{appeal}/answer"), &body)
        .await
}

fn pointers(class: ClassId, person: PersonId) -> String {
    format!("/api/staff/classes/{class}/learners/{person}/pointers")
}

/// Everybody's name here.
const NAME: &str = "测试员";

fn named() -> Option<String> {
    Some(NAME.to_owned())
}

/// Rows of `table`.
async fn rows(app: &TestApp, table: &str) -> i64 {
    app.count(&format!("SELECT count(*) FROM {table}")).await
}
