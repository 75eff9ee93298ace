//! In which state the session is, and which fact leads where. Drawn in `session.md`; a test compares the two.

use crate::{event::Event, span::SpanState};

/// What the learner's screen is doing, as far as study time is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// The film stands still: not started, paused, or at its end.
    Paused,
    /// The film plays, visible, in the focused window.
    Watching,
    /// The film plays and can be seen, but another window has the keyboard.
    Unfocused,
    /// The film waits for data.
    Stalled,
    /// The page cannot be seen, whatever the film does.
    Hidden,
    /// Another device took the lease: nothing more is observed. Final.
    LeaseLost,
}

impl State {
    /// How a span in this state is named; `None` once nothing is observed any more.
    #[must_use]
    pub const fn span_state(self) -> Option<SpanState> {
        match self {
            Self::Paused => Some(SpanState::Paused),
            Self::Watching => Some(SpanState::Watching),
            Self::Unfocused => Some(SpanState::Unfocused),
            Self::Stalled => Some(SpanState::Stalled),
            Self::Hidden => Some(SpanState::Hidden),
            Self::LeaseLost => None,
        }
    }

    /// Whether the film plays where it can be seen, so that beats are due.
    #[must_use]
    pub const fn playing(self) -> bool {
        matches!(self, Self::Watching | Self::Unfocused)
    }
}

/// What the player says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Playback {
    Still,
    Playing,
    Stalled,
}

/// The facts that the state follows from. Each is remembered while another one hides it: a film that is paused in a hidden
/// page is paused when the page is shown again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Scene {
    playback: Playback,
    visible: bool,
    focused: bool,
    lease_held: bool,
}

impl Scene {
    /// A page in view and in focus, with the film standing still.
    pub const START: Self = Self {
        playback: Playback::Still,
        visible: true,
        focused: true,
        lease_held: true,
    };

    /// The state that the facts add up to. Hidden goes before paused: phones pause the film when the page disappears, and
    /// the disappearing is what the learner should be told.
    pub const fn state(self) -> State {
        if !self.lease_held {
            return State::LeaseLost;
        }
        if !self.visible {
            return State::Hidden;
        }
        match (self.playback, self.focused) {
            (Playback::Still, _) => State::Paused,
            (Playback::Stalled, _) => State::Stalled,
            (Playback::Playing, true) => State::Watching,
            (Playback::Playing, false) => State::Unfocused,
        }
    }

    /// The scene after `event`.
    pub const fn after(mut self, event: &Event) -> Self {
        match event {
            Event::PlayingStarted => self.playback = Playback::Playing,
            Event::Paused | Event::Ended => self.playback = Playback::Still,
            // A paused film that loads data is paused.
            Event::Stalled => {
                if matches!(self.playback, Playback::Playing) {
                    self.playback = Playback::Stalled;
                }
            }
            Event::VisibilityChanged { visible } => self.visible = *visible,
            Event::FocusChanged { focused } => self.focused = *focused,
            // A page that is left may come back from the browser's page cache; until it is shown again it is hidden.
            Event::Left => self.visible = false,
            Event::LeaseLost => self.lease_held = false,
            Event::Seeked { .. }
            | Event::RateChanged { .. }
            | Event::Progressed { .. }
            | Event::Ticked
            | Event::CheckOverdue { .. }
            | Event::BeatDecided { .. } => {}
        }
        self
    }
}
