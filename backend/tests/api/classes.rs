//! /api/open-classes, /api/my/classes

use crate::on_both;
use contract::{
    account::Role,
    class::{MyClass, OpenClass},
};
use serde_json::json;
use study::{ClassHours, Millis};

on_both! {
    async fn open_classes_are_public_and_over_ones_are_gone(app) {
        let open: Vec<OpenClass> = app.anonymous().get("/api/open-classes").await.read();
        assert_eq!(open.iter().map(|one| one.class).collect::<Vec<_>>(), [app.open_class]);
        assert_eq!(open[0].units, 2);
        assert_eq!(open[0].due_ms, Millis(600_000 + 8 * 3_600_000));
    }

    async fn joins_an_open_class_and_twice_is_once(app) {
        let learner = app.person(&[Role::Learner]).await;
        assert_eq!(learner.get(&format!("/api/my/classes/{}", app.open_class)).await.code(), "404 not_found");
        for _ in 0..2 {
            let mine: MyClass = learner.post("/api/my/classes", &json!({"class": app.open_class})).await.read();
            assert_eq!(mine.class, app.open_class);
            assert_eq!(mine.resume, Some(app.short_unit));
        }
        let mine: Vec<MyClass> = learner.get("/api/my/classes").await.read();
        assert_eq!(mine.len(), 1);
    }

    async fn joins_nothing_else(app) {
        let learner = app.person(&[Role::Learner]).await;
        for (class, code) in [
            (app.closed_class.to_string(), "404 not_found"),
            (uuid::Uuid::new_v4().to_string(), "404 not_found"),
            (app.past_class.to_string(), "409 class_closed"),
            ("not a class".to_owned(), "400 malformed"),
        ] {
            assert_eq!(learner.post("/api/my/classes", &json!({"class": class})).await.code(), code, "{class}");
        }
        assert!(learner.get("/api/my/classes").await.json().as_array().unwrap().is_empty());
    }

    async fn progress_is_by_unit_and_hours_are_rounded_down(app) {
        let learner = app.learner().await;
        let mut studying = learner.study(app.long_unit).await;
        studying.watch_long(2_699_000).await;
        let mine: MyClass = learner.get(&format!("/api/my/classes/{}", app.open_class)).await.read();
        assert_eq!((mine.confirmed_ms, mine.confirmed_hours), (Millis(2_699_000), ClassHours(0)));
        studying.watch(1_000).await;
        let mine: MyClass = learner.get(&format!("/api/my/classes/{}", app.open_class)).await.read();
        assert_eq!((mine.confirmed_ms, mine.confirmed_hours), (Millis(2_700_000), ClassHours(1)));
        assert_eq!(mine.pending_ms, Millis(0));
        assert_eq!(mine.resume, Some(app.long_unit));
        let unit = mine.units.iter().find(|one| one.unit == app.long_unit).unwrap();
        assert_eq!((unit.confirmed_ms, unit.position_ms), (Millis(2_700_000), Millis(2_700_000)));
        assert_eq!(unit.covered.len(), Millis(2_700_000));
    }

    async fn a_finished_unit_leads_on_to_the_next(app) {
        let learner = app.learner().await;
        learner.study(app.short_unit).await.watch(600_000).await;
        let mine: MyClass = learner.get(&format!("/api/my/classes/{}", app.open_class)).await.read();
        assert_eq!(mine.resume, Some(app.long_unit));
    }

    async fn the_same_unit_in_two_classes_is_paid_once(app) {
        let learner = app.learner().await;
        let app_state = &app.running.app;
        let tx = app_state.db.begin().await.unwrap();
        zhenxue::store::catalogue::enrol(&tx, app.closed_class, learner.person, app_state.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
        learner.study(app.short_unit).await.watch(60_000).await;
        let other: MyClass = learner.get(&format!("/api/my/classes/{}", app.closed_class)).await.read();
        assert_eq!(other.confirmed_ms, Millis(0));
        assert_eq!(other.units[0].covered.len(), Millis(60_000));
        let first: MyClass = learner.get(&format!("/api/my/classes/{}", app.open_class)).await.read();
        assert_eq!(first.confirmed_ms, Millis(60_000));
    }
}
