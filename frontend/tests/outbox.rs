//! The outbox: order, chain, reload, and what each refusal means.

#![expect(clippy::unwrap_used, reason = "a test")]
#![cfg(target_arch = "wasm32")]

use contract::{Digest, error::ErrorCode};
use frontend::state::outbox::{Errand, Next, Parcel, left_behind};
use study::{LeaseNumber, Millis, PersonId, SessionId, Span, SpanState, Timestamp};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

const NONCE: Digest = Digest([7; 32]);

fn person(n: u128) -> PersonId {
    PersonId(uuid::Uuid::from_u128(n))
}

fn parcel(n: u128, session: u128, started_at: u64) -> Parcel {
    let session = SessionId(uuid::Uuid::from_u128(session));
    Parcel::new(
        person(n),
        session,
        LeaseNumber(3),
        NONCE,
        Timestamp(started_at),
    )
}

fn span(from: u64) -> Span {
    Span {
        state: SpanState::Watching,
        media_from_ms: Millis(from),
        media_to_ms: Millis(from + 10_000),
        client_from_ms: Millis(from),
        client_to_ms: Millis(from + 10_000),
        rate_permille: 1_000,
        frames: 250,
    }
}

#[wasm_bindgen_test]
fn beats_are_chained_from_the_nonce_and_go_out_in_order() {
    let mut parcel = parcel(1, 1, 1);
    parcel.push(1, vec![span(0)]);
    parcel.push(2, vec![span(10_000)]);
    let beats: Vec<_> = parcel.beats().cloned().collect();
    assert_eq!(beats[0].prev, NONCE);
    assert_eq!(beats[1].prev, beats[0].digest().unwrap());
    assert_eq!(beats[1].lease, LeaseNumber(3));
    assert_eq!(parcel.errand(), Some(Errand::Beat(beats[0].clone())));
    parcel.taken(1);
    assert_eq!(parcel.errand(), Some(Errand::Beat(beats[1].clone())));
}

#[wasm_bindgen_test]
fn the_end_comes_after_the_last_beat_only() {
    let mut parcel = parcel(1, 2, 1);
    parcel.push(1, vec![span(0)]);
    parcel.end();
    assert!(matches!(parcel.errand(), Some(Errand::Beat(_))));
    parcel.taken(1);
    assert_eq!(parcel.errand(), Some(Errand::End));
}

#[wasm_bindgen_test]
fn a_reload_finds_what_was_kept_oldest_session_first_and_of_this_person_only() {
    let me = 11;
    let mut younger = parcel(me, 21, 2_000);
    younger.push(1, vec![span(0)]);
    let mut older = parcel(me, 22, 1_000);
    older.push(1, vec![span(0)]);
    older.push(2, vec![span(10_000)]);
    let mut foreign = parcel(12, 23, 500);
    foreign.push(1, vec![span(0)]);
    for parcel in [&younger, &older, &foreign] {
        parcel.keep();
    }
    assert_eq!(left_behind(person(me)), [older.clone(), younger.clone()]);
    // The chain goes on where it stopped.
    let mut again = left_behind(person(me)).remove(0);
    again.push(3, vec![span(20_000)]);
    older.push(3, vec![span(20_000)]);
    assert_eq!(again, older);
    for parcel in [&younger, &older, &foreign] {
        parcel.forget();
    }
    assert!(left_behind(person(me)).is_empty());
}

#[wasm_bindgen_test]
fn what_cannot_be_read_is_thrown_away() {
    use frontend::browser::storage::{self, Shelf};
    storage::write(
        Shelf::Browser,
        "zhenxue.outbox.000000000000001.x",
        r#"{"version":99}"#,
    );
    assert!(left_behind(person(1)).is_empty());
    assert_eq!(
        storage::read(Shelf::Browser, "zhenxue.outbox.000000000000001.x"),
        None
    );
}

#[wasm_bindgen_test]
fn a_server_that_is_ahead_makes_the_outbox_go_on_behind_it() {
    let mut parcel = parcel(1, 31, 1);
    for seq in 1..=3 {
        parcel.push(seq, vec![span(seq * 10_000)]);
    }
    assert_eq!(
        parcel.refused(ErrorCode::BeatOutOfOrder, Some(3)),
        Next::GoOn
    );
    assert_eq!(parcel.beats().map(|beat| beat.seq).collect::<Vec<_>>(), [3]);
    // A server that lost beats we no longer have cannot be helped.
    assert_eq!(
        parcel.refused(ErrorCode::BeatOutOfOrder, Some(2)),
        Next::GiveUp
    );
}

#[wasm_bindgen_test]
fn each_refusal_says_whether_to_wait_to_sign_in_or_to_stop() {
    let mut parcel = parcel(1, 32, 1);
    parcel.push(1, vec![span(0)]);
    for code in [
        ErrorCode::Unavailable,
        ErrorCode::Timeout,
        ErrorCode::RateLimited,
        ErrorCode::Internal,
    ] {
        assert_eq!(parcel.refused(code, None), Next::Again, "{code:?}");
    }
    assert_eq!(
        parcel.refused(ErrorCode::Unauthenticated, None),
        Next::SignIn
    );
    for code in [
        ErrorCode::BeatConflict,
        ErrorCode::SessionEnded,
        ErrorCode::NotFound,
        ErrorCode::Forbidden,
    ] {
        assert_eq!(parcel.refused(code, None), Next::GiveUp, "{code:?}");
    }
    assert_eq!(
        parcel.beats().len(),
        1,
        "a refusal never drops a beat by itself"
    );
}
