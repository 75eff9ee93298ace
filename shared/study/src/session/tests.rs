//! Tables: state, event, outcome.

use super::*;
use crate::{
    action::Action,
    coverage::Interval,
    credit::{Decision, Grant, Standing},
    span::{Span, SpanState},
};
// The same tests as the browser would run them: `cargo xtask test tests-wasm`.
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// A page with a film: feeds the session as a page does, and keeps what it sends.
struct Page {
    session: Session,
    now: u64,
    media: u64,
    beats: Vec<Vec<Span>>,
    paused_by_session: bool,
}

impl Page {
    fn open() -> Self {
        Self::with(Rules::liaoning_2026())
    }

    fn with(rules: Rules) -> Self {
        let session = Session::new(rules, Millis::ZERO, Millis(5_000)).expecting(
            Millis(600_000),
            Coverage::default(),
            Millis::ZERO,
            Timestamp(1_800_000_000_000),
        );
        Self {
            session,
            now: 5_000,
            media: 0,
            beats: Vec::new(),
            paused_by_session: false,
        }
    }

    fn playing() -> Self {
        let mut page = Self::open();
        page.tell(Event::PlayingStarted);
        page
    }

    fn tell(&mut self, event: Event) {
        for action in self.session.handle(event, Millis(self.now)) {
            match action {
                Action::SendBeat { seq, spans } => {
                    self.beats.push(spans);
                    assert_eq!(seq, u64::try_from(self.beats.len()).unwrap());
                }
                Action::PauseVideo => self.paused_by_session = true,
            }
        }
    }

    fn look(&mut self) {
        self.tell(Event::Progressed {
            media_ms: Millis(self.media),
            frames_total: self.media / 40,
        });
    }

    /// Time passes and the film plays at `rate` thousandths, looked at four times a second.
    fn play(&mut self, ms: u64, rate: u64) {
        let end = self.now + ms;
        while self.now < end {
            let step = 250.min(end - self.now);
            self.now += step;
            self.media += step * rate / 1000;
            self.look();
            self.wake();
        }
    }

    /// Time passes and nothing is seen.
    fn wait(&mut self, ms: u64) {
        self.now += ms;
        self.wake();
    }

    fn wake(&mut self) {
        if self.session.next_wake().is_some_and(|at| at.0 <= self.now) {
            self.tell(Event::Ticked);
        }
    }

    fn seek(&mut self, to: u64) {
        let from_ms = Millis(self.media);
        self.media = to;
        self.tell(Event::Seeked {
            from_ms,
            to_ms: Millis(to),
        });
    }

    fn leave(mut self) -> Vec<Span> {
        self.tell(Event::Left);
        let spans = self.beats.concat();
        assert_in_order(&spans);
        spans
    }
}

fn assert_in_order(spans: &[Span]) {
    for pair in spans.windows(2) {
        assert_eq!(pair[0].client_to_ms, pair[1].client_from_ms, "{pair:?}");
        assert_eq!(pair[0].media_to_ms, pair[1].media_from_ms, "{pair:?}");
    }
}

/// State, client length and film length of each span.
fn told(spans: &[Span]) -> Vec<(SpanState, u64, u64)> {
    let list = spans.iter();
    list.map(|span| (span.state, span.client_len().0, span.media_len().0))
        .collect()
}

#[test]
fn watching_ticked_sends_a_beat_every_interval() {
    let mut page = Page::playing();
    page.play(35_000, 1000);
    assert_eq!(page.beats.len(), 3);
    let frames: u32 = page.beats.iter().flatten().map(|span| span.frames).sum();
    assert_eq!(frames, 750);
    for beat in &page.beats {
        assert_eq!(told(beat), [(SpanState::Watching, 10_000, 10_000)]);
    }
}

#[test]
fn watching_paused_sends_at_once_then_is_silent() {
    let mut page = Page::playing();
    page.play(3_000, 1000);
    page.tell(Event::Paused);
    assert_eq!(page.beats.len(), 1);
    assert_eq!(page.session.next_wake(), None);
    page.wait(3_600_000);
    assert_eq!(page.beats.len(), 1);
    page.tell(Event::PlayingStarted);
    page.play(10_000, 1000);
    assert_eq!(
        told(&page.leave()),
        [
            (SpanState::Watching, 3_000, 3_000),
            (SpanState::Paused, 3_600_000, 0),
            (SpanState::Watching, 10_000, 10_000),
        ]
    );
}

#[test]
fn paused_playing_started_waits_a_whole_interval() {
    let mut page = Page::open();
    page.wait(60_000);
    page.tell(Event::PlayingStarted);
    page.play(9_750, 1000);
    assert!(page.beats.len() <= 1, "the pause may be told, no more");
    assert!(
        page.beats
            .iter()
            .flatten()
            .all(|span| span.state == SpanState::Paused)
    );
}

#[test]
fn watching_hidden_sends_at_once_and_writes_hidden() {
    let mut page = Page::playing();
    page.play(2_000, 1000);
    page.tell(Event::VisibilityChanged { visible: false });
    assert_eq!(page.beats.len(), 1);
    page.play(60_000, 1000);
    assert_eq!(page.beats.len(), 1);
    page.tell(Event::VisibilityChanged { visible: true });
    page.play(1_000, 1000);
    assert_eq!(
        told(&page.leave()),
        [
            (SpanState::Watching, 2_000, 2_000),
            (SpanState::Hidden, 60_000, 60_000),
            (SpanState::Watching, 1_000, 1_000),
        ]
    );
}

#[test]
fn hidden_paused_then_shown_is_paused() {
    let mut page = Page::playing();
    page.play(1_000, 1000);
    page.tell(Event::VisibilityChanged { visible: false });
    page.tell(Event::Paused);
    page.wait(5_000);
    page.tell(Event::VisibilityChanged { visible: true });
    assert_eq!(page.session.state(), State::Paused);
}

#[test]
fn watching_focus_lost_goes_on_as_unfocused() {
    let mut page = Page::playing();
    page.play(1_000, 1000);
    page.tell(Event::FocusChanged { focused: false });
    page.play(2_000, 1000);
    page.tell(Event::FocusChanged { focused: true });
    page.play(1_000, 1000);
    assert!(page.beats.is_empty(), "neither needs a beat of its own");
    assert_eq!(
        told(&page.leave()),
        [
            (SpanState::Watching, 1_000, 1_000),
            (SpanState::Unfocused, 2_000, 2_000),
            (SpanState::Watching, 1_000, 1_000),
        ]
    );
}

#[test]
fn watching_stalled_stands_still_until_playing_started() {
    let mut page = Page::playing();
    page.play(1_000, 1000);
    page.tell(Event::Stalled);
    page.play(4_000, 0);
    page.tell(Event::PlayingStarted);
    page.play(1_000, 1000);
    assert_eq!(
        told(&page.leave()),
        [
            (SpanState::Watching, 1_000, 1_000),
            (SpanState::Stalled, 4_000, 0),
            (SpanState::Watching, 1_000, 1_000),
        ]
    );
}

#[test]
fn paused_stalled_stays_paused() {
    let mut page = Page::open();
    page.tell(Event::Stalled);
    assert_eq!(page.session.state(), State::Paused);
}

#[test]
fn watching_seeked_writes_a_jump_without_length() {
    let mut page = Page::playing();
    page.play(1_000, 1000);
    page.seek(300_000);
    assert_eq!(page.beats.len(), 1);
    page.play(1_000, 1000);
    page.seek(500);
    page.play(1_000, 1000);
    let spans = page.leave();
    assert_eq!(
        told(&spans),
        [
            (SpanState::Watching, 1_000, 1_000),
            (SpanState::Seeking, 0, 299_000),
            (SpanState::Watching, 1_000, 1_000),
            (SpanState::Seeking, 0, 0),
            (SpanState::Watching, 1_000, 1_000),
        ]
    );
    assert_eq!(spans[3].media_to_ms, Millis(500));
}

#[test]
fn watching_progressed_by_a_jump_is_a_seek() {
    for (jump, back) in [(30_000, false), (3_000, true)] {
        let mut page = Page::playing();
        page.play(10_000, 1000);
        page.now += 1_000;
        page.media = if back {
            page.media - jump
        } else {
            page.media + jump
        };
        page.look();
        let spans = page.leave();
        // The second in which it happened belongs to the jump.
        assert_eq!(spans[1].state, SpanState::Seeking);
        assert_eq!(spans[1].client_len(), Millis(1_000));
    }
}

/// Browsers report the new position before they say that they sought: one jump, not two.
#[test]
fn watching_progressed_then_seeked_is_one_jump() {
    let mut page = Page::playing();
    page.play(1_000, 1000);
    page.media = 90_000;
    page.look();
    page.tell(Event::Seeked {
        from_ms: Millis(1_000),
        to_ms: Millis(90_000),
    });
    let seeks = page
        .leave()
        .iter()
        .filter(|span| span.state == SpanState::Seeking)
        .count();
    assert_eq!(seeks, 1);
}

#[test]
fn paused_seeked_fifty_times_sends_few_beats_and_loses_nothing() {
    let mut page = Page::playing();
    page.play(1_000, 1000);
    for idx in 0..50_u64 {
        page.now += 20;
        page.seek(10_000 + idx * 1_000);
        page.wake();
    }
    page.wait(1_000);
    let beats = page.beats.len();
    assert!(beats <= 4, "{beats} beats");
    let seeks = page
        .leave()
        .iter()
        .filter(|span| span.state == SpanState::Seeking)
        .count();
    assert_eq!(seeks, 50);
}

#[test]
fn many_spans_go_in_beats_no_longer_than_allowed() {
    let mut page = Page::with(Rules {
        spans_per_beat_max: 4,
        ..Rules::liaoning_2026()
    });
    page.tell(Event::PlayingStarted);
    for idx in 0..30 {
        page.play(100, 1000);
        page.tell(Event::FocusChanged {
            focused: idx % 2 == 1,
        });
    }
    assert!(page.beats.len() > 4);
    assert!(page.beats.iter().all(|beat| beat.len() <= 4));
    let total: u64 = page.leave().iter().map(|span| span.media_len().0).sum();
    assert_eq!(total, 3_000);
}

#[test]
fn watching_rate_changed_begins_a_span() {
    let mut page = Page::playing();
    page.play(1_000, 1000);
    page.tell(Event::RateChanged {
        rate_permille: 1_500,
    });
    page.play(1_000, 1500);
    let rates: Vec<_> = page.leave().iter().map(|span| span.rate_permille).collect();
    assert_eq!(rates, [1_000, 1_500]);
}

#[test]
fn watching_suspended_writes_no_watching_over_the_gap() {
    for (moved, resumed_by_tick) in [(0, false), (0, true), (3_600_000, false), (3_600_000, true)] {
        let mut page = Page::playing();
        page.play(15_000, 1000);
        page.now += 3_600_000;
        page.media += moved;
        if resumed_by_tick {
            page.wake();
        }
        page.look();
        page.play(10_000, 1000);
        let watched: u64 = page
            .leave()
            .iter()
            .filter(|span| span.state == SpanState::Watching)
            .map(|span| span.client_len().0.max(span.media_len().0))
            .sum();
        assert_eq!(watched, 25_000, "moved {moved}");
    }
}

#[test]
fn watching_suspended_then_paused_is_hidden_over_the_gap() {
    let mut page = Page::playing();
    page.play(1_000, 1000);
    page.now += 600_000;
    page.tell(Event::Paused);
    assert_eq!(
        told(&page.leave()),
        [
            (SpanState::Watching, 1_000, 1_000),
            (SpanState::Hidden, 600_000, 0)
        ]
    );
}

#[test]
fn clock_back_stands_still() {
    let mut page = Page::playing();
    page.play(1_000, 1000);
    page.now -= 900;
    page.look();
    page.tell(Event::Paused);
    page.now += 900;
    page.wait(2_000);
    let spans = page.leave();
    assert_eq!(
        told(&spans),
        [
            (SpanState::Watching, 1_000, 1_000),
            (SpanState::Paused, 2_000, 0)
        ]
    );
}

#[test]
fn small_steps_back_are_not_seeks() {
    let mut page = Page::playing();
    page.play(1_000, 1000);
    page.media -= 20;
    page.look();
    page.play(1_000, 1000);
    let spans = page.leave();
    assert_eq!(told(&spans), [(SpanState::Watching, 2_000, 1_980)]);
}

#[test]
fn new_player_counts_frames_from_zero() {
    let mut page = Page::playing();
    page.play(1_000, 1000);
    page.tell(Event::Progressed {
        media_ms: Millis(1_000),
        frames_total: 7,
    });
    assert_eq!(page.leave()[0].frames, 25 + 7);
}

#[test]
fn watching_ended_sends_and_is_paused() {
    let mut page = Page::playing();
    page.play(1_000, 1000);
    page.tell(Event::Ended);
    assert_eq!(page.session.state(), State::Paused);
    assert_eq!(page.beats.len(), 1);
}

#[test]
fn left_sends_all_and_may_come_back() {
    let mut page = Page::playing();
    page.play(1_000, 1000);
    page.tell(Event::VisibilityChanged { visible: false });
    page.wait(50);
    page.tell(Event::Left);
    assert_eq!(
        told(&page.beats.concat()),
        [
            (SpanState::Watching, 1_000, 1_000),
            (SpanState::Hidden, 50, 0)
        ]
    );
    page.wait(7_000);
    page.tell(Event::VisibilityChanged { visible: true });
    assert_eq!(page.session.state(), State::Watching);
    page.play(1_000, 1000);
    assert_eq!(page.leave().len(), 4);
}

#[test]
fn lease_lost_pauses_the_film_and_ends_it_all() {
    let mut page = Page::playing();
    page.play(3_000, 1000);
    page.tell(Event::LeaseLost);
    assert!(page.paused_by_session);
    assert_eq!(page.session.next_wake(), None);
    for event in [
        Event::PlayingStarted,
        Event::Ticked,
        Event::Left,
        Event::LeaseLost,
    ] {
        assert_eq!(page.session.handle(event, Millis(99_000)), []);
    }
    assert_eq!(
        page.session.view(Millis(99_000)).not_earning,
        Some(Reason::LeaseLost)
    );
}

#[test]
fn view_grows_with_the_film_before_any_answer() {
    let mut page = Page::playing();
    page.play(23_500, 1000);
    let view = page.session.view(Millis(page.now));
    assert_eq!(view.credited_ms, Millis(23_500));
    assert_eq!(view.decided_ms, Millis::ZERO);
    assert_eq!(view.not_earning, None);
    assert_eq!(view.state, State::Watching);
    assert_eq!(view.media_ms, Millis(23_500));
}

/// Nothing reaches the server any more: the bar stops where the buffer ends, and says why.
#[test]
fn view_stops_where_the_offline_buffer_ends() {
    let mut page = Page::playing();
    page.play(200_000, 1000);
    let view = page.session.view(Millis(page.now));
    assert!((59_500..=60_000).contains(&view.credited_ms.0), "{view:?}");
    assert_eq!(view.not_earning, Some(Reason::Gap));
}

#[test]
fn view_follows_the_servers_decision() {
    let mut page = Page::playing();
    page.play(12_000, 1000);
    let media = Interval {
        from: Millis(0),
        to: Millis(4_000),
    };
    let decision = Decision {
        grants: vec![Grant {
            media,
            span: 0,
            standing: Standing::Confirmed,
        }],
        refusals: Vec::new(),
    };
    page.tell(Event::BeatDecided { seq: 1, decision });
    let view = page.session.view(Millis(page.now));
    assert_eq!(view.decided_ms, Millis(4_000));
    assert_eq!(view.credited_ms, Millis(6_000));
    assert_eq!(view.day_credited_ms, Millis(6_000));
}

#[test]
fn view_says_why_nothing_is_earned() {
    let mut page = Page::playing();
    page.tell(Event::RateChanged {
        rate_permille: 2_000,
    });
    page.play(3_000, 2000);
    assert_eq!(
        page.session.view(Millis(page.now)).not_earning,
        Some(Reason::RateOverCap)
    );
    page.tell(Event::Paused);
    assert_eq!(
        page.session.view(Millis(page.now)).not_earning,
        Some(Reason::Paused)
    );
}

#[test]
fn view_earns_nothing_while_a_check_is_overdue_and_goes_on_when_it_is_made_up() {
    let mut page = Page::playing();
    page.play(5_000, 1000);
    page.tell(Event::CheckOverdue { overdue: true });
    page.play(3_000, 1000);
    let view = page.session.view(Millis(page.now));
    assert_eq!(view.not_earning, Some(Reason::CheckOverdue));
    page.tell(Event::CheckOverdue { overdue: false });
    page.play(2_000, 1000);
    assert_eq!(page.session.view(Millis(page.now)).not_earning, None);
}
