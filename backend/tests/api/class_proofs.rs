//! /api/admin/classes/{class}/proofs and what lies below it

mod load;

use crate::{
    harness::{Client, TestApp},
    on_both,
    roster::helpers::{admin, stranger},
};
use contract::{
    account::Role,
    issuing::{ClassProofs, IssueRun},
    run::Run as _,
    verify::{PublicKeys, TrustAnchors, Verdict, verify},
};
use serde_json::json;
use std::time::Duration;

pub fn path(app: &TestApp) -> String {
    format!("/api/admin/classes/{}/proofs", app.open_class)
}

/// Issues the proofs of the open class, and waits until that is done.
pub async fn issue_all(admin: &Client<'_>) -> IssueRun {
    let begun = admin.post(&path(admin.app), &json!({})).await;
    assert_eq!(begun.status, 202, "{:?}", begun.body);
    loop {
        let proofs: ClassProofs = admin.get(&path(admin.app)).await.read();
        match proofs.run {
            Some(run) if run.finished_at.is_some() => return run,
            _ => tokio::time::sleep(Duration::from_millis(10)).await,
        }
    }
}

on_both! {
    async fn a_class_gets_its_proofs_in_one_go_and_once(app) {
        let (one, two, _idle) = (app.learner().await, app.learner().await, app.learner().await);
        one.study(app.short_unit).await.watch(20_000).await;
        two.study(app.short_unit).await.watch(30_000).await;
        let admin = admin(&app).await;
        let before: ClassProofs = admin.get(&path(&app)).await.read();
        assert_eq!((before.run, before.learners.len()), (None, 3));
        assert!(before.learners.iter().all(|one| one.proof.is_none()));
        let run = issue_all(&admin).await;
        assert_eq!((run.learners, run.issued, run.unchanged, run.nothing, run.failed), (3, 2, 0, 1, 0));
        assert_eq!(run.done(), 3);
        let again = issue_all(&admin).await;
        assert_eq!((again.issued, again.unchanged, again.nothing), (0, 2, 1));
        assert_eq!(app.count("SELECT count(*) FROM proof").await, 2);
        // The learner finds the same.
        let mine = one.get(&format!("/api/my/classes/{}/proofs", app.open_class)).await;
        let all: ClassProofs = admin.get(&path(&app)).await.read();
        let listed = all.learners.iter().find(|row| row.person == one.person).unwrap();
        assert_eq!(mine.json()[0]["digest"], json!(listed.proof.as_ref().unwrap().digest));
        assert_eq!(listed.name, "测试员");
    }

    async fn an_admin_takes_them_one_by_one_and_each_look_is_written_down(app) {
        let learner = app.learner().await;
        learner.study(app.short_unit).await.watch(20_000).await;
        let admin = admin(&app).await;
        issue_all(&admin).await;
        let all: ClassProofs = admin.get(&path(&app)).await.read();
        let proof = all.learners[0].proof.clone().unwrap();
        let one = format!("{}/{}", path(&app), proof.proof);
        let keys: PublicKeys = app.anonymous().get("/ledger/key").await.read();
        let anchors = TrustAnchors::from(keys);
        let json = admin.get(&one).await;
        let sheet = admin.get(&format!("{one}/sheet")).await;
        for answer in [&json, &sheet] {
            let report = verify(&answer.bytes, &anchors);
            assert_eq!((report.verdict, report.digest), (Verdict::Valid, Some(proof.digest)));
        }
        assert_eq!(app.count("SELECT count(*) FROM access_log WHERE what = 'study_proof'").await, 2);
    }

    async fn what_is_another_institutions_is_not_there(app) {
        let learner = app.learner().await;
        learner.study(app.short_unit).await.watch(20_000).await;
        let own = admin(&app).await;
        issue_all(&own).await;
        let all: ClassProofs = own.get(&path(&app)).await.read();
        let one = format!("{}/{}", path(&app), all.learners[0].proof.as_ref().unwrap().proof);
        let stranger = stranger(&app).await;
        for path in [path(&app), one.clone(), format!("{one}/sheet")] {
            assert_eq!(stranger.get(&path).await.code(), "404 not_found", "{path}");
            assert_eq!(app.person(&[Role::Teacher]).await.get(&path).await.code(), "403 forbidden", "{path}");
        }
        assert_eq!(stranger.post(&path(&app), &json!({})).await.code(), "404 not_found");
        // A proof of this class is none of another one of the same institution.
        let elsewhere = one.replace(&app.open_class.to_string(), &app.closed_class.to_string());
        assert_eq!(own.get(&elsewhere).await.code(), "404 not_found");
        assert_eq!(app.count("SELECT count(*) FROM access_log WHERE what = 'study_proof'").await, 0);
    }
}
