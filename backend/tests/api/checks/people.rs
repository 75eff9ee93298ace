//! What humans decide.

use super::helpers::{
    choose, decide, is_honest, learner, records, settle, standing, status, studying, until_drawn,
};
use crate::{
    harness::{Client, TestApp},
    on_both,
};
use contract::{
    account::Role,
    face::{CheckId, CheckOutcome, HumanVerdict},
    record::{CreditStanding, Record},
};
use study::{Millis, SpanState};
use zhenxue::{
    checks::{self, Decision, NotDecided},
    store::commit,
};

/// A check of a new learner that waits for a human, and what is at stake.
async fn in_review(app: &TestApp) -> (Client<'_>, CheckId, u64) {
    let client = learner(app).await;
    let mut study = studying(&client).await;
    let (challenge, earned) = until_drawn(&mut study).await;
    settle(&client, &challenge, Decision::Review).await;
    drop(study);
    (client, challenge.check, earned)
}

/// A teacher confirms who `person` is.
async fn supervise(
    app: &TestApp,
    teacher: &Client<'_>,
    person: &Client<'_>,
) -> Result<Millis, NotDecided> {
    let state = &app.running.app;
    let tx = state.db.begin().await.unwrap();
    let (keys, book, now) = (&state.keys, &state.rules, state.clock.now());
    let (class, teacher, person) = (app.checked_class, teacher.person, person.person);
    let ms = checks::confirm_supervised(
        &tx,
        keys,
        book,
        teacher,
        class,
        person,
        contract::face::SupervisedHow::OnSite,
        now,
    )
    .await?;
    commit(tx).await.unwrap();
    Ok(ms)
}

on_both! {
    async fn one_human_can_say_that_it_is_the_right_person(app) {
        let (learner, check, earned) = in_review(&app).await;
        let staff = app.person(&[Role::Teacher]).await;
        decide(&app, check, staff.person, HumanVerdict::Same).await.unwrap();
        let stands = standing(&learner).await;
        assert_eq!((stands.confirmed_ms.0, stands.blocked, stands.passed), (earned, false, 2));
        let again = decide(&app, check, staff.person, HumanVerdict::Other).await;
        assert!(matches!(again, Err(NotDecided::AlreadyDecided)));
        is_honest(&app).await;
    }

    async fn that_it_is_somebody_else_takes_two(app) {
        let (learner, check, earned) = in_review(&app).await;
        let (one, two) = (app.person(&[Role::Teacher]).await, app.person(&[Role::Admin]).await);
        let first = decide(&app, check, one.person, HumanVerdict::Other).await.unwrap();
        assert_eq!((first.outcome, first.answer.first_other), (Some(CheckOutcome::Review), Some(one.person)));
        assert_eq!(standing(&learner).await.review_ms.0, earned);
        for verdict in [HumanVerdict::Other, HumanVerdict::Same] {
            let same = decide(&app, check, one.person, verdict).await;
            assert!(matches!(same, Err(NotDecided::AlreadyDecided)));
        }
        decide(&app, check, two.person, HumanVerdict::Other).await.unwrap();
        let stands = standing(&learner).await;
        assert_eq!((stands.review_ms, stands.confirmed_ms, stands.blocked), (Millis::ZERO, Millis::ZERO, true));
        let [.., Record::CheckSettled(last)] = &records(&app, "check_settled/1").await[..] else { panic!() };
        assert_eq!((last.outcome, last.standing), (CheckOutcome::OtherPerson, CreditStanding::Void));
        assert_eq!(last.by, Some(app.running.app.keys.pseudonym(two.person)));
        is_honest(&app).await;
    }

    async fn what_a_human_cannot_tell_may_be_made_up(app) {
        let (learner, check, earned) = in_review(&app).await;
        let staff = app.person(&[Role::Teacher]).await;
        decide(&app, check, staff.person, HumanVerdict::Unclear).await.unwrap();
        let stands = standing(&learner).await;
        assert_eq!((stands.pending_ms.0, stands.review_ms.0), (earned, 0));
        let challenge = crate::checks::helpers::make_up(&learner).await.unwrap();
        settle(&learner, &challenge, Decision::Pass).await;
        assert_eq!(standing(&learner).await.confirmed_ms.0, earned);
        assert_eq!(status(&learner, check).await.outcome, Some(CheckOutcome::MadeUp));
        is_honest(&app).await;
    }

    async fn nobody_decides_their_own(app) {
        let (learner, check, _) = in_review(&app).await;
        let own = decide(&app, check, learner.person, HumanVerdict::Same).await;
        assert!(matches!(own, Err(NotDecided::NotFound)));
        let own = supervise(&app, &learner, &learner).await;
        assert!(matches!(own, Err(NotDecided::NotFound)));
    }

    async fn a_teacher_vouches_for_who_shows_no_face(app) {
        let learner = app.learner_in(app.checked_class).await;
        choose(&app, learner.person, "supervised").await;
        let teacher = app.person(&[Role::Teacher]).await;
        let mut study = learner.study_in(app.checked_class, app.long_unit).await;
        assert_eq!(study.started.checks.as_ref().unwrap().open, None);
        for _ in 0..30 {
            assert_eq!(study.watch(10_000).await.check, None);
        }
        let stands = standing(&learner).await;
        assert_eq!((stands.provisional_ms.0, stands.blocked), (300_000, false));
        assert_eq!(supervise(&app, &teacher, &learner).await.unwrap(), Millis(300_000));
        let stands = standing(&learner).await;
        assert_eq!((stands.confirmed_ms.0, stands.provisional_ms.0, stands.passed), (300_000, 0, 1));
        let stranger = app.learner().await;
        assert!(matches!(supervise(&app, &teacher, &stranger).await, Err(NotDecided::NotFound)));
        is_honest(&app).await;
    }

    async fn withdrawing_keeps_hours_and_leaves_what_waits_to_a_teacher(app) {
        let (learner, _, earned) = in_review(&app).await;
        let teacher = app.person(&[Role::Teacher]).await;
        let state = &app.running.app;
        choose(&app, learner.person, "supervised").await;
        let tx = state.db.begin().await.unwrap();
        checks::withdrawn(&tx, &state.keys, &state.rules, learner.person, state.clock.now()).await.unwrap();
        commit(tx).await.unwrap();
        assert_eq!(standing(&learner).await.pending_ms.0, earned);
        assert_eq!(supervise(&app, &teacher, &learner).await.unwrap().0, earned);
        let stands = standing(&learner).await;
        assert_eq!((stands.confirmed_ms.0, stands.pending_ms.0, stands.blocked), (earned, 0, false));
        let mut study = learner.study_in(app.checked_class, app.long_unit).await;
        assert_eq!(study.spend(SpanState::Watching, 10_000).await.decision.credited_ms(), Millis(10_000));
        is_honest(&app).await;
    }
}
