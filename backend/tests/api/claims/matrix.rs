//! /api/admin/classes/{class}/claim-matrix, claim-entries, claim-exclusions

use super::helpers::{FILM_MS, World, certificate, path, practical, receipt};
use crate::{on_both, roster::helpers::stranger};
use contract::claim::Missing;
use serde_json::json;
use study::{ClassHours, Millis};

on_both! {
    async fn each_cause_goes_when_somebody_does_something_about_it(app) {
        let world = World::new(&app).await;
        let learner = app.learner_in(world.class).await;
        let who = learner.person;
        assert_eq!(world.missing(who).await, [
            Missing::TheoryUnfinished, Missing::PracticalNotEntered, Missing::CertificateNotEntered,
            Missing::ReceiptNotEntered, Missing::ProofNotIssued,
        ]);
        // Half the film, and a proof of it.
        let mut studying = learner.study_in(world.class, world.unit).await;
        studying.watch_long(FILM_MS / 2).await;
        world.prove(&learner, world.class).await;
        let row = world.row(who).await;
        assert_eq!((row.confirmed_ms, row.class_hours), (Millis(FILM_MS / 2), ClassHours(0)));
        assert!(row.missing.contains(&Missing::TheoryUnfinished) && !row.missing.contains(&Missing::ProofNotIssued));
        // The other half: the theory is complete, and the proof says less than counts.
        studying.watch_long(FILM_MS / 2).await;
        studying.end().await;
        app.clock.pass(1);
        assert_eq!(world.missing(who).await, [
            Missing::PracticalNotEntered, Missing::CertificateNotEntered, Missing::ReceiptNotEntered, Missing::ProofOutdated,
        ]);
        let proof = world.prove(&learner, world.class).await;
        let row = world.row(who).await;
        assert_eq!(row.proof.unwrap().proof, proof.uuid().unwrap());
        assert_eq!(row.class_hours, ClassHours(1));
        assert_eq!(world.enter(&practical(&[who], 16, 8)).await.code(), "204");
        assert_eq!(world.missing(who).await, [
            Missing::PracticalUnfinished, Missing::CertificateNotEntered, Missing::ReceiptNotEntered,
        ]);
        app.clock.pass(1);
        assert_eq!(world.enter(&practical(&[who], 16, 16)).await.code(), "204");
        assert_eq!(world.enter(&certificate(who, "LN1", 20_000)).await.code(), "204");
        assert_eq!(world.missing(who).await, [Missing::ReceiptNotEntered]);
        assert_eq!(world.enter(&receipt(who)).await.code(), "204");
        let row = world.row(who).await;
        assert!(row.is_ready(), "{row:?}");
        let entered = row.facts.practical.unwrap();
        assert_eq!((entered.fact.done, entered.by.as_str(), entered.source.as_str()), (16, "测试员", "实训签到表 2026-11"));
        // Each is evidence, and the earlier one is still there.
        assert_eq!(app.count("SELECT count(*) FROM claim_entry").await, 4);
        assert_eq!(app.count("SELECT count(*) FROM evidence WHERE kind = 'claim_entered/1'").await, 4);
        assert!(app.count("SELECT count(*) FROM access_log WHERE what = 'claim_matrix'").await > 0);
    }

    async fn somebody_is_left_out_with_a_reason_and_taken_in_again(app) {
        let world = World::new(&app).await;
        let learner = world.ready().await;
        assert_eq!(world.exclude(learner.person, Some(" ")).await.code(), "422 invalid");
        assert_eq!(world.exclude(learner.person, Some(" 已退学 ")).await.code(), "204");
        let row = world.row(learner.person).await;
        assert_eq!(row.excluded.as_ref().unwrap().reason, "已退学");
        assert!(!row.is_ready() && row.missing.is_empty());
        app.clock.pass(1);
        assert_eq!(world.exclude(learner.person, None).await.code(), "204");
        assert!(world.row(learner.person).await.is_ready());
    }

    async fn what_is_wrong_is_refused_by_its_field(app) {
        let world = World::new(&app).await;
        let who = app.learner_in(world.class).await.person;
        let other = app.learner_in(world.class).await.person;
        let wrong = |mut body: serde_json::Value, pointer: &str, value: serde_json::Value| {
            *body.pointer_mut(pointer).unwrap() = value;
            body
        };
        for (body, field) in [
            (wrong(receipt(who), "/people", json!([])), "people"),
            (wrong(receipt(who), "/people", json!([who, other])), "people"),
            (practical(&[who, who], 16, 16), "people"),
            (wrong(receipt(who), "/source", json!(" 甲 ")), "source"),
            (wrong(receipt(who), "/source", json!("字".repeat(201))), "source"),
            (wrong(receipt(who), "/source", json!("甲乙\u{0}")), "source"),
            (wrong(receipt(who), "/fact/number", json!("")), "number"),
            (practical(&[who], 16, 100_000), "done"),
            (practical(&[who], 100_000, 16), "planned"),
            (certificate(who, "1", 20_000), "number"),
            (certificate(who, "LN1", 90_000), "issued_on"),
        ] {
            let answer = world.enter(&body).await;
            assert_eq!(answer.code(), "422 invalid", "{body}");
            assert_eq!(answer.json()["fields"][0]["field"], field, "{body}");
        }
        let elsewhere = app.learner_in(app.open_class).await.person;
        assert_eq!(world.enter(&receipt(elsewhere)).await.code(), "404 not_found");
        assert_eq!(world.enter(&practical(&[who, elsewhere], 1, 1)).await.code(), "404 not_found");
        assert_eq!(world.exclude(elsewhere, Some("不在班")).await.code(), "404 not_found");
        assert_eq!(app.count("SELECT count(*) FROM claim_entry").await, 0);
    }

    async fn what_is_entered_is_sealed_and_never_changed(app) {
        let world = World::new(&app).await;
        let who = app.learner_in(world.class).await.person;
        assert_eq!(world.enter(&certificate(who, "TELLTALE77", 20_000)).await.code(), "204");
        let told = app.count("SELECT count(*) FROM evidence WHERE record LIKE '%TELLTALE77%'").await;
        assert_eq!(told, 0);
        for sql in ["UPDATE claim_entry SET item = 'receipt'", "DELETE FROM claim_entry", "DELETE FROM claim_review"] {
            let refused = app.sql(sql).await;
            // SQLite's triggers are per row, and there is no review yet.
            if !sql.contains("review") {
                assert!(refused.unwrap_err().to_string().contains("append-only"), "{sql}");
            }
        }
    }

    async fn another_institution_finds_nothing(app) {
        let world = World::new(&app).await;
        let (learners, claim) = world.sealed(1).await;
        let who = learners[0].person;
        let stranger = stranger(&app).await;
        for (end, body) in [
            ("claim-entries", receipt(who)),
            ("claim-exclusions", json!({"person": who, "reason": "不是我的"})),
            ("claims", json!({"learners": [who]})),
        ] {
            let answer = stranger.post(&path(world.class, end), &body).await;
            assert_eq!(answer.code(), "404 not_found", "{end}");
        }
        assert_eq!(stranger.get(&path(world.class, "claim-matrix")).await.code(), "404 not_found");
        let pack = format!("/api/admin/claims/{}/pack", claim.claim);
        assert_eq!(stranger.get(&pack).await.code(), "404 not_found");
        let withdrawal = format!("/api/admin/claims/{}/withdrawal", claim.claim);
        let answer = stranger.post(&withdrawal, &json!({"reason": "不是我的"})).await;
        assert_eq!(answer.code(), "404 not_found");
        assert_eq!(app.count("SELECT count(*) FROM access_log WHERE what = 'claim_pack'").await, 0);
    }
}
