//! The study session in the browser, as a machine without I/O.
//!
//! ```text
//! let mut session = Session::new(rules, position, now).expecting(film_ms, covered, day_credited_ms, started_at);
//! loop {
//!     for action in session.handle(event, now) { do_it(action) }
//!     wait for the next event, or for session.next_wake() and then feed Event::Ticked
//! }
//! ```
//!
//! Its states are drawn in `session.md` beside this crate. It only writes down what it was told; what that is worth, the
//! server decides.

mod forecast;
mod pace;
mod state;
mod tape;

#[cfg(test)]
mod diagram_tests;
#[cfg(test)]
mod tests;

pub use state::State;

use crate::{
    action::Action,
    coverage::Coverage,
    credit::Reason,
    event::Event,
    rules::Rules,
    time::{Millis, Timestamp},
};
use forecast::Forecast;
use pace::Pace;
use state::Scene;
use tape::Tape;

/// One study session: feed it facts, do what it asks.
///
/// The page reads the player's position and frame count with every fact it has: feed [`Event::Progressed`] right before
/// [`Event::Paused`], [`Event::Stalled`], [`Event::Ended`], [`Event::VisibilityChanged`], [`Event::FocusChanged`] and
/// [`Event::Left`], so that a span ends where the film really was.
#[derive(Clone, Debug)]
pub struct Session {
    rules: Rules,
    started: Millis,
    now: Millis,
    scene: Scene,
    tape: Tape,
    pace: Pace,
    forecast: Forecast,
    seq: u64,
}

/// What the page shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// What is going on.
    pub state: State,
    /// Where the film was last seen.
    pub media_ms: Millis,
    /// What is credited of this unit, or will be once the server has all that was observed.
    pub covered: Coverage,
    /// Length of `covered`.
    pub credited_ms: Millis,
    /// What of it the server has already confirmed.
    pub decided_ms: Millis,
    /// Credit of this day over all units, expected like `covered`.
    pub day_credited_ms: Millis,
    /// Why this moment earns nothing; `None` while it earns.
    pub not_earning: Option<Reason>,
}

impl Session {
    /// A session that begins at `now` on the browser's monotonic clock, with the film standing at `media_ms`, in a page that is
    /// visible and focused: where it is not, say so by the first events.
    #[must_use]
    pub fn new(rules: Rules, media_ms: Millis, now: Millis) -> Self {
        Self {
            started: now,
            now,
            scene: Scene::START,
            tape: Tape::new(&rules, media_ms),
            pace: Pace::new(&rules, now),
            forecast: Forecast::new(
                &rules,
                Millis(u64::MAX),
                Coverage::default(),
                Millis::ZERO,
                Timestamp(0),
            ),
            rules,
            seq: 0,
        }
    }

    /// Tells the session what [`Session::view`] should start from: the server's answer when it granted the lease.
    #[must_use]
    pub fn expecting(
        mut self,
        film_ms: Millis,
        covered: Coverage,
        day_credited_ms: Millis,
        started_at: Timestamp,
    ) -> Self {
        self.forecast = Forecast::new(&self.rules, film_ms, covered, day_credited_ms, started_at);
        self
    }

    /// Feed one fact; get back what the outside world should now do. `now` counts from any fixed moment of the page; where it
    /// goes back, it is taken to have stood still.
    pub fn handle(&mut self, event: Event, now: Millis) -> Vec<Action> {
        let now = now.max(self.now);
        self.now = now;
        let before = self.scene.state();
        if before == State::LeaseLost {
            return Vec::new();
        }
        let scene = self.scene.after(&event);
        let client = now.saturating_sub(self.started);
        match event {
            Event::Progressed {
                media_ms,
                frames_total,
            } => {
                if self.tape.progress(client, media_ms, frames_total) {
                    self.pace.hurry();
                }
            }
            Event::Seeked { from_ms, to_ms } => {
                if self.tape.seek(client, from_ms, to_ms) {
                    self.pace.hurry();
                }
            }
            Event::RateChanged { rate_permille } => self.tape.set_rate(client, rate_permille),
            Event::BeatDecided { seq, decision } => {
                self.forecast.reconcile(seq, &decision, client, &self.rules);
            }
            Event::CheckOverdue { overdue } => self.forecast.overdue(overdue),
            Event::LeaseLost => {
                self.scene = scene;
                return vec![Action::PauseVideo];
            }
            Event::Paused | Event::Ended => self.pace.hurry(),
            Event::VisibilityChanged { visible: false } => self.pace.hurry_now(now),
            Event::Left => {
                // What is going on goes out too: the page may never run again.
                if let Some(state) = before.span_state() {
                    self.tape.switch(client, state);
                }
                self.pace.hurry_now(now);
            }
            Event::PlayingStarted
            | Event::Stalled
            | Event::VisibilityChanged { visible: true }
            | Event::FocusChanged { .. }
            | Event::Ticked => {}
        }
        self.enter(scene, client, now);
        self.beats(now)
    }

    /// When to feed [`Event::Ticked`] next, if nothing else happens; `None` while there is nothing to report.
    #[must_use]
    pub fn next_wake(&self) -> Option<Millis> {
        if self.scene.state() == State::LeaseLost {
            return None;
        }
        self.pace.next(self.regular())
    }

    /// What is going on.
    #[must_use]
    pub const fn state(&self) -> State {
        self.scene.state()
    }

    /// Beats made so far, which is the number of the last one.
    #[must_use]
    pub const fn seq(&self) -> u64 {
        self.seq
    }

    /// What the page shows at `now`.
    #[must_use]
    pub fn view(&self, now: Millis) -> View {
        let elapsed = now.max(self.now).saturating_sub(self.started);
        let mut spans = self.tape.done().to_vec();
        spans.push(self.tape.open());
        let expected = self.forecast.expect(&spans, elapsed, &self.rules);
        let state = self.scene.state();
        View {
            state,
            media_ms: self.tape.media(),
            credited_ms: expected.covered.len(),
            covered: expected.covered,
            decided_ms: self.forecast.decided().len(),
            day_credited_ms: expected.day_credited_ms,
            not_earning: match state {
                State::Watching | State::Unfocused => expected.not_earning,
                State::Paused => Some(Reason::Paused),
                State::Stalled => Some(Reason::Stalled),
                State::Hidden => Some(Reason::Hidden),
                State::LeaseLost => Some(Reason::LeaseLost),
            },
        }
    }

    /// Goes over to `scene`.
    fn enter(&mut self, scene: Scene, client: Millis, now: Millis) {
        let before = self.scene.state();
        let after = scene.state();
        self.scene = scene;
        if before == after {
            return;
        }
        if let Some(state) = after.span_state() {
            self.tape.switch(client, state);
        }
        if after.playing() && !before.playing() {
            self.pace.resume(now);
        }
    }

    /// Whether beats go by the clock: while the film plays in view, and until all that was seen of it is sent.
    fn regular(&self) -> bool {
        self.scene.state().playing() || !self.tape.done().is_empty()
    }

    /// The beats that are due, none of them longer than the rules allow.
    fn beats(&mut self, now: Millis) -> Vec<Action> {
        let most = usize::try_from(self.rules.spans_per_beat_max)
            .unwrap_or(usize::MAX)
            .max(1);
        if !self.pace.due(now, self.regular()) && self.tape.done().len() < most {
            return Vec::new();
        }
        if self.scene.state().playing() {
            self.tape.cut();
        }
        self.pace.beaten(now);
        let spans = self.tape.take();
        let mut actions = Vec::new();
        for spans in spans.chunks(most) {
            self.seq = self.seq.saturating_add(1);
            self.forecast.sent(self.seq, spans.to_vec());
            actions.push(Action::SendBeat {
                seq: self.seq,
                spans: spans.to_vec(),
            });
        }
        actions
    }
}
