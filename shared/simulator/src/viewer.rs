//! The real [`Session`] on a virtual player, and a note of what was truly watched meanwhile.

use crate::oracle::Truth;
use std::collections::VecDeque;
use study::{Action, Coverage, Decision, Event, Millis, Reason, Rules, Session, Span, Timestamp};

/// How often the page looks at the player. All lengths here are multiples of 20 ms and all rates multiples of 250 ‰, so that
/// film positions are whole milliseconds and truth can be compared to the millisecond.
pub const STEP_MS: u64 = 240;

/// A page with a film, and the person before it.
pub struct Viewer {
    session: Session,
    rules: Rules,
    film_ms: u64,
    /// How many page milliseconds a real second has: 1000 unless every clock of the machine is manipulated.
    clock_permille: u64,
    page_ms: u64,
    media_ms: u64,
    rate_permille: u64,
    playing: bool,
    visible: bool,
    focused: bool,
    holds_lease: bool,
    unfocused_ms: u64,
    /// Whether the machine has just woken up: the page writes the first moment after that down as hidden.
    woken: bool,
    frames: u64,
    /// How far behind the truth the player's reported position may be, for decoders that are not exact.
    lag_ms: u64,
    truth: Truth,
    made: VecDeque<(u64, Vec<Span>)>,
}

impl Viewer {
    /// A page that opens at `media_ms` of the film, with the lease just granted.
    #[must_use]
    pub fn new(
        rules: &Rules,
        film_ms: u64,
        media_ms: u64,
        covered: Coverage,
        day_credited: Millis,
        at: Timestamp,
    ) -> Self {
        let page_ms = 7_000;
        let session = Session::new(rules.clone(), Millis(media_ms), Millis(page_ms));
        Self {
            session: session.expecting(Millis(film_ms), covered, day_credited, at),
            rules: rules.clone(),
            film_ms,
            clock_permille: 1000,
            page_ms,
            media_ms,
            rate_permille: 1000,
            playing: false,
            visible: true,
            focused: true,
            holds_lease: true,
            unfocused_ms: 0,
            woken: false,
            frames: 0,
            lag_ms: 0,
            truth: Truth::default(),
            made: VecDeque::new(),
        }
    }

    /// From now on every clock of this machine, and its film, runs this much per real second.
    pub const fn set_clock(&mut self, permille: u64) {
        self.clock_permille = permille;
    }

    /// From now on the player reports its position up to this late.
    pub const fn set_lag(&mut self, lag_ms: u64) {
        self.lag_ms = lag_ms;
    }

    /// What was truly watched so far.
    #[must_use]
    pub const fn truth(&self) -> &Truth {
        &self.truth
    }

    /// The session, to ask.
    #[must_use]
    pub const fn session(&self) -> &Session {
        &self.session
    }

    /// The page's clock.
    #[must_use]
    pub const fn page_ms(&self) -> u64 {
        self.page_ms
    }

    /// Whether the film is at its end.
    #[must_use]
    pub const fn at_end(&self) -> bool {
        self.media_ms >= self.film_ms
    }

    /// The next beat that waits for the network.
    pub fn next_beat(&mut self) -> Option<(u64, Vec<Span>)> {
        self.made.pop_front()
    }

    fn tell(&mut self, event: Event) {
        for action in self.session.handle(event, Millis(self.page_ms)) {
            match action {
                Action::SendBeat { seq, spans } => self.made.push_back((seq, spans)),
                Action::PauseVideo => self.playing = false,
            }
        }
    }

    /// The page reads the position before it reports that something changed.
    fn look(&mut self) {
        self.look_back(0);
    }

    fn look_back(&mut self, lag: u64) {
        self.tell(Event::Progressed {
            media_ms: Millis(self.media_ms.saturating_sub(lag)),
            frames_total: self.frames,
        });
    }

    /// Real time passes.
    pub fn pass(&mut self, real_ms: u64) {
        let mut left = real_ms;
        while left > 0 {
            let step = left.min(STEP_MS).min(self.to_end());
            left -= step;
            let page = step * self.clock_permille / 1000;
            self.page_ms += page;
            if self.playing {
                self.play(step, page);
            }
            let now = Millis(self.page_ms);
            if self.session.next_wake().is_some_and(|at| at <= now) {
                self.tell(Event::Ticked);
            }
        }
    }

    /// Real time until the film ends, at least a millisecond: the page is told of the end when it comes.
    fn to_end(&self) -> u64 {
        if !self.playing {
            return u64::MAX;
        }
        let speed = self.rate_permille * self.clock_permille;
        ((self.film_ms - self.media_ms) * 1_000_000)
            .div_ceil(speed)
            .max(1)
    }

    fn play(&mut self, real_ms: u64, page_ms: u64) {
        let from = self.media_ms;
        let moved = page_ms * self.rate_permille / 1000;
        self.media_ms = (from + moved).min(self.film_ms);
        self.frames += page_ms / 40;
        let counted = self.counted(page_ms);
        let seen = (self.media_ms - from).min(counted * self.rate_permille / 1000);
        if seen > 0 {
            match self.truth.seen.last_mut() {
                Some((_, to)) if *to == from => *to += seen,
                _ => self.truth.seen.push((from, from + seen)),
            }
            self.truth.real_ms += real_ms * counted / page_ms.max(1);
        }
        self.look_back(if self.at_end() {
            0
        } else {
            self.frames % (self.lag_ms + 1)
        });
        if self.at_end() {
            self.playing = false;
            self.tell(Event::Ended);
        }
    }

    /// How much of the next `page_ms` of playing the rules call watching.
    fn counted(&mut self, page_ms: u64) -> u64 {
        let permitted = self.rate_permille <= u64::from(self.rules.rate_max_permille);
        if self.focused && self.visible {
            self.unfocused_ms = 0;
        }
        if !self.holds_lease || !self.visible || !permitted {
            return 0;
        }
        if self.focused {
            return page_ms;
        }
        let grace = self.rules.unfocused_grace_ms.0;
        let left = grace.saturating_sub(self.unfocused_ms);
        if !std::mem::take(&mut self.woken) {
            self.unfocused_ms += page_ms;
        }
        page_ms.min(left)
    }

    /// Presses play.
    pub fn start(&mut self) {
        if self.at_end() {
            self.seek(0);
        }
        self.playing = true;
        self.tell(Event::PlayingStarted);
    }

    /// Presses pause.
    pub fn stop(&mut self) {
        self.playing = false;
        self.look();
        self.tell(Event::Paused);
    }

    /// The film waits for data.
    pub fn stall(&mut self) {
        self.playing = false;
        self.look();
        self.tell(Event::Stalled);
    }

    /// Drags the bar.
    pub fn seek(&mut self, to: u64) {
        let to = to.min(self.film_ms);
        let from_ms = Millis(self.media_ms);
        self.media_ms = to;
        self.tell(Event::Seeked {
            from_ms,
            to_ms: Millis(to),
        });
    }

    /// Sets the rate.
    pub fn set_rate(&mut self, permille: u32) {
        self.look();
        self.rate_permille = u64::from(permille);
        self.tell(Event::RateChanged {
            rate_permille: permille,
        });
    }

    /// Goes to another tab, or comes back.
    pub fn show(&mut self, visible: bool) {
        self.look();
        self.visible = visible;
        self.tell(Event::VisibilityChanged { visible });
    }

    /// Goes to another window, or comes back.
    pub fn focus(&mut self, focused: bool) {
        self.look();
        self.focused = focused;
        self.tell(Event::FocusChanged { focused });
    }

    /// Closes the lid for `real_ms`: nothing runs; the page's clock goes on or not, as systems differ.
    pub const fn suspend(&mut self, real_ms: u64, clock_runs: bool) {
        self.woken = true;
        if clock_runs {
            self.page_ms += real_ms;
        }
    }

    /// Closes the page.
    pub fn leave(&mut self) {
        self.look();
        self.tell(Event::Left);
    }

    /// Another device takes the lease: from now on watching here counts for nothing. The page does not know yet.
    pub const fn lose_lease(&mut self) {
        self.holds_lease = false;
    }

    /// The server's answer to a beat.
    pub fn answered(&mut self, seq: u64, decision: Decision) {
        let lost = decision
            .refusals
            .iter()
            .any(|refusal| refusal.reason == Reason::LeaseLost);
        self.tell(Event::BeatDecided { seq, decision });
        if lost {
            self.tell(Event::LeaseLost);
        }
    }
}
