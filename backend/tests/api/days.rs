//! GET /api/my/days

use crate::on_both;
use contract::timeline::StudyDay;
use study::{Millis, Reason, SpanState};

on_both! {
    async fn a_day_shows_what_was_credited_and_what_was_not_and_why(app) {
        let learner = app.learner().await;
        let start = crate::harness::NOON;
        let mut studying = learner.study(app.short_unit).await;
        studying.watch(30_000).await;
        studying.spend(SpanState::Hidden, 10_000).await;
        studying.spend(SpanState::Paused, 20_000).await;
        studying.media_ms = 0;
        studying.watch(20_000).await;
        let days: Vec<StudyDay> = learner.get("/api/my/days").await.read();
        assert_eq!(days.len(), 1);
        assert_eq!(days[0].credited_ms, Millis(30_000));
        let session = &days[0].sessions[0];
        assert!(session.running);
        assert_eq!((session.session, session.credited_ms), (studying.started.session, Millis(30_000)));
        let strip: Vec<_> = session.stretches.iter().map(|s| (s.from.since(start).0, s.to.since(start).0, s.ms.0, s.reason)).collect();
        assert_eq!(strip, [
            (0, 30_000, 30_000, None),
            (30_000, 40_000, 10_000, Some(Reason::Hidden)),
            (40_000, 60_000, 20_000, Some(Reason::Paused)),
            (60_000, 80_000, 20_000, Some(Reason::AlreadyCredited)),
        ]);
    }

    async fn a_session_over_midnight_is_on_both_days(app) {
        let learner = app.learner().await;
        app.clock.pass(12 * 3_600_000 - 20_000);
        let mut studying = learner.study(app.short_unit).await;
        studying.watch(40_000).await;
        let days: Vec<StudyDay> = learner.get("/api/my/days").await.read();
        assert_eq!(days.iter().map(|day| day.credited_ms).collect::<Vec<_>>(), [Millis(30_000), Millis(10_000)]);
        assert_eq!(days[0].day.0, days[1].day.0 + 1);
        assert_eq!(days[0].starts_at.since(days[1].starts_at), Millis(86_400_000));
        let only = format!("/api/my/days?from={0}&to={0}", days[1].day.0);
        let one: Vec<StudyDay> = learner.get(&only).await.read();
        assert_eq!(one, days[1..]);
    }

    async fn my_days_are_mine(app) {
        let (learner, other) = (app.learner().await, app.learner().await);
        learner.study(app.short_unit).await.watch(10_000).await;
        assert!(other.get("/api/my/days").await.json().as_array().unwrap().is_empty());
    }

    async fn absurd_days_are_refused(app) {
        let learner = app.learner().await;
        for query in ["from=5&to=4", "from=0&to=20000", "to=18446744073709551615"] {
            assert_eq!(learner.get(&format!("/api/my/days?{query}")).await.code(), "422 invalid", "{query}");
        }
        for query in ["from=x", "from=-1", "other=1", "from=99999999999999999999999"] {
            assert_eq!(learner.get(&format!("/api/my/days?{query}")).await.code(), "400 malformed", "{query}");
        }
    }
}
