//! Clients that lie. Each style is a way to turn server time into claims; what the claims say need not be true of anything.

use fastrand::Rng;
use study::{Millis, Rules, Span, SpanState};

/// A way of lying.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Style {
    /// More film than time, at a rate that is told wrong.
    Speed,
    /// The same in many tiny spans, to live on the slack of each.
    Slices,
    /// Two tabs under one lease, each with its own clock and its own part of the film.
    Parallel,
    /// Old beats again, as they were or with their clock moved on.
    Replay,
    /// Beats in another order.
    Reorder,
    /// Every span cut into many, in beats of their own.
    Split,
    /// Every beat several times.
    Duplicate,
    /// Hours of silence, then hours of claims.
    Burst,
    /// Any numbers.
    Forged,
    /// The largest numbers there are.
    Extremes,
    /// A clock that runs fast or slow and jumps.
    ClockLies,
    /// Beats every few milliseconds, each a little more than its time.
    Drip,
    /// Plausible lies around midnight, near the day's limit.
    Midnight,
    /// Many short leases, each lied about from its first moment.
    Cycling,
    /// Another style with every beat.
    Patient,
}

impl Style {
    /// All of them.
    pub const ALL: [Self; 15] = [
        Self::Speed,
        Self::Slices,
        Self::Parallel,
        Self::Replay,
        Self::Reorder,
        Self::Split,
        Self::Duplicate,
        Self::Burst,
        Self::Forged,
        Self::Extremes,
        Self::ClockLies,
        Self::Drip,
        Self::Midnight,
        Self::Cycling,
        Self::Patient,
    ];
}

/// A beat and when it reaches the server.
pub type Arrival = (u64, Vec<Span>);

/// Where a liar's story stands.
struct Story<'a> {
    rng: &'a mut Rng,
    film_ms: u64,
    client: u64,
    media: u64,
    at: u64,
    beats: Vec<Arrival>,
}

impl Story<'_> {
    fn span(&mut self, client_ms: u64, media_ms: u64) -> Span {
        if self.media >= self.film_ms || self.rng.u8(..) < 10 {
            self.media = self.rng.u64(0..self.film_ms);
        }
        let span = Span {
            state: if self.rng.u8(..) < 20 {
                SpanState::Unfocused
            } else {
                SpanState::Watching
            },
            media_from_ms: Millis(self.media),
            media_to_ms: Millis(self.media.saturating_add(media_ms)),
            client_from_ms: Millis(self.client),
            client_to_ms: Millis(self.client.saturating_add(client_ms)),
            rate_permille: 1000,
            frames: u32::MAX,
        };
        self.media = self.media.saturating_add(media_ms);
        self.client = self.client.saturating_add(client_ms);
        span
    }

    fn send(&mut self, spans: Vec<Span>) {
        self.beats.push((self.at, spans));
    }

    /// A beat as an honest page would send it, whatever really happened.
    fn plausible(&mut self) {
        let ms = self.rng.u64(1_000..12_000);
        self.at += ms;
        let span = self.span(ms, ms);
        self.send(vec![span]);
    }

    fn fast(&mut self) {
        let ms = self.rng.u64(1..12_000);
        let rate = self.rng.u64(1..17);
        self.at += ms;
        let mut span = self.span(ms, ms * rate);
        span.rate_permille = self.rng.u32(0..1_600);
        self.send(vec![span]);
    }

    fn slices(&mut self) {
        let mut spans = Vec::new();
        for _ in 0..self.rng.usize(1..64) {
            let ms = self.rng.u64(0..40);
            let rate = self.rng.u64(1..17);
            self.at += ms;
            let media = ms * rate + self.rng.u64(0..300);
            spans.push(self.span(ms, media));
        }
        self.send(spans);
    }

    fn parallel(&mut self, other: &mut (u64, u64)) {
        self.plausible();
        let (client, media) = (self.client, self.media);
        (self.client, self.media) = *other;
        let ms = self.rng.u64(1_000..12_000);
        let span = self.span(ms, ms);
        self.at += self.rng.u64(0..50);
        self.send(vec![span]);
        *other = (self.client, self.media);
        (self.client, self.media) = (client, media);
    }

    fn again(&mut self) {
        if self.beats.is_empty() {
            return self.plausible();
        }
        let idx = self.rng.usize(..self.beats.len());
        let mut spans = self.beats[idx].1.clone();
        if self.rng.bool() {
            for span in &mut spans {
                let len = span.client_len();
                span.client_from_ms = Millis(self.client);
                self.client = self.client.saturating_add(len.0);
                span.client_to_ms = Millis(self.client);
            }
        }
        self.at += self.rng.u64(0..5_000);
        self.send(spans);
    }

    fn burst(&mut self) {
        self.at += self.rng.u64(0..3 * 3_600_000);
        for _ in 0..self.rng.usize(1..60) {
            self.at += self.rng.u64(0..20);
            let ms = self.rng.u64(1_000..60_000);
            let span = self.span(ms, ms);
            self.send(vec![span]);
        }
    }

    fn forged(&mut self, extremes: bool) {
        self.at += self.rng.u64(0..15_000);
        let mut spans = Vec::new();
        for _ in 0..self.rng.usize(0..8) {
            let span = self.any_span(extremes);
            spans.push(span);
        }
        self.send(spans);
    }

    fn any_span(&mut self, extremes: bool) -> Span {
        const TOPS: [u64; 7] = [
            u64::MAX,
            u64::MAX - 1,
            1 << 63,
            (1 << 53) - 1,
            1 << 53,
            1,
            0,
        ];
        const STATES: [SpanState; 6] = [
            SpanState::Watching,
            SpanState::Unfocused,
            SpanState::Hidden,
            SpanState::Paused,
            SpanState::Stalled,
            SpanState::Seeking,
        ];
        let top = self.film_ms + 20_000;
        let mut number = || {
            Millis(if extremes && self.rng.bool() {
                TOPS[self.rng.usize(..TOPS.len())]
            } else {
                self.rng.u64(0..top)
            })
        };
        let (media_from_ms, media_to_ms) = (number(), number());
        let (client_from_ms, client_to_ms) = (number(), number());
        Span {
            state: if self.rng.bool() {
                SpanState::Watching
            } else {
                STATES[self.rng.usize(..STATES.len())]
            },
            media_from_ms,
            media_to_ms,
            client_from_ms,
            client_to_ms,
            rate_permille: [0, 1, 1000, 1500, 1501, u32::MAX][self.rng.usize(..6)],
            frames: [0, 10, 10_000, u32::MAX][self.rng.usize(..4)],
        }
    }

    fn clock_lie(&mut self) {
        let real = self.rng.u64(1..12_000);
        self.at += real;
        match self.rng.u8(0..4) {
            0 => self.client = self.client.saturating_sub(self.rng.u64(0..60_000)),
            1 => self.client = self.client.saturating_add(self.rng.u64(0..86_400_000)),
            _ => {}
        }
        let told = real * self.rng.u64(1..1_000) / 10;
        let media = told * self.rng.u64(1..15) / 10;
        let span = self.span(told, media);
        self.send(vec![span]);
    }

    fn drip(&mut self) {
        for _ in 0..self.rng.usize(20..100) {
            let real = self.rng.u64(0..30);
            self.at += real;
            let told = real + self.rng.u64(0..8);
            let media = told + self.rng.u64(0..8);
            let span = self.span(told, media);
            self.send(vec![span]);
        }
    }

    fn split_last(&mut self) {
        let Some((at, spans)) = self.beats.pop() else {
            return;
        };
        for span in spans {
            let parts = self.rng.u64(1..40);
            let cut = |from: Millis, to: Millis, idx: u64| {
                Millis(from.0 + to.0.saturating_sub(from.0) * idx / parts)
            };
            for idx in 0..parts {
                let part = Span {
                    media_from_ms: cut(span.media_from_ms, span.media_to_ms, idx),
                    media_to_ms: cut(span.media_from_ms, span.media_to_ms, idx + 1),
                    client_from_ms: cut(span.client_from_ms, span.client_to_ms, idx),
                    client_to_ms: cut(span.client_from_ms, span.client_to_ms, idx + 1),
                    ..span
                };
                self.beats.push((at, vec![part]));
            }
        }
    }

    fn repeat_last(&mut self) {
        if let Some((at, spans)) = self.beats.last().cloned() {
            for again in 1..self.rng.u64(2..6) {
                self.beats.push((at + again, spans.clone()));
            }
        }
    }

    fn shuffle(&mut self) {
        let times: Vec<u64> = self.beats.iter().map(|(at, _)| *at).collect();
        self.rng.shuffle(&mut self.beats);
        for (beat, at) in self.beats.iter_mut().zip(times) {
            beat.0 = at;
        }
    }
}

/// What a client of `style` sends under a lease granted at `start`, in the order of arrival.
#[must_use]
pub fn plan(style: Style, rng: &mut Rng, film_ms: u64, start: u64, rules: &Rules) -> Vec<Arrival> {
    let few = matches!(style, Style::Cycling | Style::Burst);
    let beats = if few {
        rng.usize(1..4)
    } else {
        rng.usize(5..40)
    };
    let mut story = Story {
        client: 0,
        media: rng.u64(0..film_ms),
        rng,
        film_ms,
        at: start,
        beats: Vec::new(),
    };
    let mut other = (0, 0);
    for _ in 0..beats {
        let now = if style == Style::Patient {
            let rest = Style::ALL.len() - 1;
            Style::ALL[story.rng.usize(..rest)]
        } else {
            style
        };
        tell(now, &mut story, &mut other, rules);
    }
    if style == Style::Reorder {
        story.shuffle();
    }
    story.beats.sort_by_key(|(at, _)| *at);
    story.beats
}

fn tell(style: Style, story: &mut Story<'_>, other: &mut (u64, u64), rules: &Rules) {
    match style {
        Style::Speed => story.fast(),
        Style::Slices => story.slices(),
        Style::Parallel => story.parallel(other),
        Style::Replay => {
            story.plausible();
            story.again();
        }
        Style::Reorder | Style::Midnight | Style::Patient => story.plausible(),
        Style::Split => {
            story.plausible();
            story.split_last();
        }
        Style::Duplicate => {
            story.plausible();
            story.repeat_last();
        }
        Style::Burst => story.burst(),
        Style::Forged => story.forged(false),
        Style::Extremes => story.forged(true),
        Style::ClockLies => story.clock_lie(),
        Style::Drip => story.drip(),
        Style::Cycling => {
            story.at += story.rng.u64(0..800);
            let span = story.span(rules.beat_ms.0, rules.beat_ms.0);
            story.send(vec![span]);
        }
    }
}
