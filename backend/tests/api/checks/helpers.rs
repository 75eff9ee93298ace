//! A learner with an enrolled face, and the ways to answer and to judge without any pixels.

use crate::harness::{Client, Studying, TestApp};
use contract::{
    Digest,
    class::MyClass,
    face::{Challenge, CheckId, CheckStatus, ClassChecks, FaceHint, HumanVerdict, SignalSeen},
    record::Record,
};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use study::{Millis, PersonId, Reason, SpanState};
use zhenxue::{
    checks::{self, Check, Claim, Decision, NotDecided, NotDrawn, NotTaken, Settlement, Verdict},
    jobs,
    replay::{ReplayKeys, replay},
    store::{
        commit,
        entities::{evidence, face_enrolment, identity_way},
    },
};

/// A new learner in the class with face checks, whose face is enrolled and confirmed.
pub async fn learner(app: &TestApp) -> Client<'_> {
    let client = app.learner_in(app.checked_class).await;
    choose(app, client.person, "face").await;
    enrol(app, client.person, "confirmed").await;
    client
}

/// Chooses a way of showing one's identity.
pub async fn choose(app: &TestApp, person: PersonId, way: &str) {
    let state = &app.running.app;
    let tx = state.db.begin().await.unwrap();
    let now = checks::after_beats(&tx, person, state.clock.now())
        .await
        .unwrap();
    identity_way::Entity::insert(identity_way::ActiveModel {
        id: Set(uuid::Uuid::now_v7()),
        person_id: Set(person.0),
        way: Set(way.into()),
        text: Set("a text".into()),
        chosen_at: Set(i64::try_from(now.0).unwrap()),
    })
    .exec_without_returning(&tx)
    .await
    .unwrap();
    commit(tx).await.unwrap();
}

/// Enters an enrolment in this state.
pub async fn enrol(app: &TestApp, person: PersonId, state: &str) {
    let tx = app.running.app.db.begin().await.unwrap();
    face_enrolment::Entity::insert(face_enrolment::ActiveModel {
        id: Set(uuid::Uuid::now_v7()),
        person_id: Set(person.0),
        state: Set(state.into()),
        at: Set(i64::try_from(app.running.app.clock.now().0).unwrap()),
        template_sealed: Set(vec![1]),
        models: Set(vec![2; 32]),
        n_shots: Set(3),
        camera: Set("a camera".into()),
        look_alike: Set(false),
        decided_by: Set(None),
        decided_at: Set(None),
        reason: Set(None),
    })
    .exec_without_returning(&tx)
    .await
    .unwrap();
    commit(tx).await.unwrap();
}

/// Staff says something about the enrolment of `person`.
pub async fn decide_enrolment(app: &TestApp, person: PersonId, staff: PersonId, confirmed: bool) {
    let state = &app.running.app;
    let word = if confirmed { "confirmed" } else { "refused" };
    app.sql(&format!("UPDATE face_enrolment SET state = '{word}'"))
        .await
        .unwrap();
    let tx = state.db.begin().await.unwrap();
    let (keys, book, now) = (&state.keys, &state.rules, state.clock.now());
    checks::enrolment_decided(&tx, keys, book, person, staff, confirmed, now)
        .await
        .unwrap();
    commit(tx).await.unwrap();
}

/// Answers a challenge; the verdict is still to come.
pub async fn answer(
    app: &TestApp,
    person: PersonId,
    check: CheckId,
    nonce: Digest,
) -> Result<Check, NotTaken> {
    let state = &app.running.app;
    let tx = state.db.begin().await.unwrap();
    let claim = Claim {
        passed: true,
        camera: "a camera".into(),
        models: Digest([2; 32]),
    };
    let taken = checks::take(&tx, person, check, nonce, &claim, state.clock.now()).await?;
    commit(tx).await.unwrap();
    Ok(taken.check)
}

/// Gives the verdict on an answer.
pub async fn judge(app: &TestApp, check: CheckId, decision: Decision) -> Settlement {
    let state = &app.running.app;
    let verdict = Verdict {
        decision,
        models: Digest([2; 32]),
        frames: vec![Digest([3; 32]), Digest([4; 32])],
        distance_ppm: Some(310_000),
        signals: vec![SignalSeen {
            signal: "head_action_not_seen".into(),
            frame: Some(1),
        }],
        hints: vec![FaceHint::TooDark],
    };
    let tx = state.db.begin().await.unwrap();
    let now = state.clock.now();
    let settled = checks::settle_verdict(&tx, &state.keys, &state.rules, check, &verdict, now)
        .await
        .unwrap();
    commit(tx).await.unwrap();
    settled
}

/// Answers a challenge of `client` and has it judged.
pub async fn settle(client: &Client<'_>, challenge: &Challenge, decision: Decision) -> Settlement {
    let app = client.app;
    answer(app, client.person, challenge.check, challenge.nonce)
        .await
        .unwrap();
    judge(app, challenge.check, decision).await
}

/// Asks for a check.
pub async fn make_up(client: &Client<'_>) -> Result<Challenge, NotDrawn> {
    let (app, state) = (client.app, &client.app.running.app);
    let tx = state.db.begin().await.unwrap();
    let (keys, book, now) = (&state.keys, &state.rules, state.clock.now());
    let class = app.checked_class;
    let drawn = checks::make_up(&tx, keys, book, client.person, class, now).await?;
    commit(tx).await.unwrap();
    Ok(drawn)
}

/// A human decides.
pub async fn decide(
    app: &TestApp,
    check: CheckId,
    staff: PersonId,
    verdict: HumanVerdict,
) -> Result<Check, NotDecided> {
    let state = &app.running.app;
    let tx = state.db.begin().await.unwrap();
    let (keys, book, now) = (&state.keys, &state.rules, state.clock.now());
    let row = checks::decide(&tx, keys, book, check, staff, verdict, "seen", now).await?;
    commit(tx).await.unwrap();
    Ok(row)
}

/// How far a check of `client` is.
pub async fn status(client: &Client<'_>, check: CheckId) -> CheckStatus {
    let state = &client.app.running.app;
    let (db, now) = (&state.db.read, state.clock.now());
    checks::status(db, &state.rules, client.person, check, now)
        .await
        .unwrap()
}

/// The class with face checks as `client` sees it.
pub async fn class(client: &Client<'_>) -> MyClass {
    let path = format!("/api/my/classes/{}", client.app.checked_class);
    client.get(&path).await.read()
}

/// Where `client` stands in it.
pub async fn standing(client: &Client<'_>) -> ClassChecks {
    class(client).await.checks.unwrap()
}

/// Starts to study there, with the day's sign-in passed.
pub async fn studying<'a>(client: &'a Client<'_>) -> Studying<'a> {
    let studying = client
        .study_in(client.app.checked_class, client.app.long_unit)
        .await;
    let checks = studying.started.checks.as_ref().unwrap();
    if let Some(open) = &checks.open {
        settle(client, open, Decision::Pass).await;
    }
    studying
}

/// Watches until a check is drawn: the challenge, and the credit until then.
pub async fn until_drawn(studying: &mut Studying<'_>) -> (Challenge, u64) {
    let mut credited = 0;
    for _ in 0..10 {
        let receipt = studying.watch(10_000).await;
        credited += receipt.decision.credited_ms().0;
        if let Some(challenge) = receipt.check {
            return (challenge, credited);
        }
    }
    panic!("no check after {credited} ms");
}

/// Lets a check go unanswered, the film playing on: what was credited until the deadline, and that nothing was after it.
pub async fn ignore(studying: &mut Studying<'_>) -> u64 {
    let before = studying.watch(50_000).await;
    assert_eq!(before.check, None);
    let late = studying.spend(SpanState::Watching, 10_000).await;
    assert_eq!(late.decision.credited_ms(), Millis::ZERO);
    assert!(
        late.decision
            .refusals
            .iter()
            .all(|refusal| refusal.reason == Reason::CheckOverdue)
    );
    jobs::settle_checks(&studying.client.app.running.app)
        .await
        .unwrap();
    50_000
}

/// The records of one kind, oldest first.
pub async fn records(app: &TestApp, kind: &str) -> Vec<Record> {
    evidence::Entity::find()
        .filter(evidence::Column::Kind.eq(kind))
        .order_by_asc(evidence::Column::Id)
        .all(&app.running.app.db.read)
        .await
        .unwrap()
        .iter()
        .map(|row| serde_json::from_str(&row.record).unwrap())
        .collect()
}

/// What replaying finds.
pub async fn differences(app: &TestApp) -> Vec<String> {
    let keys = ReplayKeys::read(app.folder.path()).unwrap();
    replay(&app.running.app.db.read, &keys)
        .await
        .unwrap()
        .differences
}

/// Replaying finds nothing.
pub async fn is_honest(app: &TestApp) {
    assert_eq!(differences(app).await, Vec::<String>::new());
}
