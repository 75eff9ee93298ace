//! What holds for any spans whatever, and for any order and grouping of honest ones, against a model of a few lines.

use super::*;
use crate::span::SpanState;
use proptest::prelude::*;
// The same tests as the browser would run them: `cargo xtask test tests-wasm`.
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const FILM: u64 = 3_000;
const START: u64 = Day::LENGTH.0 - 4_000;

/// Small numbers, so that the bounds are met often: a day ends four seconds after the start.
fn rules() -> Rules {
    Rules {
        offline_buffer_ms: Millis(600),
        unfocused_grace_ms: Millis(300),
        rate_slack_ms: Millis(5),
        day_cap_ms: Millis(2_000),
        day_offset_ms: Millis::ZERO,
        ..Rules::liaoning_2026()
    }
}

fn begin(covered: Coverage) -> History {
    let start = Timestamp(START);
    History::begin(
        start,
        covered,
        start.day(Millis::ZERO),
        Millis::ZERO,
        &rules(),
    )
}

const HELD: Circumstances = Circumstances {
    lease_current: true,
    listed: true,
    check_overdue: false,
    film_ms: Millis(FILM),
};

type Beat = (Timestamp, Vec<Span>);

fn run(history: &mut History, beats: &[Beat]) -> u64 {
    beats
        .iter()
        .map(|(at, spans)| credit(history, spans, &HELD, *at, &rules()).credited_ms().0)
        .sum()
}

/// The reference: one flag per millisecond of film, set where a span that may earn says it played. Returns how many are set,
/// and how long those spans were.
fn model(beats: &[Beat]) -> (u64, u64) {
    let mut seen = vec![false; usize::try_from(FILM).unwrap()];
    let mut client = 0_u64;
    for span in beats.iter().flat_map(|(_, spans)| spans) {
        if matches!(span.state, SpanState::Watching | SpanState::Unfocused) {
            (span.media_from_ms.0..span.media_to_ms.0.min(FILM))
                .for_each(|ms| seen[usize::try_from(ms).unwrap()] = true);
            client = client.saturating_add(span.client_len().0);
        }
    }
    (
        u64::try_from(seen.iter().filter(|seen| **seen).count()).unwrap(),
        client,
    )
}

fn state() -> impl Strategy<Value = SpanState> {
    prop_oneof![
        4 => Just(SpanState::Watching),
        2 => Just(SpanState::Unfocused),
        1 => Just(SpanState::Hidden),
        1 => Just(SpanState::Paused),
        1 => Just(SpanState::Stalled),
        1 => Just(SpanState::Seeking),
    ]
}

/// A number that hurts: small, near a boundary, or absurd.
fn claim() -> impl Strategy<Value = u64> {
    prop_oneof![
        8 => 0..FILM + 500,
        1 => prop::sample::select(vec![u64::MAX, u64::MAX - 1, (1 << 53) - 1, 1 << 53, 1 << 63]),
    ]
}

prop_compose! {
    fn forged()(
        state in state(),
        media in [claim(), claim()],
        client in [claim(), claim()],
        rate_permille in prop::sample::select(vec![0, 999, 1000, 1001, 1500, 1501, u32::MAX]),
        frames in prop::sample::select(vec![0, 1, 1000, u32::MAX]),
        sorted in any::<bool>(),
    ) -> Span {
        let (mut media, mut client) = (media.map(Millis), client.map(Millis));
        if sorted {
            media.sort_unstable();
            client.sort_unstable();
        }
        Span {
            state,
            media_from_ms: media[0],
            media_to_ms: media[1],
            client_from_ms: client[0],
            client_to_ms: client[1],
            rate_permille,
            frames,
        }
    }
}

prop_compose! {
    /// Beats of a client that says whatever it likes, at any times.
    fn forged_beats()(
        beats in prop::collection::vec((0_u64..900, prop::collection::vec(forged(), 0..5)), 1..20),
    ) -> Vec<Beat> {
        let mut at = START;
        beats.into_iter().map(|(after, spans)| {
            at += after;
            (Timestamp(at), spans)
        }).collect()
    }
}

prop_compose! {
    /// Beats of an honest client: contiguous spans, film and clock in step, each beat sent when its last span ended.
    fn honest_beats()(
        steps in prop::collection::vec(
            (state(), 1_u64..200, prop::sample::select(vec![500_u32, 1000, 1000, 1000, 1500]), 0..FILM, prop::bool::weighted(0.2), prop::bool::weighted(0.5)),
            1..40,
        ),
        latency in 0_u64..50,
    ) -> Vec<Beat> {
        let (mut client, mut media) = (0, 0);
        let mut beats: Vec<Beat> = Vec::new();
        let mut spans = Vec::new();
        for (state, len, rate_permille, place, seeks, sends) in steps {
            if seeks {
                media = place;
            }
            let moved = match state {
                SpanState::Watching | SpanState::Unfocused | SpanState::Hidden => len * u64::from(rate_permille) / 1000,
                SpanState::Paused | SpanState::Stalled | SpanState::Seeking => 0,
            };
            spans.push(Span {
                state,
                media_from_ms: Millis(media),
                media_to_ms: Millis(media + moved),
                client_from_ms: Millis(client),
                client_to_ms: Millis(client + len),
                rate_permille,
                frames: 10,
            });
            media += moved;
            client += len;
            if sends {
                beats.push((Timestamp(START + client + latency), std::mem::take(&mut spans)));
            }
        }
        beats.push((Timestamp(START + client + latency), spans));
        beats
    }
}

prop_compose! {
    fn coverage()(list in prop::collection::vec([0..FILM, 0..FILM], 0..6)) -> Coverage {
        list.into_iter().map(|ends| Interval::from(ends.map(Millis))).collect()
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    /// After every beat: what the lease earned so far fits into the server's time since it was granted.
    #[test]
    fn any_claims_earn_at_most_wall_time(beats in forged_beats(), covered in coverage()) {
        let mut history = begin(covered);
        let mut total = 0;
        for (at, spans) in beats {
            total += credit(&mut history, &spans, &HELD, at, &rules()).credited_ms().0;
            prop_assert!(total <= at.0 - START, "{total} in {}", at.0 - START);
        }
    }

    /// After every beat: grants are new, inside the film, and what the coverage grew by.
    #[test]
    fn any_claims_earn_each_millisecond_once(beats in forged_beats(), covered in coverage()) {
        let mut history = begin(covered);
        for (at, spans) in beats {
            let before = history.covered.clone();
            let decision = credit(&mut history, &spans, &HELD, at, &rules());
            for grant in &decision.grants {
                prop_assert!(!grant.media.is_empty() && grant.media.to.0 <= FILM);
                prop_assert_eq!(before.missing(grant.media), vec![grant.media]);
            }
            prop_assert_eq!(history.covered.len().0 - before.len().0, decision.credited_ms().0);
        }
    }

    /// In total: no more than the film that the earning spans name, than their clock plus the lead, and than the days' caps.
    #[test]
    fn any_claims_earn_at_most_what_they_claim(beats in forged_beats(), covered in coverage()) {
        let total = run(&mut begin(covered), &beats);
        let (film, client) = model(&beats);
        let last = beats.last().map_or(START, |(at, _)| at.0);
        let days = Timestamp(last).day(Millis::ZERO).0 + 1;
        prop_assert!(total <= film);
        prop_assert!(total <= client.saturating_add(10));
        prop_assert!(total <= days * 2_000);
    }

    /// After a silence longer than the buffer: one beat and all that come with it earn at most the buffer.
    #[test]
    fn any_claims_at_one_moment_earn_at_most_the_buffer(beats in forged_beats(), silence in 0_u64..100_000) {
        let beats: Vec<Beat> = beats.into_iter().map(|(_, spans)| (Timestamp(START + silence), spans)).collect();
        prop_assert!(run(&mut begin(Coverage::default()), &beats) <= silence.min(600));
    }

    #[test]
    fn hidden_paused_stalled_seeking_earn_nothing(
        spans in prop::collection::vec(forged(), 1..9),
        still in prop::sample::select(vec![SpanState::Hidden, SpanState::Paused, SpanState::Stalled, SpanState::Seeking]),
    ) {
        let spans = spans.into_iter().map(|span| Span { state: still, ..span }).collect();
        prop_assert_eq!(run(&mut begin(Coverage::default()), &[(Timestamp(START + 10_000), spans)]), 0);
    }

    /// An honest client loses only what the rules name: replayed against the model, all that is neither unfocused nor fast nor
    /// in the film twice is credited.
    #[test]
    fn honest_focused_watching_earns_all_of_it(beats in honest_beats()) {
        let beats: Vec<Beat> = beats.into_iter().map(|(at, spans)| {
            let spans = spans.into_iter().map(|span| Span {
                state: if span.state == SpanState::Unfocused { SpanState::Watching } else { span.state },
                media_to_ms: span.media_from_ms.max(Millis(span.media_to_ms.0.min(span.media_from_ms.0 + span.client_len().0))),
                rate_permille: 1000,
                ..span
            }).collect();
            (at, spans)
        }).collect();
        let rules = Rules { day_cap_ms: Millis(u64::MAX), offline_buffer_ms: Millis(u64::MAX), ..rules() };
        let mut history = begin(Coverage::default());
        let total: u64 = beats.iter().map(|(at, spans)| credit(&mut history, spans, &HELD, *at, &rules).credited_ms().0).sum();
        prop_assert_eq!(total, model(&beats).0);
    }

    /// The same beat any number of times: only the first earns.
    #[test]
    fn repeated_beats_earn_nothing_more(beats in honest_beats(), times in 1_usize..4) {
        let once = run(&mut begin(Coverage::default()), &beats);
        let repeated: Vec<Beat> = beats.iter().flat_map(|beat| std::iter::repeat_n(beat.clone(), times)).collect();
        prop_assert_eq!(run(&mut begin(Coverage::default()), &repeated), once);
        let mut twice = beats.clone();
        let last = beats.last().map_or(Timestamp(START), |(at, _)| *at);
        twice.extend(beats.into_iter().map(|(_, spans)| (last.plus(Millis(60)), spans)));
        prop_assert_eq!(run(&mut begin(Coverage::default()), &twice), once);
    }

    /// One beat cut into several that arrive together earns exactly as much.
    #[test]
    fn split_beats_earn_the_same(beats in honest_beats()) {
        let split: Vec<Beat> = beats.iter().flat_map(|(at, spans)| spans.iter().map(|span| (*at, vec![*span]))).collect();
        prop_assert_eq!(
            run(&mut begin(Coverage::default()), &split),
            run(&mut begin(Coverage::default()), &beats)
        );
    }

    /// Honest beats in another order, or with some left out, never earn more.
    #[test]
    fn reordered_or_withheld_beats_earn_no_more(
        (beats, shuffled) in honest_beats().prop_flat_map(|beats| {
            let list: Vec<Vec<Span>> = beats.iter().map(|(_, spans)| spans.clone()).collect();
            (Just(beats), Just(list).prop_shuffle())
        }),
        kept in prop::collection::vec(any::<bool>(), 41),
    ) {
        let straight = run(&mut begin(Coverage::default()), &beats);
        let times = beats.iter().map(|(at, _)| *at);
        let reordered: Vec<Beat> = times.zip(shuffled).collect();
        prop_assert!(run(&mut begin(Coverage::default()), &reordered) <= straight);
        let thinned: Vec<Beat> = beats.iter().zip(kept).filter(|(_, keep)| *keep).map(|(beat, _)| beat.clone()).collect();
        prop_assert!(run(&mut begin(Coverage::default()), &thinned) <= straight);
    }

    /// Whoever had more before has at least as much after, and all of it.
    #[test]
    fn more_coverage_never_lowers(beats in honest_beats(), some in coverage(), more in coverage()) {
        let mut less = begin(some.clone());
        let mut larger = begin(some.intervals().iter().chain(more.intervals()).copied().collect());
        run(&mut less, &beats);
        run(&mut larger, &beats);
        prop_assert!(larger.covered.len() >= less.covered.len());
    }

    /// A single decision, from any claims: more coverage before, a superset after.
    #[test]
    fn more_coverage_before_one_span_is_more_after(span in forged(), some in coverage(), more in coverage(), waited in 0_u64..900) {
        let mut less = begin(some.clone());
        let mut larger = begin(some.intervals().iter().chain(more.intervals()).copied().collect());
        let beat = [(Timestamp(START + waited), vec![span])];
        run(&mut less, &beat);
        run(&mut larger, &beat);
        for interval in less.covered.intervals() {
            prop_assert_eq!(larger.covered.missing(*interval), vec![]);
        }
    }
}
