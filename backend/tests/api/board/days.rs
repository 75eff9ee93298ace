//! The numbers behind the charts are those of the learners' own pages.

use super::stranger;
use crate::{
    checks::helpers::{class as my_class, ignore, learner, settle, studying, until_drawn},
    harness::TestApp,
    on_both,
};
use contract::{account::Role, board::ClassDays, timeline::StudyDay};
use study::{ClassId, Day, Millis};
use zhenxue::checks::Decision;

async fn days(app: &TestApp, class: ClassId) -> ClassDays {
    let staff = app.person(&[Role::Teacher]).await;
    staff
        .get(&format!("/api/staff/classes/{class}/days"))
        .await
        .read()
}

on_both! {
    async fn each_day_says_what_it_brought(app) {
        let (one, two) = (app.learner().await, app.learner().await);
        assert_eq!(days(&app, app.open_class).await.days, []);
        let mut first = one.study(app.short_unit).await;
        first.watch(40_000).await;
        first.end().await;
        let mut second = two.study(app.long_unit).await;
        second.watch(25_000).await;
        second.end().await;
        let today = days(&app, app.open_class).await;
        let [day] = today.days[..] else { panic!("{today:?}") };
        let mut sum = 0;
        for person in [&one, &two] {
            let mine: Vec<StudyDay> = person.get("/api/my/days").await.read();
            sum += mine[0].credited_ms.0;
            assert_eq!(mine[0].day, day.day);
        }
        assert_eq!((day.credited_ms.0, day.learners), (sum, 2));
        assert!(sum > 60_000);
        assert!(!today.checks && today.learners == 2);

        // The next day is another one.
        app.clock.pass(24 * 3_600_000);
        let one = app.signed_in(one.person, one.identity).await;
        let mut third = one.study(app.long_unit).await;
        third.watch(12_000).await;
        let both = days(&app, app.open_class).await;
        assert_eq!(both.days.len(), 2);
        assert_eq!(both.days[0], day);
        assert_eq!((both.days[1].day, both.days[1].learners), (Day(day.day.0 + 1), 1));
    }

    async fn checks_are_counted_on_the_day_they_were_drawn(app) {
        let (passed, missed) = (learner(&app).await, learner(&app).await);
        let mut study = studying(&passed).await;
        let (challenge, _) = until_drawn(&mut study).await;
        settle(&passed, &challenge, Decision::Pass).await;
        let mut study = studying(&missed).await;
        until_drawn(&mut study).await;
        ignore(&mut study).await;
        let today = days(&app, app.checked_class).await;
        let last = today.days.last().unwrap();
        assert!(today.checks);
        // Both had passed the sign-in check of the day before.
        assert_eq!((last.passed, last.missed, last.learners), (3, 1, 2));
        // Credit counts here whatever becomes of it: the missed one is still pending.
        let pending = my_class(&missed).await.pending_ms;
        assert!(last.credited_ms.0 >= pending.0 && pending > Millis::ZERO);
        let other = stranger(&app).await;
        let path = format!("/api/staff/classes/{}/days", app.checked_class);
        assert_eq!(other.get(&path).await.code(), "404 not_found");
    }
}
