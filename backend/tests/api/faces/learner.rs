//! The honest road: consent, enrolment, checks, and the way without a face.

use super::{
    camera::{COLLINS, OBAMA, Turn, frame},
    helpers::{
        answer_as, answered, ask, calm, choose, decide_enrolment, enrol, enrolled, film, obey,
        send, teacher, waiting,
    },
};
use crate::on_both;
use contract::{
    class::MyClass,
    face::{CheckOutcome, CheckState, EnrolmentState, FaceHint, IdentityWay, MyFace},
};
use serde_json::json;
use study::Millis;

on_both! {
    async fn a_learner_enrols_and_passes_and_what_was_earned_counts(app) {
        let app = calm(app).await;
        let learner = app.learner_in(app.checked_class).await;
        let before: MyFace = learner.get("/api/my/face").await.read();
        assert_eq!((before.way, before.enrolment), (None, EnrolmentState::None));
        let chosen: MyFace = choose(&learner, "face").await.read();
        assert_eq!(chosen.way, Some(IdentityWay::Face));
        let enrolment: MyFace = enrol(&learner, OBAMA, 1).await.read();
        assert_eq!(enrolment.enrolment, EnrolmentState::Waiting);

        // Before anybody has compared face and ID card, checks are made already; what they confirm waits.
        let mut studying = learner.study_in(app.checked_class, app.long_unit).await;
        let sign_in = studying.started.checks.clone().unwrap().open.unwrap();
        let status = answer_as(&learner, &sign_in, OBAMA, 2).await;
        assert_eq!((status.state, status.outcome), (CheckState::Settled, Some(CheckOutcome::Passed)), "{status:?}");
        assert_eq!(status.hints, []);
        studying.watch(30_000).await;
        let challenge = ask(&learner).await;
        let status = answer_as(&learner, &challenge, OBAMA, 3).await;
        assert_eq!(status.outcome, Some(CheckOutcome::Passed), "{status:?}");
        assert_eq!((status.class.confirmed_ms, status.class.review_ms), (Millis(0), Millis(30_000)));

        let staff = teacher(&app).await;
        let shown = &waiting(&staff).await[0];
        assert_eq!((shown.name.as_str(), shown.frames.len(), shown.look_alike), ("测试员", 3, false));
        assert_eq!(shown.id_number, learner.identity.id_number());
        assert_eq!(decide_enrolment(&staff, shown.enrolment, true).await.status, 204);
        assert_eq!(decide_enrolment(&staff, shown.enrolment, true).await.code(), "409 already_decided");
        assert_eq!(waiting(&staff).await, []);
        let class: MyClass = learner.get(&format!("/api/my/classes/{}", app.checked_class)).await.read();
        assert_eq!(class.confirmed_ms, Millis(30_000));
    }
}

on_both! {
    async fn a_teacher_confirms_who_shows_a_code(app) {
        let app = calm(app).await;
        let learner = app.learner_in(app.checked_class).await;
        assert_eq!(choose(&learner, "supervised").await.status, 200);
        let mut studying = learner.study_in(app.checked_class, app.long_unit).await;
        studying.watch(20_000).await;
        let path = format!("/api/my/classes/{}/supervised-code", app.checked_class);
        let old = learner.post(&path, &json!({})).await.json()["code"].clone();
        let code = learner.post(&path, &json!({})).await.json()["code"].clone();
        let staff = teacher(&app).await;
        let confirm = async |code: &serde_json::Value| {
            let body = json!({"class": app.checked_class, "code": code, "how": "live"});
            staff.post("/api/staff/supervised", &body).await
        };
        if old != code {
            assert_eq!(confirm(&old).await.code(), "409 wrong_code");
        }
        let done = confirm(&code).await;
        assert_eq!(*done.json(), json!({"name": "测试员", "confirmed_ms": 20_000}));
        assert_eq!(confirm(&code).await.code(), "409 wrong_code");
        let late = learner.post(&path, &json!({})).await.json()["code"].clone();
        app.clock.pass(600_000);
        assert_eq!(confirm(&late).await.code(), "409 wrong_code");
        // A learner's face is nobody's business in this way.
        assert_eq!(enrol(&learner, OBAMA, 1).await.code(), "409 no_consent");
        for _ in 0..20 {
            confirm(&json!("123456")).await;
        }
        assert_eq!(confirm(&json!("123456")).await.code(), "429 rate_limited");
    }
}

on_both! {
    async fn shots_that_make_no_template_say_which_and_why(app) {
        let app = calm(app).await;
        let learner = app.learner_in(app.checked_class).await;
        assert_eq!(enrol(&learner, OBAMA, 1).await.code(), "409 no_consent");
        let old = learner.post("/api/my/face", &json!({"way": "face", "text": "face-consent-2020-01"})).await;
        assert_eq!(old.code(), "409 old_text");
        choose(&learner, "face").await;
        let try_shots = async |jpegs: Vec<Vec<u8>>| {
            let wish = json!({"frames": film(jpegs), "camera": "c"});
            learner.post("/api/my/face/enrolments", &wish).await
        };
        let good = |seed| frame(OBAMA, Turn::Straight, seed);
        let turned = try_shots(vec![good(1), frame(OBAMA, Turn::Left, 2), good(3)]).await;
        assert_eq!(turned.code(), "422 face_not_usable");
        assert_eq!(turned.json()["fields"], json!([{"field": "frames.1", "problem": "form"}]));
        assert!(turned.json()["message"].as_str().unwrap().contains("frames.1: turned_away"), "{:?}", turned.body);
        let dark = crate::faces::camera::encoded(640, 480, &[0; 640 * 480 * 3]);
        let covered = try_shots(vec![good(1), good(2), dark]).await;
        assert!(covered.json()["message"].as_str().unwrap().contains("frames.2: camera_covered"), "{:?}", covered.body);
        let two_people = try_shots(vec![good(1), good(2), frame(COLLINS, Turn::Straight, 3)]).await;
        assert!(two_people.json()["message"].as_str().unwrap().contains("frames.2: not_alike"), "{:?}", two_people.body);
        let still = try_shots(vec![good(1), good(1), good(2)]).await;
        assert!(still.json()["message"].as_str().unwrap().contains("frames.1: frames_alike"), "{:?}", still.body);
        assert_eq!(try_shots(vec![good(1), good(2)]).await.code(), "422 invalid");
        let mine: MyFace = learner.get("/api/my/face").await.read();
        assert_eq!(mine.enrolment, EnrolmentState::None);
        assert_eq!(app.count("SELECT count(*) FROM face_frame").await, 0);
    }
}

on_both! {
    async fn a_malformed_answer_costs_nothing_and_a_late_one_is_late(app) {
        let app = calm(app).await;
        let learner = enrolled(&app, OBAMA, 1).await;
        let challenge = ask(&learner).await;
        let good = answered(&challenge, film(obey(OBAMA, challenge.action, 2)));
        let mut broken = good.clone();
        broken.frames[1].jpeg.0 = b"no picture".to_vec();
        broken.frames[2].embedding.as_mut().unwrap().0.pop();
        let refused = send(&learner, challenge.check, &broken).await;
        assert_eq!(refused.code(), "422 invalid");
        assert_eq!(
            refused.json()["fields"],
            json!([{"field": "frames.1.jpeg", "problem": "form"}, {"field": "frames.2.embedding", "problem": "form"}])
        );
        let mut few = good.clone();
        few.frames.pop();
        assert_eq!(send(&learner, challenge.check, &few).await.code(), "422 invalid");
        let mut wrong = good.clone();
        wrong.nonce = contract::Digest([9; 32]);
        assert_eq!(send(&learner, challenge.check, &wrong).await.code(), "409 wrong_nonce");
        app.clock.pass(challenge.answer_ms.0);
        assert_eq!(send(&learner, challenge.check, &good).await.code(), "409 check_over");

        // A second face, a moment of darkness: told, and no hindrance.
        let challenge = ask(&learner).await;
        let mut frames = obey(OBAMA, challenge.action, 3);
        frames.push(crate::faces::camera::encoded(640, 480, &[0; 640 * 480 * 3]));
        let status = crate::faces::helpers::settle(&learner, challenge.check, &answered(&challenge, film(frames))).await;
        assert_eq!(status.outcome, Some(CheckOutcome::Passed), "{status:?}");
        assert!(status.hints.contains(&FaceHint::CameraCovered));
    }
}
