//! /api/admin/classes/{class}/claims, /api/admin/claims/{claim}/pack, /api/admin/claims/{claim}/withdrawal

use super::helpers::{Sealed, World, begin, ended, path, receipt, seal, sealing};
use crate::{
    harness::{Client, NOON, TestApp},
    on_both,
    roster::helpers::{choices, stranger},
};
use contract::{
    Digest, ErrorCode,
    account::Role,
    claim::{ClaimState, ClaimSummary, ReviewedLearner},
    pack::{Files, NoPdf, PackReport, archive, verify},
    sealing::{SealRun, SealStep},
    verify::{PublicKeys, TrustAnchors, Verdict},
};
use study::{ClassHours, PersonId};
use zhenxue::{
    claims::seal::{NotSealed, Wish, keep, prepare},
    runs::Going,
    store::catalogue,
};

/// A claim for one learner, as the admin of the class wishes it.
fn wish(who: PersonId, world: &World<'_>) -> Wish {
    Wish {
        learners: [who].into(),
        by: world.admin.person,
    }
}

fn pack_path(claim: &ClaimSummary) -> String {
    format!("/api/admin/claims/{}/pack", claim.claim)
}

/// Verifies as a stranger would who has only the public keys.
async fn judge(app: &TestApp, files: &Files) -> PackReport {
    let keys: PublicKeys = app.anonymous().get("/ledger/key").await.read();
    verify(files, &TrustAnchors::from(keys))
}

async fn enrol(app: &TestApp, class: study::ClassId, person: PersonId) {
    let state = &app.running.app;
    let tx = state.db.begin().await.unwrap();
    catalogue::enrol(&tx, class, person, state.clock.now())
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

on_both! {
    async fn three_of_four_are_sealed_and_the_pack_verifies(app) {
        let world = World::new(&app).await;
        let mut people = Vec::new();
        for _ in 0..3 {
            people.push(world.ready().await);
        }
        let left_out = world.ready().await;
        assert_eq!(world.exclude(left_out.person, Some("已退学")).await.code(), "204");
        let ids: Vec<PersonId> = people.iter().map(|one| one.person).collect();
        let claim = world.seal(&ids).await.claim();
        assert_eq!((claim.learners, claim.class_hours, claim.reviewed), (3, ClassHours(3), 0));
        assert_eq!((claim.state.clone(), claim.sealed_by.as_str()), (ClaimState::Sealed, "测试员"));

        let pack = world.admin.get(&pack_path(&claim)).await;
        assert_eq!(pack.status, 200);
        assert_eq!(pack.headers["content-type"], "application/zip");
        let name = format!("attachment; filename=\"claim-{}.zip\"", claim.claim);
        assert_eq!(pack.headers["content-disposition"], name.as_str());
        let mut files = archive::read(&pack.bytes).unwrap();
        let report = judge(&app, &files).await;
        assert_eq!(report.all_faults(), []);
        assert_eq!(report.verdict, Verdict::Valid);
        assert_eq!(report.digest, Some(claim.manifest));
        assert_eq!((report.totals.learners, report.totals.class_hours), (3, ClassHours(3)));
        assert_eq!(report.sample.len(), 3);
        let manifest = report.manifest.unwrap();
        assert_eq!(manifest.subject.excluded.len(), 1);
        assert_eq!(manifest.subject.excluded[0].reason, "已退学");
        // Each has the sheet of exactly this proof, signed.
        assert!(report.learners.iter().all(|row| row.has_pdf));
        for number in 1..=3 {
            let pdf = files[&format!("learners/{number:03}/proof.pdf")].as_deref().unwrap();
            let proof = files[&format!("learners/{number:03}/proof.json")].as_deref().unwrap();
            assert!(pdf.windows(proof.len()).any(|window| window == proof));
            assert!(pdf.windows(18).any(|window| window == b"/ETSI.CAdES.detach"));
        }
        let numbers: Vec<String> = report.learners.iter().map(|row| row.entry.clone().unwrap().opening.id_number).collect();
        for one in &people {
            assert!(numbers.contains(&one.identity.id_number()));
        }
        let roster = String::from_utf8(files["roster.csv"].clone().unwrap()).unwrap();
        assert!(roster.starts_with('\u{feff}') && roster.contains("LN2026000123") && roster.lines().count() == 4);
        assert!(!roster.contains(&people[0].identity.id_number()));
        let rules = files.keys().find(|path| path.starts_with("rules/")).unwrap().clone();
        let hash = Digest::of(&[files[&rules].as_deref().unwrap()]);
        assert_eq!(rules, format!("rules/{hash}.json"));

        // Bytes that somebody changes concern their row only.
        files.insert("learners/002/entry.json".to_owned(), Some(b"{}".to_vec()));
        let bent = judge(&app, &files).await;
        let verdicts: Vec<Verdict> = bent.learners.iter().map(|row| row.verdict).collect();
        assert_eq!(verdicts, [Verdict::Valid, Verdict::Invalid, Verdict::Valid]);

        // Again the same bytes, and each download is written down.
        assert_eq!(world.admin.get(&pack_path(&claim)).await.bytes, pack.bytes);
        assert_eq!(app.count("SELECT count(*) FROM access_log WHERE what = 'claim_pack'").await, 2);
        assert_eq!(app.count("SELECT count(*) FROM evidence WHERE kind = 'claim_sealed/1'").await, 1);
        let matrix = world.matrix().await;
        assert_eq!(matrix.claims, std::slice::from_ref(&claim));
        let claimed = matrix.rows.iter().filter(|row| row.claimed.as_ref().is_some_and(|one| one.claim == claim.claim)).count();
        assert_eq!(claimed, 3);
    }

    async fn only_who_is_ready_and_nobody_who_was_forgotten(app) {
        let world = World::new(&app).await;
        let (one, two) = (world.ready().await.person, world.ready().await.person);
        let late = world.studied().await.person;
        assert_eq!(world.seal(&[]).await.code(), "422 invalid");
        assert_eq!(world.seal(&[one, one]).await.code(), "422 invalid");
        assert_eq!(world.seal(&[one, two, late]).await.code(), "409 not_ready");
        assert_eq!(world.seal(&[one]).await.code(), "409 not_ready");
        let elsewhere = app.learner().await.person;
        assert_eq!(world.seal(&[one, two, elsewhere]).await.code(), "404 not_found");
        assert_eq!(world.exclude(two, Some("转班")).await.code(), "204");
        assert_eq!(world.seal(&[one, two]).await.code(), "409 not_ready");
        assert_eq!(app.count("SELECT count(*) FROM claim").await, 0);
        // Who is not ready is listed with what was missing.
        let claim = world.seal(&[one]).await.claim();
        let pack = world.admin.get(&pack_path(&claim)).await;
        let report = judge(&app, &archive::read(&pack.bytes).unwrap()).await;
        let reasons: Vec<String> = report.manifest.unwrap().subject.excluded.into_iter().map(|one| one.reason).collect();
        assert!(reasons.contains(&"转班".to_owned()));
        assert!(reasons.iter().any(|reason| reason.contains("证书未录入") && !reason.contains("理论")));
    }

    async fn more_credit_after_the_matrix_makes_the_proof_outdated(app) {
        let world = World::new(&app).await;
        let learner = app.learner_in(world.class).await;
        let mut studying = learner.study_in(world.class, world.unit).await;
        // Enough, but not all.
        studying.watch_long(2_640_000).await;
        world.prove(&learner, world.class).await;
        world.complete(&world.admin, world.class, learner.person).await;
        assert!(world.row(learner.person).await.is_ready());
        studying.watch_long(60_000).await;
        assert_eq!(world.seal(&[learner.person]).await.code(), "409 not_ready");
    }

    async fn one_person_and_course_is_claimed_for_once(app) {
        let world = World::new(&app).await;
        let (learners, first) = world.sealed(1).await;
        let learner = &learners[0];
        // Another class of the institution, and one of another institution.
        let other = stranger(&app).await;
        let elsewhere = choices(&other).await.institutions[0].institution;
        for (admin, class) in [(&world.admin, world.class_of(app.institution).await), (&other, world.class_of(elsewhere).await)] {
            enrol(&app, class, learner.person).await;
            let answer = seal(admin, class, &[learner.person]).await;
            assert_eq!(answer.code(), "409 already_claimed");
            let Sealed::AtOnce(answer) = answer else { panic!() };
            let text = String::from_utf8(answer.bytes).unwrap();
            assert!(text.contains(&first.claim.to_string()) && !text.contains("测试员"));
            let matrix: contract::claim::ClaimMatrix = admin.get(&path(class, "claim-matrix")).await.read();
            let claimed = matrix.rows[0].claimed.clone().unwrap();
            assert_eq!((claimed.claim, claimed.institution.zh.as_str()), (first.claim, "学校"));
            assert_eq!(matrix.claims, []);
        }
        assert_eq!(world.seal(&[learner.person]).await.code(), "409 already_claimed");
        // Taken back, they are free.
        let back: ClaimSummary = world.withdraw(&first).await.read();
        assert!(matches!(back.state, ClaimState::Withdrawn { ref reason, .. } if reason == "名单有误"));
        assert_eq!(world.withdraw(&first).await.code(), "409 claim_over");
        app.clock.pass(1);
        let second = world.seal(&[learner.person]).await.claim();
        assert_ne!(second.claim, first.claim);
        let claims: Vec<_> = world.matrix().await.claims.into_iter().map(|one| one.claim).collect();
        assert_eq!(claims, [second.claim, first.claim]);
        assert_eq!(app.count("SELECT count(*) FROM evidence WHERE kind = 'claim_withdrawn/1'").await, 1);
    }

    async fn of_two_at_once_one_is_sealed(app) {
        let world = World::new(&app).await;
        let who = world.ready().await.person;
        let colleague = app.person(&[Role::Admin]).await;
        assert_eq!(sealing(&world.admin, world.class).await, None);
        // Both press the button; the second finds what the first has begun.
        let building = app.running.app.claims.building().await;
        let whom = [who];
        let (one, two) = tokio::join!(begin(&world.admin, world.class, &whom), begin(&colleague, world.class, &whom));
        let (one, two): (SealRun, SealRun) = (one.read(), two.read());
        for run in [one, two] {
            assert_eq!((run.learners, run.done, run.by.as_str(), run.finished_at), (1, 0, "测试员", None));
        }
        while sealing(&colleague, world.class).await.unwrap().step != SealStep::Waiting {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        assert_eq!(world.matrix().await.run.unwrap().step, SealStep::Waiting);
        // For others than are under way there is a clear word; nothing more is begun.
        let other = world.ready().await.person;
        let answer = begin(&colleague, world.class, &[who, other]).await;
        assert_eq!(answer.code(), "409 sealing_under_way");
        assert_eq!(app.count("SELECT count(*) FROM claim").await, 0);
        drop(building);
        // Somebody new is ready meanwhile, so this claim is refused, and says so to whoever asks.
        let run = ended(&colleague, world.class).await;
        assert_eq!((run.claim, run.refused.unwrap().code), (None, ErrorCode::NotReady));
        let claim = world.seal(&[who, other]).await.claim();
        assert_eq!(sealing(&colleague, world.class).await.unwrap().claim, Some(claim.claim));
        assert_eq!(begin(&colleague, world.class, &[who, other]).await.code(), "409 already_claimed");
        assert_eq!(app.count("SELECT count(*) FROM claim").await, 1);
        assert_eq!(app.count("SELECT count(*) FROM claim_pack").await, 1);
    }

    async fn a_name_that_cannot_be_printed_holds_up_no_claim(app) {
        let world = World::new(&app).await;
        let rare = app.learner_in(world.class).await;
        rename(&app, &rare, "𫗦小明").await;
        world.study(&rare).await;
        world.prove(&rare, world.class).await;
        world.complete(&world.admin, world.class, rare.person).await;
        let other = world.ready().await;
        let claim = world.seal(&[rare.person, other.person]).await.claim();
        let pack = world.admin.get(&pack_path(&claim)).await;
        let report = judge(&app, &archive::read(&pack.bytes).unwrap()).await;
        assert_eq!((report.verdict, report.all_faults()), (Verdict::Valid, vec![]));
        let why = NoPdf::GlyphMissing { character: "𫗦".to_owned(), place: "/credentialSubject/name".to_owned() };
        for row in &report.learners {
            let is_rare = row.entry.as_ref().unwrap().opening.name == "𫗦小明";
            assert_eq!((row.has_pdf, row.no_pdf.as_ref()), (!is_rare, is_rare.then_some(&why)));
        }
        // The reviewer sees it.
        let reviewer = app.person(&[Role::Reviewer]).await;
        for (person, no_pdf) in [(rare.person, Some(why)), (other.person, None)] {
            let path = format!("/api/review/claims/{}/learners/{person}", claim.claim);
            let learner: ReviewedLearner = reviewer.get(&path).await.read();
            assert_eq!(learner.no_pdf, no_pdf);
        }
    }

    async fn more_than_a_claim_can_hold_is_to_be_split(app) {
        let world = World::new(&app).await;
        let many: Vec<PersonId> = (0..2_001).map(|n| PersonId(uuid::Uuid::from_u128(n))).collect();
        let answer = begin(&world.admin, world.class, &many).await;
        assert_eq!(answer.code(), "409 claim_too_large");
        assert!(answer.json()["message"].as_str().unwrap().contains("split the class"));
    }

    async fn sealing_is_another_institutions_own_affair(app) {
        let world = World::new(&app).await;
        let who = world.ready().await.person;
        let stranger = stranger(&app).await;
        assert_eq!(stranger.get(&world.path("claims")).await.code(), "404 not_found");
        assert_eq!(begin(&stranger, world.class, &[who]).await.code(), "404 not_found");
    }

    async fn what_changes_while_the_pack_is_built_is_noticed(app) {
        let world = World::new(&app).await;
        let who = world.ready().await.person;
        let state = &app.running.app;
        let wish = wish(who, &world);
        let prepared = async || {
            let run = Going::new(SealRun::begun(NOON, String::new(), 1));
            prepare(state, world.class_row().await, &wish, &run).await.unwrap()
        };
        // A correction.
        let built = prepared().await;
        assert_eq!(world.enter(&receipt(who)).await.code(), "204");
        assert!(matches!(keep(state, built).await, Err(NotSealed::NotReady(_))));
        // Somebody new.
        let built = prepared().await;
        app.learner_in(world.class).await;
        assert!(matches!(keep(state, built).await, Err(NotSealed::NotReady(_))));
        // Two of them at the last step, which only the database can tell.
        let (one, two) = (prepared().await, prepared().await);
        keep(state, one).await.unwrap();
        assert!(matches!(keep(state, two).await, Err(NotSealed::AlreadyClaimed(earlier)) if earlier.len() == 1));
        assert_eq!(app.count("SELECT count(*) FROM evidence WHERE kind = 'claim_sealed/1'").await, 1);
    }

    async fn a_claim_whose_server_died_before_the_ledger_answered_is_finished_by_whoever_asks(app) {
        let world = World::new(&app).await;
        let who = world.ready().await.person;
        let state = &app.running.app;
        let run = Going::new(SealRun::begun(NOON, String::new(), 1));
        let built = prepare(state, world.class_row().await, &wish(who, &world), &run).await.unwrap();
        assert_eq!((run.now().step, run.now().done), (SealStep::Verifying, 1));
        keep(state, built).await.unwrap();
        assert_eq!(app.count("SELECT count(*) FROM claim_pack WHERE finished_at IS NULL").await, 1);
        let claim = world.matrix().await.claims.remove(0);
        let path = pack_path(&claim);
        let (one, two) = tokio::join!(world.admin.get(&path), world.admin.get(&path));
        assert_eq!((one.status, &one.bytes), (200, &two.bytes));
        assert_eq!(judge(&app, &archive::read(&one.bytes).unwrap()).await.verdict, Verdict::Valid);
        assert_eq!(app.count("SELECT count(*) FROM claim_pack WHERE finished_at IS NULL").await, 0);
    }

    async fn a_proof_that_does_not_open_any_more_is_not_sealed(app) {
        let world = World::new(&app).await;
        let learner = world.ready().await;
        rename(&app, &learner, "改名后").await;
        let Sealed::Refused(reply) = world.seal(&[learner.person]).await else { panic!("not refused") };
        assert_eq!(reply.code, ErrorCode::NotReady);
        let message = reply.message;
        assert!(message.contains("learners/001/entry.json") && !message.contains("改名后"), "{message}");
        assert_eq!(app.count("SELECT count(*) FROM claim").await, 0);
    }

    async fn names_and_numbers_of_a_pack_are_nowhere_in_clear(app) {
        let world = World::new(&app).await;
        let (learners, _) = world.sealed(1).await;
        let number = learners[0].identity.id_number();
        let hex = hex::encode_upper(&number);
        let sql = if app.running.app.db.backend() == sea_orm::DbBackend::Sqlite {
            format!("SELECT count(*) FROM claim_pack WHERE instr(hex(pack_sealed), '{hex}') > 0 OR substr(hex(pack_sealed), 1, 8) = '504B0304'")
        } else {
            format!("SELECT count(*) FROM claim_pack WHERE position('{hex}' in upper(encode(pack_sealed, 'hex'))) > 0 OR upper(encode(substr(pack_sealed, 1, 4), 'hex')) = '504B0304'")
        };
        assert_eq!(app.count(&sql).await, 0);
        assert_eq!(app.count("SELECT count(*) FROM claim_pack").await, 1);
    }
}

/// The person has another name now.
async fn rename(app: &TestApp, learner: &Client<'_>, name: &str) {
    use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait};
    use zhenxue::store::entities::person;
    let state = &app.running.app;
    let row = person::Entity::find_by_id(learner.person.0)
        .one(&state.db.read)
        .await
        .unwrap()
        .unwrap();
    let key = state.keys.person(row.id, &row.key_sealed).unwrap();
    let tx = state.db.begin().await.unwrap();
    let mut row: person::ActiveModel = row.into();
    row.name_sealed = Set(key.seal("name", name).unwrap());
    row.update(&tx).await.unwrap();
    tx.commit().await.unwrap();
}
