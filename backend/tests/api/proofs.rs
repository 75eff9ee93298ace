//! /api/my/classes/{class}/proofs, /api/my/proofs/{proof}

use crate::{
    harness::{Client, TestApp},
    on_both,
};
use contract::{
    account::Role,
    class::{MyClass, ProofSummary},
    credential::{Opening, StudyProof},
    verify::{PublicKeys, Report, TrustAnchors, Unchecked, Verdict, verify},
};
use serde_json::json;
use study::{ClassHours, Millis, SpanState};

fn proofs_path(app: &TestApp) -> String {
    format!("/api/my/classes/{}/proofs", app.open_class)
}

async fn ask(client: &Client<'_>) -> crate::harness::Answer {
    client.post(&proofs_path(client.app), &json!({})).await
}

/// Verifies as a stranger would who has only the public keys.
async fn judge(app: &TestApp, document: &[u8]) -> Report {
    let keys: PublicKeys = app.anonymous().get("/ledger/key").await.read();
    verify(document, &TrustAnchors::from(keys))
}

on_both! {
    async fn a_proof_says_what_the_class_page_says_and_verifies(app) {
        let learner = app.learner().await;
        let mut studying = learner.study(app.long_unit).await;
        studying.watch(2_700_000).await;
        studying.spend(SpanState::Hidden, 20_000).await;
        // Somebody else studies too, and on another device one goes on.
        app.learner().await.study(app.short_unit).await.watch(30_000).await;
        let mut again = learner.study(app.short_unit).await;
        again.watch(61_000).await;
        let issued = ask(&learner).await;
        assert_eq!(issued.status, 201);
        let report = judge(&app, &issued.bytes).await;
        assert_eq!(report.faults, []);
        assert_eq!(report.verdict, Verdict::Valid);
        assert!(report.not_checked.contains(&Unchecked::Identity));
        let proof = report.proof.unwrap();
        let mine: MyClass = learner.get(&format!("/api/my/classes/{}", app.open_class)).await.read();
        assert_eq!(proof.subject.credited_ms, Millis(2_761_000));
        assert_eq!(proof.subject.credited_ms, mine.confirmed_ms);
        assert_eq!(proof.subject.class_hours, ClassHours(1));
        for (unit, page) in proof.subject.units.iter().zip(&mine.units) {
            assert_eq!((unit.unit, unit.credited_ms), (page.unit, page.confirmed_ms));
        }
        assert_eq!(proof.evidence.len(), 2);
        assert_eq!(proof.subject.name, "测*员");
    }

    async fn a_second_tap_gives_the_same_proof_until_more_is_credited(app) {
        let learner = app.learner().await;
        let mut studying = learner.study(app.short_unit).await;
        studying.watch(20_000).await;
        let first = ask(&learner).await;
        let second = ask(&learner).await;
        assert_eq!((first.status, second.status), (201, 200));
        assert_eq!(first.bytes, second.bytes);
        // The session that the proof was issued in goes on.
        studying.watch(10_000).await;
        app.clock.pass(1);
        let third = ask(&learner).await;
        assert_eq!(third.status, 201);
        assert_eq!(third.read::<StudyProof>().subject.credited_ms, Millis(30_000));
        assert_eq!(judge(&app, &third.bytes).await.verdict, Verdict::Valid);
        // The old one stays true of its time.
        assert_eq!(judge(&app, &first.bytes).await.verdict, Verdict::Valid);
        let list: Vec<ProofSummary> = learner.get(&proofs_path(&app)).await.read();
        assert_eq!(list.iter().map(|one| one.confirmed_ms.0).collect::<Vec<_>>(), [30_000, 20_000]);
        let newest = &list[0];
        let document = learner.get(&format!("/api/my/proofs/{}", newest.proof)).await;
        assert_eq!(document.bytes, third.bytes);
        assert_eq!(judge(&app, &document.bytes).await.digest, Some(newest.digest));
    }

    async fn taps_at_once_make_one_proof(app) {
        let learner = app.learner().await;
        learner.study(app.short_unit).await.watch(20_000).await;
        let (one, two, three) = tokio::join!(ask(&learner), ask(&learner), ask(&learner));
        let mut codes = [one.status, two.status, three.status];
        codes.sort_unstable();
        assert_eq!(codes, [200, 200, 201]);
        assert_eq!((&one.bytes, &two.bytes), (&two.bytes, &three.bytes));
        assert_eq!(app.count("SELECT count(*) FROM proof").await, 1);
        assert_eq!(app.count("SELECT count(*) FROM evidence WHERE kind = 'proof_issued/1'").await, 1);
    }

    async fn there_is_nothing_to_prove_before_anything_is_credited(app) {
        let learner = app.learner().await;
        assert_eq!(ask(&learner).await.code(), "409 nothing_to_prove");
        learner.study(app.short_unit).await.spend(SpanState::Paused, 20_000).await;
        assert_eq!(ask(&learner).await.code(), "409 nothing_to_prove");
        assert_eq!(learner.get(&proofs_path(&app)).await.json(), &json!([]));
    }

    async fn proofs_are_their_persons_only(app) {
        let (learner, other) = (app.learner().await, app.learner().await);
        learner.study(app.short_unit).await.watch(20_000).await;
        let proof: StudyProof = ask(&learner).await.read();
        let name = proof.uuid().unwrap();
        for path in [format!("/api/my/proofs/{name}"), format!("/api/my/proofs/{name}/opening")] {
            assert_eq!(other.get(&path).await.code(), "404 not_found");
            assert_eq!(app.anonymous().get(&path).await.code(), "401 unauthenticated");
            assert_eq!(learner.get(&path).await.status, 200);
        }
        let stranger = app.person(&[Role::Learner]).await;
        assert_eq!(ask(&stranger).await.code(), "404 not_found");
        assert_eq!(stranger.get(&proofs_path(&app)).await.code(), "404 not_found");
    }

    async fn the_holder_can_show_who_is_meant(app) {
        let learner = app.learner().await;
        learner.study(app.short_unit).await.watch(20_000).await;
        let answer = ask(&learner).await;
        let proof: StudyProof = answer.read();
        let number = learner.identity.id_number();
        let text = String::from_utf8(answer.bytes).unwrap();
        assert!(!text.contains("测试员") && !text.contains(&number) && !text.contains(&number[6..14]));
        assert!(!text.contains(&learner.person.to_string()));
        let path = format!("/api/my/proofs/{}/opening", proof.uuid().unwrap());
        let opening: Opening = learner.get(&path).await.read();
        assert_eq!(opening.id_number, number);
        assert!(opening.opens(&proof));
    }
}
