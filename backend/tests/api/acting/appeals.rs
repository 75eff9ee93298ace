//! Appeals: once each, answered by people who see the evidence, and worth what the rules know.

use super::{answer, appeal_check, appeal_stretch, days, deeds, mark, named, queue, rows, stretch};
use crate::{
    board::stranger,
    checks::helpers::{
        decide, ignore, is_honest, learner, make_up, records, settle, standing, status, studying,
        until_drawn,
    },
    harness::{CHECKS, Client, TestApp},
    on_both,
};
use contract::{
    account::Role,
    acting::{AppealDone, AppealMark, AppealState, Deed, Remedy},
    face::{CheckId, CheckOutcome, HumanVerdict},
    record::Record,
};
use serde_json::json;
use study::{Millis, Reason, SpanState};
use zhenxue::{checks::Decision, jobs};

/// A teacher of the institution.
async fn teacher(app: &TestApp) -> Client<'_> {
    app.person(&[Role::Teacher]).await
}

/// A check of a new learner that two members of staff called somebody else's, and what was at stake.
async fn called_other<'a>(
    app: &'a TestApp,
    staff: &[&Client<'_>; 2],
) -> (Client<'a>, CheckId, u64) {
    let client = learner(app).await;
    let mut study = studying(&client).await;
    let (challenge, earned) = until_drawn(&mut study).await;
    settle(&client, &challenge, Decision::Review).await;
    for one in staff {
        decide(app, challenge.check, one.person, HumanVerdict::Other)
            .await
            .unwrap();
    }
    drop(study);
    (client, challenge.check, earned)
}

/// Keeps a frame of a check, whatever is on it.
async fn keep_frame(app: &TestApp, client: &Client<'_>, check: CheckId) {
    let hex = |id: uuid::Uuid| match app.running.app.db.backend() {
        sea_orm::DbBackend::Sqlite => format!("x'{}'", id.simple()),
        _ => format!("'{id}'"),
    };
    let bytes = match app.running.app.db.backend() {
        sea_orm::DbBackend::Sqlite => "x'01'",
        _ => "'\\x01'::bytea",
    };
    let (id, person, check) = (
        hex(uuid::Uuid::now_v7()),
        hex(client.person.0),
        hex(check.0),
    );
    app.sql(&format!(
        "INSERT INTO face_frame (id, person_id, check_id, position, sha256, fingerprint, jpeg_sealed, at)
         VALUES ({id}, {person}, {check}, 0, {bytes}, 0, {bytes}, 1)"
    ))
    .await
    .unwrap();
}

on_both! {
    async fn a_stretch_is_appealed_against_once_and_no_answer_adds_time(app) {
        let (learner, staff) = (app.learner().await, teacher(&app).await);
        let mut study = learner.study(app.long_unit).await;
        study.watch(10_000).await;
        study.spend(SpanState::Hidden, 20_000).await;
        study.spend(SpanState::Paused, 20_000).await;
        let filed: AppealMark = appeal_stretch(&learner, Reason::Hidden).await.read();
        assert_eq!(filed.state, AppealState::Open);
        assert_eq!(appeal_stretch(&learner, Reason::Hidden).await.code(), "409 appeal_exists");
        assert_eq!(appeal_stretch(&learner, Reason::Paused).await.status, 201);
        assert_eq!(stretch(&learner, Reason::Hidden).await.1.appeal, Some(filed.clone()));
        let waiting = queue(&staff).await;
        assert_eq!((waiting.len(), rows(&app, "access_log WHERE what = 'appeal' AND person_id IS NOT NULL").await), (2, 2));
        let shown = &waiting[0];
        assert_eq!((shown.appeal, shown.person, shown.class), (filed.appeal, learner.person, app.open_class));
        assert_eq!((shown.text.as_str(), shown.device.as_deref(), shown.remedy), ("我一直在看", Some("笔记本"), Remedy::WatchAgain));
        let seen = shown.stretch.as_ref().unwrap();
        assert_eq!((seen.reason, seen.ms), (Some(Reason::Hidden), Millis(20_000)));

        let no_reason = json!({"upheld": true, "reason": " "});
        let path = format!("/api/staff/appeals/{}/answer", filed.appeal);
        assert_eq!(staff.post(&path, &no_reason).await.code(), "422 invalid");
        let done: AppealDone = answer(&staff, filed.appeal, true).await.read();
        assert_eq!((done.state, done.remedy, done.confirmed_ms), (AppealState::Upheld, Remedy::WatchAgain, Millis::ZERO));
        assert_eq!(answer(&staff, filed.appeal, false).await.code(), "409 already_decided");
        // Where the film stood still there is nothing to watch again.
        let done: AppealDone = answer(&staff, waiting[1].appeal, true).await.read();
        assert_eq!(done.remedy, Remedy::None);
        assert_eq!(queue(&staff).await, []);

        let day = days(&learner).await.remove(0);
        assert_eq!(day.credited_ms, Millis(10_000));
        let mark = stretch(&learner, Reason::Hidden).await.1.appeal.unwrap();
        let given = mark.answer.unwrap();
        assert_eq!((mark.state, given.by, given.reason.as_str()), (AppealState::Upheld, "测试员".into(), "看过记录"));
        let deeds = deeds(&learner).await;
        assert_eq!(deeds.len(), 4);
        assert_eq!(deeds[0], (None, Deed::AppealFiled { text: "我一直在看".into() }));
        let answered = Deed::AppealAnswered { upheld: true, remedy: Remedy::WatchAgain, confirmed_ms: Millis::ZERO, reason: "看过记录".into() };
        assert!(deeds.contains(&(named(), answered)));
        let theirs = format!("/api/staff/classes/{}/learners/{}/days", app.open_class, learner.person);
        assert_eq!(*staff.get(&theirs).await.json(), *learner.get("/api/my/days").await.json());

        let [Record::AppealFiled(first), _] = &records(&app, "appeal_filed/1").await[..] else { panic!() };
        assert_eq!((first.appeal, first.text), (filed.appeal, contract::acting::words_digest(filed.appeal, "我一直在看")));
        let [Record::AppealAnswered(first), _] = &records(&app, "appeal_answered/1").await[..] else { panic!() };
        assert_eq!(first.by, app.running.app.keys.pseudonym(staff.person));
        for table in ["appeal", "appeal_answer"] {
            assert!(app.sql(&format!("DELETE FROM {table}")).await.is_err());
        }
        // It was not credited, so watching it again is.
        study.media_ms = 10_000;
        assert_eq!(study.watch(10_000).await.decision.credited_ms(), Millis(10_000));
        is_honest(&app).await;
    }

    async fn an_appeal_is_for_its_learner_and_the_staff_of_its_class(app) {
        let (one, classmate) = (app.learner().await, app.learner().await);
        let mut study = one.study(app.long_unit).await;
        study.spend(SpanState::Paused, 10_000).await;
        let (session, paused) = stretch(&one, Reason::Paused).await;
        let about = json!({"what": "stretch", "session": session, "from": paused.from, "reason": "paused"});
        let wish = json!({"about": about, "text": "x"});
        assert_eq!(classmate.post("/api/my/appeals", &wish).await.code(), "404 not_found");
        let other = json!({"about": {"what": "stretch", "session": session, "from": paused.from, "reason": "gap"}, "text": "x"});
        assert_eq!(one.post("/api/my/appeals", &other).await.code(), "404 not_found");
        for text in ["  ", &"长".repeat(501), "a\u{7}"] {
            let wish = json!({"about": about, "text": text});
            assert_eq!(one.post("/api/my/appeals", &wish).await.code(), "422 invalid");
        }
        let filed: AppealMark = one.post("/api/my/appeals", &wish).await.read();
        let elsewhere = stranger(&app).await;
        assert_eq!(queue(&elsewhere).await, []);
        assert_eq!(answer(&elsewhere, filed.appeal, true).await.code(), "404 not_found");
        assert_eq!(rows(&app, "access_log").await, 0);
        for role in [Role::Operator, Role::Regulator, Role::Reviewer, Role::Learner] {
            let client = app.person(&[role]).await;
            assert_eq!(client.get("/api/staff/appeals").await.code(), "403 forbidden");
            assert_eq!(answer(&client, filed.appeal, true).await.code(), "403 forbidden");
        }
        assert_eq!(rows(&app, "appeal_answer").await, 0);
    }

    async fn a_miss_that_nobody_could_help_is_made_up_beyond_the_allowance(app) {
        let (client, staff) = (learner(&app).await, teacher(&app).await);
        let mut study = studying(&client).await;
        let mut lost = Vec::new();
        // Two may be made up whatever the share; the third is one too many.
        for _ in 0..3 {
            let (challenge, earned) = until_drawn(&mut study).await;
            lost.push((challenge.check, earned + ignore(&mut study).await));
            let again = make_up(&client).await.unwrap();
            settle(&client, &again, Decision::Pass).await;
            app.clock.pass(60_000);
        }
        let (check, ms) = lost[2];
        assert_eq!(status(&client, check).await.outcome, Some(CheckOutcome::Missed));
        let before = standing(&client).await;
        assert_eq!((before.pending_ms.0, before.make_ups_left), (ms, 0));
        assert_eq!(appeal_check(&client, lost[0].0).await.code(), "404 not_found");
        // Its window ends.
        app.clock.pass(CHECKS.make_up_ms.0);
        jobs::run_once(&app.running.app).await;
        let (client, staff) = (app.signed_in(client.person, client.identity).await, app.signed_in(staff.person, staff.identity).await);
        assert_eq!(status(&client, check).await.outcome, Some(CheckOutcome::Expired));
        let filed: AppealMark = appeal_check(&client, check).await.read();
        let shown = queue(&staff).await.remove(0);
        assert_eq!((shown.remedy, shown.outcome, shown.two_needed), (Remedy::MakeUp, Some(CheckOutcome::Expired), false));
        assert_eq!(shown.check.unwrap().stake_ms.0, ms);
        let done: AppealDone = answer(&staff, filed.appeal, true).await.read();
        assert_eq!((done.remedy, done.confirmed_ms, done.make_up_until.is_some()), (Remedy::MakeUp, Millis::ZERO, true));
        // No hours from an answer: the learner shows who they are, and then it counts.
        assert_eq!(standing(&client).await.confirmed_ms, before.confirmed_ms);
        let again = make_up(&client).await.unwrap();
        settle(&client, &again, Decision::Pass).await;
        let after = standing(&client).await;
        assert_eq!((after.confirmed_ms.0, after.pending_ms), (before.confirmed_ms.0 + ms, Millis::ZERO));
        assert_eq!(status(&client, check).await.outcome, Some(CheckOutcome::MadeUp));
        is_honest(&app).await;
    }

    async fn where_two_said_somebody_else_it_takes_two_who_see_the_frames(app) {
        let (one, two, three) = (teacher(&app).await, teacher(&app).await, teacher(&app).await);
        let (client, check, earned) = called_other(&app, &[&one, &two]).await;
        keep_frame(&app, &client, check).await;
        let filed: AppealMark = appeal_check(&client, check).await.read();
        let shown = queue(&one).await.remove(0);
        assert_eq!((shown.remedy, shown.two_needed, shown.own_word, shown.said.len()), (Remedy::SamePerson, true, true, 2));
        // Nobody refuses an appeal against their own word.
        assert_eq!(answer(&one, filed.appeal, false).await.code(), "409 already_decided");
        let first: AppealDone = answer(&three, filed.appeal, true).await.read();
        assert_eq!((first.state, first.confirmed_ms), (AppealState::SecondNeeded, Millis::ZERO));
        assert_eq!(answer(&three, filed.appeal, true).await.code(), "409 already_decided");
        assert_eq!(mark(&client).await.appeal.unwrap().state, AppealState::SecondNeeded);
        assert!(queue(&three).await[0].mine);
        assert_eq!(standing(&client).await.confirmed_ms, Millis::ZERO);
        let done: AppealDone = answer(&two, filed.appeal, true).await.read();
        assert_eq!((done.state, done.remedy, done.confirmed_ms.0), (AppealState::Upheld, Remedy::SamePerson, earned));
        let stands = standing(&client).await;
        assert_eq!((stands.confirmed_ms.0, stands.blocked), (earned, false));
        let verdicts = deeds(&client).await.into_iter().filter(|(by, deed)| {
            *by == named() && matches!(deed, Deed::Verdict { .. })
        });
        assert_eq!(verdicts.count(), 4);
        is_honest(&app).await;
    }

    async fn without_frames_nobody_confirms_whom_two_called_somebody_else(app) {
        let (one, two, three) = (teacher(&app).await, teacher(&app).await, teacher(&app).await);
        let (client, check, _) = called_other(&app, &[&one, &two]).await;
        let filed: AppealMark = appeal_check(&client, check).await.read();
        assert_eq!(queue(&three).await[0].remedy, Remedy::None);
        let done: AppealDone = answer(&three, filed.appeal, true).await.read();
        assert_eq!((done.state, done.remedy), (AppealState::Upheld, Remedy::None));
        assert_eq!(standing(&client).await.confirmed_ms, Millis::ZERO);
        is_honest(&app).await;
    }

    async fn twenty_appeals_wait_at_most(app) {
        let learner = app.learner().await;
        let mut study = learner.study(app.long_unit).await;
        for _ in 0..21 {
            study.spend(SpanState::Paused, 2_000).await;
            study.watch(2_000).await;
        }
        let day = days(&learner).await.remove(0);
        let session = &day.sessions[0];
        let mut codes = Vec::new();
        for stretch in session.stretches.iter().filter(|one| one.reason == Some(Reason::Paused)) {
            let about = json!({"what": "stretch", "session": session.session, "from": stretch.from, "reason": "paused"});
            codes.push(learner.post("/api/my/appeals", &json!({"about": about, "text": "x"})).await.code());
        }
        assert_eq!(codes.len(), 21);
        assert!(codes[..20].iter().all(|code| code == "201"), "{codes:?}");
        assert_eq!(codes[20], "409 too_many_appeals");
    }
}
