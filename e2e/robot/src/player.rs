//! A virtual video player: what an honest page would observe while somebody watches.

use study::{Millis, Span, SpanState};

/// Pictures per second of the film.
const FRAMES_PER_S: u64 = 25;

/// A film that plays in view, from some position, against the page's own clock.
#[derive(Clone, Debug)]
pub struct Player {
    film_ms: Millis,
    media_ms: Millis,
    client_ms: Millis,
}

impl Player {
    /// A player standing at `media_ms` of a film of `film_ms`, the page's clock at zero.
    #[must_use]
    pub fn new(film_ms: Millis, media_ms: Millis) -> Self {
        Self {
            film_ms,
            media_ms: media_ms.min(film_ms),
            client_ms: Millis::ZERO,
        }
    }

    /// The page's clock.
    #[must_use]
    pub const fn client_ms(&self) -> Millis {
        self.client_ms
    }

    /// Watches for `ms` of the page's clock at normal speed; at the film's end it goes back to the start and goes on.
    pub fn watch(&mut self, ms: Millis) -> Vec<Span> {
        let mut spans = Vec::with_capacity(1);
        let mut left = ms;
        while left > Millis::ZERO && self.film_ms > Millis::ZERO {
            let here = left.min(self.film_ms.saturating_sub(self.media_ms));
            if here > Millis::ZERO {
                let to = self.media_ms.saturating_add(here);
                spans.push(self.observe(SpanState::Watching, to, here));
                left = left.saturating_sub(here);
            }
            if self.media_ms == self.film_ms {
                spans.push(self.observe(SpanState::Seeking, Millis::ZERO, Millis::ZERO));
            }
        }
        spans
    }

    /// Stands still for `ms` of the page's clock, in a state that earns nothing.
    pub fn idle(&mut self, state: SpanState, ms: Millis) -> Span {
        self.observe(state, self.media_ms, ms)
    }

    fn observe(&mut self, state: SpanState, media_to_ms: Millis, ms: Millis) -> Span {
        let client_to_ms = self.client_ms.saturating_add(ms);
        let frames = if state == SpanState::Watching {
            u32::try_from(ms.0.saturating_mul(FRAMES_PER_S) / 1000).unwrap_or(u32::MAX)
        } else {
            0
        };
        let span = Span {
            state,
            media_from_ms: self.media_ms,
            media_to_ms,
            client_from_ms: self.client_ms,
            client_to_ms,
            rate_permille: 1000,
            frames,
        };
        self.media_ms = media_to_ms;
        self.client_ms = client_to_ms;
        span
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use study::{Circumstances, Coverage, Day, History, Rules, Timestamp, credit};

    /// The player is the honest side of every test here, so the real rules must find nothing to refuse in what it says.
    #[test]
    fn watching_in_real_time_credited_in_full() {
        let rules = Rules::liaoning_2026();
        let film_ms = Millis(300_000);
        let mut player = Player::new(film_ms, Millis::ZERO);
        let mut history = History::begin(
            Timestamp(0),
            Coverage::default(),
            Day(0),
            Millis::ZERO,
            &rules,
        );
        let circumstances = Circumstances {
            lease_current: true,
            listed: true,
            check_overdue: false,
            film_ms,
        };
        for beat in 1..=30_u64 {
            let spans = player.watch(rules.beat_ms);
            let received_at = Timestamp(beat * rules.beat_ms.0);
            let decision = credit(&mut history, &spans, &circumstances, received_at, &rules);
            assert_eq!(decision.credited_ms(), rules.beat_ms, "beat {beat}");
        }
        assert_eq!(history.covered.len(), film_ms);
    }

    #[test]
    fn watching_past_the_end_starts_again() {
        let mut player = Player::new(Millis(15_000), Millis::ZERO);
        let spans = player.watch(Millis(20_000));
        let states: Vec<_> = spans.iter().map(|span| span.state).collect();
        assert_eq!(
            states,
            [SpanState::Watching, SpanState::Seeking, SpanState::Watching]
        );
        assert_eq!(player.client_ms(), Millis(20_000));
    }
}
