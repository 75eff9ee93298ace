//! /api/review/claims and what is behind it

use super::helpers::{World, seal};
use crate::{
    harness::{Answer, Client, TestApp},
    on_both,
    roster::helpers::{choices, stranger},
};
use contract::{
    account::Role,
    claim::{ClaimReview, ClaimState, ClaimSummary, ReviewedLearner, RowVerdict},
    verify::Verdict,
};
use serde_json::json;
use study::{Millis, PersonId};
use zhenxue::store::people;

fn path(claim: &ClaimSummary, end: &str) -> String {
    format!("/api/review/claims/{}{end}", claim.claim)
}

async fn say(
    reviewer: &Client<'_>,
    claim: &ClaimSummary,
    person: PersonId,
    verdict: &str,
    reason: &str,
) -> Answer {
    let path = path(claim, &format!("/learners/{person}"));
    let body = json!({"verdict": verdict, "reason": reason});
    reviewer.post(&path, &body).await
}

async fn decide(reviewer: &Client<'_>, claim: &ClaimSummary) -> Answer {
    let body = json!({"remark": "请补充说明"});
    reviewer.post(&path(claim, "/decision"), &body).await
}

/// A reviewer whose role holds in `institution` only.
async fn reviewer_of(app: &TestApp, institution: study::InstitutionId) -> Client<'_> {
    let person = app.person(&[]).await;
    let state = &app.running.app;
    let tx = state.db.begin().await.unwrap();
    let now = state.clock.now();
    people::grant(&tx, person.person, Role::Reviewer, Some(institution), now)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    app.signed_in(person.person, person.identity).await
}

on_both! {
    async fn a_claim_is_decided_after_each_row_was_verified(app) {
        let world = World::new(&app).await;
        let (learners, claim) = world.sealed(3).await;
        let reviewer = app.person(&[Role::Reviewer]).await;
        let list: Vec<ClaimSummary> = reviewer.get("/api/review/claims").await.read();
        assert_eq!(list, std::slice::from_ref(&claim));
        let answer = reviewer.get(&path(&claim, "")).await;
        // Masked: nobody is named in full here.
        let text = String::from_utf8(answer.bytes.clone()).unwrap();
        assert!(learners.iter().all(|one| !text.contains(&one.identity.id_number())));
        let review: ClaimReview = answer.read();
        let numbers: Vec<u32> = review.rows.iter().map(|row| row.number).collect();
        assert_eq!(numbers, [1, 2, 3]);
        assert!(review.rows.iter().all(|row| row.machine == Verdict::Valid && row.sampled && row.review.is_none()));
        assert_eq!(review.rows[0].name, "测*员");

        assert_eq!(decide(&reviewer, &claim).await.code(), "409 rows_unverified");
        let [one, two, three] = [0, 1, 2].map(|n| review.rows[n].person);
        assert_eq!(say(&reviewer, &claim, one, "pass", "").await.code(), "204");
        assert_eq!(say(&reviewer, &claim, two, "doubt", " ").await.code(), "422 invalid");
        assert_eq!(say(&reviewer, &claim, two, "doubt", &"字".repeat(201)).await.code(), "422 invalid");
        assert_eq!(say(&reviewer, &claim, two, "doubt", "签到表不清楚").await.code(), "204");
        assert_eq!(decide(&reviewer, &claim).await.code(), "409 rows_unverified");
        assert_eq!(say(&reviewer, &claim, three, "fail", "不是本人").await.code(), "204");
        // On second thoughts; what was found before stays on record.
        app.clock.pass(1);
        assert_eq!(say(&reviewer, &claim, two, "pass", "已补原件").await.code(), "204");
        let learner: ReviewedLearner = reviewer.get(&path(&claim, &format!("/learners/{two}"))).await.read();
        let history: Vec<RowVerdict> = learner.history.iter().map(|one| one.verdict).collect();
        assert_eq!(history, [RowVerdict::Pass, RowVerdict::Doubt]);
        assert_eq!(learner.row.review.unwrap().reason, "已补原件");

        let answer = decide(&reviewer, &claim).await;
        assert_eq!(answer.code(), "200");
        let decided: ClaimSummary = answer.read();
        let ClaimState::Decided(decision) = &decided.state else { panic!("{decided:?}") };
        assert_eq!((decision.passed, decision.doubtful, decision.failed), (2, 0, 1));
        assert_eq!(decision.remark, "请补充说明");
        // The institution sees it.
        assert_eq!(world.matrix().await.claims, [decided]);
        // Nothing changes any more.
        assert_eq!(decide(&reviewer, &claim).await.code(), "409 claim_over");
        assert_eq!(say(&reviewer, &claim, one, "fail", "反悔").await.code(), "409 claim_over");
        assert_eq!(world.withdraw(&claim).await.code(), "409 claim_over");
        assert_eq!(app.count("SELECT count(*) FROM evidence WHERE kind = 'claim_row_reviewed/1'").await, 4);
        assert_eq!(app.count("SELECT count(*) FROM evidence WHERE kind = 'claim_decided/1'").await, 1);
        let refused = app.sql("UPDATE claim_review SET verdict = 'pass'").await.unwrap_err();
        assert!(refused.to_string().contains("append-only"));
    }

    async fn a_look_at_somebody_in_full_is_written_down(app) {
        let world = World::new(&app).await;
        let (learners, claim) = world.sealed(1).await;
        let who = learners[0].person;
        for role in [Role::Reviewer, Role::Regulator] {
            let client = app.person(&[role]).await;
            let learner: ReviewedLearner = client.get(&path(&claim, &format!("/learners/{who}"))).await.read();
            assert_eq!((learner.name.as_str(), learner.id_number), ("测试员", learners[0].identity.id_number()));
            assert_eq!(learner.facts.certificate.unwrap().fact.number, "LN2026000123");
            assert_eq!(learner.proof.subject.credited_ms, Millis(2_700_000));
            assert_eq!(learner.days.iter().map(|day| day.credited_ms.0).sum::<u64>(), 2_700_000);
            assert_eq!(learner.devices, 1);
            let looks = format!(
                "SELECT count(*) FROM access_log WHERE what = 'claim_row' AND looked_by = {} AND person_id = {}",
                literal(&app, client.person), literal(&app, who),
            );
            assert_eq!(app.count(&looks).await, 1);
            assert_eq!(client.get(&path(&claim, "/pack")).await.status, 200);
        }
        assert_eq!(app.count("SELECT count(*) FROM access_log WHERE what = 'claim_pack'").await, 2);
        // A regulator reads and decides nothing.
        let regulator = app.person(&[Role::Regulator]).await;
        assert_eq!(say(&regulator, &claim, who, "pass", "").await.code(), "403 forbidden");
        assert_eq!(decide(&regulator, &claim).await.code(), "403 forbidden");
        // Nor does the institution.
        assert_eq!(world.admin.get(&path(&claim, "")).await.code(), "403 forbidden");
        let reviewer = app.person(&[Role::Reviewer]).await;
        let nobody = app.learner().await.person;
        assert_eq!(say(&reviewer, &claim, nobody, "pass", "").await.code(), "404 not_found");
        assert_eq!(reviewer.get(&path(&claim, &format!("/learners/{nobody}"))).await.code(), "404 not_found");
    }

    async fn a_reviewer_of_one_institution_sees_its_claims_only(app) {
        let world = World::new(&app).await;
        let (learners, claim) = world.sealed(1).await;
        let who = learners[0].person;
        let here = reviewer_of(&app, app.institution).await;
        let elsewhere = choices(&stranger(&app).await).await.institutions[0].institution;
        let there = reviewer_of(&app, elsewhere).await;
        let list: Vec<ClaimSummary> = there.get("/api/review/claims").await.read();
        assert_eq!(list, []);
        for end in ["".to_owned(), "/pack".to_owned(), format!("/learners/{who}")] {
            assert_eq!(there.get(&path(&claim, &end)).await.code(), "404 not_found", "{end}");
            assert_eq!(here.get(&path(&claim, &end)).await.status, 200, "{end}");
        }
        assert_eq!(say(&there, &claim, who, "pass", "").await.code(), "404 not_found");
        assert_eq!(decide(&there, &claim).await.code(), "404 not_found");
        assert_eq!(say(&here, &claim, who, "pass", "").await.code(), "204");
        assert_eq!(decide(&here, &claim).await.code(), "200");
    }

    async fn whoever_sealed_a_claim_does_not_verify_it(app) {
        let world = World::new(&app).await;
        let who = world.ready().await.person;
        let both = app.person(&[Role::Admin, Role::Reviewer]).await;
        let claim: ClaimSummary = seal(&both, world.class, &[who]).await.claim();
        assert_eq!(say(&both, &claim, who, "pass", "").await.code(), "403 forbidden");
        assert_eq!(decide(&both, &claim).await.code(), "403 forbidden");
        let other = app.person(&[Role::Reviewer]).await;
        assert_eq!(say(&other, &claim, who, "pass", "").await.code(), "204");
        assert_eq!(decide(&other, &claim).await.code(), "200");
    }

    async fn what_was_taken_back_is_not_reviewed(app) {
        let world = World::new(&app).await;
        let (learners, claim) = world.sealed(1).await;
        let reviewer = app.person(&[Role::Reviewer]).await;
        assert_eq!(world.withdraw(&claim).await.status, 200);
        assert_eq!(say(&reviewer, &claim, learners[0].person, "pass", "").await.code(), "409 claim_over");
        assert_eq!(decide(&reviewer, &claim).await.code(), "409 claim_over");
        // It can still be looked at.
        let review: ClaimReview = reviewer.get(&path(&claim, "")).await.read();
        assert!(matches!(review.claim.state, ClaimState::Withdrawn { .. }));
    }
}

/// A person as the database spells them.
fn literal(app: &TestApp, person: PersonId) -> String {
    if app.running.app.db.backend() == sea_orm::DbBackend::Sqlite {
        format!("x'{}'", person.0.simple())
    } else {
        format!("'{}'", person.0)
    }
}
