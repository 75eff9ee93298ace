//! Replaying a database: no difference in an honest one, and one for every kind of tampering.

use crate::{harness::TestApp, on_both};
use sea_orm::DbBackend;
use serde_json::json;
use study::SpanState;
use zhenxue::{
    jobs,
    replay::{ReplayKeys, Summary, replay},
};

pub async fn run(app: &TestApp) -> Summary {
    let keys = ReplayKeys::read(app.folder.path()).unwrap();
    replay(&app.running.app.db.read, &keys).await.unwrap()
}

pub async fn sequence(app: &TestApp) {
    let state = &app.running.app;
    while state
        .ledger
        .sequence(&state.db, state.clock.now())
        .await
        .unwrap()
        > 0
    {}
}

/// Two learners, several sessions, a hand-over with a beat of the old lease after it, a new day, and a proof.
pub async fn lively(app: &TestApp) {
    let (one, two) = (app.learner().await, app.learner().await);
    let mut first = one.study(app.short_unit).await;
    first.watch(330_000).await;
    first.spend(SpanState::Hidden, 7_000).await;
    let mut second = one.study(app.long_unit).await;
    first.spend(SpanState::Watching, 5_000).await;
    second.watch(45_000).await;
    first.end().await;
    let mut other = two.study(app.short_unit).await;
    other.watch(12_345).await;
    app.clock.pass(14 * 3_600_000);
    // The next day: an old lease speaks first.
    first_of_day(&mut second).await;
    let proof = one
        .post(
            &format!("/api/my/classes/{}/proofs", app.open_class),
            &json!({}),
        )
        .await;
    assert_eq!(proof.status, 201);
    jobs::run_once(&app.running.app).await;
    sequence(app).await;
}

async fn first_of_day(studying: &mut crate::harness::Studying<'_>) {
    studying.client_ms += 14 * 3_600_000;
    studying.spend(SpanState::Watching, 9_000).await;
    studying.spend(SpanState::Unfocused, 9_000).await;
}

/// Makes the database take a change that it refuses.
async fn unlock(app: &TestApp, table: &str) {
    let statements = if app.running.app.db.backend() == DbBackend::Sqlite {
        vec![
            format!("DROP TRIGGER {table}_no_update"),
            format!("DROP TRIGGER {table}_no_delete"),
        ]
    } else {
        vec![format!("DROP TRIGGER {table}_append_only ON {table}")]
    };
    for sql in statements {
        app.sql(&sql).await.unwrap();
    }
}

on_both! {
    async fn an_honest_database_has_no_difference(app) {
        lively(&app).await;
        let summary = run(&app).await;
        assert_eq!(summary.differences, Vec::<String>::new());
        assert_eq!((summary.people, summary.sessions, summary.proofs), (2, 3, 1));
        assert!(summary.beats > 40 && summary.leaves > 5 && summary.checkpoints > 1, "{summary:?}");
        assert_eq!(summary.records, usize::try_from(summary.leaves).unwrap());
        let credited: u64 = 330_000 + 45_000 + 12_345 + 18_000;
        assert_eq!(summary.credited_ms.0, credited);
    }

    async fn a_running_session_is_no_difference(app) {
        let learner = app.learner().await;
        learner.study(app.short_unit).await.watch(25_000).await;
        let summary = run(&app).await;
        assert_eq!(summary.differences, Vec::<String>::new());
        assert_eq!((summary.credited_ms.0, summary.leaves), (25_000, 0));
    }

    async fn every_tampering_is_a_difference(app) {
        lively(&app).await;
        for table in ["beat", "evidence", "study_session", "ledger_leaf", "ledger_checkpoint", "proof"] {
            unlock(&app, table).await;
        }
        let first = "(SELECT id FROM study_session WHERE lease = 1 ORDER BY id LIMIT 1)";
        for (sql, undo) in [
            // What was observed, what it earned, when.
            (format!("UPDATE beat SET spans = replace(spans, '\"watching\"', '\"paused\"') WHERE session_id = {first} AND seq = 2"),
             format!("UPDATE beat SET spans = replace(spans, '\"paused\"', '\"watching\"') WHERE session_id = {first} AND seq = 2")),
            (format!("UPDATE beat SET decision = replace(decision, '\"span\":0', '\"span\":1') WHERE session_id = {first} AND seq = 3"),
             format!("UPDATE beat SET decision = replace(decision, '\"span\":1', '\"span\":0') WHERE session_id = {first} AND seq = 3")),
            (format!("UPDATE beat SET received_at = received_at + 1 WHERE session_id = {first} AND seq = 4"),
             format!("UPDATE beat SET received_at = received_at - 1 WHERE session_id = {first} AND seq = 4")),
            (format!("UPDATE beat SET unit_credited_ms = unit_credited_ms + 1 WHERE session_id = {first} AND seq = 5"),
             format!("UPDATE beat SET unit_credited_ms = unit_credited_ms - 1 WHERE session_id = {first} AND seq = 5")),
            (format!("UPDATE beat SET seq = 9999 WHERE session_id = {first} AND seq = 33"),
             format!("UPDATE beat SET seq = 33 WHERE session_id = {first} AND seq = 9999")),
            // What is derived from it.
            ("UPDATE study_progress SET covered = '[[0,599000]]' WHERE covered = '[[0,330000]]'".into(),
             "UPDATE study_progress SET covered = '[[0,330000]]' WHERE covered = '[[0,599000]]'".into()),
            ("UPDATE unit_progress SET covered = '[[0,599000]]' WHERE covered = '[[0,330000]]'".into(),
             "UPDATE unit_progress SET covered = '[[0,330000]]' WHERE covered = '[[0,599000]]'".into()),
            ("UPDATE person_progress SET day_credited_ms = day_credited_ms + 1".into(),
             "UPDATE person_progress SET day_credited_ms = day_credited_ms - 1".into()),
            ("UPDATE study_progress SET segment_seq = segment_seq - 1".into(),
             "UPDATE study_progress SET segment_seq = segment_seq + 1".into()),
            (format!("UPDATE study_session SET started_at = started_at - 60000 WHERE id = {first}"),
             format!("UPDATE study_session SET started_at = started_at + 60000 WHERE id = {first}")),
            // What is sworn of it.
            ("UPDATE evidence SET record = replace(record, '[0,330000]', '[0,599000]')".into(),
             "UPDATE evidence SET record = replace(record, '[0,599000]', '[0,330000]')".into()),
            ("UPDATE ledger_leaf SET idx = idx + 1000 WHERE idx = (SELECT max(idx) FROM ledger_leaf)".into(),
             "UPDATE ledger_leaf SET idx = idx - 1000 WHERE idx >= 1000".into()),
            ("UPDATE ledger_tile SET level = 3".into(), "UPDATE ledger_tile SET level = 0".into()),
            ("UPDATE ledger_checkpoint SET note = replace(note, '— ', '— x') WHERE size > 0".into(),
             "UPDATE ledger_checkpoint SET note = replace(note, '— x', '— ') WHERE size > 0".into()),
            ("UPDATE ledger_checkpoint SET size = size + 1000 WHERE size > 0".into(),
             "UPDATE ledger_checkpoint SET size = size - 1000 WHERE size > 1000".into()),
            ("UPDATE proof SET document = replace(document, '\"class_hours\": 0', '\"class_hours\": 9')".into(),
             "UPDATE proof SET document = replace(document, '\"class_hours\": 9', '\"class_hours\": 0')".into()),
            ("UPDATE proof SET credited_ms = credited_ms + 1".into(), "UPDATE proof SET credited_ms = credited_ms - 1".into()),
        ] {
            app.sql(&sql).await.unwrap();
            let summary = run(&app).await;
            assert!(!summary.differences.is_empty(), "not noticed: {sql}");
            app.sql(&undo).await.unwrap();
            let summary = run(&app).await;
            assert_eq!(summary.differences, Vec::<String>::new(), "after undoing {sql}");
        }
    }
}
