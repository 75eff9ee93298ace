//! Whoever cheats a face check earns nothing by it, and nobody who is honest loses anything to the suspicion.

use super::{
    camera::{BIDEN, COLLINS, OBAMA, Turn, frame},
    helpers::{
        answer_as, answered, ask, calm, decide, enrolled, film, obey, seen, send, settle, signals,
        teacher, to_review,
    },
};
use crate::on_both;
use contract::face::{CheckOutcome, CheckState, FaceHint};
use study::Millis;

on_both! {
    async fn a_friend_at_the_camera_goes_to_a_human_and_nothing_is_lost(app) {
        let app = calm(app).await;
        let learner = enrolled(&app, OBAMA, 1).await;
        let mut studying = learner.study_in(app.checked_class, app.long_unit).await;
        let sign_in = studying.started.checks.clone().unwrap().open.unwrap();
        assert_eq!(answer_as(&learner, &sign_in, OBAMA, 2).await.outcome, Some(CheckOutcome::Passed));
        studying.watch(30_000).await;
        // The page claims that it passed, as a modified one always does.
        let challenge = ask(&learner).await;
        let status = answer_as(&learner, &challenge, BIDEN, 3).await;
        assert_eq!((status.state, status.outcome), (CheckState::Settled, Some(CheckOutcome::Review)), "{status:?}");
        assert!(status.hints.contains(&FaceHint::NotAlike));
        assert!(status.class.blocked);
        assert_eq!((status.class.confirmed_ms, status.class.review_ms), (Millis(0), Millis(30_000)));
        assert!(signals(&app, challenge.check).await.contains(&"page_said_passed".to_owned()));

        let (one, other) = (teacher(&app).await, teacher(&app).await);
        let shown = &to_review(&one).await[0];
        assert_eq!((shown.check, shown.frames.len(), shown.enrolled.len()), (challenge.check, 3, 3));
        assert!(shown.distance_ppm.unwrap() > 500_000);
        assert_eq!(shown.stake_ms, Millis(30_000));
        // 非本人 takes two people, and not the learner.
        assert_eq!(decide(&one, challenge.check, "other").await.status, 200);
        assert_eq!(decide(&one, challenge.check, "other").await.code(), "409 already_decided");
        let (mine, theirs) = (&to_review(&one).await[0], &to_review(&other).await[0]);
        assert_eq!((mine.second_needed, mine.mine, theirs.mine), (true, true, false));
        assert_eq!(decide(&learner, challenge.check, "same").await.code(), "403 forbidden");
        // The second one sees that it was the right person after all.
        assert_eq!(decide(&other, challenge.check, "same").await.status, 200);
        assert_eq!(to_review(&other).await, []);
    }
}

on_both! {
    async fn yesterdays_answer_and_another_learners_are_worth_nothing(app) {
        let app = calm(app).await;
        let (learner, other) = (enrolled(&app, OBAMA, 1).await, enrolled(&app, COLLINS, 4).await);
        let challenge = ask(&learner).await;
        let answer = answered(&challenge, film(obey(OBAMA, challenge.action, 2)));
        assert_eq!(settle(&learner, challenge.check, &answer).await.outcome, Some(CheckOutcome::Passed));
        // The same body, to the same check and to the next one.
        assert_eq!(send(&learner, challenge.check, &answer).await.code(), "409 check_over");
        app.clock.pass(86_400_000);
        let learner = app.signed_in(learner.person, learner.identity).await;
        let other = app.signed_in(other.person, other.identity).await;
        let next = ask(&learner).await;
        assert_eq!(send(&learner, next.check, &answer).await.code(), "409 wrong_nonce");
        assert_eq!(send(&other, next.check, &answer).await.code(), "404 not_found");
        assert_eq!(send(&other, challenge.check, &answer).await.code(), "404 not_found");
        // Yesterday's frames under today's nonce, of a day when the same was asked or not.
        let mut again = answer.clone();
        again.nonce = next.nonce;
        let status = settle(&learner, next.check, &again).await;
        assert_eq!(status.state, CheckState::Retried, "{status:?}");
        assert!(status.hints.contains(&FaceHint::FramesAlike));
        assert!(signals(&app, next.check).await.contains(&"frame_seen_before".to_owned()));
        // Encoded again, they are other bytes and the same pictures.
        let next = status.next.unwrap();
        let again = film(answer.frames.iter().map(|frame| {
            let picture = face::image::decode(&frame.jpeg.0, face::Limits::FRAME).unwrap();
            crate::faces::camera::encoded(picture.width, picture.height, &picture.rgb)
        }).collect());
        let status = settle(&learner, next.check, &answered(&next, again)).await;
        assert_ne!(status.outcome, Some(CheckOutcome::Passed));
        assert!(signals(&app, next.check).await.contains(&"frame_like_before".to_owned()), "{:?}", signals(&app, next.check).await);
        // Whoever then does as asked passes.
        let next = status.next.unwrap();
        assert_eq!(answer_as(&learner, &next, OBAMA, 8).await.outcome, Some(CheckOutcome::Passed));
    }
}

on_both! {
    async fn a_page_that_was_changed_is_found_out(app) {
        let app = calm(app).await;
        let learner = enrolled(&app, OBAMA, 1).await;
        // The right embedding with somebody else's frames.
        let challenge = ask(&learner).await;
        let own = film(obey(OBAMA, challenge.action, 2));
        let mut frames = film(obey(BIDEN, challenge.action, 3));
        for (frame, own) in frames.iter_mut().zip(own) {
            frame.embedding = own.embedding;
        }
        let status = settle(&learner, challenge.check, &answered(&challenge, frames)).await;
        assert_eq!(status.outcome, Some(CheckOutcome::Review), "{status:?}");
        let told = signals(&app, challenge.check).await;
        assert!(told.contains(&"machines_disagree".to_owned()) && told.contains(&"page_said_passed".to_owned()), "{told:?}");
        // A page without its worker says nothing, and is judged like any other.
        let challenge = ask(&learner).await;
        let mut frames = film(obey(OBAMA, challenge.action, 5));
        for frame in &mut frames {
            frame.embedding = None;
        }
        let mut answer = answered(&challenge, frames);
        answer.passed = false;
        answer.camera = "OBS Virtual Camera".into();
        let status = settle(&learner, challenge.check, &answer).await;
        assert_eq!(status.outcome, Some(CheckOutcome::Passed), "{status:?}");
        assert_eq!(signals(&app, challenge.check).await, ["virtual_camera"]);
    }
}

on_both! {
    async fn a_photo_held_still_does_not_pass(app) {
        let app = calm(app).await;
        let learner = enrolled(&app, OBAMA, 1).await;
        let challenge = ask(&learner).await;
        let still = frame(OBAMA, Turn::Straight, 50);
        let status = settle(&learner, challenge.check, &answered(&challenge, film(vec![still; 3]))).await;
        assert_eq!(status.state, CheckState::Retried, "{status:?}");
        assert!(status.hints.contains(&FaceHint::FramesAlike) && status.hints.contains(&FaceHint::ActionNotSeen));
        // Nor does a photo that is moved about, nor frames in a burst, and in the end a human looks.
        let next = status.next.unwrap();
        assert_ne!(next.action, challenge.action);
        let moved = (60..63).map(|seed| frame(OBAMA, Turn::Straight, seed)).collect();
        let status = settle(&learner, next.check, &answered(&next, film(moved))).await;
        assert_eq!((status.state, status.hints.contains(&FaceHint::ActionNotSeen)), (CheckState::Retried, true));
        let last = status.next.unwrap();
        let burst = (0..).zip(obey(OBAMA, last.action, 7)).map(|(n, jpeg)| seen(jpeg, 10 * n)).collect();
        let status = settle(&learner, last.check, &answered(&last, burst)).await;
        assert_eq!((status.outcome, status.next), (Some(CheckOutcome::Review), None));
        assert_eq!(signals(&app, last.check).await, ["frames_too_close", "page_said_passed"]);
    }
}
