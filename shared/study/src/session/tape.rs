//! Writes down what happened as spans: each starts where the last one ended, in both clocks.

use crate::{
    rules::Rules,
    span::{Span, SpanState},
    time::Millis,
};

/// One moment in both clocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Point {
    /// By the browser's clock, from the start of the study session.
    client: Millis,
    /// Where the film stands.
    media: Millis,
}

/// The span that is going on.
#[derive(Clone, Copy, Debug)]
struct Open {
    state: SpanState,
    from: Point,
    /// The last moment of which both clocks are known.
    to: Point,
    frames: u64,
}

/// All spans not sent yet, and the one going on.
#[derive(Clone, Debug)]
pub(super) struct Tape {
    slack_ms: Millis,
    /// Longest time without a position that still counts as playing.
    silence_max_ms: Millis,
    rate_permille: u32,
    frames_total: u64,
    open: Open,
    done: Vec<Span>,
}

impl Tape {
    /// A tape that starts at client time zero, with the film standing still at `media`.
    pub fn new(rules: &Rules, media: Millis) -> Self {
        let start = Point {
            client: Millis::ZERO,
            media,
        };
        Self {
            slack_ms: rules.rate_slack_ms,
            silence_max_ms: rules.beat_ms.saturating_add(rules.beat_ms),
            rate_permille: 1000,
            frames_total: 0,
            open: Open {
                state: SpanState::Paused,
                from: start,
                to: start,
                frames: 0,
            },
            done: Vec::new(),
        }
    }

    /// Where the film was last seen.
    pub const fn media(&self) -> Millis {
        self.open.to.media
    }

    /// Finished spans not taken yet.
    pub fn done(&self) -> &[Span] {
        &self.done
    }

    /// The span going on, as it would be if it ended at the last known position.
    pub fn open(&self) -> Span {
        self.span(self.open)
    }

    /// Takes the finished spans away.
    pub fn take(&mut self) -> Vec<Span> {
        std::mem::take(&mut self.done)
    }

    /// From `now` on, `state` holds.
    pub fn switch(&mut self, now: Millis, state: SpanState) {
        self.settle(now);
        self.close();
        self.open.state = state;
    }

    /// From `now` on, the film plays at another rate.
    pub fn set_rate(&mut self, now: Millis, rate_permille: u32) {
        if rate_permille != self.rate_permille {
            self.settle(now);
            self.close();
            self.rate_permille = rate_permille;
        }
    }

    /// Ends the span going on at the last known position, so that it can be sent, and goes on in the same state.
    pub fn cut(&mut self) {
        self.close();
    }

    /// The film stands at `media` and has shown `frames_total` frames. Returns whether it got there by a jump.
    pub fn progress(&mut self, now: Millis, media: Millis, frames_total: u64) -> bool {
        // A count that shrank belongs to a new player, which began at zero.
        let frames = frames_total
            .checked_sub(self.frames_total)
            .unwrap_or(frames_total);
        self.frames_total = frames_total;
        let resumed = self.open.state;
        let starved = self.starved(now);
        let jumped = !self.reaches(now, media);
        if starved {
            self.close();
            self.open.state = SpanState::Hidden;
        }
        self.open.frames = self.open.frames.saturating_add(frames);
        if jumped {
            self.jump(now, media);
        } else {
            self.open.to.client = now;
            if film_moves(self.open.state) {
                self.open.to.media = self.open.to.media.max(media);
            }
        }
        if starved {
            self.close();
            self.open.state = resumed;
        }
        jumped
    }

    /// The film was moved from `from` to `to`. Returns whether that is news.
    pub fn seek(&mut self, now: Millis, from: Millis, to: Millis) -> bool {
        let known = self.open.to.media;
        // The browser reports the new position before it says that it sought.
        if self.near(to, known) && !self.near(from, known) {
            return false;
        }
        if self.starved(now) {
            self.settle(now);
        } else if film_moves(self.open.state) && from >= known && self.reaches(now, from) {
            self.open.to = Point {
                client: now,
                media: from,
            };
        }
        self.jump(now, to);
        true
    }

    /// Ends the span going on, then writes a seek to `media`. Time of a playing span that nobody can place before or after
    /// the jump belongs to the jump, and so earns nothing.
    fn jump(&mut self, now: Millis, media: Millis) {
        if !earns(self.open.state) {
            self.open.to.client = now;
        }
        let state = self.open.state;
        self.close();
        self.open.state = SpanState::Seeking;
        self.open.to = Point { client: now, media };
        self.close();
        self.open.state = state;
    }

    /// Brings the span going on up to `now`, with the film where it was last seen.
    fn settle(&mut self, now: Millis) {
        if self.starved(now) {
            let resumed = self.open.state;
            self.close();
            self.open.state = SpanState::Hidden;
            self.open.to.client = now;
            self.close();
            self.open.state = resumed;
        }
        self.open.to.client = now;
    }

    /// Whether a playing film was silent for so long that the machine must have slept: a closed laptop, a frozen page.
    /// What happened meanwhile nobody saw, so it is written down as hidden.
    fn starved(&self, now: Millis) -> bool {
        earns(self.open.state) && now.saturating_sub(self.open.to.client) > self.silence_max_ms
    }

    /// Whether the film can have come to `media` by playing on.
    fn reaches(&self, now: Millis, media: Millis) -> bool {
        let known = self.open.to.media;
        let mut forward = u128::from(self.slack_ms.0);
        if film_moves(self.open.state) {
            let elapsed = now.saturating_sub(self.open.to.client);
            forward += u128::from(elapsed.0) * u128::from(self.rate_permille) / 1000;
        }
        u128::from(media.saturating_sub(known).0) <= forward
            && known.saturating_sub(media) <= self.slack_ms
    }

    fn near(&self, one: Millis, other: Millis) -> bool {
        Millis(one.0.abs_diff(other.0)) <= self.slack_ms
    }

    /// Puts the span going on among the finished ones, unless nothing happened in it, and starts the next at its end.
    fn close(&mut self) {
        if self.open.to != self.open.from {
            self.done.push(self.span(self.open));
            self.open.frames = 0;
        }
        self.open.from = self.open.to;
    }

    fn span(&self, open: Open) -> Span {
        Span {
            state: open.state,
            media_from_ms: open.from.media,
            media_to_ms: open.to.media,
            client_from_ms: open.from.client,
            client_to_ms: open.to.client,
            rate_permille: self.rate_permille,
            frames: u32::try_from(open.frames).unwrap_or(u32::MAX),
        }
    }
}

/// Whether a span in this state claims study time.
const fn earns(state: SpanState) -> bool {
    matches!(state, SpanState::Watching | SpanState::Unfocused)
}

/// Whether the film may move by itself in this state.
const fn film_moves(state: SpanState) -> bool {
    earns(state) || matches!(state, SpanState::Hidden)
}
