//! What happened, in the past tense: the facts that the browser reports to the [`crate::Session`].

use crate::{credit::Decision, time::Millis};

/// One fact from the player, the page or the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The film really moves (the player's `playing`, not the press of a button).
    PlayingStarted,
    /// Somebody or something paused the film.
    Paused,
    /// The film waits for data.
    Stalled,
    /// The film was moved to `to_ms`.
    Seeked {
        /// Where it stood.
        from_ms: Millis,
        /// Where it stands now.
        to_ms: Millis,
    },
    /// The playback rate changed.
    RateChanged {
        /// The new rate in thousandths.
        rate_permille: u32,
    },
    /// Where the film stands, and how many frames the browser has presented since the player was made.
    Progressed {
        /// Position.
        media_ms: Millis,
        /// Running total of presented frames.
        frames_total: u64,
    },
    /// The film reached its end.
    Ended,
    /// The page was shown or hidden.
    VisibilityChanged {
        /// Whether it can be seen now.
        visible: bool,
    },
    /// The window got or lost the keyboard.
    FocusChanged {
        /// Whether it has it now.
        focused: bool,
    },
    /// Time passed.
    Ticked,
    /// The server decided a beat.
    BeatDecided {
        /// Which one.
        seq: u64,
        /// What it earned.
        decision: Decision,
    },
    /// A face check went overdue, or was made up for: nothing is credited while one is.
    CheckOverdue {
        /// Whether one is overdue now.
        overdue: bool,
    },
    /// Another device took the lease.
    LeaseLost,
    /// The page is being left.
    Left,
}
