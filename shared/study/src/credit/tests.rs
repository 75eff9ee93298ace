//! Tables: state, event, outcome. One rule set, one film; each test says what one thing earns.

use super::*;
use crate::span::SpanState;
// The same tests as the browser would run them: `cargo xtask test tests-wasm`.
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const FILM: Millis = Millis(600_000);
const START: Timestamp = Timestamp(1_800_000_000_000);

fn rules() -> Rules {
    Rules::liaoning_2026()
}

fn begin() -> History {
    let rules = rules();
    let day = START.day(rules.day_offset_ms);
    History::begin(START, Coverage::default(), day, Millis::ZERO, &rules)
}

const HELD: Circumstances = Circumstances {
    lease_current: true,
    listed: true,
    check_overdue: false,
    film_ms: FILM,
};

/// A span of `client` that played `media`, with 25 pictures per second.
fn span(state: SpanState, client: [u64; 2], media: [u64; 2]) -> Span {
    let len = client[1].saturating_sub(client[0]);
    Span {
        state,
        media_from_ms: Millis(media[0]),
        media_to_ms: Millis(media[1]),
        client_from_ms: Millis(client[0]),
        client_to_ms: Millis(client[1]),
        rate_permille: 1000,
        frames: u32::try_from(len / 40).unwrap_or(u32::MAX),
    }
}

fn watching(client: [u64; 2], media: [u64; 2]) -> Span {
    span(SpanState::Watching, client, media)
}

/// `spans` arrive `at` milliseconds after the lease was granted.
fn beat(history: &mut History, at: u64, spans: &[Span]) -> Decision {
    credit(history, spans, &HELD, START.plus(Millis(at)), &rules())
}

fn earned(decision: &Decision) -> u64 {
    decision.credited_ms().0
}

fn reasons(decision: &Decision) -> Vec<(Reason, u64)> {
    let list = decision.refusals.iter();
    list.map(|refusal| (refusal.reason, refusal.ms.0)).collect()
}

#[test]
fn watching_ten_seconds_earns_ten() {
    let decision = beat(&mut begin(), 10_000, &[watching([0, 10_000], [0, 10_000])]);
    assert_eq!(earned(&decision), 10_000);
    assert_eq!(reasons(&decision), []);
}

#[test]
fn still_states_earn_nothing_and_say_why() {
    for (state, reason) in [
        (SpanState::Hidden, Reason::Hidden),
        (SpanState::Paused, Reason::Paused),
        (SpanState::Stalled, Reason::Stalled),
    ] {
        let decision = beat(
            &mut begin(),
            10_000,
            &[span(state, [0, 10_000], [0, 10_000])],
        );
        assert_eq!(earned(&decision), 0);
        assert_eq!(reasons(&decision), [(reason, 10_000)]);
    }
}

#[test]
fn seeking_earns_nothing_either_way() {
    for media in [[0, 300_000], [300_000, 0]] {
        let decision = beat(
            &mut begin(),
            10_000,
            &[span(SpanState::Seeking, [0, 10_000], media)],
        );
        assert_eq!(earned(&decision), 0);
        assert_eq!(decision.refusals[0].reason, Reason::Seek);
        assert!(decision.refusals[0].media.is_empty());
    }
}

#[test]
fn watching_backwards_is_a_seek() {
    let decision = beat(&mut begin(), 10_000, &[watching([0, 10_000], [10_000, 0])]);
    assert_eq!(reasons(&decision), [(Reason::Seek, 10_000)]);
}

#[test]
fn watching_a_still_film_is_not_playing() {
    let decision = beat(&mut begin(), 10_000, &[watching([0, 10_000], [5, 5])]);
    assert_eq!(reasons(&decision), [(Reason::NotPlaying, 10_000)]);
}

#[test]
fn watching_without_frames_is_not_playing() {
    for (frames, earns) in [(0, 0), (19, 0), (20, 10_000)] {
        let blind = Span {
            frames,
            ..watching([0, 10_000], [0, 10_000])
        };
        assert_eq!(
            earned(&beat(&mut begin(), 10_000, &[blind])),
            earns,
            "{frames} frames"
        );
    }
}

#[test]
fn rate_one_and_a_half_earns_real_time_and_the_rest_later() {
    let fast = Span {
        rate_permille: 1_500,
        ..watching([0, 10_000], [0, 15_000])
    };
    let mut history = begin();
    let decision = beat(&mut history, 10_000, &[fast]);
    assert_eq!(earned(&decision), 10_000);
    assert_eq!(reasons(&decision), [(Reason::OverWallTime, 5_000)]);
    let again = watching([10_000, 15_000], [10_000, 15_000]);
    assert_eq!(earned(&beat(&mut history, 15_000, &[again])), 5_000);
    assert_eq!(history.covered.intervals().len(), 1);
}

#[test]
fn rate_over_the_cap_earns_nothing_told_or_untold() {
    let told = Span {
        rate_permille: 16_000,
        ..watching([0, 10_000], [0, 160_000])
    };
    let untold = watching([0, 10_000], [0, 160_000]);
    for fast in [told, untold] {
        let decision = beat(&mut begin(), 10_000, &[fast]);
        assert_eq!(reasons(&decision), [(Reason::RateOverCap, 160_000)]);
    }
}

#[test]
fn rate_over_the_cap_in_slices_earns_no_more_than_time() {
    let mut history = begin();
    let slices: Vec<Span> = (0..200)
        .map(|idx| watching([idx * 15, idx * 15 + 15], [idx * 240, idx * 240 + 240]))
        .collect();
    let decision = beat(&mut history, 3_000, &slices);
    assert!(earned(&decision) <= 3_000);
}

#[test]
fn unfocused_within_the_grace_earns_and_then_stops() {
    let mut history = begin();
    let note = |from: u64| {
        span(
            SpanState::Unfocused,
            [from, from + 40_000],
            [from, from + 40_000],
        )
    };
    assert_eq!(earned(&beat(&mut history, 40_000, &[note(0)])), 40_000);
    let decision = beat(&mut history, 80_000, &[note(40_000)]);
    assert_eq!(earned(&decision), 20_000);
    assert_eq!(reasons(&decision), [(Reason::Unfocused, 20_000)]);
    assert_eq!(earned(&beat(&mut history, 120_000, &[note(80_000)])), 0);
    let back = watching([120_000, 121_000], [120_000, 121_000]);
    assert_eq!(earned(&beat(&mut history, 121_000, &[back])), 1_000);
    assert_eq!(
        earned(&beat(&mut history, 161_000, &[note(121_000)])),
        40_000
    );
}

/// What was left out may have been anything: that a pause follows does not make it a time with the focus.
#[test]
fn time_left_out_before_a_pause_counts_against_the_grace() {
    let mut history = begin();
    let pause = span(SpanState::Paused, [50_000, 51_000], [0, 0]);
    let note = span(SpanState::Unfocused, [51_000, 91_000], [0, 40_000]);
    let decision = beat(&mut history, 91_000, &[pause, note]);
    assert_eq!(earned(&decision), 10_000);
}

#[test]
fn unfocused_and_fast_earns_the_grace_in_real_time() {
    let mut history = begin();
    let fast = Span {
        rate_permille: 1_250,
        ..span(SpanState::Unfocused, [0, 100_000], [0, 125_000])
    };
    assert_eq!(earned(&beat(&mut history, 20_000, &[])), 0);
    let first = Span {
        client_to_ms: Millis(50_000),
        media_to_ms: Millis(62_500),
        ..fast
    };
    let second = Span {
        client_from_ms: Millis(50_000),
        media_from_ms: Millis(62_500),
        ..fast
    };
    assert_eq!(earned(&beat(&mut history, 60_000, &[first])), 50_000);
    assert_eq!(earned(&beat(&mut history, 110_000, &[second])), 10_000);
}

/// What is new lies behind the grace: that the rest was credited before must not move it forward.
#[test]
fn unfocused_new_film_behind_the_grace_earns_nothing() {
    let mut history = begin();
    let seen = Interval {
        from: Millis(0),
        to: Millis(55_000),
    };
    history.covered.insert(seen);
    let long = span(SpanState::Unfocused, [0, 100_000], [0, 100_000]);
    let decision = beat(&mut history, 100_000, &[long]);
    assert_eq!(
        reasons(&decision),
        [
            (Reason::AlreadyCredited, 55_000),
            (Reason::Unfocused, 40_000)
        ]
    );
    assert_eq!(earned(&decision), 5_000);
}

#[test]
fn covered_film_earns_nothing_again() {
    let mut history = begin();
    let _ = beat(&mut history, 10_000, &[watching([0, 10_000], [0, 10_000])]);
    let decision = beat(
        &mut history,
        20_000,
        &[watching([10_000, 20_000], [0, 10_000])],
    );
    assert_eq!(reasons(&decision), [(Reason::AlreadyCredited, 10_000)]);
}

#[test]
fn lost_lease_earns_nothing_in_any_state() {
    let lost = Circumstances {
        lease_current: false,
        ..HELD
    };
    let at = START.plus(Millis(10_000));
    let spans = [
        watching([0, 5_000], [0, 5_000]),
        span(SpanState::Hidden, [5_000, 6_000], [5_000, 5_000]),
        watching([0, 1_000], [7_000, 8_000]),
    ];
    let decision = credit(&mut begin(), &spans, &lost, at, &rules());
    assert_eq!(
        reasons(&decision),
        [
            (Reason::LeaseLost, 5_000),
            (Reason::LeaseLost, 1_000),
            (Reason::LeaseLost, 1_000)
        ]
    );
}

#[test]
fn unlisted_or_unchecked_earns_nothing() {
    let at = START.plus(Millis(10_000));
    for (circumstances, reason) in [
        (
            Circumstances {
                listed: false,
                ..HELD
            },
            Reason::OutsideCatalogue,
        ),
        (
            Circumstances {
                check_overdue: true,
                ..HELD
            },
            Reason::CheckOverdue,
        ),
    ] {
        let spans = [watching([0, 10_000], [0, 10_000])];
        let decision = credit(&mut begin(), &spans, &circumstances, at, &rules());
        assert_eq!(reasons(&decision), [(reason, 10_000)]);
    }
}

#[test]
fn behind_the_end_of_the_film_earns_nothing() {
    let mut history = begin();
    let over = watching([0, 10_000], [595_000, 605_000]);
    let decision = beat(&mut history, 10_000, &[over]);
    assert_eq!(earned(&decision), 5_000);
    assert_eq!(reasons(&decision), [(Reason::OutsideFilm, 5_000)]);
    let behind = watching([10_000, 20_000], [605_000, 615_000]);
    assert_eq!(earned(&beat(&mut history, 20_000, &[behind])), 0);
}

#[test]
fn more_than_wall_time_waits_for_time() {
    let mut history = begin();
    let decision = beat(&mut history, 4_000, &[watching([0, 10_000], [0, 10_000])]);
    assert_eq!(earned(&decision), 4_000);
    assert_eq!(reasons(&decision), [(Reason::OverWallTime, 6_000)]);
}

#[test]
fn outage_within_the_buffer_loses_nothing() {
    let mut history = begin();
    let total: u64 = (0..6)
        .map(|idx| {
            let stretch = [idx * 10_000, idx * 10_000 + 10_000];
            earned(&beat(
                &mut history,
                60_000 + idx,
                &[watching(stretch, stretch)],
            ))
        })
        .sum();
    assert_eq!(total, 60_000);
}

#[test]
fn silence_beyond_the_buffer_earns_at_most_the_buffer_and_says_gap() {
    let mut history = begin();
    let mut total = 0;
    let mut gap = 0;
    for idx in 0..30 {
        let stretch = [idx * 10_000, idx * 10_000 + 10_000];
        let decision = beat(&mut history, 300_100 + idx, &[watching(stretch, stretch)]);
        total += earned(&decision);
        for (reason, ms) in reasons(&decision) {
            assert_eq!(reason, Reason::Gap);
            gap += ms;
        }
    }
    assert!((59_500..=60_000).contains(&total), "{total}");
    assert_eq!(total + gap, 300_000);
    // The learner plays on, and the network's jitter tears no holes.
    for idx in 30..60_u64 {
        let stretch = [idx * 10_000, idx * 10_000 + 10_000];
        let at = idx * 10_000 + 10_100 - (idx % 3) * 40;
        assert_eq!(
            earned(&beat(&mut history, at, &[watching(stretch, stretch)])),
            10_000
        );
    }
}

/// A pause longer than the buffer is explained by the beat that follows it, even where an earlier one waited with it.
#[test]
fn pause_without_network_costs_nothing() {
    let mut history = begin();
    let first = watching([0, 5_000], [0, 5_000]);
    assert_eq!(earned(&beat(&mut history, 310_050, &[first])), 5_000);
    let then = [
        span(SpanState::Paused, [5_000, 305_000], [5_000, 5_000]),
        watching([305_000, 310_000], [5_000, 10_000]),
    ];
    assert_eq!(earned(&beat(&mut history, 310_051, &then)), 5_000);
}

/// A process whose clocks all run ten times fast cannot save up server time by pausing.
#[test]
fn pause_by_a_fast_clock_saves_nothing_up() {
    let mut history = begin();
    let pause = span(SpanState::Paused, [0, 600_000], [0, 0]);
    let _ = beat(&mut history, 60_000, &[pause]);
    let burst = watching([600_000, 660_000], [0, 60_000]);
    let decision = beat(&mut history, 66_000, &[burst]);
    assert_eq!(earned(&decision), 6_000 + 500);
}

#[test]
fn day_cap_stops_and_midnight_opens_again() {
    let mut history = begin();
    history.day_credited_ms = Millis(rules().day_cap_ms.0 - 3_000);
    let decision = beat(&mut history, 10_000, &[watching([0, 10_000], [0, 10_000])]);
    assert_eq!(earned(&decision), 3_000);
    assert_eq!(reasons(&decision), [(Reason::DayCap, 7_000)]);
    let tomorrow = Day::LENGTH.0;
    let next = watching([tomorrow, tomorrow + 10_000], [10_000, 20_000]);
    assert_eq!(
        earned(&beat(&mut history, tomorrow + 10_000, &[next])),
        10_000
    );
    assert_eq!(history.day_credited_ms, Millis(10_000));
}

#[test]
fn server_clock_back_a_day_opens_nothing() {
    let mut history = begin();
    history.day_credited_ms = rules().day_cap_ms;
    let spans = [watching([0, 10_000], [0, 10_000])];
    let yesterday = Timestamp(START.0 - Day::LENGTH.0);
    let decision = credit(&mut history, &spans, &HELD, yesterday, &rules());
    assert_eq!(earned(&decision), 0);
    assert_eq!(history.last_at, START);
}

#[test]
fn jitter_of_five_milliseconds_leaves_no_holes() {
    let mut history = begin();
    let mut client = 0;
    let mut media = 0;
    for idx in 0..270_u64 {
        let wobble = [0, 5, 10, 3, 7][usize::try_from(idx % 5).unwrap()];
        let client_to = (idx + 1) * 10_000 + wobble;
        let media_to = (idx + 1) * 10_000 + 10 - wobble;
        let stretch = watching([client, client_to], [media, media_to]);
        let film = Circumstances {
            film_ms: Millis(2_700_000),
            ..HELD
        };
        let at = START.plus(Millis(client_to + 120 - wobble));
        let decision = credit(&mut history, &[stretch], &film, at, &rules());
        assert_eq!(
            reasons(&decision)
                .iter()
                .filter(|(r, _)| *r != Reason::OutsideFilm)
                .count(),
            0
        );
        (client, media) = (client_to, media_to);
    }
    assert_eq!(history.covered.intervals().len(), 1);
    let hours = crate::hours::ClassHours::of(history.covered.len(), &rules());
    assert_eq!(hours.0, 1);
}

/// A sound card 100 ppm faster than the browser's clock, which is 50 ppm faster than the server's, and a page that needed half a
/// second to begin: a class hour in one piece.
#[test]
fn drifting_clocks_leave_no_holes_in_a_class_hour() {
    let mut history = begin();
    let film = Circumstances {
        film_ms: Millis(2_700_000),
        ..HELD
    };
    let (mut client, mut media) = (0, 0);
    for idx in 1..=270_u64 {
        let real = idx * 10_000;
        let client_to = real + real / 20_000;
        let media_to = (client_to + client_to / 10_000).min(2_700_000);
        let stretch = watching([client, client_to], [media, media_to]);
        let at = START.plus(Millis(real + 500));
        let decision = credit(&mut history, &[stretch], &film, at, &rules());
        assert_eq!(reasons(&decision), [], "beat {idx}");
        (client, media) = (client_to, media_to);
    }
    assert_eq!(history.covered.len(), Millis(2_700_000));
}

#[test]
fn absurd_claims_neither_stop_the_server_nor_earn() {
    const TOP: u64 = u64::MAX;
    for [cf, ct, mf, mt] in [
        [0, TOP, 0, TOP],
        [TOP, TOP, TOP, TOP],
        [TOP, 0, TOP, 0],
        [0, TOP - 1, TOP, 0],
        [1, 1 << 53, 0, 10_000],
        [0, 0, 0, TOP],
    ] {
        for state in [
            SpanState::Watching,
            SpanState::Unfocused,
            SpanState::Hidden,
            SpanState::Paused,
            SpanState::Stalled,
            SpanState::Seeking,
        ] {
            let mut history = begin();
            let mut wild = span(state, [cf, ct], [mf, mt]);
            for (rate, frames) in [(0, 0), (1000, u32::MAX), (u32::MAX, u32::MAX)] {
                (wild.rate_permille, wild.frames) = (rate, frames);
                let decision = beat(&mut history, 0, &[wild, wild]);
                assert_eq!(earned(&decision), 0);
            }
            assert!(history.client_to_ms.0 < 1 << 53);
            let late = credit(&mut history, &[wild], &HELD, Timestamp(TOP), &rules());
            assert!(late.credited_ms() <= rules().offline_buffer_ms);
        }
    }
}
