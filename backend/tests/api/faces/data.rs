//! What happens to face data in the end: it goes, and everything that was proved stays proved.

use super::{
    camera::OBAMA,
    helpers::{answer_as, ask, calm, choose, enrol, enrolled, teacher, to_review},
};
use crate::{harness::Client, on_both};
use contract::{
    class::MyClass,
    credential::StudyProof,
    face::{CheckOutcome, EnrolmentState, MyFace},
    verify::{PublicKeys, TrustAnchors, Verdict, verify},
};
use serde_json::json;
use study::Millis;
use zhenxue::faces::{KEEP_FRAMES_MS, judging};

async fn proof(client: &Client<'_>) -> Vec<u8> {
    let app = client.app;
    let path = format!("/api/my/classes/{}/proofs", app.checked_class);
    let issued = client.post(&path, &json!({})).await;
    assert_eq!(issued.status, 201, "{:?}", issued.body);
    issued.bytes
}

on_both! {
    async fn withdrawing_destroys_the_face_and_leaves_hours_and_proofs(app) {
        let app = calm(app).await;
        let learner = enrolled(&app, OBAMA, 1).await;
        let mut studying = learner.study_in(app.checked_class, app.long_unit).await;
        let sign_in = studying.started.checks.clone().unwrap().open.unwrap();
        answer_as(&learner, &sign_in, OBAMA, 2).await;
        studying.watch(40_000).await;
        let challenge = ask(&learner).await;
        assert_eq!(answer_as(&learner, &challenge, OBAMA, 3).await.outcome, Some(CheckOutcome::Passed));
        let before = proof(&learner).await;
        let open = "SELECT count(*) FROM face_frame WHERE jpeg_sealed IS NOT NULL OR embedding_sealed IS NOT NULL";
        assert_eq!(app.count(open).await, 9);

        let mine: MyFace = choose(&learner, "supervised").await.read();
        assert_eq!(mine.enrolment, EnrolmentState::None);
        assert_eq!(app.count(open).await, 0);
        assert_eq!(app.count("SELECT count(*) FROM face_key WHERE key_sealed IS NOT NULL").await, 0);
        assert_eq!(app.count("SELECT count(*) FROM face_enrolment WHERE length(template_sealed) > 0").await, 0);
        assert_eq!(app.count("SELECT count(*) FROM evidence WHERE kind = 'face_key_destroyed/1'").await, 1);
        let class: MyClass = learner.get(&format!("/api/my/classes/{}", app.checked_class)).await.read();
        assert_eq!(class.confirmed_ms, Millis(40_000));
        assert_eq!(to_review(&teacher(&app).await).await, []);
        let keys: PublicKeys = app.anonymous().get("/ledger/key").await.read();
        let report = verify(&before, &TrustAnchors::from(keys));
        assert_eq!((report.verdict, report.faults), (Verdict::Valid, vec![]));
        let said: StudyProof = serde_json::from_slice(&before).unwrap();
        assert_eq!(said.subject.credited_ms, Millis(40_000));
        // Who thinks again begins anew.
        choose(&learner, "face").await;
        let mine: MyFace = enrol(&learner, OBAMA, 7).await.read();
        assert_eq!(mine.enrolment, EnrolmentState::Waiting);
    }

    async fn face_data_goes_when_its_time_is_over(app) {
        let app = calm(app).await;
        let learner = enrolled(&app, OBAMA, 1).await;
        let state = &app.running.app;
        assert_eq!(judging::forget_overdue(state).await.unwrap(), 0);
        // The class ends in 30 days; the day before the time is over nothing happens.
        app.clock.pass(KEEP_FRAMES_MS.0 + 29 * 86_400_000);
        assert_eq!(judging::forget_overdue(state).await.unwrap(), 0);
        app.clock.pass(2 * 86_400_000);
        assert_eq!(judging::forget_overdue(state).await.unwrap(), 1);
        assert_eq!(judging::forget_overdue(state).await.unwrap(), 0);
        assert_eq!(app.count("SELECT count(*) FROM face_key WHERE key_sealed IS NOT NULL").await, 0);
        let again = app.signed_in(learner.person, learner.identity).await;
        let mine: MyFace = again.get("/api/my/face").await.read();
        assert_eq!(mine.enrolment, EnrolmentState::None);
    }
}
