//! Moving a pointer: where the film goes on, and nothing else.

use super::{deeds, named, pointers, rows};
use crate::{
    board::stranger,
    checks::helpers::{is_honest, records},
    on_both,
};
use contract::{
    account::Role,
    acting::{Deed, UnitPointer},
    class::MyClass,
    record::Record,
};
use serde_json::json;
use study::Millis;

on_both! {
    async fn a_teacher_moves_where_the_film_goes_on_and_never_the_hours(app) {
        let (learner, staff) = (app.learner().await, app.person(&[Role::Teacher]).await);
        let mut study = learner.study(app.long_unit).await;
        study.watch(10_000).await;
        study.end().await;
        let my = format!("/api/my/classes/{}", app.open_class);
        let before: MyClass = learner.get(&my).await.read();
        let path = pointers(app.open_class, learner.person);
        let seen: Vec<UnitPointer> = staff.get(&path).await.read();
        let of = |all: &[UnitPointer]| all.iter().find(|one| one.unit == app.long_unit).unwrap().clone();
        assert_eq!((of(&seen).position_ms, of(&seen).covered.len()), (Millis(10_000), Millis(10_000)));
        assert_eq!(rows(&app, "access_log WHERE what = 'study_record'").await, 1);
        let wish = |to_ms: u64, reason: &str| json!({"unit": app.long_unit, "to_ms": to_ms, "reason": reason});
        for wrong in [wish(60_000, " "), wish(10_000, "一样"), wish(8 * 3_600_000 + 1, "太远")] {
            assert_eq!(staff.post(&path, &wrong).await.code(), "422 invalid", "{wrong}");
        }
        let foreign = json!({"unit": app.foreign_unit, "to_ms": 5, "reason": "x"});
        assert_eq!(staff.post(&path, &foreign).await.code(), "404 not_found");
        let moved: Vec<UnitPointer> = staff.post(&path, &wish(60_000, "视频卡住了")).await.read();
        assert_eq!((of(&moved).position_ms, of(&moved).covered.clone()), (Millis(60_000), of(&seen).covered));
        let after: MyClass = learner.get(&my).await.read();
        assert_eq!((after.confirmed_ms, after.confirmed_hours), (before.confirmed_ms, before.confirmed_hours));
        let again = learner.study(app.long_unit).await;
        assert_eq!((again.started.position_ms, again.started.covered.len()), (Millis(60_000), Millis(10_000)));
        // A unit that was never opened, too.
        let other = json!({"unit": app.short_unit, "to_ms": 5_000, "reason": "跳过片头"});
        assert_eq!(staff.post(&path, &other).await.status, 200);
        let deed = Deed::PointerMoved { title: crate::harness::text("单元", "Unit"), from_ms: Millis(10_000), to_ms: Millis(60_000), reason: "视频卡住了".into() };
        assert!(deeds(&learner).await.contains(&(named(), deed)));
        let [Record::PointerMoved(record), _] = &records(&app, "pointer_moved/1").await[..] else { panic!() };
        assert_eq!((record.by, record.to_ms), (app.running.app.keys.pseudonym(staff.person), Millis(60_000)));
        assert!(app.sql("UPDATE pointer_move SET to_ms = 1").await.is_err());
        is_honest(&app).await;
    }

    async fn pointers_are_for_staff_of_the_class(app) {
        let learner = app.learner().await;
        let path = pointers(app.open_class, learner.person);
        let wish = json!({"unit": app.long_unit, "to_ms": 60_000, "reason": "x"});
        let elsewhere = stranger(&app).await;
        assert_eq!(elsewhere.get(&path).await.code(), "404 not_found");
        assert_eq!(elsewhere.post(&path, &wish).await.code(), "404 not_found");
        for role in [Role::Operator, Role::Regulator, Role::Reviewer, Role::Learner] {
            let client = app.person(&[role]).await;
            assert_eq!(client.get(&path).await.code(), "403 forbidden");
            assert_eq!(client.post(&path, &wish).await.code(), "403 forbidden");
        }
        let staff = app.person(&[Role::Teacher]).await;
        let other = pointers(app.closed_class, learner.person);
        assert_eq!(staff.post(&other, &wish).await.code(), "404 not_found");
        assert_eq!((rows(&app, "pointer_move").await, rows(&app, "access_log").await), (0, 0));
    }
}
