//! /api/admin/classes/{class}/proofs/{proof}/revocation, /status/{list}, and everything that knows of it.

use crate::{
    checks::helpers::{is_honest, records},
    claims::helpers::World,
    class_proofs::{issue_all, path},
    harness::{Answer, Client, Store, TestApp},
    on_both,
    roster::helpers::{admin, stranger},
    schema,
};
use contract::{
    account::Role,
    acting::{Deed, words_digest},
    claim::{ClaimReview, Missing, ReviewedLearner},
    class::ProofSummary,
    credential::StudyProof,
    issuing::{ClassProofs, RevocationReason},
    record::Record,
    status::{Revocation, StatusList, StatusListCredential, bits::Bits},
    timeline::StudyDay,
    verify::{PublicKeys, Report, TrustAnchors, Verdict, verify},
};
use serde_json::{Value, json};
use uuid::Uuid;

/// A learner of the open class with a proof.
async fn proved(app: &TestApp) -> (Client<'_>, StudyProof) {
    let learner = app.learner().await;
    learner.study(app.short_unit).await.watch(20_000).await;
    let proof = prove(&learner).await;
    (learner, proof)
}

async fn prove(learner: &Client<'_>) -> StudyProof {
    let path = format!("/api/my/classes/{}/proofs", learner.app.open_class);
    learner.post(&path, &json!({})).await.read()
}

async fn mine(learner: &Client<'_>) -> Vec<ProofSummary> {
    let path = format!("/api/my/classes/{}/proofs", learner.app.open_class);
    learner.get(&path).await.read()
}

fn wish() -> Value {
    json!({"reason": "hours_corrected", "words": "第二单元的学时更正了"})
}

async fn revoke(client: &Client<'_>, proof: Uuid, body: &Value) -> Answer {
    let path = format!("{}/{proof}/revocation", path(client.app));
    client.post(&path, body).await
}

async fn list(app: &TestApp) -> Answer {
    app.anonymous().get("/status/0").await
}

async fn bits(app: &TestApp) -> Bits {
    let list: StatusListCredential = list(app).await.read();
    Bits::decode(&list.credential_subject.encoded_list).unwrap()
}

fn place(proof: &StudyProof) -> u64 {
    proof.status.as_ref().unwrap().index().unwrap()
}

/// What a stranger finds who has the document, the public keys and the list.
async fn judge(app: &TestApp, proof: &StudyProof) -> Report {
    let keys: PublicKeys = app.anonymous().get("/ledger/key").await.read();
    let document = serde_json::to_vec(proof).unwrap();
    let list = StatusList::read(&list(app).await.bytes);
    verify(&document, &TrustAnchors::from(keys)).with_status(&[list], app.running.app.clock.now())
}

on_both! {
    async fn a_revoked_proof_says_so_everywhere_and_a_new_one_takes_its_place(app) {
        let (learner, proof) = proved(&app).await;
        let (_, other) = proved(&app).await;
        let admin = admin(&app).await;
        let name = proof.uuid().unwrap();
        let before = bits(&app).await;
        let standing = judge(&app, &proof).await;
        assert!(matches!(standing.revocation, Revocation::NotRevoked { .. }), "{:?}", standing.revocation);
        assert_eq!(standing.verdict, Verdict::Valid);

        app.clock.pass(1_000);
        let at = app.running.app.clock.now();
        let answer = revoke(&admin, name, &wish()).await;
        assert_eq!(answer.status, 200, "{:?}", answer.body);
        let summary: ProofSummary = answer.read();
        let revoked = summary.revoked.clone().unwrap();
        assert_eq!((revoked.at, revoked.reason, revoked.replaced_by), (at, RevocationReason::HoursCorrected, None));
        assert_eq!(revoked.words, "第二单元的学时更正了");

        // Exactly one bit is another.
        let after = bits(&app).await;
        let changed: Vec<u64> = (0..131_072).filter(|place| before.get(*place) != after.get(*place)).collect();
        assert_eq!(changed, [place(&proof)]);
        assert_eq!(judge(&app, &proof).await.verdict, Verdict::Revoked);
        assert_eq!(judge(&app, &other).await.verdict, Verdict::Valid);

        // The learner finds it among their proofs, and as an act with a name.
        assert_eq!(mine(&learner).await, std::slice::from_ref(&summary));
        let today = learner.get("/api/my/days").await.read::<Vec<StudyDay>>().remove(0);
        let act = today.acts.last().unwrap();
        assert_eq!((act.at, act.by.as_deref()), (at, Some("测试员")));
        assert_eq!(act.deed, Deed::ProofRevoked {
            proof: name, issued_at: proof.valid_from.0, reason: RevocationReason::HoursCorrected, words: revoked.words.clone(),
        });
        // The evidence has it by pseudonyms and digests, and never changes.
        let [Record::ProofRevoked(record)] = &records(&app, "proof_revoked/1").await[..] else { panic!() };
        let keys = &app.running.app.keys;
        assert_eq!((record.proof, record.credential, record.class), (name, summary.digest, app.open_class));
        assert_eq!((record.person, record.by), (keys.pseudonym(learner.person), keys.pseudonym(admin.person)));
        assert_eq!(record.words, words_digest(record.act, &revoked.words));
        for sql in ["UPDATE proof_revocation SET reason = 'x'", "DELETE FROM proof_revocation", "DELETE FROM status_entry", "UPDATE status_entry SET idx = 1"] {
            assert!(app.sql(sql).await.unwrap_err().to_string().contains("append-only"), "{sql}");
        }

        // For good, and once.
        assert_eq!(revoke(&admin, name, &wish()).await.code(), "409 proof_revoked");
        assert_eq!(app.count("SELECT count(*) FROM evidence WHERE kind = 'proof_revoked/1'").await, 1);

        // Nothing was credited since; what is revoked does not stand in the way of its replacement.
        app.clock.pass(1_000);
        let run = issue_all(&admin).await;
        assert_eq!((run.issued, run.unchanged, run.failed), (1, 1, 0));
        let all: ClassProofs = admin.get(&path(&app)).await.read();
        let row = all.learners.iter().find(|row| row.person == learner.person).unwrap();
        let newest = row.proof.as_ref().unwrap();
        assert_eq!((newest.revoked.as_ref(), newest.confirmed_ms), (None, summary.confirmed_ms));
        let replaced = row.earlier[0].revoked.as_ref().unwrap();
        assert_eq!((row.earlier.len(), replaced.replaced_by), (1, Some(newest.proof)));
        assert_eq!(mine(&learner).await[1].revoked.as_ref(), Some(replaced));
        let replacement: StudyProof = learner.get(&format!("/api/my/proofs/{}", newest.proof)).await.read();
        assert_ne!(place(&replacement), place(&proof));
        assert_eq!(judge(&app, &replacement).await.verdict, Verdict::Valid);
        is_honest(&app).await;
    }

    async fn a_newer_proof_does_not_revoke_the_older_one(app) {
        let (learner, first) = proved(&app).await;
        learner.study(app.short_unit).await.watch(10_000).await;
        app.clock.pass(1);
        let second = prove(&learner).await;
        assert_ne!(first.id, second.id);
        assert!(mine(&learner).await.iter().all(|one| one.revoked.is_none()));
        // Nor does revoking the newer one touch the older; more counts than that one says, so a new one is issued.
        let admin = admin(&app).await;
        assert_eq!(revoke(&admin, second.uuid().unwrap(), &wish()).await.status, 200);
        assert_eq!(judge(&app, &first).await.verdict, Verdict::Valid);
        app.clock.pass(1);
        let third = prove(&learner).await;
        assert_eq!(third.subject.credited_ms, second.subject.credited_ms);
        assert!(third.id != second.id && third.id != first.id);
    }

    async fn only_an_admin_of_the_institution_revokes(app) {
        let (learner, proof) = proved(&app).await;
        let name = proof.uuid().unwrap();
        assert_eq!(revoke(&stranger(&app).await, name, &wish()).await.code(), "404 not_found");
        for role in [Role::Teacher, Role::Reviewer, Role::Regulator, Role::Operator] {
            assert_eq!(revoke(&app.person(&[role]).await, name, &wish()).await.code(), "403 forbidden");
        }
        assert_eq!(revoke(&learner, name, &wish()).await.code(), "403 forbidden");
        assert_eq!(revoke(&app.anonymous(), name, &wish()).await.code(), "401 unauthenticated");
        let own = admin(&app).await;
        assert_eq!(revoke(&own, Uuid::now_v7(), &wish()).await.code(), "404 not_found");
        let elsewhere = format!("/api/admin/classes/{}/proofs/{name}/revocation", app.closed_class);
        assert_eq!(own.post(&elsewhere, &wish()).await.code(), "404 not_found");
        for (body, code) in [
            (json!({"reason": "hours_corrected", "words": " "}), "422 invalid"),
            (json!({"reason": "hours_corrected", "words": "字".repeat(201)}), "422 invalid"),
            (json!({"reason": "hours_corrected", "words": "一\u{0}"}), "422 invalid"),
            (json!({"reason": "because", "words": "一"}), "400 malformed"),
        ] {
            assert_eq!(revoke(&own, name, &body).await.code(), code, "{body}");
        }
        assert_eq!(app.count("SELECT count(*) FROM proof_revocation").await, 0);
        assert_eq!(bits(&app).await, Bits::none_set());
    }

    async fn two_who_revoke_at_once_make_one_revocation(app) {
        let (_, proof) = proved(&app).await;
        let (one, two) = (admin(&app).await, admin(&app).await);
        let name = proof.uuid().unwrap();
        let body = wish();
        let (first, second) = tokio::join!(revoke(&one, name, &body), revoke(&two, name, &body));
        let mut codes = [first.code(), second.code()];
        codes.sort();
        assert_eq!(codes, ["200", "409 proof_revoked"]);
        assert_eq!(app.count("SELECT count(*) FROM evidence WHERE kind = 'proof_revoked/1'").await, 1);
    }

    async fn the_list_is_for_everybody(app) {
        let (_, proof) = proved(&app).await;
        let entry = proof.status.clone().unwrap();
        assert_eq!(entry.status_list_credential, "http://localhost/status/0");
        let answer = list(&app).await;
        assert_eq!(answer.headers["access-control-allow-origin"], "*");
        assert_eq!(answer.headers["cache-control"], "public, max-age=300");
        assert_eq!(answer.headers["content-type"], "application/json");
        schema::check(&app.document, "GET", "/status/0", 200, answer.body.as_ref());
        let document: StatusListCredential = answer.read();
        assert_eq!(document.id, entry.status_list_credential);
        assert_eq!(document.issuer, proof.issuer);
        assert_eq!(document.valid_from.0, app.running.app.clock.now());
        assert_eq!(document.valid_until.0.0 - document.valid_from.0.0, 86_400_000);
        for path in ["/status/1", "/status/x", "/status/-1", "/status/18446744073709551615"] {
            let answer = app.anonymous().get(path).await;
            assert_eq!(answer.code(), "404 not_found", "{path}");
        }
        // As everything that is signed, by plain http too.
        let mut request = app.anonymous().request("GET", "/status/0", None);
        request.headers_mut().insert("host", "192.168.1.7:8080".parse().unwrap());
        assert_eq!(app.anonymous().send(request).await.status, 200);
    }

    async fn the_address_of_the_server_is_in_what_it_issues(app) {
        app.running.app.address.set("https://zhenxue.example".parse().unwrap()).unwrap();
        let (_, proof) = proved(&app).await;
        let entry = proof.status.clone().unwrap();
        assert_eq!(entry.status_list_credential, "https://zhenxue.example/status/0");
        assert_eq!(list(&app).await.json()["id"], "https://zhenxue.example/status/0");
        assert!(matches!(judge(&app, &proof).await.revocation, Revocation::NotRevoked { .. }));
    }

    async fn the_matrix_says_that_the_proof_was_revoked(app) {
        let world = World::new(&app).await;
        let learner = world.ready().await;
        let proof = world.row(learner.person).await.proof.unwrap();
        let revocation = world.path(&format!("proofs/{}/revocation", proof.proof));
        app.clock.pass(1);
        assert_eq!(world.admin.post(&revocation, &wish()).await.status, 200);
        let row = world.row(learner.person).await;
        assert_eq!((row.missing, row.proof), (vec![Missing::ProofRevoked], None));
        assert_eq!(world.seal(&[learner.person]).await.code(), "409 not_ready");
        app.clock.pass(1);
        let replacement = world.prove(&learner, world.class).await;
        let row = world.row(learner.person).await;
        assert_eq!(row.missing, []);
        assert_eq!(row.proof.unwrap().proof, replacement.uuid().unwrap());
        assert_eq!(world.seal(&[learner.person]).await.code(), "sealed");
    }

    async fn a_reviewer_sees_what_was_revoked_after_the_sealing(app) {
        let world = World::new(&app).await;
        let (learners, claim) = world.sealed(2).await;
        let proof = world.row(learners[0].person).await.proof.unwrap();
        app.clock.pass(1);
        let revocation = world.path(&format!("proofs/{}/revocation", proof.proof));
        assert_eq!(world.admin.post(&revocation, &json!({"reason": "wrong_person", "words": "代学"})).await.status, 200);
        let reviewer = app.person(&[Role::Reviewer]).await;
        let path = format!("/api/review/claims/{}", claim.claim);
        let review: ClaimReview = reviewer.get(&path).await.read();
        for row in &review.rows {
            let revoked = row.person == learners[0].person;
            assert_eq!(row.machine, if revoked { Verdict::Revoked } else { Verdict::Valid });
            assert_eq!(row.revoked.as_ref().map(|one| one.words.as_str()), revoked.then_some("代学"));
        }
        let row: ReviewedLearner = reviewer.get(&format!("{path}/learners/{}", learners[0].person)).await.read();
        assert_eq!((row.row.machine, row.row.revoked.unwrap().reason), (Verdict::Revoked, RevocationReason::WrongPerson));
        // The pack itself is what it was: offline, nobody was asked.
        let pack = world.admin.get(&format!("/api/admin/claims/{}/pack", claim.claim)).await;
        let keys: PublicKeys = app.anonymous().get("/ledger/key").await.read();
        let files = contract::pack::archive::read(&pack.bytes).unwrap();
        let report = contract::pack::verify(&files, &TrustAnchors::from(keys));
        assert_eq!(report.verdict, Verdict::Valid);
        assert!(report.learners.iter().all(|row| row.revocation == Revocation::NotAsked));
        let list = StatusList::read(&list(&app).await.bytes);
        let asked = report.with_status(&[list], app.running.app.clock.now());
        assert_eq!((asked.verdict, asked.totals.learners), (Verdict::Revoked, 1));
    }
}

#[tokio::test]
async fn places_are_drawn_once_and_the_next_list_begins_when_one_is_half_full() {
    use zhenxue::store::status_entries;
    let app = TestApp::new(Store::Sqlite).await.unwrap();
    let db = &app.running.app.db;
    let tx = db.begin().await.unwrap();
    let mut seen = std::collections::HashSet::new();
    for _ in 0..300 {
        let place = status_entries::draw(&tx, Uuid::now_v7()).await.unwrap();
        assert_eq!(place.list, 0);
        assert!(seen.insert(place.index));
    }
    // Drawn, not counted: three hundred of them lie all over the list.
    assert!(seen.iter().any(|place| *place > 65_536));
    tx.commit().await.unwrap();
    app.sql(
        "WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 131071)
         INSERT INTO status_entry (list, idx, proof_id) SELECT 0, i, randomblob(16) FROM n
         WHERE i NOT IN (SELECT idx FROM status_entry) LIMIT 65236",
    )
    .await
    .unwrap();
    let tx = db.begin().await.unwrap();
    let next = status_entries::draw(&tx, Uuid::now_v7()).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(next.list, 1);
    assert_eq!(app.anonymous().get("/status/1").await.status, 200);
    assert_eq!(
        app.anonymous().get("/status/2").await.code(),
        "404 not_found"
    );
}
