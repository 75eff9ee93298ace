//! Beats that are judged while the batch before them commits: they come out as if they had waited.

use crate::{
    harness::TestApp,
    on_both,
    replay::{run, sequence},
};
use contract::beat::Receipt;
use futures_util::future::join_all;
use std::sync::Arc;
use study::{Millis, SpanState};
use zhenxue::{
    beat_writer::{Ahead, Arrived, Judging},
    jobs,
};

fn judging(app: &TestApp) -> Judging {
    let app = &app.running.app;
    Judging {
        clock: Arc::clone(&app.clock),
        keys: app.keys.clone(),
        book: Arc::clone(&app.rules),
    }
}

on_both! {
    async fn what_was_judged_ahead_counts_only_where_nobody_else_has_written(app) {
        let learner = app.learner().await;
        let mut studying = learner.study(app.short_unit).await;
        app.clock.pass(10_000);
        let span = studying.span(SpanState::Watching, 10_000);
        let beat = studying.beat(vec![span]);
        let arrived = [Arrived { session: studying.started.session, person: learner.person, digest: beat.digest().unwrap(), beat }];
        let (db, judging) = (&app.running.app.db, judging(&app));
        let (tx, writes) = db.begin_batch().await.unwrap();
        let Some(writes) = writes else {
            // Where others write at the same time, nothing is judged ahead.
            assert_ne!(db.backend(), sea_orm::DbBackend::Sqlite);
            return;
        };
        let ahead = Ahead::look(db, &judging, &arrived, writes).await.unwrap();
        let late = Ahead::look(db, &judging, &arrived, writes).await.unwrap();
        tx.rollback().await.unwrap();

        let (tx, now) = db.begin_batch().await.unwrap();
        assert!(ahead.still_right(now).is_some());
        tx.rollback().await.unwrap();

        // The lease goes to another device.
        learner.study(app.short_unit).await;
        let (tx, now) = db.begin_batch().await.unwrap();
        assert!(late.still_right(now).is_none());
        // And a connection of somebody else's, as another process would have it.
        let last = Ahead::look(db, &judging, &arrived, now.unwrap()).await.unwrap();
        tx.rollback().await.unwrap();
        let file = format!("sqlite://{}", app.folder.path().join("zhenxue.db").display());
        let other = sea_orm::Database::connect(file).await.unwrap();
        sea_orm::ConnectionTrait::execute_unprepared(&other, "UPDATE person_progress SET lease = lease + 1").await.unwrap();
        other.close().await.unwrap();
        let (tx, now) = db.begin_batch().await.unwrap();
        assert!(last.still_right(now).is_none());
        tx.rollback().await.unwrap();
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
