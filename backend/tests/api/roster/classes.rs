//! /api/admin/classes, /api/admin/class-choices

use super::helpers::{
    admin, choices, class, csv, import, roster, stranger, try_import, try_preview,
};
use crate::on_both;
use contract::{account::Role, roster::InstitutionClass};
use serde_json::json;
use study::{Day, Rules};

on_both! {
    async fn an_admin_opens_a_class_of_their_institution(app) {
        let admin = admin(&app).await;
        let choices = choices(&admin).await;
        assert_eq!(choices.institutions.len(), 1);
        assert_eq!(choices.courses.len(), 2);
        assert_eq!((choices.courses[0].units, choices.courses[0].due_ms.0), (2, 600_000 + 8 * 3_600_000));
        assert!(choices.rules.iter().any(|rules| rules.face_checks));
        let opened = class(&admin, "  电工 2026 年冬季班 ").await;
        assert_eq!(opened.name.zh, "电工 2026 年冬季班");
        let offset = Rules::liaoning_2026().day_offset_ms;
        assert_eq!(opened.starts_at, choices.today.start(offset));
        assert_eq!(opened.ends_at, Day(choices.today.0 + 30).start(offset));
        assert!(!opened.open);
        let all: Vec<InstitutionClass> = admin.get("/api/admin/classes").await.read();
        assert_eq!(all.len(), 5);
        assert!(all.contains(&opened));
        // It enrols its people itself.
        let join = json!({"class": opened.class});
        assert_eq!(app.learner().await.post("/api/my/classes", &join).await.code(), "404 not_found");
    }

    async fn each_wrong_field_of_a_class_is_named(app) {
        let admin = admin(&app).await;
        let choices = choices(&admin).await;
        let right = json!({
            "institution": choices.institutions[0].institution,
            "course": choices.courses[0].course,
            "rules": choices.rules[0].rules,
            "name": "班",
            "first_day": choices.today,
            "last_day": choices.today,
        });
        let today = choices.today.0;
        for (field, value, problem) in [
            ("name", json!(" "), "missing"),
            ("name", json!("班"), "too_short"),
            ("name", json!("班".repeat(61)), "too_long"),
            ("name", json!("电工\u{0}班"), "form"),
            ("course", json!(uuid::Uuid::nil()), "missing"),
            ("rules", json!("0".repeat(64)), "missing"),
            ("first_day", json!(today - 1), "range"),
            ("last_day", json!(today - 1), "range"),
            ("last_day", json!(u64::MAX), "range"),
        ] {
            let mut body = right.clone();
            body["name"] = json!("电工班");
            body[field] = value;
            let answer = admin.post("/api/admin/classes", &body).await;
            assert_eq!(answer.code(), "422 invalid", "{field}");
            assert_eq!(answer.json()["fields"], json!([{"field": field, "problem": problem}]), "{field}");
        }
        let mut elsewhere = right;
        elsewhere["institution"] = json!(uuid::Uuid::nil());
        assert_eq!(admin.post("/api/admin/classes", &elsewhere).await.code(), "404 not_found");
        assert_eq!(app.count("SELECT count(*) FROM class").await, 4);
    }

    async fn another_institution_and_other_roles_get_nothing(app) {
        let own = admin(&app).await;
        let opened = class(&own, "电工班").await.class;
        let file = csv(&[("王芳", app.next_identity())]);
        import(&own, opened, file.as_bytes()).await;
        let invitation = roster(&own, opened).await.learners[0].invitation.unwrap();
        let gets = [format!("/api/admin/classes/{opened}/roster"), format!("/api/admin/classes/{opened}/invitations")];
        let posts = ["renewal", "revocation"].map(|what| format!("/api/admin/invitations/{invitation}/{what}"));
        let zero = contract::Digest([0; 32]);

        let stranger = stranger(&app).await;
        assert_eq!(*stranger.get("/api/admin/classes").await.json(), json!([]));
        assert_eq!(try_preview(&stranger, opened, file.as_bytes()).await.code(), "404 not_found");
        assert_eq!(try_import(&stranger, opened, file.as_bytes(), zero).await.code(), "404 not_found");
        for path in &gets {
            assert_eq!(stranger.get(path).await.code(), "404 not_found", "{path}");
        }
        for path in &posts {
            assert_eq!(stranger.post(path, &json!({})).await.code(), "404 not_found", "{path}");
        }
        for role in [Role::Teacher, Role::Learner, Role::Reviewer, Role::Regulator, Role::Operator] {
            let client = app.person(&[role]).await;
            assert_eq!(client.get("/api/admin/classes").await.code(), "403 forbidden", "{role:?}");
            assert_eq!(try_preview(&client, opened, file.as_bytes()).await.code(), "403 forbidden", "{role:?}");
            assert_eq!(try_import(&client, opened, file.as_bytes(), zero).await.code(), "403 forbidden", "{role:?}");
            for path in &gets {
                assert_eq!(client.get(path).await.code(), "403 forbidden", "{role:?} {path}");
            }
            for path in &posts {
                assert_eq!(client.post(path, &json!({})).await.code(), "403 forbidden", "{role:?} {path}");
            }
        }
        assert_eq!(roster(&own, opened).await.class.n_invited, 1);
    }
}
