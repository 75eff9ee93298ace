//! A learner before a camera, a teacher, and the page between them and the server.

use super::camera::{Someone, Turn, frame};
use crate::harness::{Answer, Client, TestApp, models, text};
use contract::{
    Digest,
    account::Role,
    face::{
        Bytes, Challenge, CheckAnswer, CheckId, CheckState, CheckStatus, CheckToReview, Enrol,
        EnrolmentToConfirm, Frame, HeadAction, MyFace,
    },
};
use face::{FaceNets, Limits, quality::QualityRules};
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use std::{
    num::NonZeroUsize,
    sync::{Arc, LazyLock},
};
use study::{CourseId, FaceChecks, Millis, RandomChecks, Rules};
use zhenxue::{
    faces::{CONSENT_TEXT, judging, models::Models},
    store::{
        catalogue::{self, NewClass},
        entities::class,
    },
};

/// The app with a class with face checks, none of which is ever drawn by chance: only those that a test asks for.
pub async fn calm(mut app: TestApp) -> TestApp {
    let state = &app.running.app;
    let now = state.clock.now();
    let never = Millis(1 << 40);
    let rules = Rules {
        version: "calm".into(),
        face_checks: FaceChecks::Random(RandomChecks {
            mean_ms: never,
            gap_max_ms: never,
            ..RandomChecks::DEFAULT
        }),
        ..Rules::liaoning_2026()
    };
    let tx = state.db.begin().await.unwrap();
    let course = class::Entity::find_by_id(app.checked_class.0)
        .one(&tx)
        .await
        .unwrap()
        .unwrap()
        .course_id;
    let class = NewClass {
        institution: app.institution,
        course: CourseId(course),
        rules: catalogue::add_rules(&tx, &rules, now).await.unwrap(),
        name: &text("静班", "Calm"),
        open: false,
        starts_at: now,
        ends_at: now.plus(Millis(30 * 86_400_000)),
    };
    let class = catalogue::add_class(&tx, class, now).await.unwrap();
    tx.commit().await.unwrap();
    app.checked_class = class;
    app
}

/// The page's own nets.
fn nets() -> &'static FaceNets {
    static NETS: LazyLock<Arc<FaceNets>> = LazyLock::new(|| {
        Models::open(&models(), NonZeroUsize::MIN)
            .unwrap()
            .nets()
            .unwrap()
    });
    &NETS
}

/// The hash of the manifest that the page judges with.
pub fn manifest() -> Digest {
    nets().manifest_sha256().parse().unwrap()
}

/// A frame with what the page's worker makes of it.
pub fn seen(jpeg: Vec<u8>, at_ms: u64) -> Frame {
    let reading = nets()
        .read(&jpeg, Limits::FRAME, &QualityRules::CHECK)
        .unwrap();
    Frame {
        jpeg: Bytes(jpeg),
        at_ms: Millis(at_ms),
        embedding: reading.face.map(|face| Bytes(face.embedding.to_bytes())),
    }
}

/// Frames as the page takes them, 400 ms apart.
pub fn film(jpegs: Vec<Vec<u8>>) -> Vec<Frame> {
    (0..)
        .step_by(400)
        .zip(jpegs)
        .map(|(at_ms, jpeg)| seen(jpeg, at_ms))
        .collect()
}

/// Somebody does what they are asked to do.
pub fn obey(who: Someone, action: HeadAction, seed: u32) -> Vec<Vec<u8>> {
    let turn = match action {
        HeadAction::None => Turn::Straight,
        HeadAction::TurnLeft => Turn::Left,
        HeadAction::TurnRight => Turn::Right,
    };
    [Turn::Straight, Turn::Straight, turn]
        .into_iter()
        .zip(seed * 10..)
        .map(|(turn, seed)| frame(who, turn, seed))
        .collect()
}

/// An answer as the page sends it.
pub fn answered(challenge: &Challenge, frames: Vec<Frame>) -> CheckAnswer {
    CheckAnswer {
        nonce: challenge.nonce,
        frames,
        passed: true,
        camera: "FaceTime HD Camera".into(),
        models: manifest(),
    }
}

/// Where an answer goes.
pub fn answer_path(check: CheckId) -> String {
    format!("/api/face-checks/{check}/answer")
}

/// Sends an answer.
pub async fn send(client: &Client<'_>, check: CheckId, answer: &CheckAnswer) -> Answer {
    client.post(&answer_path(check), &json!(answer)).await
}

/// Sends an answer and waits for the verdict.
pub async fn settle(client: &Client<'_>, check: CheckId, answer: &CheckAnswer) -> CheckStatus {
    let sent = send(client, check, answer).await;
    let mut status: CheckStatus = sent.read();
    let mut n_rounds = 0;
    while status.state == CheckState::Judging {
        assert!(n_rounds < 600, "no verdict");
        n_rounds += 1;
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        judging::judge_waiting(&client.app.running.app)
            .await
            .unwrap();
        status = client
            .get(&format!("/api/face-checks/{check}"))
            .await
            .read();
    }
    status
}

/// Answers a challenge as `who`, who does what is asked.
pub async fn answer_as(
    client: &Client<'_>,
    challenge: &Challenge,
    who: Someone,
    seed: u32,
) -> CheckStatus {
    let frames = film(obey(who, challenge.action, seed));
    settle(client, challenge.check, &answered(challenge, frames)).await
}

/// Chooses how identity is checked.
pub async fn choose(client: &Client<'_>, way: &str) -> Answer {
    client
        .post("/api/my/face", &json!({"way": way, "text": CONSENT_TEXT}))
        .await
}

/// Enrols `who`.
pub async fn enrol(client: &Client<'_>, who: Someone, seed: u32) -> Answer {
    let frames = (seed * 10..seed * 10 + 3).map(|seed| frame(who, Turn::Straight, seed));
    let wish = Enrol {
        frames: film(frames.collect()),
        camera: "FaceTime HD Camera".into(),
    };
    client.post("/api/my/face/enrolments", &json!(wish)).await
}

/// A teacher of the institution.
pub async fn teacher(app: &TestApp) -> Client<'_> {
    app.person(&[Role::Teacher]).await
}

/// Enrolments that wait for `staff`.
pub async fn waiting(staff: &Client<'_>) -> Vec<EnrolmentToConfirm> {
    staff.get("/api/staff/enrolments").await.read()
}

/// Checks that wait for `staff`.
pub async fn to_review(staff: &Client<'_>) -> Vec<CheckToReview> {
    staff.get("/api/staff/face-checks").await.read()
}

/// Decides an enrolment.
pub async fn decide_enrolment(
    staff: &Client<'_>,
    enrolment: uuid::Uuid,
    confirmed: bool,
) -> Answer {
    let path = format!("/api/staff/enrolments/{enrolment}/decision");
    let body: Value = json!({"confirmed": confirmed, "reason": "与身份证比对"});
    staff.post(&path, &body).await
}

/// Decides a check.
pub async fn decide(staff: &Client<'_>, check: CheckId, verdict: &str) -> Answer {
    let path = format!("/api/staff/face-checks/{check}/decision");
    let body: Value = json!({"verdict": verdict, "reason": "看过照片"});
    staff.post(&path, &body).await
}

/// A new learner in the class with face checks whose face is enrolled, and confirmed by a teacher.
pub async fn enrolled(app: &TestApp, who: Someone, seed: u32) -> Client<'_> {
    let client = app.learner_in(app.checked_class).await;
    let chosen: MyFace = choose(&client, "face").await.read();
    assert_eq!(chosen.models.manifest, manifest());
    let answer = enrol(&client, who, seed).await;
    assert_eq!(answer.status, 201, "{:?}", answer.body);
    let staff = teacher(app).await;
    let mine = waiting(&staff)
        .await
        .into_iter()
        .find(|waiting| waiting.person == client.person)
        .unwrap();
    assert_eq!(
        decide_enrolment(&staff, mine.enrolment, true).await.status,
        204
    );
    client
}

/// Asks for a check, a minute after whatever was before.
pub async fn ask(client: &Client<'_>) -> Challenge {
    client.app.clock.pass(60_000);
    let path = format!("/api/my/classes/{}/face-checks", client.app.checked_class);
    client.post(&path, &json!({})).await.read()
}

/// The names of the signals of a check, from its row.
pub async fn signals(app: &TestApp, check: CheckId) -> Vec<String> {
    let row = zhenxue::checks::find(&app.running.app.db.read, check)
        .await
        .unwrap()
        .unwrap();
    let names = row.answer.signals.into_iter().map(|seen| seen.signal);
    names.collect()
}
