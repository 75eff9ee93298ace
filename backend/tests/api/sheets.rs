//! /api/my/proofs/{proof}/sheet, /api/my/proofs/{proof}/code

use crate::{harness::TestApp, on_both};
use contract::{
    credential::StudyProof,
    verify::{PublicKeys, TrustAnchors, Unchecked, Verdict, verify},
};
use serde_json::json;

/// A learner's proof: the answer that issued it, and its path.
async fn issued(
    app: &TestApp,
    learner: &crate::harness::Client<'_>,
) -> (crate::harness::Answer, String) {
    learner.study(app.short_unit).await.watch(20_000).await;
    let path = format!("/api/my/classes/{}/proofs", app.open_class);
    let answer = learner.post(&path, &json!({})).await;
    let proof: StudyProof = answer.read();
    (answer, format!("/api/my/proofs/{}", proof.uuid().unwrap()))
}

on_both! {
    async fn the_sheet_carries_the_proof_and_verifies_as_it_does(app) {
        let learner = app.learner().await;
        let (json, path) = issued(&app, &learner).await;
        let sheet = learner.get(&format!("{path}/sheet")).await;
        assert_eq!(sheet.status, 200, "{}", String::from_utf8_lossy(&sheet.bytes));
        assert_eq!(sheet.headers["content-type"], "application/pdf");
        assert!(sheet.headers["content-disposition"].to_str().unwrap().ends_with(".pdf\""));
        assert!(sheet.bytes.starts_with(b"%PDF-1.7") && sheet.bytes.ends_with(b"%%EOF\n"));
        assert!(sheet.bytes.windows(json.bytes.len()).any(|window| window == json.bytes));
        // What is not masked in the proof is not on the sheet either.
        for secret in ["测试员".to_owned(), learner.identity.id_number(), learner.identity.phone()] {
            assert!(!sheet.bytes.windows(secret.len()).any(|window| window == secret.as_bytes()));
        }
        let keys: PublicKeys = app.anonymous().get("/ledger/key").await.read();
        let anchors = TrustAnchors::from(keys);
        let (plain, paper) = (verify(&json.bytes, &anchors), verify(&sheet.bytes, &anchors));
        assert_eq!(paper.verdict, Verdict::Valid, "{:?}", paper.faults);
        assert_eq!(paper.digest, plain.digest);
        assert!(paper.not_checked.contains(&Unchecked::Page));
        let code = learner.get(&format!("{path}/code")).await;
        assert_eq!((code.status, code.headers["content-type"].to_str().unwrap()), (200, "image/png"));
        assert!(code.bytes.starts_with(b"\x89PNG"));
    }

    async fn sheets_and_codes_are_their_persons_only(app) {
        let (learner, other) = (app.learner().await, app.learner().await);
        let (_, path) = issued(&app, &learner).await;
        for path in [format!("{path}/sheet"), format!("{path}/code")] {
            assert_eq!(other.get(&path).await.code(), "404 not_found");
            assert_eq!(app.anonymous().get(&path).await.code(), "401 unauthenticated");
        }
    }

    async fn a_character_that_cannot_be_printed_is_named(app) {
        let learner = app.learner().await;
        app.sql("UPDATE course SET title_en = 'Course 𫗦'").await.unwrap();
        let (_, path) = issued(&app, &learner).await;
        let refused = learner.get(&format!("{path}/sheet")).await;
        assert_eq!(refused.code(), "422 glyph_missing");
        assert_eq!(refused.json()["character"], "𫗦");
        // The other two faces are there all the same.
        assert_eq!(learner.get(&path).await.status, 200);
        assert_eq!(learner.get(&format!("{path}/code")).await.status, 200);
    }
}
