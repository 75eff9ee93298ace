//! Every route that the document knows × everybody there is: nobody gets what is another's, and nothing breaks.

use crate::{
    harness::{Client, TestApp},
    on_both,
};
use contract::account::Role;
use serde_json::{Value, json};

/// Handlers that are public on purpose.
const PUBLIC: [&str; 7] = [
    "POST /api/people",
    "POST /api/sign-ins",
    "GET /api/open-classes",
    "POST /api/invitation",
    "POST /api/invitation/registration",
    "GET /api/ready",
    "GET /api/openapi.json",
];
/// What anybody may do who is signed in, whatever their role.
const ANY_ROLE: [&str; 5] = [
    "GET /api/me",
    "GET /api/sign-ins",
    "POST /api/invitation/acceptance",
    "DELETE /api/sign-ins/{sign_in}",
    "DELETE /api/sign-ins/current",
];

/// What staff of an institution may do, and nobody else.
const STAFF: &str = "/api/staff/";
/// What the admins of an institution may do, and nobody else.
const ADMIN: &str = "/api/admin/";
/// What reviewers may do, and regulators read.
const REVIEW: &str = "/api/review/";
/// Who may see how many people's face data is kept.
const FACE_COUNT: [Role; 3] = [Role::Admin, Role::Regulator, Role::Operator];

/// Whether `role` may try this operation without studying.
fn is_for(role: Role, name: &str) -> bool {
    PUBLIC.contains(&name)
        || ANY_ROLE.contains(&name)
        || name.contains("/ledger/")
        || name.contains("/status/")
        || name.contains(STAFF) && matches!(role, Role::Teacher | Role::Admin)
        || name.contains(ADMIN) && role == Role::Admin
        || name.contains(REVIEW) && role == Role::Reviewer
        // Pictures are for whoever verifies, not for whoever supervises.
        || name.contains(REVIEW) && role == Role::Regulator && name.starts_with("GET ") && !name.contains("/photos/")
        || name.ends_with(contract::routes::FACE_COUNT) && FACE_COUNT.contains(&role)
}

/// All operations, with paths that name things of the owner.
fn operations(document: &Value, owned: &[(&str, String)]) -> Vec<(String, String, String)> {
    let mut all = Vec::new();
    for (template, item) in document["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys() {
            let method = method.to_uppercase();
            let path = owned.iter().fold(template.clone(), |path, (name, value)| {
                path.replace(name, value)
            });
            all.push((format!("{method} {template}"), method, path));
        }
    }
    // Signing out would end the rest.
    all.sort_by_key(|(name, ..)| name.ends_with("/sign-ins/current"));
    all
}

async fn try_all(
    client: &Client<'_>,
    owned: &[(&str, String)],
    body: &Value,
    mut judge: impl FnMut(&str, &crate::harness::Answer),
) {
    for (name, method, path) in operations(&client.app.document, owned) {
        let body = (method != "GET").then(|| body.to_string());
        let answer = client.send(client.request(&method, &path, body)).await;
        assert!(answer.status < 500, "{name}: {}", answer.code());
        judge(&name, &answer);
    }
}

async fn owned(app: &TestApp, owner: &Client<'_>) -> Vec<(&'static str, String)> {
    let mut studying = owner.study(app.short_unit).await;
    studying.watch(10_000).await;
    let sign_in = owner.get("/api/sign-ins").await.json()[0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    vec![
        ("{class}", app.open_class.to_string()),
        ("{session}", studying.started.session.to_string()),
        ("{sign_in}", sign_in),
        (
            "{file}",
            format!("{}.mp4", contract::Digest::of(&[crate::harness::FILM])),
        ),
        ("{proof}", uuid::Uuid::nil().to_string()),
        ("{check}", uuid::Uuid::nil().to_string()),
        ("{enrolment}", uuid::Uuid::nil().to_string()),
        ("{appeal}", uuid::Uuid::nil().to_string()),
        ("{frame}", uuid::Uuid::nil().to_string()),
        ("{person}", owner.person.to_string()),
        ("{invitation}", uuid::Uuid::nil().to_string()),
        ("{claim}", uuid::Uuid::nil().to_string()),
        ("{list}", "0".to_owned()),
    ]
}

on_both! {
    async fn nobody_is_let_in_without_a_sign_in(app) {
        let owned = owned(&app, &app.learner().await).await;
        try_all(&app.anonymous(), &owned, &json!({}), |name, answer| {
            if name.contains("/ledger/") || name.contains("/status/") || PUBLIC.contains(&name) {
                assert_ne!(answer.status, 401, "{name}");
            } else {
                assert_eq!(answer.code(), "401 unauthenticated", "{name}");
            }
        }).await;
    }

    async fn roles_without_study_are_not_let_into_a_learners_things(app) {
        let owned = owned(&app, &app.learner().await).await;
        for role in [Role::Teacher, Role::Admin, Role::Reviewer, Role::Regulator, Role::Operator] {
            let client = app.person(&[role]).await;
            try_all(&client, &owned, &json!({}), |name, answer| {
                if !is_for(role, name) {
                    assert_eq!(answer.code(), "403 forbidden", "{role:?} {name}");
                }
            }).await;
        }
    }

    async fn another_learner_finds_nothing_of_the_owners(app) {
        let owner = app.learner().await;
        let owned = owned(&app, &owner).await;
        let (stranger, classmate) = (app.person(&[Role::Learner]).await, app.learner().await);
        let secrets = [owned[1].1.clone(), owned[2].1.clone(), owner.person.to_string()];
        for client in [&stranger, &classmate] {
            let body = json!({});
            try_all(client, &owned, &body, |name, answer| {
                let text = String::from_utf8_lossy(&answer.bytes).into_owned();
                for secret in &secrets {
                    assert!(!text.contains(secret), "{name} tells {secret}: {text}");
                }
                let names_something = name.contains("{session}") || name.contains("{sign_in}");
                if names_something && name.starts_with("DELETE") {
                    assert_eq!(answer.code(), "404 not_found", "{name}");
                }
            }).await;
        }
        // The owner still has all of it.
        assert_eq!(owner.get("/api/me").await.status, 200);
        assert_eq!(owner.get("/api/my/days").await.json()[0]["sessions"][0]["running"], true);
    }
}
