//! Roll calls: everybody who watches is asked with their next beat, nobody who pauses, and the seed's own checks fall where they fell.

use super::{deeds, named, rows};
use crate::{
    board::{board, stranger},
    checks::helpers::{
        choose, differences, is_honest, learner, records, settle, standing, studying, until_drawn,
    },
    faces::helpers::calm,
    harness::{Answer, CHECKS, Client, Studying, TestApp},
    on_both,
};
use contract::{
    account::Role,
    acting::{CallAnswer, Deed, RollCallMark},
    beat::Receipt,
    face::{Challenge, CheckOrigin},
    record::Record,
};
use serde_json::json;
use study::{ClassId, SpanState};
use zhenxue::{checks::Decision, jobs};

async fn call(staff: &Client<'_>, class: ClassId) -> Answer {
    staff
        .post(
            &format!("/api/staff/classes/{class}/roll-calls"),
            &json!({}),
        )
        .await
}

/// How `client` answered, as the board says it.
async fn answered(staff: &Client<'_>, app: &TestApp, client: &Client<'_>) -> Option<CallAnswer> {
    let board = board(staff, app.checked_class).await;
    let row = board.rows.iter().find(|row| row.person == client.person);
    row.unwrap().called
}

/// Watches on and gives the challenge that the beat brought.
async fn asked(study: &mut Studying<'_>) -> Option<Challenge> {
    study.watch(2_000).await.check
}

on_both! {
    async fn everybody_who_watches_is_asked_with_their_next_beat(app) {
        let app = calm(app).await;
        let staff = app.person(&[Role::Teacher]).await;
        let (one, two, pausing, spoken) = (learner(&app).await, learner(&app).await, learner(&app).await, app.learner_in(app.checked_class).await);
        choose(&app, spoken.person, "supervised").await;
        let _away = learner(&app).await;
        let mut ones = studying(&one).await;
        let mut twos = studying(&two).await;
        let mut pauses = studying(&pausing).await;
        let mut speaks = studying(&spoken).await;
        for study in [&mut ones, &mut twos, &mut pauses, &mut speaks] {
            study.watch(2_000).await;
        }
        let called: RollCallMark = call(&staff, app.checked_class).await.read();
        assert_eq!((called.by.as_str(), called.called, called.by_teacher, called.answers), ("测试员", 3, 1, [3, 0, 0, 0, 0, 0]));
        assert_eq!(call(&staff, app.checked_class).await.code(), "429 rate_limited");

        app.clock.pass(1_000);
        let span = ones.span(SpanState::Watching, 1_000);
        let beat = ones.beat(vec![span]);
        let first = ones.send(&beat).await;
        let challenge = first.read::<Receipt>().check.unwrap();
        assert_eq!((challenge.origin, challenge.answer_ms.0), (CheckOrigin::RollCall, 60_000));
        assert_eq!(ones.send(&beat).await.bytes, first.bytes);
        assert_eq!(answered(&staff, &app, &one).await, Some(CallAnswer::Asked));
        settle(&one, &challenge, Decision::Pass).await;
        assert_eq!(answered(&staff, &app, &one).await, Some(CallAnswer::Passed));
        assert_eq!(asked(&mut ones).await, None);

        let challenge = asked(&mut twos).await.unwrap();
        assert_eq!(challenge.origin, CheckOrigin::RollCall);
        // Who pauses is not asked, and neither is who is known to a teacher.
        assert_eq!(pauses.spend(SpanState::Paused, 2_000).await.check, None);
        assert_eq!(asked(&mut speaks).await, None);
        assert_eq!(answered(&staff, &app, &pausing).await, Some(CallAnswer::Waiting));
        assert_eq!(answered(&staff, &app, &spoken).await, None);
        app.clock.pass(60_000);
        jobs::settle_checks(&app.running.app).await.unwrap();
        assert_eq!(answered(&staff, &app, &two).await, Some(CallAnswer::Missed));
        assert_eq!(answered(&staff, &app, &pausing).await, Some(CallAnswer::NotAsked));
        // Too late now, and it costs nothing.
        assert_eq!(asked(&mut pauses).await, None);
        assert_eq!((standing(&pausing).await.missed, standing(&two).await.missed), (0, 1));
        assert_eq!(board(&staff, app.checked_class).await.roll_call.unwrap().answers, [0, 0, 1, 0, 1, 1]);

        assert!(deeds(&one).await.contains(&(named(), Deed::RollCall { answer: CallAnswer::Passed })));
        assert!(deeds(&pausing).await.contains(&(named(), Deed::RollCall { answer: CallAnswer::NotAsked })));
        let [Record::RollCalled(record)] = &records(&app, "roll_called/1").await[..] else { panic!() };
        assert_eq!((record.by, record.called.len()), (app.running.app.keys.pseudonym(staff.person), 3));
        assert!(app.sql("DELETE FROM roll_call_person").await.is_err());
        is_honest(&app).await;
        app.sql("UPDATE face_check SET roll_call_id = NULL").await.unwrap();
        assert_eq!(differences(&app).await.len(), 2);
    }

    /// Chance knows nothing of the roll: before, beside and after it each check falls where the seed puts it.
    async fn the_seeds_own_checks_fall_where_they_would_have(app) {
        let staff = app.person(&[Role::Admin]).await;
        let client = learner(&app).await;
        let mut study = studying(&client).await;
        let mut origins = Vec::new();
        for _ in 0..4 {
            let (challenge, _) = until_drawn(&mut study).await;
            origins.push(challenge.origin);
            settle(&client, &challenge, Decision::Pass).await;
            app.clock.pass(CHECKS.mean_ms.0);
            // The seed is new each time, and the next check may fall into this second already.
            if let Some(challenge) = study.watch(1_000).await.check {
                origins.push(challenge.origin);
                settle(&client, &challenge, Decision::Pass).await;
            }
            call(&staff, app.checked_class).await.read::<RollCallMark>();
            let (challenge, _) = until_drawn(&mut study).await;
            origins.push(challenge.origin);
            settle(&client, &challenge, Decision::Pass).await;
            assert_eq!(answered(&staff, &app, &client).await, Some(CallAnswer::Passed));
        }
        assert!(origins.contains(&CheckOrigin::RollCall) && origins.contains(&CheckOrigin::Random));
        study.end().await;
        let [Record::ChecksRevealed(revealed)] = &records(&app, "checks_revealed/1").await[..] else { panic!() };
        let random = origins.iter().filter(|origin| **origin == CheckOrigin::Random).count();
        assert_eq!(usize::try_from(revealed.drawn).unwrap(), random);
        is_honest(&app).await;
    }

    /// A roll call is no way around a check that is before somebody, and that check answers it.
    async fn a_check_that_is_open_answers_the_roll(app) {
        let staff = app.person(&[Role::Teacher]).await;
        let client = learner(&app).await;
        let mut study = studying(&client).await;
        let (challenge, _) = until_drawn(&mut study).await;
        call(&staff, app.checked_class).await.read::<RollCallMark>();
        assert_eq!(answered(&staff, &app, &client).await, Some(CallAnswer::Asked));
        assert_eq!(asked(&mut study).await, None);
        settle(&client, &challenge, Decision::Pass).await;
        assert_eq!(answered(&staff, &app, &client).await, Some(CallAnswer::Passed));
        is_honest(&app).await;
    }

    async fn the_roll_is_called_by_staff_of_the_class_where_somebody_studies(app) {
        let staff = app.person(&[Role::Teacher]).await;
        assert_eq!(call(&staff, app.checked_class).await.code(), "409 nobody_live");
        assert_eq!(call(&staff, app.open_class).await.code(), "404 not_found");
        let client = learner(&app).await;
        let _study = studying(&client).await;
        assert_eq!(call(&stranger(&app).await, app.checked_class).await.code(), "404 not_found");
        for role in [Role::Operator, Role::Regulator, Role::Reviewer, Role::Learner] {
            let client = app.person(&[role]).await;
            assert_eq!(call(&client, app.checked_class).await.code(), "403 forbidden");
        }
        assert_eq!(rows(&app, "roll_call").await, 0);
        assert_eq!(call(&staff, app.checked_class).await.status, 201);
    }
}
