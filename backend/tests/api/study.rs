//! /api/study-sessions: the lease, beats, and what they earn.

use crate::on_both;
use contract::{
    account::Role,
    beat::{Beat, Receipt, StudyStarted, next_chain},
};
use serde_json::json;
use study::{LeaseNumber, Millis, Reason, SpanState};

fn reasons(receipt: &Receipt) -> Vec<Reason> {
    receipt
        .decision
        .refusals
        .iter()
        .map(|refusal| refusal.reason)
        .collect()
}

on_both! {
    async fn watched_time_is_credited_and_chained(app) {
        let learner = app.learner().await;
        let mut studying = learner.study(app.short_unit).await;
        let mut chain = studying.started.nonce;
        for n in 1..=6 {
            app.clock.pass(10_000);
            let span = studying.span(SpanState::Watching, 10_000);
            let beat = studying.beat(vec![span]);
            let receipt: Receipt = studying.send(&beat).await.read();
            chain = next_chain(chain, beat.digest().unwrap(), &receipt.decision, receipt.received_at).unwrap();
            assert_eq!(receipt.chain, chain);
            assert_eq!((receipt.seq, receipt.unit_credited_ms, receipt.day_credited_ms), (n, Millis(n * 10_000), Millis(n * 10_000)));
            assert!(!receipt.lease_lost);
        }
    }

    async fn the_same_beat_again_gets_the_same_receipt(app) {
        let learner = app.learner().await;
        let mut studying = learner.study(app.short_unit).await;
        app.clock.pass(10_000);
        let span = studying.span(SpanState::Watching, 10_000);
        let first = studying.beat(vec![span]);
        let receipt = studying.send(&first).await;
        for _ in 0..5 {
            studying.watch(10_000).await;
        }
        app.clock.pass(100_000);
        assert_eq!(studying.send(&first).await.bytes, receipt.bytes);
        studying.end().await;
        assert_eq!(studying.send(&first).await.bytes, receipt.bytes);
        assert_eq!(app.count("SELECT count(*) FROM beat").await, 6);
    }

    async fn the_same_beat_many_times_at_once_is_one_beat(app) {
        let learner = app.learner().await;
        let mut studying = learner.study(app.short_unit).await;
        app.clock.pass(10_000);
        let span = studying.span(SpanState::Watching, 10_000);
        let beat = studying.beat(vec![span]);
        let one = || studying.send(&beat);
        let (a, b, c, d) = tokio::join!(one(), one(), one(), one());
        assert_eq!(a.status, 200);
        for other in [b, c, d] {
            assert_eq!(other.bytes, a.bytes);
        }
        assert_eq!(app.count("SELECT count(*) FROM beat").await, 1);
    }

    async fn other_bytes_under_a_known_number_are_a_conflict(app) {
        let learner = app.learner().await;
        let mut studying = learner.study(app.short_unit).await;
        app.clock.pass(20_000);
        let spans = vec![studying.span(SpanState::Watching, 10_000)];
        let beat = studying.beat(spans);
        studying.send(&beat).await.read::<Receipt>();
        let mut forged = beat.clone();
        forged.spans[0].media_to_ms = Millis(20_000);
        assert_eq!(studying.send(&forged).await.code(), "409 beat_conflict");
        forged.spans.clear();
        assert_eq!(studying.send(&forged).await.code(), "409 beat_conflict");
    }

    async fn a_beat_that_is_not_chained_to_the_last_is_a_conflict(app) {
        let learner = app.learner().await;
        let mut studying = learner.study(app.short_unit).await;
        studying.watch(10_000).await;
        let mut beat = studying.beat(vec![]);
        beat.prev = studying.started.nonce;
        assert_eq!(studying.send(&beat).await.code(), "409 beat_conflict");
    }

    async fn missing_beats_are_asked_for(app) {
        let learner = app.learner().await;
        let mut studying = learner.study(app.short_unit).await;
        app.clock.pass(20_000);
        let spans = vec![studying.span(SpanState::Watching, 10_000)];
        let first = studying.beat(spans);
        let spans = vec![studying.span(SpanState::Watching, 10_000)];
        let second = studying.beat(spans);
        let answer = studying.send(&second).await;
        assert_eq!(answer.code(), "409 beat_out_of_order");
        assert_eq!(answer.json()["expected_seq"], 1);
        studying.send(&first).await.read::<Receipt>();
        let receipt: Receipt = studying.send(&second).await.read();
        assert_eq!(receipt.unit_credited_ms, Millis(20_000));
    }

    async fn forged_lease_and_absurd_numbers_are_refused(app) {
        let learner = app.learner().await;
        let mut studying = learner.study(app.short_unit).await;
        let span = studying.span(SpanState::Watching, 10_000);
        let right = studying.beat(vec![span]);
        let bent = |change: &dyn Fn(&mut Beat)| {
            let mut beat = right.clone();
            change(&mut beat);
            beat
        };
        for (beat, field) in [
            (bent(&|beat| beat.lease = LeaseNumber(2)), "lease"),
            (bent(&|beat| beat.lease = LeaseNumber(u64::MAX)), "spans"),
            (bent(&|beat| beat.seq = 0), "seq"),
            (bent(&|beat| beat.spans[0].media_to_ms = Millis((1 << 40) + 1)), "spans"),
            (bent(&|beat| beat.spans[0].client_to_ms = Millis(u64::MAX)), "spans"),
            (bent(&|beat| beat.spans = vec![beat.spans[0]; 65]), "spans"),
        ] {
            let answer = studying.send(&beat).await;
            assert_eq!(answer.code(), "422 invalid", "{beat:?}");
            assert_eq!(answer.json()["fields"][0]["field"], field);
        }
        // None of them is kept, and the right one is still taken.
        app.clock.pass(10_000);
        assert_eq!(studying.send(&right).await.status, 200);
        assert_eq!(app.count("SELECT count(*) FROM beat").await, 1);
    }

    async fn ten_hours_claimed_in_ten_seconds_earn_ten_seconds(app) {
        let learner = app.learner().await;
        let mut studying = learner.study(app.long_unit).await;
        app.clock.pass(10_000);
        let spans = (0..60).map(|_| studying.span(SpanState::Watching, 600_000)).collect();
        let beat = studying.beat(spans);
        let receipt: Receipt = studying.send(&beat).await.read();
        assert!(receipt.unit_credited_ms <= Millis(10_000), "{receipt:?}");
    }

    async fn hidden_paused_and_seen_before_earn_nothing(app) {
        let learner = app.learner().await;
        let mut studying = learner.study(app.short_unit).await;
        studying.watch(10_000).await;
        assert_eq!(reasons(&studying.spend(SpanState::Hidden, 10_000).await), [Reason::Hidden]);
        assert_eq!(reasons(&studying.spend(SpanState::Paused, 10_000).await), [Reason::Paused]);
        studying.media_ms = 0;
        let receipt = studying.spend(SpanState::Watching, 10_000).await;
        assert_eq!(reasons(&receipt), [Reason::AlreadyCredited]);
        assert_eq!(receipt.day_credited_ms, Millis(10_000));
    }

    async fn another_session_holds_the_lease_until_it_is_taken_over(app) {
        let phone = app.learner().await;
        let laptop = app.signed_in(phone.person, phone.identity).await;
        let mut old = phone.study(app.short_unit).await;
        old.watch(10_000).await;
        app.clock.pass(3_000);
        let held = laptop.start(app.short_unit, false).await;
        assert_eq!(held.code(), "409 lease_held");
        assert_eq!(held.json()["holder"], json!({"device": "笔记本", "idle_ms": 3_000}));
        let mut new = laptop.study(app.short_unit).await;
        assert_eq!(new.started.lease.0, old.started.lease.0 + 1);
        assert_eq!(new.started.position_ms, Millis(10_000));
        assert_eq!(new.started.covered.len(), Millis(10_000));
        // The old one is told, is kept, and earns nothing; the new one does.
        let receipt = old.spend(SpanState::Watching, 10_000).await;
        assert!(receipt.lease_lost);
        assert_eq!(reasons(&receipt), [Reason::LeaseLost]);
        new.client_ms = 10_000;
        let receipt = new.spend(SpanState::Watching, 10_000).await;
        assert!(!receipt.lease_lost);
        assert_eq!(receipt.unit_credited_ms, Millis(20_000));
        // A lost lease does not move the place where the learner goes on either.
        let again: StudyStarted = phone.start(app.short_unit, true).await.read();
        assert_eq!(again.position_ms, Millis(20_000));
    }

    async fn a_silent_lease_is_free(app) {
        let phone = app.learner().await;
        let laptop = app.signed_in(phone.person, phone.identity).await;
        phone.study(app.short_unit).await.watch(10_000).await;
        app.clock.pass(30_000);
        assert_eq!(laptop.start(app.short_unit, false).await.code(), "409 lease_held");
        app.clock.pass(1);
        assert_eq!(laptop.start(app.short_unit, false).await.status, 201);
    }

    async fn an_ended_session_frees_the_lease_and_takes_nothing_more(app) {
        let learner = app.learner().await;
        let mut studying = learner.study(app.short_unit).await;
        studying.watch(10_000).await;
        assert_eq!(studying.end().await.status, 204);
        assert_eq!(studying.end().await.status, 204);
        let beat = studying.beat(vec![]);
        assert_eq!(studying.send(&beat).await.code(), "409 session_ended");
        assert_eq!(learner.start(app.short_unit, false).await.status, 201);
    }

    async fn two_devices_at_once_earn_real_time_once(app) {
        let phone = app.learner().await;
        let laptop = app.signed_in(phone.person, phone.identity).await;
        let mut a = phone.study(app.short_unit).await;
        let mut b = laptop.study(app.long_unit).await;
        for _ in 0..6 {
            app.clock.pass(10_000);
            let (in_a, in_b) = (vec![a.span(SpanState::Watching, 10_000)], vec![b.span(SpanState::Watching, 10_000)]);
            let (beat_a, beat_b) = (a.beat(in_a), b.beat(in_b));
            let (answer_a, answer_b) = tokio::join!(a.send(&beat_a), b.send(&beat_b));
            assert_eq!(answer_a.read::<Receipt>().decision.credited_ms(), Millis(0));
            assert_eq!(answer_b.read::<Receipt>().decision.credited_ms(), Millis(10_000));
        }
    }

    async fn a_foreign_session_is_not_there(app) {
        let (learner, thief) = (app.learner().await, app.learner().await);
        let mut studying = learner.study(app.short_unit).await;
        app.clock.pass(10_000);
        let span = studying.span(SpanState::Watching, 10_000);
        let beat = studying.beat(vec![span]);
        let path = studying.path("beats");
        assert_eq!(thief.post(&path, &json!(beat)).await.code(), "404 not_found");
        assert_eq!(thief.post(&studying.path("end"), &json!({})).await.code(), "404 not_found");
        studying.send(&beat).await.read::<Receipt>();
        // Not even a receipt that was given already.
        assert_eq!(thief.post(&path, &json!(beat)).await.code(), "404 not_found");
    }

    async fn only_units_of_my_classes_can_be_started(app) {
        let learner = app.learner().await;
        let start = |class: String, unit: String| json!({"class": class, "unit": unit, "device": "x", "take_over": false});
        let unknown = uuid::Uuid::new_v4().to_string();
        for (class, unit) in [
            (app.open_class.to_string(), app.foreign_unit.to_string()),
            (app.open_class.to_string(), unknown.clone()),
            (app.closed_class.to_string(), app.short_unit.to_string()),
            (unknown, app.short_unit.to_string()),
        ] {
            assert_eq!(learner.post("/api/study-sessions", &start(class, unit)).await.code(), "404 not_found");
        }
        let stranger = app.person(&[Role::Learner]).await;
        assert_eq!(stranger.start(app.short_unit, false).await.code(), "404 not_found");
    }

    async fn a_class_that_is_over_grants_nothing(app) {
        let learner = app.learner().await;
        let mut studying = learner.study(app.short_unit).await;
        studying.watch(10_000).await;
        app.clock.pass(30 * 86_400_000);
        let fresh = app.signed_in(learner.person, learner.identity).await;
        studying.client = fresh.clone();
        let receipt = studying.spend(SpanState::Watching, 10_000).await;
        assert_eq!(reasons(&receipt), [Reason::OutsideCatalogue]);
        assert_eq!(fresh.start(app.short_unit, true).await.code(), "409 class_closed");
    }

    async fn a_day_is_worth_eight_class_hours_and_midnight_begins_the_next(app) {
        let learner = app.learner().await;
        let mut studying = learner.study(app.long_unit).await;
        let receipt = studying.watch_long(8 * 2_700_000).await;
        assert_eq!(receipt.day_credited_ms, Millis(8 * 2_700_000));
        let receipt = studying.spend(SpanState::Watching, 10_000).await;
        assert_eq!(reasons(&receipt), [Reason::DayCap]);
        // 12:00 + 6 h + 10 s so far; to just behind midnight.
        app.clock.pass(6 * 3_600_000);
        let mut next = learner.study(app.long_unit).await;
        assert_eq!(next.started.day_credited_ms, Millis(0));
        let receipt = next.watch(10_000).await;
        assert_eq!(receipt.day_credited_ms, Millis(10_000));
    }

    async fn silence_is_worth_the_buffer_at_most(app) {
        let learner = app.learner().await;
        let mut studying = learner.study(app.long_unit).await;
        studying.watch(10_000).await;
        app.clock.pass(300_000);
        let mut credited = Millis(0);
        for _ in 0..30 {
            let spans = vec![studying.span(SpanState::Watching, 10_000)];
            let beat = studying.beat(spans);
            let receipt: Receipt = studying.send(&beat).await.read();
            credited = credited.saturating_add(receipt.decision.credited_ms());
        }
        // Half a second of it is the cushion for jitter, which standing still does not give back.
        assert!((Millis(59_000)..=Millis(60_000)).contains(&credited), "{credited:?}");
    }

    async fn segments_are_written_by_time_by_silence_and_at_the_end(app) {
        let learner = app.learner().await;
        let mut studying = learner.study(app.long_unit).await;
        let segments = || app.count("SELECT count(*) FROM evidence WHERE kind = 'segment/1'");
        assert_eq!(app.count("SELECT count(*) FROM evidence WHERE kind = 'session_started/1'").await, 1);
        studying.watch(290_000).await;
        assert_eq!(segments().await, 0);
        studying.watch(10_000).await;
        assert_eq!(segments().await, 1);
        studying.watch(20_000).await;
        app.clock.pass(60_000);
        zhenxue::jobs::run_once(&app.running.app).await;
        assert_eq!(segments().await, 1, "silent for the buffer and not longer");
        app.clock.pass(1);
        zhenxue::jobs::run_once(&app.running.app).await;
        zhenxue::jobs::run_once(&app.running.app).await;
        assert_eq!(segments().await, 2);
        // It goes on after the pause, and ends by itself half an hour after the last word.
        studying.spend(SpanState::Paused, 10_000).await;
        app.clock.pass(30 * 60_000);
        zhenxue::jobs::run_once(&app.running.app).await;
        assert_eq!(segments().await, 3);
        let beat = studying.beat(vec![]);
        assert_eq!(studying.send(&beat).await.code(), "409 session_ended");
        assert_eq!(app.count("SELECT count(*) FROM ledger_queue").await, 4);
        let last: String = last_record(&app).await;
        let record: contract::record::Record = serde_json::from_str(&last).unwrap();
        let contract::record::Record::Segment(segment) = &record else { panic!("{record:?}") };
        assert!(segment.ended);
        assert_eq!((segment.from_seq, segment.to_seq), (33, 33));
        assert_eq!(segment.credited.len(), Millis(320_000));
        assert_eq!(String::from_utf8(record.bytes().unwrap()).unwrap(), last);
    }

    async fn scattering_single_milliseconds_is_stopped(app) {
        let learner = app.learner().await;
        let mut studying = learner.study(app.long_unit).await;
        let mut refused = false;
        for n in 0..80_u64 {
            app.clock.pass(64);
            let spans = (0..64_u64).map(|idx| {
                studying.media_ms = (n * 64 + idx) * 3;
                studying.span(SpanState::Watching, 1)
            }).collect();
            let (seq, prev) = (studying.seq, studying.prev);
            let beat = studying.beat(spans);
            let answer = studying.send(&beat).await;
            if answer.status != 200 {
                assert_eq!(answer.code(), "422 invalid");
                refused = true;
                (studying.seq, studying.prev) = (seq, prev);
                break;
            }
        }
        assert!(refused);
        // Watching in earnest goes on all the same.
        studying.media_ms = 1_000_000;
        studying.watch(10_000).await;
    }
}

async fn last_record(app: &crate::harness::TestApp) -> String {
    use sea_orm::{ConnectionTrait, Statement};
    let db = &app.running.app.db;
    let row = db
        .read
        .query_one_raw(Statement::from_string(
            db.backend(),
            "SELECT record FROM evidence ORDER BY id DESC LIMIT 1",
        ))
        .await
        .unwrap()
        .unwrap();
    row.try_get_by_index(0).unwrap()
}
