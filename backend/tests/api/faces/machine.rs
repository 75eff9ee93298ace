//! The machine behind face checks: its models, its queue, what it serves.

use super::{
    camera::{OBAMA, Turn, frame},
    helpers::{answered, ask, calm, enrolled, film, obey, send, settle, signals},
};
use crate::{
    harness::{MovableClock, NOON, TestApp, models},
    on_both,
};
use contract::face::{CheckOutcome, CheckState, CheckStatus, MyFace};
use face::quality::QualityRules;
use std::sync::Arc;
use zhenxue::{clock::Clock, config::Reached, faces::ModelSource, start};

async fn served(app: &TestApp, path: &str) -> crate::harness::Answer {
    let client = app.anonymous();
    client.send(client.request("GET", path, None)).await
}

on_both! {
    async fn a_full_queue_takes_the_answer_and_the_verdict_follows(app) {
        let app = calm(app).await;
        let learner = enrolled(&app, OBAMA, 1).await;
        let challenge = ask(&learner).await;
        let answer = answered(&challenge, film(obey(OBAMA, challenge.action, 2)));
        let pool = app.running.app.faces.pool().unwrap();
        let jpeg = frame(OBAMA, Turn::Straight, 90);
        let mut waiting = Vec::new();
        while let Ok(reading) = pool.read(vec![jpeg.clone(); 8], QualityRules::CHECK) {
            waiting.push(reading);
        }
        assert!(waiting.len() >= 64);
        let accepted = send(&learner, challenge.check, &answer).await;
        assert_eq!(accepted.status, 202);
        assert_eq!(accepted.read::<CheckStatus>().state, CheckState::Judging);
        // Sent again, it is over: the first one counts.
        assert_eq!(send(&learner, challenge.check, &answer).await.code(), "409 check_over");
        // Whoever waited leaves, and the next round comes to it.
        drop(waiting);
        for _ in 0..600 {
            zhenxue::faces::judging::judge_waiting(&app.running.app).await.unwrap();
            let status: CheckStatus = learner.get(&format!("/api/face-checks/{}", challenge.check)).await.read();
            if status.state != CheckState::Judging {
                assert_eq!(status.outcome, Some(CheckOutcome::Passed));
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        panic!("no verdict followed");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn models_are_served_by_their_hash_and_for_ever() {
    let app = TestApp::new(crate::harness::Store::Sqlite).await.unwrap();
    let learner = app.learner().await;
    let mine: MyFace = learner.get("/api/my/face").await.read();
    let manifest = served(&app, &mine.models.manifest_url).await;
    assert_eq!(
        contract::Digest::of(&[&manifest.bytes]),
        mine.models.manifest
    );
    let parsed = face::Manifest::parse(&manifest.bytes).unwrap();
    for model in parsed.models() {
        let by_hash = served(&app, &format!("/face/{}", model.name_with_hash())).await;
        model.check(&by_hash.bytes).unwrap();
        let with_hash = served(
            &app,
            &format!("/face/{}?sha256={}", model.file, model.sha256),
        )
        .await;
        let plain = served(&app, &format!("/face/{}", model.file)).await;
        assert_eq!(with_hash.bytes, plain.bytes);
        let kept = |answer: &crate::harness::Answer| {
            answer.headers["cache-control"].to_str().unwrap().to_owned()
        };
        assert!(kept(&by_hash).contains("immutable") && kept(&with_hash).contains("immutable"));
        assert_eq!(kept(&plain), "no-cache");
    }
    assert_eq!(
        served(&app, "/face/another.onnx").await.code(),
        "404 not_found"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_flipped_byte_in_a_model_refuses_to_start() {
    let ModelSource::Folder(good) = models() else {
        panic!("the tests' models are in a folder")
    };
    let folder = tempfile::tempdir().unwrap();
    for file in std::fs::read_dir(good).unwrap() {
        let file = file.unwrap();
        std::fs::copy(file.path(), folder.path().join(file.file_name())).unwrap();
    }
    let model = folder.path().join("face_recognition.onnx");
    let mut bytes = std::fs::read(&model).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&model, bytes).unwrap();
    let data = tempfile::tempdir().unwrap();
    let start = async || {
        let source = ModelSource::Folder(folder.path().to_owned());
        let clock = MovableClock::at(NOON) as Arc<dyn Clock>;
        let started = start::start(data.path(), None, Reached::Plain, &source, clock).await;
        started.err().unwrap().to_string()
    };
    let refused = start().await;
    assert!(
        refused.contains("face_recognition.onnx is not the model")
            && refused.contains("--face-models"),
        "{refused}"
    );
    std::fs::remove_file(&model).unwrap();
    assert!(start().await.contains("face_recognition.onnx"));
}

/// Another recogniser is another manifest: whoever was enrolled with the old one is not compared with the new one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn other_models_can_be_put_in_and_templates_of_the_old_ones_go_to_a_human() {
    let app = calm(TestApp::new(crate::harness::Store::Sqlite).await.unwrap()).await;
    let learner = enrolled(&app, OBAMA, 1).await;
    let challenge = ask(&learner).await;
    let ModelSource::Folder(good) = models() else {
        panic!("the tests' models are in a folder")
    };
    let folder = tempfile::tempdir().unwrap();
    for file in std::fs::read_dir(good).unwrap() {
        let file = file.unwrap();
        std::fs::copy(file.path(), folder.path().join(file.file_name())).unwrap();
    }
    let manifest = folder.path().join("manifest.json");
    let text = std::fs::read_to_string(&manifest).unwrap();
    let text = text.replace("\"pass_max\": 0.42", "\"pass_max\": 0.40");
    std::fs::write(&manifest, &text).unwrap();

    let (person, identity) = (learner.person, learner.identity);
    let app = app
        .restarted(&ModelSource::Folder(folder.path().to_owned()))
        .await;
    let learner = app.signed_in(person, identity).await;
    let mine: MyFace = learner.get("/api/my/face").await.read();
    assert_eq!(
        mine.models.manifest,
        contract::Digest::of(&[text.as_bytes()])
    );
    let answer = answered(&challenge, film(obey(OBAMA, challenge.action, 2)));
    let status = settle(&learner, challenge.check, &answer).await;
    assert_eq!(status.outcome, Some(CheckOutcome::Review));
    let told = signals(&app, challenge.check).await;
    assert!(
        told.contains(&"template_of_other_models".to_owned()),
        "{told:?}"
    );
}
