//! What the tests about rosters do again and again.

use crate::harness::{Answer, Client, TestApp, text};
use contract::{
    account::Role,
    face::Bytes,
    roster::{
        ClassChoices, InstitutionClass, InvitationLink, Roster, RosterImported, RosterPreview,
        RosterReason,
    },
};
use robot::Identity;
use serde_json::json;
use study::{ClassId, Day};
use zhenxue::store::{catalogue, people};

pub async fn admin(app: &TestApp) -> Client<'_> {
    app.person(&[Role::Admin]).await
}

/// An admin of another institution.
pub async fn stranger(app: &TestApp) -> Client<'_> {
    let stranger = app.person(&[Role::Learner]).await;
    let state = &app.running.app;
    let now = state.clock.now();
    let tx = state.db.begin().await.unwrap();
    let name = text("别校", "Elsewhere");
    let elsewhere = catalogue::add_institution(&tx, "91210000TEST000001", &name, now)
        .await
        .unwrap();
    people::grant(&tx, stranger.person, Role::Admin, Some(elsewhere), now)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    app.signed_in(stranger.person, stranger.identity).await
}

pub async fn choices(admin: &Client<'_>) -> ClassChoices {
    admin.get("/api/admin/class-choices").await.read()
}

/// A class from today on, for thirty days.
pub async fn class(admin: &Client<'_>, name: &str) -> InstitutionClass {
    let choices = choices(admin).await;
    let body = json!({
        "institution": choices.institutions[0].institution,
        "course": choices.courses[0].course,
        "rules": choices.rules[0].rules,
        "name": name,
        "first_day": choices.today,
        "last_day": Day(choices.today.0 + 29),
    });
    let answer = admin.post("/api/admin/classes", &body).await;
    assert_eq!(answer.status, 201, "{:?}", answer.body);
    answer.read()
}

/// A file whose rows are these people.
pub fn csv(people: &[(&str, Identity)]) -> String {
    let mut file = "姓名,身份证号,手机号\n".to_owned();
    for (name, identity) in people {
        file += &format!("{name},{},{}\n", identity.id_number(), identity.phone());
    }
    file
}

pub async fn try_preview(admin: &Client<'_>, class: ClassId, file: &[u8]) -> Answer {
    let path = format!("/api/admin/classes/{class}/roster/preview");
    admin
        .post(&path, &json!({"file": Bytes(file.to_vec())}))
        .await
}

pub async fn preview(admin: &Client<'_>, class: ClassId, file: &[u8]) -> RosterPreview {
    try_preview(admin, class, file).await.read()
}

pub async fn try_import(
    admin: &Client<'_>,
    class: ClassId,
    file: &[u8],
    digest: contract::Digest,
) -> Answer {
    let path = format!("/api/admin/classes/{class}/roster");
    let body = json!({"file": Bytes(file.to_vec()), "digest": digest});
    admin.post(&path, &body).await
}

/// Previews and accepts.
pub async fn import(admin: &Client<'_>, class: ClassId, file: &[u8]) -> RosterImported {
    let digest = preview(admin, class, file).await.digest;
    try_import(admin, class, file, digest).await.read()
}

/// What is wrong in a preview: line, column as on the wire, reason.
pub fn problems(preview: &RosterPreview) -> Vec<(u64, String, RosterReason)> {
    preview
        .rows
        .iter()
        .flat_map(|row| {
            row.problems.iter().map(|problem| {
                let column = json!(problem.column).as_str().unwrap().to_owned();
                (row.line, column, problem.reason)
            })
        })
        .collect()
}

pub async fn roster(admin: &Client<'_>, class: ClassId) -> Roster {
    admin
        .get(&format!("/api/admin/classes/{class}/roster"))
        .await
        .read()
}

pub async fn links(admin: &Client<'_>, class: ClassId) -> Vec<InvitationLink> {
    admin
        .get(&format!("/api/admin/classes/{class}/invitations"))
        .await
        .read()
}
