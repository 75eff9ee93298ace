//! The ways to get more than was watched, each by name, against the server's rules and where a page is involved through the real
//! session: none gets a millisecond.

use study::{
    Action, Circumstances, Coverage, Decision, Event, History, Millis, Reason, Rules, Session,
    Span, SpanState, Timestamp, credit,
};
// The same tests as the browser would run them: `cargo xtask test tests-wasm`.
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const START: Timestamp = Timestamp(1_800_000_000_000);
const FILM: Millis = Millis(600_000);
const LATENCY: u64 = 80;

/// One person's leases on one unit, as the server keeps them.
struct Server {
    rules: Rules,
    covered: Coverage,
    leases: Vec<History>,
}

impl Server {
    fn new() -> Self {
        Self {
            rules: Rules::liaoning_2026(),
            covered: Coverage::default(),
            leases: Vec::new(),
        }
    }

    fn lease(&mut self, at: u64) -> usize {
        let at = START.plus(Millis(at));
        let day = at.day(self.rules.day_offset_ms);
        let history = History::begin(at, Coverage::default(), day, Millis::ZERO, &self.rules);
        self.leases.push(history);
        self.leases.len() - 1
    }

    fn take(&mut self, lease: usize, at: u64, spans: &[Span]) -> Decision {
        let circumstances = Circumstances {
            lease_current: lease + 1 == self.leases.len(),
            listed: true,
            check_overdue: false,
            film_ms: FILM,
        };
        let history = &mut self.leases[lease];
        history.covered = std::mem::take(&mut self.covered);
        let at = START.plus(Millis(at));
        let decision = credit(history, spans, &circumstances, at, &self.rules);
        self.covered = std::mem::take(&mut history.covered);
        decision
    }

    fn credited(&self) -> u64 {
        self.covered.len().0
    }
}

/// A beat and when the server gets it.
type Arrival = (u64, Vec<Span>);

/// A real session with a film, in real time.
struct Page {
    session: Session,
    lease: usize,
    /// Real time, from the first lease.
    real: u64,
    /// The page's clock and film run this much per thousand of real time.
    clock: u64,
    page: u64,
    media: u64,
    rate: u64,
    beats: Vec<Arrival>,
}

impl Page {
    fn open(server: &mut Server, real: u64) -> Self {
        let lease = server.lease(real);
        let mut page = Self {
            session: Session::new(server.rules.clone(), Millis::ZERO, Millis::ZERO),
            lease,
            real,
            clock: 1000,
            page: 0,
            media: 0,
            rate: 1000,
            beats: Vec::new(),
        };
        page.tell(Event::PlayingStarted);
        page
    }

    fn tell(&mut self, event: Event) {
        for action in self.session.handle(event, Millis(self.page)) {
            if let Action::SendBeat { spans, .. } = action {
                self.beats.push((self.real + LATENCY, spans));
            }
        }
    }

    fn look(&mut self) {
        self.tell(Event::Progressed {
            media_ms: Millis(self.media),
            frames_total: self.page / 40,
        });
    }

    fn play(&mut self, real_ms: u64) {
        for _ in 0..real_ms / 100 {
            self.real += 100;
            self.page += self.clock / 10;
            self.media += self.clock / 10 * self.rate / 1000;
            self.look();
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

    /// Closes the page.
    fn leave(mut self) -> (usize, Vec<Arrival>) {
        self.look();
        self.tell(Event::Left);
        (self.lease, self.beats)
    }

    /// Closes the page and lets the server judge all that it sent. Returns the person's credit.
    fn judged(self, server: &mut Server) -> u64 {
        let (lease, beats) = self.leave();
        for (at, spans) in beats {
            let _ = server.take(lease, at, &spans);
        }
        server.credited()
    }
}

/// A minute honestly watched from the start of the film, and the beats that told of it.
fn minute() -> (Server, usize, Vec<Arrival>) {
    let mut server = Server::new();
    let mut page = Page::open(&mut server, 0);
    page.play(60_000);
    let (lease, beats) = page.leave();
    for (at, spans) in &beats {
        let _ = server.take(lease, *at, spans);
    }
    assert_eq!(server.credited(), 60_000);
    assert_eq!(server.covered.intervals().len(), 1);
    (server, lease, beats)
}

/// The same beats to a server that has seen nothing yet.
fn judge_anew(beats: impl IntoIterator<Item = Arrival>) -> u64 {
    let mut server = Server::new();
    let lease = server.lease(0);
    for (at, spans) in beats {
        let _ = server.take(lease, at, &spans);
    }
    server.credited()
}

#[test]
fn hidden_tab_earns_nothing_extra() {
    let mut server = Server::new();
    let mut page = Page::open(&mut server, 0);
    page.play(20_000);
    page.tell(Event::VisibilityChanged { visible: false });
    page.play(120_000);
    page.tell(Event::VisibilityChanged { visible: true });
    page.play(5_000);
    assert_eq!(page.judged(&mut server), 25_000);
}

#[test]
fn unfocused_window_earns_the_grace_and_nothing_extra() {
    let mut server = Server::new();
    let mut page = Page::open(&mut server, 0);
    page.tell(Event::FocusChanged { focused: false });
    page.play(300_000);
    assert_eq!(page.judged(&mut server), 60_000);
}

/// The same page twice: the second takes the lease, and both play on, each another part of the film.
#[test]
fn second_tab_earns_nothing_extra() {
    let mut server = Server::new();
    let mut first = Page::open(&mut server, 0);
    first.play(30_000);
    let (mut handed_over, mut rest) = (Vec::new(), Vec::new());
    std::mem::swap(&mut handed_over, &mut first.beats);
    let lease = first.lease;
    for (at, spans) in handed_over {
        let _ = server.take(lease, at, &spans);
    }
    assert_eq!(server.credited(), 30_000);
    let mut second = Page::open(&mut server, 31_000);
    second.seek(300_000);
    first.play(60_000);
    second.play(60_000);
    for page in [first, second] {
        let (lease, beats) = page.leave();
        rest.extend(beats.into_iter().map(|(at, spans)| (at, lease, spans)));
    }
    rest.sort_by_key(|(at, ..)| *at);
    for (at, lease, spans) in rest {
        let _ = server.take(lease, at, &spans);
    }
    assert_eq!(server.credited(), 30_000 + 60_000);
}

#[test]
fn second_device_earns_nothing_without_the_lease() {
    let (mut server, old, beats) = minute();
    server.lease(61_000);
    let spans = [forged([100_000, 110_000], [400_000, 410_000])];
    let decision = server.take(old, 200_000, &spans);
    assert_eq!(decision.refusals[0].reason, Reason::LeaseLost);
    for (_, spans) in beats {
        let _ = server.take(old, 200_000, &spans);
    }
    assert_eq!(server.credited(), 60_000);
}

#[test]
fn seek_earns_nothing_extra() {
    let mut server = Server::new();
    let mut page = Page::open(&mut server, 0);
    for _ in 0..10 {
        page.play(1_000);
        page.seek(page.media + 50_000);
    }
    assert_eq!(page.judged(&mut server), 10_000);
}

#[test]
fn seek_that_nobody_reports_earns_nothing_extra() {
    let mut server = Server::new();
    let mut page = Page::open(&mut server, 0);
    for _ in 0..10 {
        page.play(1_000);
        page.media += 50_000;
        page.look();
    }
    assert_eq!(page.judged(&mut server), 10_000);
}

#[test]
fn sixteen_times_earns_nothing() {
    for told in [true, false] {
        let mut server = Server::new();
        let mut page = Page::open(&mut server, 0);
        page.rate = 16_000;
        if told {
            page.tell(Event::RateChanged {
                rate_permille: 16_000,
            });
        }
        page.play(30_000);
        assert_eq!(page.judged(&mut server), 0, "told {told}");
    }
}

#[test]
fn suspended_laptop_earns_nothing_extra() {
    for (clock_runs, film_runs) in [(true, false), (false, false), (true, true)] {
        let mut server = Server::new();
        let mut page = Page::open(&mut server, 0);
        page.play(15_000);
        page.real += 3_600_000;
        page.page += if clock_runs { 3_600_000 } else { 0 };
        page.media += if film_runs { 300_000 } else { 0 };
        page.play(15_000);
        // The tenth of a second in which the page woke up is written down as hidden.
        let watched = if clock_runs { 29_900 } else { 30_000 };
        let credited = page.judged(&mut server);
        assert_eq!(credited, watched, "clock {clock_runs}, film {film_runs}");
    }
}

/// Every clock of the machine runs ten times fast, and the film with it: watching earns real time, pausing saves nothing up but
/// what nobody can tell from jitter.
#[test]
fn changed_client_clock_earns_real_time_only() {
    let mut server = Server::new();
    let mut page = Page::open(&mut server, 0);
    page.clock = 10_000;
    page.play(10_000);
    page.tell(Event::Paused);
    page.real += 60_000;
    page.page += 600_000;
    page.tell(Event::PlayingStarted);
    page.play(10_000);
    let jitter = 2 * server.rules.rate_slack_ms.0 + LATENCY;
    let credited = page.judged(&mut server);
    assert!((19_000..=20_000 + jitter).contains(&credited), "{credited}");
}

#[test]
fn client_clock_set_back_earns_nothing_extra() {
    let mut server = Server::new();
    let mut page = Page::open(&mut server, 0);
    page.play(10_000);
    page.page -= 8_000;
    page.play(10_000);
    assert!(page.judged(&mut server) <= 20_000);
}

#[test]
fn replayed_beats_earn_nothing_extra() {
    let (mut server, lease, beats) = minute();
    for (_, spans) in &beats {
        let _ = server.take(lease, 600_000, spans);
    }
    assert_eq!(server.credited(), 60_000);
    // On a new lease, and with nothing covered: still only its own real time.
    let again = server.lease(700_000);
    server.covered = Coverage::default();
    for (_, spans) in &beats {
        let _ = server.take(again, 701_000, spans);
    }
    assert_eq!(server.credited(), 1_000);
}

#[test]
fn duplicated_beats_earn_nothing_extra() {
    let (_, _, beats) = minute();
    let five = beats
        .into_iter()
        .flat_map(|(at, spans)| (0..5).map(move |again| (at + again, spans.clone())));
    assert_eq!(judge_anew(five), 60_000);
}

#[test]
fn reordered_beats_earn_nothing_extra() {
    let (_, _, beats) = minute();
    let times: Vec<u64> = beats.iter().map(|(at, _)| *at).collect();
    let reversed = times
        .into_iter()
        .zip(beats.into_iter().rev().map(|(_, spans)| spans));
    assert!(judge_anew(reversed) <= 60_000);
}

#[test]
fn split_beats_earn_nothing_extra() {
    let (_, _, beats) = minute();
    let middle = |from: Millis, to: Millis| Millis(from.0.midpoint(to.0));
    let mut parts = Vec::new();
    for (at, spans) in beats {
        for span in spans {
            let half = Span {
                media_to_ms: middle(span.media_from_ms, span.media_to_ms),
                client_to_ms: middle(span.client_from_ms, span.client_to_ms),
                ..span
            };
            let rest = Span {
                media_from_ms: half.media_to_ms,
                client_from_ms: half.client_to_ms,
                ..span
            };
            parts.extend([half, rest, half, span].map(|part| (at, vec![part])));
        }
    }
    assert_eq!(judge_anew(parts), 60_000);
}

fn forged(client: [u64; 2], media: [u64; 2]) -> Span {
    Span {
        state: SpanState::Watching,
        media_from_ms: Millis(media[0]),
        media_to_ms: Millis(media[1]),
        client_from_ms: Millis(client[0]),
        client_to_ms: Millis(client[1]),
        rate_permille: 1000,
        frames: u32::MAX,
    }
}

/// Five lines of script that claim ten minutes every second: what is granted is the server's own time, never more.
#[test]
fn forged_beats_earn_no_more_than_wall_time() {
    let mut server = Server::new();
    let lease = server.lease(0);
    for second in 1..=100 {
        let client = [second * 600_000, (second + 1) * 600_000];
        let _ = server.take(lease, second * 1_000, &[forged(client, [0, 600_000])]);
        assert_eq!(server.credited(), second * 1_000);
    }
}

#[test]
fn silent_hours_then_forged_hours_earn_at_most_the_buffer() {
    let hours = (0..60).map(|idx| {
        let stretch = [idx * 10_000, idx * 10_000 + 10_000];
        (4 * 3_600_000, vec![forged(stretch, stretch)])
    });
    assert!(judge_anew(hours) <= Rules::liaoning_2026().offline_buffer_ms.0);
}

/// Taking the lease over and over makes no time: what all leases earn together fits into the minute that passed.
#[test]
fn lease_cycling_earns_nothing_extra() {
    let mut server = Server::new();
    for idx in 0..600 {
        let lease = server.lease(idx * 100);
        let media = [idx * 1_000, idx * 1_000 + 1_000];
        let _ = server.take(lease, idx * 100 + 100, &[forged([0, 10_000], media)]);
    }
    assert_eq!(server.credited(), 60_000);
}
