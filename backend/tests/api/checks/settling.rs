//! What a pass, a miss, a make-up and time make of credit.

use super::helpers::{
    class, decide_enrolment, enrol, ignore, is_honest, judge, learner, make_up, records, settle,
    standing, status, studying, until_drawn,
};
use crate::{harness::CHECKS, on_both};
use contract::{
    account::Role,
    face::{CheckOutcome, CheckState, FaceHint, HeadAction},
    record::{CreditStanding, Record},
    timeline::StudyDay,
};
use study::{Millis, SpanState};
use zhenxue::{checks::Decision, jobs};

on_both! {
    async fn a_pass_confirms_all_that_was_earned_since_the_last_one(app) {
        let learner = learner(&app).await;
        let mut study = studying(&learner).await;
        let (challenge, first) = until_drawn(&mut study).await;
        let before = standing(&learner).await;
        assert_eq!((before.confirmed_ms.0, before.provisional_ms.0), (0, first));
        let settled = settle(&learner, &challenge, Decision::Pass).await;
        assert_eq!((settled.state, settled.outcome), (CheckState::Settled, Some(CheckOutcome::Passed)));
        let (challenge, second) = until_drawn(&mut study).await;
        settle(&learner, &challenge, Decision::Pass).await;
        study.watch(10_000).await;
        let my = class(&learner).await;
        assert_eq!((my.confirmed_ms.0, my.pending_ms.0), (first + second, 10_000));
        let unit = my.units.iter().find(|unit| unit.unit == app.long_unit).unwrap();
        assert_eq!((unit.confirmed_ms, unit.pending_ms), (my.confirmed_ms, my.pending_ms));
        let stands = my.checks.unwrap();
        assert_eq!((stands.passed, stands.missed, stands.blocked), (3, 0, false));
        is_honest(&app).await;
    }

    async fn the_same_verdict_twice_changes_nothing(app) {
        let learner = learner(&app).await;
        let mut study = studying(&learner).await;
        let (challenge, _) = until_drawn(&mut study).await;
        let first = settle(&learner, &challenge, Decision::Pass).await;
        let n = records(&app, "check_settled/1").await.len();
        assert_eq!(judge(&app, challenge.check, Decision::Review).await, first);
        assert_eq!(records(&app, "check_settled/1").await.len(), n);
    }

    async fn a_miss_waits_and_a_make_up_confirms_it(app) {
        let learner = learner(&app).await;
        let mut study = studying(&learner).await;
        let (missed, earned) = until_drawn(&mut study).await;
        let more = ignore(&mut study).await;
        assert_eq!(status(&learner, missed.check).await.outcome, Some(CheckOutcome::Missed));
        let stands = standing(&learner).await;
        assert!(stands.blocked && stands.make_up_until.is_some());
        assert_eq!((stands.pending_ms.0, stands.confirmed_ms.0, stands.missed), (earned + more, 0, 1));
        let challenge = make_up(&learner).await.unwrap();
        settle(&learner, &challenge, Decision::Pass).await;
        let stands = standing(&learner).await;
        assert_eq!((stands.confirmed_ms.0, stands.pending_ms.0, stands.blocked), (earned + more, 0, false));
        assert_eq!((stands.missed, stands.made_up, stands.make_ups_left), (0, 1, 1));
        assert_eq!(study.watch(10_000).await.decision.credited_ms(), Millis(10_000));
        is_honest(&app).await;
    }

    async fn what_nobody_makes_up_in_time_is_void(app) {
        let learner = learner(&app).await;
        let mut study = studying(&learner).await;
        let (missed, earned) = until_drawn(&mut study).await;
        let more = ignore(&mut study).await;
        app.clock.pass(CHECKS.make_up_ms.0 - 1);
        let learner = app.signed_in(learner.person, learner.identity).await;
        jobs::run_once(&app.running.app).await;
        assert_eq!(standing(&learner).await.pending_ms.0, earned + more);
        app.clock.pass(10_000);
        jobs::run_once(&app.running.app).await;
        let [.., Record::CheckSettled(last)] = &records(&app, "check_settled/1").await[..] else { panic!() };
        assert_eq!((last.check, last.outcome, last.standing), (missed.check, CheckOutcome::Expired, CreditStanding::Void));
        let challenge = make_up(&learner).await.unwrap();
        settle(&learner, &challenge, Decision::Pass).await;
        let my = class(&learner).await;
        assert_eq!((my.confirmed_ms, my.pending_ms), (Millis::ZERO, Millis::ZERO));
        is_honest(&app).await;
    }

    async fn only_so_many_misses_are_made_up(app) {
        let learner = learner(&app).await;
        let mut study = studying(&learner).await;
        let mut made_up = 0;
        let mut lost = 0;
        for n in 0..3 {
            let (_, earned) = until_drawn(&mut study).await;
            let more = ignore(&mut study).await;
            if n < 2 { made_up += earned + more } else { lost = earned + more }
            let challenge = make_up(&learner).await.unwrap();
            settle(&learner, &challenge, Decision::Pass).await;
        }
        // Seven were drawn, so two misses may be made up: the rules' least.
        let stands = standing(&learner).await;
        assert_eq!((stands.confirmed_ms.0, stands.pending_ms.0), (made_up, lost));
        assert_eq!((stands.made_up, stands.missed, stands.make_ups_left, stands.blocked), (2, 1, 0, false));
        is_honest(&app).await;
    }

    async fn an_unclear_answer_is_asked_again_and_then_goes_to_a_human(app) {
        let learner = learner(&app).await;
        let mut study = studying(&learner).await;
        let (first, earned) = until_drawn(&mut study).await;
        let mut now = first.clone();
        for attempt in 1..3 {
            let settled = settle(&learner, &now, Decision::Retry).await;
            let next = settled.next.unwrap();
            assert_eq!(settled.state, CheckState::Retried);
            assert_eq!((next.attempt, next.attempts, next.answer_ms.0), (attempt, 3, 60_001));
            assert!(next.action != now.action && next.action != HeadAction::None);
            assert_eq!(status(&learner, now.check).await.next.unwrap().check, next.check);
            study.watch(10_000).await;
            now = next;
        }
        let settled = settle(&learner, &now, Decision::Retry).await;
        assert_eq!((settled.state, settled.outcome, settled.next), (CheckState::Settled, Some(CheckOutcome::Review), None));
        assert_eq!(status(&learner, now.check).await.hints, [FaceHint::TooDark]);
        assert_eq!(study.spend(SpanState::Watching, 10_000).await.decision.credited_ms(), Millis::ZERO);
        let stands = standing(&learner).await;
        assert_eq!((stands.review_ms.0, stands.blocked), (earned + 20_000, true));
        is_honest(&app).await;
    }

    async fn what_is_passed_before_staff_has_seen_the_card_waits_for_it(app) {
        let learner = learner(&app).await;
        let staff = app.person(&[Role::Teacher]).await;
        app.sql("UPDATE face_enrolment SET state = 'waiting'").await.unwrap();
        let mut study = studying(&learner).await;
        let (challenge, earned) = until_drawn(&mut study).await;
        settle(&learner, &challenge, Decision::Pass).await;
        let stands = standing(&learner).await;
        assert_eq!((stands.review_ms.0, stands.confirmed_ms.0, stands.blocked), (earned, 0, false));
        decide_enrolment(&app, learner.person, staff.person, true).await;
        assert_eq!(standing(&learner).await.confirmed_ms.0, earned);
        is_honest(&app).await;
    }

    async fn what_was_passed_with_a_face_that_is_refused_has_to_be_made_up(app) {
        let learner = learner(&app).await;
        let staff = app.person(&[Role::Teacher]).await;
        app.sql("UPDATE face_enrolment SET state = 'waiting'").await.unwrap();
        let mut study = studying(&learner).await;
        let (challenge, earned) = until_drawn(&mut study).await;
        settle(&learner, &challenge, Decision::Pass).await;
        decide_enrolment(&app, learner.person, staff.person, false).await;
        let stands = standing(&learner).await;
        assert_eq!((stands.pending_ms.0, stands.review_ms.0, stands.blocked), (earned, 0, true));
        app.clock.pass(1);
        enrol(&app, learner.person, "confirmed").await;
        let challenge = make_up(&learner).await.unwrap();
        settle(&learner, &challenge, Decision::Pass).await;
        assert_eq!(standing(&learner).await.confirmed_ms.0, earned);
        is_honest(&app).await;
    }

    async fn the_study_record_says_what_waits_and_which_checks_there_were(app) {
        let learner = learner(&app).await;
        let mut study = studying(&learner).await;
        let (challenge, earned) = until_drawn(&mut study).await;
        settle(&learner, &challenge, Decision::Pass).await;
        study.watch(10_000).await;
        let days: Vec<StudyDay> = learner.get("/api/my/days").await.read();
        let session = &days[0].sessions[0];
        assert_eq!((session.credited_ms.0, session.pending_ms.0), (earned + 10_000, 10_000));
        let outcomes: Vec<_> = session.checks.iter().map(|mark| mark.outcome).collect();
        assert_eq!(outcomes[..2], [Some(CheckOutcome::Passed); 2]);
        is_honest(&app).await;
    }
}
