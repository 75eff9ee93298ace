//! Where a batch left its people is remembered for the next: that comes out as if everybody had been read again.

use crate::{
    harness::TestApp,
    on_both,
    replay::{run, sequence},
};
use contract::beat::Receipt;
use futures_util::future::join_all;
use sea_orm::{ConnectionTrait, Database, DbBackend};
use study::{Millis, SpanState};
use zhenxue::{clock::Clock as _, jobs};

/// Does `sql` as another process would: over a connection that the server does not know.
async fn from_elsewhere(app: &TestApp, sql: &str) {
    let file = app.folder.path().join("zhenxue.db");
    let other = Database::connect(format!("sqlite://{}", file.display()))
        .await
        .unwrap();
    other.execute_unprepared(sql).await.unwrap();
    other.close().await.unwrap();
}

on_both! {
    async fn what_is_remembered_ends_where_anybody_else_writes(app) {
        if app.running.app.db.backend() != DbBackend::Sqlite {
            // Others write at the same time there, and nothing is remembered.
            return;
        }
        let learner = app.learner().await;
        let mut studying = learner.study(app.short_unit).await;
        for round in 1..=3 {
            assert_eq!(studying.watch(10_000).await.unit_credited_ms, Millis(round * 10_000));
        }
        // A batch of the writer's own ends nothing.
        let db = &app.running.app.db;
        let (tx, before) = db.begin_batch().await.unwrap();
        tx.rollback().await.unwrap();
        studying.watch(10_000).await;
        let (tx, after) = db.begin_batch().await.unwrap();
        tx.rollback().await.unwrap();
        assert!(before.is_some() && before == after);
        // In this process: the lease goes to another device.
        let mut second = learner.study(app.short_unit).await;
        assert!(studying.watch(10_000).await.lease_lost);
        assert!(!second.watch(10_000).await.lease_lost);
        // In another one.
        from_elsewhere(&app, "UPDATE person_progress SET lease = lease + 1").await;
        assert!(second.watch(10_000).await.lease_lost);
    }

    async fn a_batch_that_failed_leaves_nothing_behind(app) {
        if app.running.app.db.backend() != DbBackend::Sqlite {
            return;
        }
        let learner = app.learner().await;
        let mut studying = learner.study(app.short_unit).await;
        studying.watch(10_000).await;
        // Laid before a beat that is taken, so that nobody else writes between that one, the failure and the beat that is sent again.
        let fails_at = app.clock.now().0 + 20_000;
        from_elsewhere(&app, &format!(
            "CREATE TRIGGER fails AFTER UPDATE ON person_progress WHEN (SELECT max(received_at) FROM beat) = {fails_at} BEGIN SELECT RAISE(FAIL, 'of the test'); END"
        )).await;
        studying.watch(10_000).await;
        app.clock.pass(10_000);
        let span = studying.span(SpanState::Watching, 10_000);
        let beat = studying.beat(vec![span]);
        assert_eq!(studying.send(&beat).await.code(), "503 unavailable");
        app.clock.pass(1_000);
        let receipt: Receipt = studying.send(&beat).await.read();
        assert_eq!((receipt.seq, receipt.unit_credited_ms), (3, Millis(30_000)));
        assert_eq!(app.count("SELECT count(*) FROM beat").await, 3);
        sequence(&app).await;
        assert_eq!(run(&app).await.differences, Vec::<String>::new());
    }

    async fn many_at_once_and_hand_overs_between_them_come_out_as_one_by_one(app) {
        let mut learners = Vec::new();
        for _ in 0..24 {
            learners.push(app.learner().await);
        }
        let mut studying = join_all(learners.iter().map(|learner| learner.study(app.short_unit))).await;
        for round in 1..=12 {
            app.clock.pass(10_000);
            join_all(studying.iter_mut().zip(0..).map(|(studying, n)| async move {
                // Every third loses the lease half-way, while others' beats are on their way, and earns nothing from then on.
                let lost = n % 3 == 0 && round > 6;
                if lost && round == 7 {
                    studying.client.study(studying.client.app.short_unit).await;
                }
                let span = studying.span(SpanState::Watching, 10_000);
                let beat = studying.beat(vec![span]);
                let (receipt, again) = tokio::join!(studying.send(&beat), studying.send(&beat));
                assert_eq!(receipt.bytes, again.bytes);
                let receipt: Receipt = receipt.read();
                let rounds = if lost { 6 } else { round };
                assert_eq!((receipt.lease_lost, receipt.unit_credited_ms), (lost, Millis(rounds * 10_000)), "learner {n}, beat {round}");
            })).await;
        }
        assert_eq!(app.count("SELECT count(*) FROM beat").await, 24 * 12);
        jobs::run_once(&app.running.app).await;
        sequence(&app).await;
        assert_eq!(run(&app).await.differences, Vec::<String>::new());
    }
}
