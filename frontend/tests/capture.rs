//! Which frames answer a face check.

#![cfg(target_arch = "wasm32")]

use contract::face::{FRAMES_MAX, HeadAction};
use frontend::{
    browser::face_worker::Seen,
    state::capture::{Album, Progress, Shot},
};
use study::Millis;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

const GAP_MS: u64 = 325;
const FRAMES_MIN: u32 = 3;

/// Frames taken one after the other; for each, how far the head was turned, or `None` where the worker saw no face.
fn album(action: HeadAction, yaws: &[Option<f32>]) -> Album {
    shots(
        action,
        yaws.iter().map(|yaw| Some(Seen::plain(*yaw, Vec::new()))),
    )
}

fn shots(action: HeadAction, seen: impl Iterator<Item = Option<Seen>>) -> Album {
    let mut album = Album::new(action, FRAMES_MIN);
    for (at_ms, seen) in (0..).step_by(325).zip(seen) {
        album.add(Shot {
            jpeg: Vec::new(),
            at_ms: Millis(at_ms),
            seen,
        });
    }
    album
}

fn times(album: Album) -> Vec<u64> {
    let frames = album.into_frames();
    frames.iter().map(|frame| frame.at_ms.0).collect()
}

#[wasm_bindgen_test]
fn a_turn_the_way_that_was_asked_is_good() {
    let turning = [0.1, 0.1, 0.3, 0.9].map(Some);
    let left = album(HeadAction::TurnLeft, &turning);
    assert!(left.progress().good());
    let right = album(HeadAction::TurnRight, &turning);
    assert_eq!(
        right.progress(),
        Progress {
            face: true,
            action: false
        },
        "to the other side is not what was asked"
    );
}

#[wasm_bindgen_test]
fn a_head_that_never_looks_straight_cannot_be_compared() {
    let away = [0.8, 0.9, 1.6, 1.7].map(Some);
    assert!(!album(HeadAction::TurnLeft, &away).progress().face);
}

#[wasm_bindgen_test]
fn frames_without_a_face_go_before_frames_with_one() {
    let mut yaws = vec![None; FRAMES_MAX];
    yaws.extend([Some(0.0), Some(0.1), Some(0.8)]);
    let album = album(HeadAction::TurnLeft, &yaws);
    assert_eq!(album.len(), FRAMES_MAX);
    assert!(album.progress().good(), "what helps was kept");
}

#[wasm_bindgen_test]
fn the_turn_is_kept_while_straight_frames_keep_coming() {
    let mut yaws = vec![Some(0.0), Some(0.9)];
    yaws.extend(vec![Some(0.05); 2 * FRAMES_MAX]);
    assert!(album(HeadAction::TurnLeft, &yaws).progress().good());
}

#[wasm_bindgen_test]
fn frames_that_nobody_looks_at_are_spread_over_the_whole_time() {
    const N: u64 = 20;
    let blind = shots(HeadAction::TurnLeft, (0..N).map(|_| None));
    let times = times(blind);
    assert_eq!(times.len(), FRAMES_MAX);
    assert_eq!(
        times.first(),
        Some(&0),
        "the straight look of the beginning"
    );
    assert_eq!(times.last(), Some(&((N - 1) * GAP_MS)));
    let widest = times.windows(2).map(|pair| pair[1] - pair[0]).max();
    assert!(widest <= Some(4 * GAP_MS), "a turn fell between {times:?}");
}
