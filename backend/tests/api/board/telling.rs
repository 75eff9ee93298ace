//! What changes on a board is told while it is watched.

use super::{board, path};
use crate::{
    harness::{Client, TestApp},
    on_both,
};
use axum::body::Body;
use contract::{
    account::Role,
    board::{BoardChange, Presence},
};
use http_body_util::BodyExt;
use std::time::Duration;
use study::{ClassId, Millis};
use tower::ServiceExt;

/// Somebody who watches.
struct Watching(Body);

impl Watching {
    async fn start(staff: &Client<'_>, class: ClassId) -> Self {
        let request = staff.request("GET", &format!("{}/events", path(class)), None);
        let response = staff.app.router.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), 200);
        let headers = response.headers();
        assert_eq!(headers["content-type"], "text/event-stream");
        assert_eq!(headers["cache-control"], "no-store");
        Self(response.into_body())
    }

    /// The next change; `None` where the stream ended.
    async fn next(&mut self) -> Option<BoardChange> {
        loop {
            let frame = tokio::time::timeout(Duration::from_secs(20), self.0.frame())
                .await
                .expect("nothing was told for 20 s")?;
            let bytes = frame.unwrap().into_data().unwrap();
            let text = std::str::from_utf8(&bytes).unwrap();
            if let Some(json) = text.lines().find_map(|line| line.strip_prefix("data: ")) {
                return Some(serde_json::from_str(json).unwrap());
            }
        }
    }

    /// The next change with rows in it.
    async fn rows(&mut self) -> BoardChange {
        loop {
            let change = self.next().await.unwrap();
            if !change.rows.is_empty() {
                return change;
            }
        }
    }
}

async fn staff(app: &TestApp) -> Client<'_> {
    app.person(&[Role::Teacher]).await
}

on_both! {
    async fn a_beat_a_new_learner_and_silence_are_told_within_seconds(app) {
        let (staff, learner) = (staff(&app).await, app.learner().await);
        let mut watching = Watching::start(&staff, app.open_class).await;
        let first = watching.next().await.unwrap();
        assert_eq!((first.rows.len(), first.numbers.learners, first.since), (0, 1, first.as_of));
        let before = board(&staff, app.open_class).await;
        let mut study = learner.study(app.long_unit).await;
        study.watch(10_000).await;
        let told = std::time::Instant::now();
        let change = watching.rows().await;
        assert!(told.elapsed() < Duration::from_secs(6), "{:?}", told.elapsed());
        assert_eq!((change.rows.len(), change.rows[0].person), (1, learner.person));
        assert_eq!((change.rows[0].presence, change.rows[0].confirmed_ms, change.numbers.live), (Presence::Live, Millis(10_000), 1));
        assert!(change.since >= before.as_of);
        let newcomer = app.learner().await;
        let change = watching.rows().await;
        assert_eq!((change.rows[0].person, change.numbers.learners), (newcomer.person, 2));
        // Nothing happened, but time passed.
        app.clock.pass(31_000);
        let change = watching.rows().await;
        assert_eq!((change.rows[0].presence, change.numbers.live), (Presence::Idle, 0));
        study.end().await;
        assert_eq!(watching.rows().await.rows[0].presence, Presence::Away);
    }

    async fn whoever_watches_hears_at_least_that_nothing_changed(app) {
        let staff = staff(&app).await;
        let mut watching = Watching::start(&staff, app.open_class).await;
        let mut second = Watching::start(&staff, app.open_class).await;
        for _ in 0..2 {
            assert_eq!(watching.next().await.unwrap().rows, []);
        }
        assert_eq!(second.next().await.unwrap().rows, []);
    }

    async fn a_server_that_stops_ends_the_streams(app) {
        let staff = staff(&app).await;
        let mut watching = Watching::start(&staff, app.open_class).await;
        watching.next().await.unwrap();
        app.running.app.boards.stop();
        assert_eq!(watching.next().await, None);
    }
}
