//! What a proof says of face checks, and what replaying finds.

use super::helpers::{
    choose, decide, differences, ignore, is_honest, learner, make_up, settle, standing, studying,
    until_drawn,
};
use crate::{
    harness::{Client, TestApp},
    on_both,
};
use contract::{
    account::Role,
    credential::{CheckCounts, EvidenceClass, StudyProof},
    face::HumanVerdict,
    verify::{PublicKeys, Report, TrustAnchors, Unchecked, Verdict, verify},
};
use serde_json::json;
use study::Millis;
use zhenxue::{checks::Decision, jobs};

async fn ask(client: &Client<'_>) -> crate::harness::Answer {
    let path = format!("/api/my/classes/{}/proofs", client.app.checked_class);
    client.post(&path, &json!({})).await
}

async fn judge(app: &TestApp, document: &[u8]) -> Report {
    let keys: PublicKeys = app.anonymous().get("/ledger/key").await.read();
    verify(document, &TrustAnchors::from(keys))
}

/// Passes, a miss that is made up, one that is not, and a human's word.
async fn lively<'a>(app: &'a TestApp) -> Client<'a> {
    let client = learner(app).await;
    let staff = app.person(&[Role::Teacher]).await;
    let mut study = studying(&client).await;
    let (challenge, _) = until_drawn(&mut study).await;
    settle(&client, &challenge, Decision::Pass).await;
    until_drawn(&mut study).await;
    ignore(&mut study).await;
    let challenge = make_up(&client).await.unwrap();
    settle(&client, &challenge, Decision::Pass).await;
    let (challenge, _) = until_drawn(&mut study).await;
    settle(&client, &challenge, Decision::Review).await;
    decide(app, challenge.check, staff.person, HumanVerdict::Same)
        .await
        .unwrap();
    until_drawn(&mut study).await;
    ignore(&mut study).await;
    drop(study);
    client
}

on_both! {
    async fn a_proof_states_what_the_checks_confirmed_and_verifies(app) {
        let client = lively(&app).await;
        let stands = standing(&client).await;
        assert!(stands.pending_ms > Millis::ZERO);
        let issued = ask(&client).await;
        assert_eq!(issued.status, 201);
        let report = judge(&app, &issued.bytes).await;
        assert_eq!((report.faults, report.verdict), (vec![], Verdict::Valid));
        assert!(!report.not_checked.contains(&Unchecked::Identity));
        assert!(report.not_checked.contains(&Unchecked::FaceAccuracy));
        let subject = report.proof.unwrap().subject;
        assert_eq!((subject.credited_ms, subject.evidence_class), (stands.confirmed_ms, EvidenceClass::Face));
        let counts = CheckCounts { passed: 3, made_up: 1, missed: 1, by_people: 1, supervised: 0, waiting: 0 };
        assert_eq!(subject.checks, Some(counts));
        // The missed one is made up: then there is more to prove.
        assert_eq!(ask(&client).await.status, 200);
        app.clock.pass(60_000);
        let challenge = make_up(&client).await.unwrap();
        settle(&client, &challenge, Decision::Pass).await;
        let more = ask(&client).await;
        assert_eq!(more.status, 201);
        assert_eq!(judge(&app, &more.bytes).await.faults, []);
        let subject = more.read::<StudyProof>().subject;
        assert_eq!(subject.credited_ms, stands.confirmed_ms.saturating_add(stands.pending_ms));
        is_honest(&app).await;
    }

    async fn what_no_check_confirmed_is_no_proof(app) {
        let client = learner(&app).await;
        let mut study = studying(&client).await;
        study.watch(10_000).await;
        assert_eq!(ask(&client).await.code(), "409 nothing_to_prove");
    }

    async fn a_teachers_word_makes_a_proof_of_its_own_class(app) {
        let client = app.learner_in(app.checked_class).await;
        let teacher = app.person(&[Role::Teacher]).await;
        choose(&app, client.person, "supervised").await;
        client.study_in(app.checked_class, app.long_unit).await.watch(20_000).await;
        let state = &app.running.app;
        let tx = state.db.begin().await.unwrap();
        let (keys, book, now) = (&state.keys, &state.rules, state.clock.now());
        zhenxue::checks::confirm_supervised(&tx, keys, book, teacher.person, app.checked_class, client.person, contract::face::SupervisedHow::Live, now)
            .await
            .unwrap();
        zhenxue::store::commit(tx).await.unwrap();
        let report = judge(&app, &ask(&client).await.bytes).await;
        assert_eq!((report.faults, report.verdict), (vec![], Verdict::Valid));
        assert!(report.not_checked.contains(&Unchecked::Presence));
        let subject = report.proof.unwrap().subject;
        assert_eq!((subject.credited_ms.0, subject.evidence_class), (20_000, EvidenceClass::Supervised));
    }

    async fn every_tampering_with_a_check_is_found(app) {
        let client = lively(&app).await;
        assert_eq!(ask(&client).await.status, 201);
        jobs::run_once(&app.running.app).await;
        is_honest(&app).await;
        for (what, undo) in [
            ("standing = 'confirmed' WHERE standing = 'pending'", "standing = 'pending' WHERE outcome = 'missed'"),
            ("outcome = 'passed' WHERE outcome = 'missed'", "outcome = 'missed' WHERE standing = 'pending'"),
            ("stretches = replace(stretches, '0000]', '0001]')", "stretches = replace(stretches, '0001]', '0000]')"),
            ("blocks_to = blocks_from WHERE blocks_to IS NULL", "blocks_to = NULL WHERE blocks_to = deadline_at"),
            ("deadline_at = deadline_at + 1", "deadline_at = deadline_at - 1"),
            ("number = number + 1", "number = number - 1"),
            ("drawn_seq = drawn_seq + 1", "drawn_seq = drawn_seq - 1"),
            ("answer = replace(answer, '310000', '210000')", "answer = replace(answer, '210000', '310000')"),
        ] {
            app.sql(&format!("UPDATE face_check SET {what}")).await.unwrap();
            assert_ne!(differences(&app).await, Vec::<String>::new(), "not noticed: {what}");
            app.sql(&format!("UPDATE face_check SET {undo}")).await.unwrap();
            assert_eq!(differences(&app).await, Vec::<String>::new(), "after undoing {what}");
        }
        for (what, undo) in [("checks_drawn", 1), ("check_waited_ms", 1)] {
            app.sql(&format!("UPDATE study_progress SET {what} = {what} + {undo}")).await.unwrap();
            assert_ne!(differences(&app).await, Vec::<String>::new(), "not noticed: {what}");
            app.sql(&format!("UPDATE study_progress SET {what} = {what} - {undo}")).await.unwrap();
        }
        is_honest(&app).await;
    }
}
