//! The diagram in `session.md` against the machine: every edge drawn is taken, and every edge taken is drawn.

use super::*;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
// The same tests as the browser would run them: `cargo xtask test tests-wasm`.
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// The word for each fact in the diagram. No `_`: a new fact must find its word.
const fn word(event: &Event) -> &'static str {
    match event {
        Event::PlayingStarted => "playing_started",
        Event::Paused => "paused",
        Event::Stalled => "stalled",
        Event::Seeked { .. } => "seeked",
        Event::RateChanged { .. } => "rate_changed",
        Event::Progressed { .. } => "progressed",
        Event::Ended => "ended",
        Event::VisibilityChanged { visible: true } => "shown",
        Event::VisibilityChanged { visible: false } => "hidden",
        Event::FocusChanged { focused: true } => "focus_gained",
        Event::FocusChanged { focused: false } => "focus_lost",
        Event::Ticked => "ticked",
        Event::BeatDecided { .. } => "beat_decided",
        Event::CheckOverdue { overdue: true } => "check_overdue",
        Event::CheckOverdue { overdue: false } => "check_made_up",
        Event::LeaseLost => "lease_lost",
        Event::Left => "left",
    }
}

/// One of each fact.
fn facts() -> Vec<Event> {
    vec![
        Event::PlayingStarted,
        Event::Paused,
        Event::Stalled,
        Event::Seeked {
            from_ms: Millis(0),
            to_ms: Millis(50_000),
        },
        Event::RateChanged {
            rate_permille: 1_500,
        },
        Event::Progressed {
            media_ms: Millis(100),
            frames_total: 3,
        },
        Event::Ended,
        Event::VisibilityChanged { visible: true },
        Event::VisibilityChanged { visible: false },
        Event::FocusChanged { focused: true },
        Event::FocusChanged { focused: false },
        Event::Ticked,
        Event::BeatDecided {
            seq: 1,
            decision: crate::Decision::default(),
        },
        Event::CheckOverdue { overdue: true },
        Event::CheckOverdue { overdue: false },
        Event::LeaseLost,
        Event::Left,
    ]
}

type Edge = (String, String, String);

fn name(state: State) -> String {
    format!("{state:?}")
}

/// Feeds every fact in every situation that can be reached, through the machine's own door.
fn taken() -> BTreeSet<Edge> {
    let start = Session::new(Rules::liaoning_2026(), Millis::ZERO, Millis::ZERO);
    let mut edges = BTreeSet::new();
    let mut met = BTreeMap::new();
    let mut waiting = VecDeque::from([start]);
    while let Some(session) = waiting.pop_front() {
        if met.insert(session.scene, ()).is_some() {
            continue;
        }
        for event in facts() {
            let mut next = session.clone();
            next.handle(event.clone(), Millis(100));
            if next.state() != session.state() {
                edges.insert((
                    name(session.state()),
                    name(next.state()),
                    word(&event).into(),
                ));
            }
            waiting.push_back(next);
        }
    }
    edges
}

fn drawn() -> BTreeSet<Edge> {
    include_str!("../../session.md")
        .lines()
        .filter_map(|line| {
            let (from, rest) = line.trim().split_once(" --> ")?;
            let (to, fact) = rest.split_once(" : ")?;
            Some((from.into(), to.into(), fact.into()))
        })
        .collect()
}

#[test]
fn diagram_edges_are_the_machines_edges() {
    let (drawn, taken) = (drawn(), taken());
    let undrawn: Vec<_> = taken.difference(&drawn).collect();
    let untaken: Vec<_> = drawn.difference(&taken).collect();
    assert!(
        undrawn.is_empty() && untaken.is_empty(),
        "not drawn: {undrawn:?}; drawn but never taken: {untaken:?}"
    );
    assert!(taken.len() > 20);
}
