//! Cheats against the real rules, and against rules that must be caught.

use simulator::{adversary, judge};

/// A debug build checks the same with fewer.
const SESSIONS: u64 = if cfg!(debug_assertions) {
    2_000
} else {
    100_000
};

#[test]
fn no_cheat_is_credited_a_millisecond_too_much() {
    let summary = adversary::run(
        &adversary::Config {
            seed: 20_261_123,
            sessions: SESSIONS,
            judge: judge::REAL,
            stop_at_first: false,
        },
        |_| {},
    );
    assert_eq!(summary.over_credited_ms, 0, "{:?}", summary.first);
    assert!(summary.sessions >= SESSIONS);
    // Not by refusing everything: every way of cheating also holds true study time, and that is credited.
    assert_eq!(summary.by_style.len(), 23, "{:?}", summary.by_style.keys());
    for (style, tried) in &summary.by_style {
        assert!(tried.credited_ms > 0, "{style} was never credited anything");
    }
}

#[test]
fn every_naive_set_of_rules_is_caught() {
    for (name, judge) in judge::NAIVE {
        let config = adversary::Config {
            seed: 20_261_123,
            sessions: 20_000,
            judge,
            stop_at_first: true,
        };
        let first = adversary::run(&config, |_| {}).first;
        let first = first.unwrap_or_else(|| panic!("{name}: not caught in 20 000 sessions"));
        println!(
            "{name}: caught at session {} by {}",
            first.session, first.what
        );
        assert!(first.session < 2_000, "{name}: caught only at {first:?}");
    }
}

#[test]
fn the_same_seed_gives_the_same_sessions() {
    let run = |seed| {
        let config = adversary::Config {
            seed,
            sessions: 500,
            judge: judge::REAL,
            stop_at_first: false,
        };
        let summary = adversary::run(&config, |_| {});
        (summary.sessions, summary.beats, summary.credited_ms)
    };
    assert_eq!(run(7), run(7));
    assert_ne!(run(7), run(8));
}
