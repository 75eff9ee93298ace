//! When checks are drawn, and how they are answered.

use super::helpers::{
    answer, choose, enrol, ignore, is_honest, judge, learner, make_up, records, settle, standing,
    studying, until_drawn,
};
use crate::{harness::CHECKS, on_both};
use contract::{
    Digest,
    face::{CheckOrigin, CheckState, EnrolmentState, HeadAction, gap_number, seed_hash},
    record::Record,
};
use study::{Millis, SpanState, checks::gap};
use zhenxue::checks::{Decision, NotDrawn, NotTaken};

const DAY: u64 = 86_400_000;

on_both! {
    async fn checks_fall_where_the_sealed_seed_puts_them(app) {
        let learner = learner(&app).await;
        let mut study = studying(&learner).await;
        let mut waits = Vec::new();
        for _ in 0..4 {
            let (challenge, waited) = until_drawn(&mut study).await;
            assert_eq!((challenge.origin, challenge.answer_ms), (CheckOrigin::Random, Millis(60_000)));
            assert_ne!(challenge.action, HeadAction::None);
            settle(&learner, &challenge, Decision::Pass).await;
            waits.push(waited);
        }
        assert_eq!(records(&app, "checks_revealed/1").await, []);
        study.end().await;
        let [Record::ChecksPlanned(planned)] = &records(&app, "checks_planned/1").await[..] else { panic!() };
        let [Record::ChecksRevealed(revealed)] = &records(&app, "checks_revealed/1").await[..] else { panic!() };
        assert_eq!((planned.seed_hash, revealed.drawn), (seed_hash(&revealed.seed), 4));
        // With the first beat of ten seconds that reaches the gap.
        for (waited, n) in waits.into_iter().zip(0..) {
            let gap = gap(gap_number(&revealed.seed, n), &CHECKS).0;
            assert_eq!(waited, gap.div_ceil(10_000) * 10_000, "gap {n} of {gap} ms");
        }
        is_honest(&app).await;
    }

    async fn only_credit_brings_the_next_check_nearer(app) {
        let learner = learner(&app).await;
        let mut study = studying(&learner).await;
        for state in [SpanState::Paused, SpanState::Hidden, SpanState::Stalled] {
            for _ in 0..12 {
                assert_eq!(study.spend(state, 10_000).await.check, None);
            }
        }
        assert_eq!(app.count("SELECT max(checks_drawn + check_waited_ms) FROM study_progress").await, 0);
    }

    async fn a_repeated_beat_brings_the_same_challenge(app) {
        let learner = learner(&app).await;
        let mut study = studying(&learner).await;
        let (beat, first) = loop {
            app.clock.pass(10_000);
            let span = study.span(SpanState::Watching, 10_000);
            let beat = study.beat(vec![span]);
            let answer = study.send(&beat).await;
            let receipt: contract::beat::Receipt = answer.read();
            if receipt.check.is_some() {
                break (beat, answer);
            }
        };
        let again = study.send(&beat).await;
        assert_eq!(first.bytes, again.bytes);
        app.clock.pass(20_000);
        let later: contract::beat::Receipt = study.send(&beat).await.read();
        let challenge = later.check.unwrap();
        assert_eq!(challenge.answer_ms, Millis(40_000));
        settle(&learner, &challenge, Decision::Pass).await;
        let over: contract::beat::Receipt = study.send(&beat).await.read();
        assert_eq!(over.check, None);
        assert_eq!(app.count("SELECT count(*) FROM face_check WHERE origin = 'random'").await, 1);
    }

    async fn the_servers_clock_decides_whether_an_answer_is_in_time(app) {
        let learner = learner(&app).await;
        let mut study = studying(&learner).await;
        let (challenge, _) = until_drawn(&mut study).await;
        app.clock.pass(59_999);
        let taken = answer(&app, learner.person, challenge.check, challenge.nonce).await.unwrap();
        assert_eq!(taken.state, CheckState::Judging);
        judge(&app, challenge.check, Decision::Pass).await;
        let (challenge, _) = until_drawn(&mut study).await;
        app.clock.pass(60_000);
        let late = answer(&app, learner.person, challenge.check, challenge.nonce).await;
        assert!(matches!(late, Err(NotTaken::Over)));
        assert!(standing(&learner).await.blocked);
        is_honest(&app).await;
    }

    async fn an_answer_counts_once_with_its_nonce_and_from_its_person(app) {
        let (one, other) = (learner(&app).await, learner(&app).await);
        let mut study = studying(&one).await;
        let (challenge, _) = until_drawn(&mut study).await;
        let (check, nonce) = (challenge.check, challenge.nonce);
        let stranger = answer(&app, other.person, check, nonce).await;
        assert!(matches!(stranger, Err(NotTaken::NotFound)));
        let guessed = answer(&app, one.person, check, Digest([9; 32])).await;
        assert!(matches!(guessed, Err(NotTaken::WrongNonce)));
        answer(&app, one.person, check, nonce).await.unwrap();
        let twice = answer(&app, one.person, check, nonce).await;
        assert!(matches!(twice, Err(NotTaken::Over)));
    }

    /// Who has not agreed to face checks is not filmed; but nobody collects hours without showing who they are.
    async fn without_an_enrolled_face_the_check_is_not_shown_and_runs_out(app) {
        let learner = app.learner_in(app.checked_class).await;
        let mut study = learner.study_in(app.checked_class, app.long_unit).await;
        assert_eq!(study.started.checks.as_ref().unwrap().open, None);
        for _ in 0..15 {
            assert_eq!(study.watch(10_000).await.check, None);
        }
        zhenxue::jobs::settle_checks(&app.running.app).await.unwrap();
        let stands = standing(&learner).await;
        assert!(stands.blocked && stands.way.is_none());
        assert_eq!((stands.enrolment, stands.missed), (EnrolmentState::None, 1));
        assert!(stands.pending_ms > Millis::ZERO && stands.confirmed_ms == Millis::ZERO);
        assert!(matches!(make_up(&learner).await, Err(NotDrawn::NoConsent)));
        choose(&app, learner.person, "face").await;
        assert!(matches!(make_up(&learner).await, Err(NotDrawn::NotEnrolled)));
        enrol(&app, learner.person, "confirmed").await;
        let challenge = make_up(&learner).await.unwrap();
        settle(&learner, &challenge, Decision::Pass).await;
        let after = standing(&learner).await;
        assert_eq!((after.confirmed_ms, after.blocked), (stands.pending_ms, false));
        is_honest(&app).await;
    }

    async fn the_first_session_of_a_day_begins_with_a_check(app) {
        let learner = learner(&app).await;
        let study = learner.study_in(app.checked_class, app.short_unit).await;
        let open = study.started.checks.clone().unwrap().open.unwrap();
        assert_eq!(open.origin, CheckOrigin::SignIn);
        // A second session meets the same one, a third one after the pass none.
        let again = learner.study_in(app.checked_class, app.long_unit).await;
        assert_eq!(again.started.checks.clone().unwrap().open.unwrap().check, open.check);
        settle(&learner, &open, Decision::Pass).await;
        let third = learner.study_in(app.checked_class, app.long_unit).await;
        assert_eq!(third.started.checks.clone().unwrap().open, None);
        app.clock.pass(DAY);
        let learner = app.signed_in(learner.person, learner.identity).await;
        let next = learner.study_in(app.checked_class, app.long_unit).await;
        assert_eq!(next.started.checks.clone().unwrap().open.unwrap().origin, CheckOrigin::SignIn);
        is_honest(&app).await;
    }

    async fn a_check_can_be_asked_for_once_a_minute(app) {
        let learner = learner(&app).await;
        let first = make_up(&learner).await.unwrap();
        assert_eq!(make_up(&learner).await.unwrap().check, first.check);
        settle(&learner, &first, Decision::Pass).await;
        assert!(matches!(make_up(&learner).await, Err(NotDrawn::TooSoon(Millis(60_000)))));
        app.clock.pass(60_000);
        let second = make_up(&learner).await.unwrap();
        assert_ne!(second.check, first.check);
        // One that ran out is missed, and the next is drawn.
        app.clock.pass(60_000);
        assert_ne!(make_up(&learner).await.unwrap().check, second.check);
        assert_eq!(standing(&learner).await.missed, 1);
        is_honest(&app).await;
    }

    async fn a_class_without_checks_draws_none(app) {
        let learner = app.learner().await;
        choose(&app, learner.person, "face").await;
        enrol(&app, learner.person, "confirmed").await;
        let mut study = learner.study(app.short_unit).await;
        assert_eq!(study.started.checks, None);
        assert_eq!(study.watch(300_000).await.check, None);
        study.end().await;
        assert_eq!(app.count("SELECT count(*) FROM face_check").await, 0);
        assert_eq!(records(&app, "checks_planned/1").await, []);
        is_honest(&app).await;
    }

    async fn while_a_check_is_open_no_other_is_drawn(app) {
        let learner = learner(&app).await;
        let mut study = studying(&learner).await;
        let (_, _) = until_drawn(&mut study).await;
        ignore(&mut study).await;
        // Overdue: the film plays on for as long as it likes.
        study.watch(200_000).await;
        assert_eq!(app.count("SELECT count(*) FROM face_check WHERE origin = 'random'").await, 1);
        is_honest(&app).await;
    }
}
