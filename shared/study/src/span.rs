//! What the browser observed: stretches of time in one state. A span is a claim, never a total.

use crate::time::Millis;
use serde::{Deserialize, Serialize};

/// One stretch of a study session in which nothing changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Span {
    /// What was going on.
    pub state: SpanState,
    /// Where the film stood at the start, from its beginning.
    pub media_from_ms: Millis,
    /// Where the film stood at the end; equal to the start where it did not move.
    pub media_to_ms: Millis,
    /// Start by the browser's monotonic clock, from the start of the study session.
    pub client_from_ms: Millis,
    /// End by the browser's monotonic clock, from the start of the study session.
    pub client_to_ms: Millis,
    /// Playback rate in thousandths: 1000 is normal speed.
    pub rate_permille: u32,
    /// Video frames that the browser put on the screen in this span.
    pub frames: u32,
}

impl Span {
    /// How far the film moved.
    #[must_use]
    pub const fn media_len(&self) -> Millis {
        self.media_to_ms.saturating_sub(self.media_from_ms)
    }

    /// How long it took by the browser's clock.
    #[must_use]
    pub const fn client_len(&self) -> Millis {
        self.client_to_ms.saturating_sub(self.client_from_ms)
    }
}

/// What the learner's screen was doing during a span.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SpanState {
    /// The film plays, visible, in the focused window.
    Watching,
    /// The film plays and can be seen, but another window has the keyboard: perhaps taking notes.
    Unfocused,
    /// The page cannot be seen.
    Hidden,
    /// The film stands still because somebody paused it.
    Paused,
    /// The film stands still because data is missing.
    Stalled,
    /// The film was moved from one place to another; `media_from_ms` may lie behind `media_to_ms`.
    Seeking,
}
