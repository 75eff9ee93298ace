//! Time per beat in the rules alone: one honest beat of one span, on a unit whose coverage has 1, 100 or 10 000 stretches.
//! The last line compares them.

use std::{hint::black_box, time::Instant};
use study::{
    Circumstances, Coverage, History, Interval, Millis, Rules, Span, SpanState, Timestamp, credit,
};

const START: Timestamp = Timestamp(1_800_000_000_000);
const BEATS: u64 = 2_000;
const ROUNDS: usize = 51;

/// A film with `pieces` stretches credited before the place where the learner now watches.
fn begin(pieces: u64, rules: &Rules) -> History {
    let covered: Coverage = (0..pieces)
        .map(|idx| Interval {
            from: Millis(idx * 20),
            to: Millis(idx * 20 + 10),
        })
        .collect();
    let day = START.day(rules.day_offset_ms);
    History::begin(START, covered, day, Millis::ZERO, rules)
}

fn beat(idx: u64, media: u64) -> Span {
    Span {
        state: SpanState::Watching,
        media_from_ms: Millis(media),
        media_to_ms: Millis(media + 10_000),
        client_from_ms: Millis(idx * 10_000),
        client_to_ms: Millis(idx * 10_000 + 10_000),
        rate_permille: 1000,
        frames: 250,
    }
}

/// Median nanoseconds per beat. Where `inside`, each beat plays over the stretches, so that it is cut into up to 500 pieces.
fn measure(pieces: u64, inside: bool, rules: &Rules) -> u128 {
    let circumstances = Circumstances {
        lease_current: true,
        listed: true,
        check_overdue: false,
        film_ms: Millis(u64::MAX),
    };
    let fresh = begin(pieces, rules);
    let beats = if inside { (pieces / 500).max(1) } else { BEATS };
    let mut rounds: Vec<u128> = (0..ROUNDS)
        .map(|_| {
            let mut history = fresh.clone();
            let started = Instant::now();
            for idx in 0..beats {
                let place = if inside { 0 } else { 1_000_000 };
                let spans = [beat(idx, place + idx * 10_000)];
                let at = START.plus(Millis((idx + 1) * 10_000));
                let decision = credit(&mut history, black_box(&spans), &circumstances, at, rules);
                black_box(decision);
            }
            started.elapsed().as_nanos() / u128::from(beats)
        })
        .collect();
    rounds.sort_unstable();
    rounds[ROUNDS / 2]
}

fn main() {
    // `cargo test --benches` only asks whether it runs.
    let rules = Rules {
        day_cap_ms: Millis(u64::MAX),
        ..Rules::liaoning_2026()
    };
    let one = measure(1, false, &rules);
    println!("ns per beat, median of {ROUNDS} rounds, one span of 10 s:");
    println!("  coverage of      1 stretch:   {one:>8}");
    for pieces in [100, 10_000] {
        let ns = measure(pieces, false, &rules);
        println!(
            "  coverage of {pieces:>6} stretches: {ns:>8}   {:.2} of one",
            ratio(ns, one)
        );
    }
    for pieces in [100, 10_000] {
        let ns = measure(pieces, true, &rules);
        println!(
            "  playing over {pieces:>6} stretches: {ns:>7}   {:.2} of one",
            ratio(ns, one)
        );
    }
}

fn ratio(ns: u128, one: u128) -> f64 {
    let exact = |ns: u128| u32::try_from(ns).map_or(f64::INFINITY, f64::from);
    exact(ns) / exact(one)
}
