//! The class board: that it says what learners' own pages say, who may see it, that it tells of changes, and what it costs.

mod days;
mod load;
mod telling;

use crate::{
    checks::helpers::{
        class as my_class, decide, ignore, learner, make_up, settle, studying, until_drawn,
    },
    harness::{CHECKS, Client, TestApp, text},
    on_both,
};
use contract::{
    account::Role,
    board::{Board, BoardNumbers, BoardRow, Presence, StaffClass},
    face::{CheckOutcome, HumanVerdict, IdentityWay},
    timeline::StudyDay,
};
use serde_json::json;
use study::{ClassHours, ClassId, Millis, Risk, SpanState};
use zhenxue::{
    checks::Decision,
    jobs,
    store::{catalogue, class_progress, people},
};

pub fn path(class: ClassId) -> String {
    format!("/api/staff/classes/{class}/board")
}

pub async fn board(staff: &Client<'_>, class: ClassId) -> Board {
    staff.get(&path(class)).await.read()
}

fn row<'a>(board: &'a Board, of: &Client<'_>) -> &'a BoardRow {
    board
        .rows
        .iter()
        .find(|row| row.person == of.person)
        .unwrap()
}

/// The board's row is what the learner's own page says.
async fn agrees(app: &TestApp, staff: &Client<'_>, learner: &Client<'_>) -> BoardRow {
    let board = board(staff, app.checked_class).await;
    let (row, my) = (row(&board, learner).clone(), my_class(learner).await);
    let checks = my.checks.unwrap();
    assert_eq!(row.confirmed_ms, my.confirmed_ms);
    assert_eq!(row.hours, my.confirmed_hours);
    assert_eq!(row.provisional_ms, checks.provisional_ms);
    assert_eq!(row.pending_ms.0, checks.pending_ms.0 + checks.review_ms.0);
    assert_eq!(row.provisional_ms.0 + row.pending_ms.0, my.pending_ms.0);
    assert_eq!(row.way, checks.way);
    assert_eq!((board.due_ms, board.checks), (my.due_ms, true));
    row
}

/// A teacher of another institution.
pub async fn stranger(app: &TestApp) -> Client<'_> {
    let person = app.person(&[Role::Learner]).await;
    let state = &app.running.app;
    let tx = state.db.begin().await.unwrap();
    let now = state.clock.now();
    let name = text("别校", "Elsewhere");
    let elsewhere = catalogue::add_institution(&tx, "91210000TEST000001", &name, now)
        .await
        .unwrap();
    people::grant(&tx, person.person, Role::Teacher, Some(elsewhere), now)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    app.signed_in(person.person, person.identity).await
}

on_both! {
    async fn whatever_happens_to_credit_the_board_says_what_the_learner_sees(app) {
        let staff = app.person(&[Role::Teacher]).await;
        let (passed, missed, seen) = (learner(&app).await, learner(&app).await, learner(&app).await);

        let mut study = studying(&passed).await;
        assert_eq!(agrees(&app, &staff, &passed).await.provisional_ms, Millis::ZERO);
        let (challenge, first) = until_drawn(&mut study).await;
        assert_eq!(agrees(&app, &staff, &passed).await.provisional_ms.0, first);
        settle(&passed, &challenge, Decision::Pass).await;
        let row = agrees(&app, &staff, &passed).await;
        assert_eq!((row.confirmed_ms.0, row.check.map(|check| check.outcome)), (first, Some(CheckOutcome::Passed)));
        let mut earned = study.watch(10_000).await.decision.credited_ms().0;
        // Another session takes over, and both end: nothing is lost and nothing counted twice.
        let mut second = studying(&passed).await;
        for _ in 0..2 {
            earned += second.watch(10_000).await.decision.credited_ms().0;
        }
        let before = agrees(&app, &staff, &passed).await;
        // Where a check was drawn in between, the second session began with it, and it was passed.
        assert_eq!(before.confirmed_ms.0 + before.provisional_ms.0, first + earned);
        assert_eq!((before.provisional_ms > Millis::ZERO, before.presence), (true, Presence::Live));
        assert_eq!(study.end().await.status, 204);
        assert_eq!(second.end().await.status, 204);
        let after = agrees(&app, &staff, &passed).await;
        assert_eq!(after, BoardRow { presence: Presence::Away, ..before });

        let mut study = studying(&missed).await;
        let (_, earned) = until_drawn(&mut study).await;
        let lost = earned + ignore(&mut study).await;
        let row = agrees(&app, &staff, &missed).await;
        assert_eq!((row.pending_ms.0, row.to_make_up, row.in_review), (lost, 1, 0));
        let challenge = make_up(&missed).await.unwrap();
        settle(&missed, &challenge, Decision::Pass).await;
        let row = agrees(&app, &staff, &missed).await;
        assert_eq!((row.confirmed_ms.0, row.pending_ms.0, row.to_make_up), (lost, 0, 0));
        let (_, earned) = until_drawn(&mut study).await;
        let lost = earned + ignore(&mut study).await;
        app.clock.pass(CHECKS.make_up_ms.0 + 10_000);
        jobs::run_once(&app.running.app).await;
        let missed = app.signed_in(missed.person, missed.identity).await;
        let staff = app.signed_in(staff.person, staff.identity).await;
        let row = agrees(&app, &staff, &missed).await;
        assert_eq!((row.void_ms.0, row.presence), (lost, Presence::Away));

        let seen = app.signed_in(seen.person, seen.identity).await;
        let mut study = studying(&seen).await;
        let (challenge, earned) = until_drawn(&mut study).await;
        settle(&seen, &challenge, Decision::Review).await;
        let row = agrees(&app, &staff, &seen).await;
        assert_eq!((row.pending_ms.0, row.in_review, row.to_make_up), (earned, 1, 0));
        let numbers = board(&staff, app.checked_class).await.numbers;
        assert_eq!(numbers, BoardNumbers { learners: 3, live: 1, in_review: 1, to_make_up: 0, at_risk: 3 });
        decide(&app, challenge.check, staff.person, HumanVerdict::Same).await.unwrap();
        let row = agrees(&app, &staff, &seen).await;
        assert_eq!((row.confirmed_ms.0, row.in_review, row.way), (earned, 0, Some(IdentityWay::Face)));

        // An older database has no sums: they are made from what is there, and come out the same.
        let before = board(&staff, app.checked_class).await;
        app.sql("DELETE FROM class_progress").await.unwrap();
        assert_ne!(board(&staff, app.checked_class).await.rows, before.rows);
        app.sql("DELETE FROM setting WHERE name = 'class_progress'").await.unwrap();
        class_progress::fill(&app.running.app.db).await.unwrap();
        let mut again = board(&staff, app.checked_class).await;
        again.rows.sort_by_key(|row| row.person);
        let mut rows = before.rows.clone();
        rows.sort_by_key(|row| row.person);
        assert_eq!(again.rows, rows);
    }

    async fn without_face_checks_credit_counts_at_once(app) {
        let staff = app.person(&[Role::Admin]).await;
        let learner = app.learner().await;
        let mut study = learner.study(app.long_unit).await;
        study.watch_long(45 * 60_000).await;
        let seen = board(&staff, app.open_class).await;
        let one = row(&seen, &learner);
        assert_eq!((one.confirmed_ms, one.hours, one.provisional_ms), (Millis(2_700_000), ClassHours(1), Millis::ZERO));
        assert_eq!((one.name.as_str(), one.way, one.check), ("测试员", None, None));
        // Ten minutes and eight hours of film.
        assert_eq!((seen.planned_hours, seen.class_hour_ms, seen.checks), (ClassHours(10), Millis(2_700_000), false));
    }

    async fn live_idle_and_away_are_by_the_servers_clock(app) {
        let staff = app.person(&[Role::Teacher]).await;
        let (learner, other) = (app.learner().await, app.learner().await);
        let presence = async || {
            let seen = board(&staff, app.open_class).await;
            (row(&seen, &learner).presence, seen.numbers.live)
        };
        assert_eq!(presence().await, (Presence::Away, 0));
        let mut study = learner.study(app.long_unit).await;
        study.watch(10_000).await;
        let heard = app.running.app.clock.now();
        assert_eq!(presence().await, (Presence::Live, 1));
        app.clock.pass(30_000);
        assert_eq!(presence().await, (Presence::Live, 1));
        app.clock.pass(1);
        assert_eq!(presence().await, (Presence::Idle, 0));
        app.clock.pass(30 * 60_000);
        jobs::run_once(&app.running.app).await;
        assert_eq!(presence().await, (Presence::Away, 0));
        let seen = board(&staff, app.open_class).await;
        assert_eq!((row(&seen, &learner).heard_at, row(&seen, &other).heard_at), (Some(heard), None));
        // Who studies in another class is not live in this one.
        let state = &app.running.app;
        let tx = state.db.begin().await.unwrap();
        catalogue::enrol(&tx, app.closed_class, learner.person, state.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
        let here = learner.study(app.short_unit).await;
        assert_eq!(presence().await, (Presence::Live, 1));
        let there = learner.study_in(app.closed_class, app.long_unit).await;
        assert_eq!(presence().await, (Presence::Idle, 0));
        assert_eq!(board(&staff, app.closed_class).await.numbers.live, 1);
        drop((here, there));
    }

    async fn who_cannot_finish_in_time_is_at_risk(app) {
        let learner = app.learner().await;
        let risk = async |class| {
            let staff = app.person(&[Role::Teacher]).await;
            let seen = board(&staff, class).await;
            (row(&seen, &learner).risk, seen.numbers.at_risk)
        };
        assert_eq!(risk(app.open_class).await, (Risk::None, 0));
        app.clock.pass(10 * 86_400_000);
        assert_eq!(risk(app.open_class).await, (Risk::Behind, 1));
        app.clock.pass(20 * 86_400_000);
        assert_eq!(risk(app.open_class).await, (Risk::OutOfReach, 1));
    }

    async fn staff_see_their_own_institution_only_and_others_nothing(app) {
        let learner = app.learner().await;
        let mut study = learner.study(app.short_unit).await;
        study.watch(10_000).await;
        let days = format!("/api/staff/classes/{}/learners/{}/days", app.open_class, learner.person);
        let board = path(app.open_class);
        let events = format!("{board}/events");
        let exports = format!("{board}/exports");
        let wish = json!({"view": {"sort": "name", "descending": false, "search": "", "show": "all"}, "format": "csv", "language": "en"});
        let elsewhere = stranger(&app).await;
        assert_eq!(elsewhere.get("/api/staff/classes").await.read::<Vec<StaffClass>>(), []);
        for path in [&days, &board, &events] {
            assert_eq!(elsewhere.get(path).await.code(), "404 not_found", "{path}");
        }
        assert_eq!(elsewhere.post(&exports, &wish).await.code(), "404 not_found");
        for role in [Role::Operator, Role::Regulator, Role::Reviewer, Role::Learner] {
            let client = app.person(&[role]).await;
            for path in [&days, &board, &events] {
                assert_eq!(client.get(path).await.code(), "403 forbidden", "{role:?} {path}");
            }
            assert_eq!(client.post(&exports, &wish).await.code(), "403 forbidden", "{role:?}");
        }
        assert_eq!(app.count("SELECT count(*) FROM access_log").await, 0);

        let staff = app.person(&[Role::Teacher]).await;
        let classes: Vec<StaffClass> = staff.get("/api/staff/classes").await.read();
        let mine = classes.iter().find(|class| class.class == app.open_class).unwrap();
        assert_eq!((classes.len(), mine.learners), (4, 1));
        let record: Vec<StudyDay> = staff.get(&days).await.read();
        assert_eq!(record, learner.get("/api/my/days").await.read::<Vec<StudyDay>>());
        assert_eq!(record[0].credited_ms, Millis(10_000));
        // Of another class of theirs the same teacher sees nothing here.
        let other = format!("/api/staff/classes/{}/learners/{}/days", app.closed_class, learner.person);
        assert_eq!(staff.get(&other).await.code(), "404 not_found");
        assert_eq!(staff.get(&format!("{days}?from=5&to=4")).await.code(), "422 invalid");
        assert_eq!(staff.post(&exports, &wish).await.status, 200);
        assert_eq!(app.count("SELECT count(*) FROM access_log WHERE what = 'study_record' AND person_id IS NOT NULL").await, 1);
        assert_eq!(app.count("SELECT count(*) FROM access_log WHERE what = 'board_export' AND person_id IS NULL").await, 1);
        assert!(app.sql("DELETE FROM access_log").await.is_err());
        study.spend(SpanState::Watching, 1_000).await;
    }

    async fn a_record_for_staff_holds_their_class_only(app) {
        let learner = app.learner().await;
        let state = &app.running.app;
        let tx = state.db.begin().await.unwrap();
        catalogue::enrol(&tx, app.closed_class, learner.person, state.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
        learner.study(app.short_unit).await.watch(10_000).await;
        learner.study_in(app.closed_class, app.long_unit).await.watch(10_000).await;
        let staff = app.person(&[Role::Teacher]).await;
        for class in [app.open_class, app.closed_class] {
            let path = format!("/api/staff/classes/{class}/learners/{}/days", learner.person);
            let days: Vec<StudyDay> = staff.get(&path).await.read();
            let classes: Vec<ClassId> = days[0].sessions.iter().map(|session| session.class).collect();
            assert_eq!((classes, days[0].credited_ms), (vec![class], Millis(10_000)));
        }
    }

    async fn a_file_holds_what_is_on_the_screen(app) {
        let staff = app.person(&[Role::Teacher]).await;
        let (studies, _idle) = (app.learner().await, app.learner().await);
        studies.study(app.long_unit).await.watch(120_000).await;
        let export = async |show: &str, format: &str, search: &str| {
            let wish = json!({
                "view": {"sort": "confirmed", "descending": true, "search": search, "show": show},
                "format": format, "language": "zh-CN",
            });
            staff.post(&format!("{}/exports", path(app.open_class)), &wish).await
        };
        let answer = export("all", "csv", "").await;
        assert_eq!(answer.headers["content-type"], "text/csv; charset=utf-8");
        assert_eq!(answer.headers["content-disposition"], "attachment; filename=\"board.csv\"");
        let text = String::from_utf8(answer.bytes).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert!(text.starts_with('\u{feff}') && lines.len() == 3, "{text}");
        assert!(lines[1].starts_with("测试员,正在学习,2026-11-23 12:02:00,"), "{text}");
        assert!(lines[2].starts_with("测试员,不在学习,,"), "{text}");
        let live = export("live", "csv", "").await;
        assert_eq!(String::from_utf8(live.bytes).unwrap().lines().count(), 2);
        let nobody = export("all", "csv", "王").await;
        assert_eq!(String::from_utf8(nobody.bytes).unwrap().lines().count(), 1);
        let sheet = export("all", "xlsx", "").await;
        assert_eq!(sheet.bytes[..4], *b"PK\x03\x04");
        assert_eq!(export("all", "csv", &"长".repeat(41)).await.code(), "422 invalid");
    }
}
