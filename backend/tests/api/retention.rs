//! How long data is kept: nothing of a class goes before five years, what goes then goes for ever, and all that was proved stays proved.

use crate::{
    acting::{answer, appeal_stretch},
    claims::helpers::World,
    harness::{Client, TestApp, text},
    on_both,
    replay::{run, sequence},
    roster::helpers::stranger,
};
use contract::{
    account::Role,
    acting::AppealMark,
    board::StaffClass,
    claim::ClaimSummary,
    class::MyClass,
    credential::Moment,
    record::{ClassDeleted, Record},
    roster::InstitutionClass,
    verify::{PublicKeys, TrustAnchors, Verdict, verify},
};
use sea_orm::DbBackend;
use serde_json::json;
use study::{ClassId, Reason, SpanState, Timestamp};
use uuid::Uuid;
use zhenxue::{
    retention::{self, Forgotten, NotDeleted, kept_until},
    store::{
        catalogue::{self, NewClass},
        claims::packs,
        evidence::{self, NewEvidence},
        time, to_json,
    },
};

const DAY: u64 = 86_400_000;

async fn delete(app: &TestApp, class: ClassId) -> Result<ClassDeleted, NotDeleted> {
    let state = &app.running.app;
    retention::delete(&state.db, &state.keys, class, now(app)).await
}

fn now(app: &TestApp) -> Timestamp {
    app.running.app.clock.now()
}

/// Moves the clock to `at`, which is later.
fn move_to(app: &TestApp, at: Timestamp) {
    app.clock.pass(at.0 - now(app).0);
}

/// Everything that a deletion could touch, counted.
async fn standing(app: &TestApp) -> Vec<i64> {
    let mut counts = Vec::new();
    for sql in [
        "SELECT count(*) FROM person WHERE length(key_sealed) > 0",
        "SELECT count(*) FROM class_key WHERE key_sealed IS NOT NULL",
        "SELECT count(*) FROM claim_pack WHERE length(pack_sealed) > 0",
        "SELECT count(*) FROM claim_entry",
        "SELECT count(*) FROM evidence",
        "SELECT count(*) FROM class_deletion",
        "SELECT count(*) FROM class WHERE deleted_at IS NOT NULL",
    ] {
        counts.push(app.count(sql).await);
    }
    counts
}

/// A literal of a name in the database at hand.
fn name(app: &TestApp, id: Uuid) -> String {
    match app.running.app.db.backend() {
        DbBackend::Sqlite => format!("x'{}'", id.simple()),
        _ => format!("'{id}'"),
    }
}

/// Puts `client` into a new class that begins now.
async fn enrolled_anew(world: &World<'_>, client: &Client<'_>) -> ClassId {
    let class = world.class_of(world.app.institution).await;
    let state = &world.app.running.app;
    let tx = state.db.begin().await.unwrap();
    catalogue::enrol(&tx, class, client.person, state.clock.now())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    class
}

on_both! {
    async fn a_class_goes_after_five_years_and_what_was_proved_stays(app) {
        let world = World::new(&app).await;
        let (learners, claim) = world.sealed(2).await;
        let [leaving, staying] = &learners[..] else { panic!() };
        let path = format!("/api/my/classes/{}/proofs", world.class);
        let proof = leaving.post(&path, &json!({})).await.bytes;
        let ends_at = time(world.class_row().await.ends_at);
        sequence(&app).await;
        // Three years later one of them is trained again.
        app.clock.pass(3 * 365 * DAY);
        let younger = enrolled_anew(&world, staying).await;
        let before = standing(&app).await;
        assert_eq!(before[1..4], [1, 1, 6]);

        move_to(&app, Timestamp(kept_until(ends_at).0 - DAY));
        let refused = delete(&app, world.class).await.unwrap_err();
        assert!(matches!(refused, NotDeleted::TooEarly { from: Moment(from), .. } if from == ends_at), "{refused}");
        assert_eq!(standing(&app).await, before);
        app.clock.pass(DAY - 1);
        assert!(matches!(delete(&app, world.class).await, Err(NotDeleted::TooEarly { .. })));

        app.clock.pass(DAY + 1);
        let deleted = delete(&app, world.class).await.unwrap();
        let expected = ClassDeleted {
            class: world.class,
            counted_from: ends_at,
            learners: 2,
            people: 1,
            packs: 1,
            words: 6,
            by: "operator".to_owned(),
            at: now(&app),
        };
        assert_eq!(deleted, expected);
        let record = to_json(&Record::ClassDeleted(expected)).unwrap();
        assert_eq!(app.count(&format!("SELECT count(*) FROM evidence WHERE record = '{record}'")).await, 1);
        assert_eq!(standing(&app).await[..4], [before[0] - 1, 0, 0, 6]);
        assert!(matches!(delete(&app, world.class).await, Err(NotDeleted::Before(..))));
        let gone = app.count("SELECT count(*) FROM person WHERE length(key_sealed) + length(name_sealed) + length(id_number_sealed) + length(phone_sealed) = 0").await;
        assert_eq!(gone, 1);

        // Whoever has it open is told, and nothing breaks.
        let admin = app.person(&[Role::Admin]).await;
        let (class, claim) = (world.class, claim.claim);
        let reviewer = app.person(&[Role::Reviewer]).await;
        for (who, path) in [
            (&admin, world.path("claim-matrix")),
            (&admin, world.path("roster")),
            (&admin, world.path("proofs")),
            (&admin, format!("/api/staff/classes/{class}/board")),
            (&admin, format!("/api/staff/classes/{class}/days")),
            (&admin, format!("/api/staff/classes/{class}/learners/{}/days", staying.person)),
            (&admin, format!("/api/admin/claims/{claim}/pack")),
            (&reviewer, format!("/api/review/claims/{claim}")),
            (&reviewer, format!("/api/review/claims/{claim}/pack")),
            (&reviewer, format!("/api/review/claims/{claim}/learners/{}", leaving.person)),
        ] {
            assert_eq!(who.get(&path).await.code(), "410 class_deleted", "{path}");
        }
        let at = Some(now(&app));
        let claims: Vec<ClaimSummary> = reviewer.get("/api/review/claims").await.read();
        assert_eq!(claims.iter().map(|one| one.deleted_at).collect::<Vec<_>>(), [at]);
        let classes: Vec<StaffClass> = admin.get("/api/staff/classes").await.read();
        let of = |class| classes.iter().find(|one| one.class == class).unwrap().deleted_at;
        assert_eq!((of(class), of(younger)), (at, None));
        let classes: Vec<InstitutionClass> = admin.get("/api/admin/classes").await.read();
        let of = |class| classes.iter().find(|one| one.class == class).unwrap().deleted_at;
        assert_eq!((of(class), of(younger)), (at, None));
        assert_eq!(stranger(&app).await.get(&world.path("roster")).await.code(), "404 not_found");

        // Who is trained again keeps their account and their younger class; who is not is nobody any more.
        let staying = app.signed_in(staying.person, staying.identity).await;
        assert_eq!(staying.get("/api/me").await.json()["name"], "测试员");
        assert_eq!(staying.get(&format!("/api/my/classes/{class}")).await.code(), "410 class_deleted");
        let mine: MyClass = staying.get(&format!("/api/my/classes/{younger}")).await.read();
        assert_eq!(mine.class, younger);
        let mine: Vec<MyClass> = staying.get("/api/my/classes").await.read();
        let of = |class| mine.iter().find(|one| one.class == class).unwrap().deleted_at;
        assert_eq!((of(class), of(younger)), (at, None));
        assert_eq!(staying.get("/api/my/days").await.status, 200);
        let account = json!({"account": leaving.identity.phone(), "password": crate::harness::PASSWORD, "device": "测试机"});
        assert_eq!(app.anonymous().post("/api/sign-ins", &account).await.code(), "401 wrong_credentials");

        sequence(&app).await;
        assert_eq!(run(&app).await.differences, Vec::<String>::new());
        let keys: PublicKeys = app.anonymous().get("/ledger/key").await.read();
        let report = verify(&proof, &TrustAnchors::from(keys.clone()));
        assert_eq!((report.verdict, report.faults), (Verdict::Valid, vec![]));
        drop(learners);
        drop(world);
        if app.running.app.db.backend() == DbBackend::Sqlite {
            let app = app.restarted(&crate::harness::models()).await;
            assert_eq!(run(&app).await.differences, Vec::<String>::new());
        }
    }

    async fn the_newest_evidence_puts_it_off(app) {
        let world = World::new(&app).await;
        let learner = world.ready().await;
        let ends_at = time(world.class_row().await.ends_at);
        move_to(&app, ends_at.plus(study::Millis(90 * DAY)));
        let late = now(&app);
        let state = &app.running.app;
        let tx = state.db.begin().await.unwrap();
        let new = NewEvidence {
            kind: "claim_decided/1",
            person: Some(learner.person),
            class: Some(world.class),
            session: None,
            record: "{}".to_owned(),
        };
        evidence::append(&tx, &[new], late).await.unwrap();
        tx.commit().await.unwrap();
        move_to(&app, kept_until(ends_at));
        let refused = delete(&app, world.class).await.unwrap_err().to_string();
        assert!(refused.contains(&Moment(kept_until(late)).to_string()), "{refused}");
        move_to(&app, kept_until(late));
        assert_eq!(delete(&app, world.class).await.unwrap().counted_from, late);
        let nothing = ClassId(Uuid::from_u128(1));
        assert!(matches!(delete(&app, nothing).await, Err(NotDeleted::NoClass(_))));
    }

    async fn the_database_itself_refuses_what_comes_too_early(app) {
        let world = World::new(&app).await;
        let learner = world.ready().await;
        let (class, person) = (name(&app, world.class.0), name(&app, learner.person.0));
        let record = "(SELECT max(id) FROM evidence)";
        let record = if app.running.app.db.backend() == DbBackend::Sqlite { record } else { "(SELECT id FROM evidence LIMIT 1)" };
        let until = kept_until(time(world.class_row().await.ends_at)).0;
        let day_before = format!("INSERT INTO class_deletion VALUES ({class}, 0, {}, {record})", until - DAY);
        let empty = if app.running.app.db.backend() == DbBackend::Sqlite { "x''" } else { "''::bytea" };
        for (sql, why) in [
            (day_before, "five years"),
            (format!("UPDATE class_key SET key_sealed = NULL WHERE class_id = {class}"), "as long as the class"),
            (format!("DELETE FROM class_key WHERE class_id = {class}"), "as long as the class"),
            (format!("UPDATE person SET key_sealed = {empty} WHERE id = {person}"), "as long as their classes"),
        ] {
            let error = app.sql(&sql).await.unwrap_err().to_string();
            assert!(error.contains(why), "{sql}: {error}");
        }
        let in_time = format!("INSERT INTO class_deletion VALUES ({class}, 0, {until}, {record})");
        app.sql(&in_time).await.unwrap();
        for sql in [
            format!("UPDATE class_deletion SET deleted_at = 0 WHERE class_id = {class}"),
            format!("DELETE FROM class_deletion WHERE class_id = {class}"),
        ] {
            let error = app.sql(&sql).await.unwrap_err().to_string();
            assert!(error.contains("append-only"), "{sql}: {error}");
        }
    }

    async fn words_of_appeals_go_with_their_class(app) {
        let (learner, teacher) = (app.learner().await, app.person(&[Role::Teacher]).await);
        let mut studying = learner.study(app.short_unit).await;
        studying.watch(20_000).await;
        studying.spend(SpanState::Hidden, 9_000).await;
        studying.watch(9_000).await;
        studying.spend(SpanState::Hidden, 9_000).await;
        studying.end().await;
        let record = learner.get("/api/my/days").await;
        let session = &record.json()[0]["sessions"][0];
        let stretches = session["stretches"].as_array().unwrap();
        let last = stretches.iter().rfind(|one| one["reason"] == "hidden").unwrap();
        let about = json!({"what": "stretch", "session": session["session"], "from": last["from"], "reason": "hidden"});
        let again = json!({"about": about, "text": "再说一次"});
        let mark: AppealMark = appeal_stretch(&learner, Reason::Hidden).await.read();
        assert_eq!(answer(&teacher, mark.appeal, false).await.status, 200);
        let from = "SELECT count(*) FROM class_key WHERE key_sealed IS NOT NULL";
        assert_eq!(app.count(from).await, 1);
        sequence(&app).await;
        // They are in a class that has only begun, so their own key stays.
        app.clock.pass(6 * 365 * DAY);
        let state = &app.running.app;
        let tx = state.db.begin().await.unwrap();
        let row = state.rules.get(&tx, rules_of_open_class(&app).await).await.unwrap();
        let rules = catalogue::add_rules(&tx, &row, now(&app)).await.unwrap();
        let course = catalogue::add_course(&tx, &text("新课", "New"), now(&app)).await.unwrap();
        let new = NewClass {
            institution: app.institution,
            course,
            rules,
            name: &text("新班", "New"),
            open: false,
            starts_at: now(&app),
            ends_at: now(&app).plus(study::Millis(DAY)),
        };
        let class = catalogue::add_class(&tx, new, now(&app)).await.unwrap();
        catalogue::enrol(&tx, class, learner.person, now(&app)).await.unwrap();
        tx.commit().await.unwrap();
        let deleted = delete(&app, app.open_class).await.unwrap();
        assert_eq!((deleted.words, deleted.people), (2, 0));
        assert_eq!(app.count(from).await, 0);
        sequence(&app).await;
        assert_eq!(run(&app).await.differences, Vec::<String>::new());
        let learner = app.signed_in(learner.person, learner.identity).await;
        assert_eq!(learner.get("/api/my/days?from=20775&to=20785").await.code(), "200");
        let teacher = app.signed_in(teacher.person, teacher.identity).await;
        assert_eq!(teacher.get("/api/staff/appeals").await.code(), "200");
        // No key is left that further words could be sealed under.
        assert_eq!(learner.post("/api/my/appeals", &again).await.code(), "404 not_found");
    }

    async fn packs_from_before_get_the_key_of_their_class(app) {
        let world = World::new(&app).await;
        let (_, claim) = world.sealed(1).await;
        let path = format!("/api/admin/claims/{}/pack", claim.claim);
        let pack = world.admin.get(&path).await.bytes;
        let sealed = hex::encode(sealed_long_ago(&app, claim.claim, &pack));
        let sealed = match app.running.app.db.backend() {
            DbBackend::Sqlite => format!("x'{sealed}'"),
            _ => format!("'\\x{sealed}'::bytea"),
        };
        app.sql(&format!("UPDATE claim_pack SET pack_sealed = {sealed}, under_class_key = FALSE")).await.unwrap();
        let state = &app.running.app;
        let seal_anew = async || packs::seal_anew(&state.db, &state.keys, now(&app)).await.unwrap();
        assert_eq!((seal_anew().await, seal_anew().await), (1, 0));
        assert_eq!(world.admin.get(&path).await.bytes, pack);
    }

    async fn what_ends_by_itself_is_taken_out_by_the_job(app) {
        let learner = app.learner().await;
        learner.get("/api/me").await;
        let state = &app.running.app;
        assert_eq!(retention::forget(state).await.unwrap(), Forgotten::default());
        app.clock.pass(retention::SIGN_IN_IDLE_MS.0 + retention::SIGN_IN_KEPT_MS.0 - DAY);
        assert_eq!(retention::forget(state).await.unwrap().sign_ins, 0);
        app.clock.pass(2 * DAY);
        assert_eq!(retention::forget(state).await.unwrap().sign_ins, 1);
        assert_eq!(app.count("SELECT count(*) FROM sign_in").await, 0);
    }
}

/// The rules of the open class.
async fn rules_of_open_class(app: &TestApp) -> contract::Digest {
    use sea_orm::EntityTrait;
    let row = zhenxue::store::entities::class::Entity::find_by_id(app.open_class.0)
        .one(&app.running.app.db.read)
        .await
        .unwrap()
        .unwrap();
    zhenxue::store::digest(&row.rules_hash).unwrap()
}

/// A pack as servers kept it before classes had keys: under the master key.
fn sealed_long_ago(app: &TestApp, claim: Uuid, pack: &[u8]) -> Vec<u8> {
    use aes_gcm_siv::{
        Aes256GcmSiv, KeyInit, Nonce,
        aead::{Aead, Payload},
    };
    use hmac::{Hmac, Mac};
    let master = std::fs::read_to_string(app.folder.path().join("keys/master")).unwrap();
    let master = hex::decode(master.trim()).unwrap();
    let mut mac = <Hmac<sha2::Sha256> as KeyInit>::new_from_slice(&master).unwrap();
    mac.update(b"zhenxue wrapping v1");
    let wrapping: [u8; 32] = mac.finalize().into_bytes().into();
    let nonce = [9; 12];
    let aad = [claim.as_bytes(), &b"claim pack"[..]].concat();
    let sealed = Aes256GcmSiv::new((&wrapping).into())
        .encrypt(
            &Nonce::from(nonce),
            Payload {
                msg: pack,
                aad: &aad,
            },
        )
        .unwrap();
    [&nonce[..], &sealed].concat()
}
