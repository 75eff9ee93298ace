//! Nobody cheats, but the network is bad: beats and answers get lost, and now and then nothing gets through for ten seconds.

use crate::{judge, oracle, server::Server, viewer::STEP_MS, viewer::Viewer};
use fastrand::Rng;
use std::collections::{BTreeMap, VecDeque};
use study::{Decision, Millis, Rules, Span, Timestamp};

/// How bad the network is.
#[derive(Clone, Copy, Debug)]
pub struct Network {
    /// Requests and answers lost, in hundredths.
    pub loss_percent: u8,
    /// How long an outage lasts.
    pub outage_ms: u64,
    /// How often one comes, on average.
    pub outage_every_ms: u64,
}

impl Network {
    /// 5 % loss, and ten seconds of nothing every two minutes.
    pub const BAD: Self = Self {
        loss_percent: 5,
        outage_ms: 10_000,
        outage_every_ms: 120_000,
    };
}

/// What came out.
#[derive(Clone, Copy, Debug, Default)]
pub struct Summary {
    /// Study sessions.
    pub sessions: u64,
    /// Film truly watched, each millisecond once.
    pub watched_ms: u64,
    /// Credit.
    pub credited_ms: u64,
    /// Credit for what was not watched, beyond what the player's late positions blur (under 20 ms in a session).
    pub over_credited_ms: u64,
    /// Sent requests that did not get through or were not answered.
    pub lost: u64,
    /// Sessions whose page expected another total than the server decided.
    pub surprised: u64,
    /// The smallest share of its watched time that a session was credited, in millionths.
    pub worst_ppm: u64,
    /// Separate stretches of credit beyond those truly watched.
    pub holes: u64,
}

impl Summary {
    /// Credited of watched, in millionths.
    #[must_use]
    pub const fn ppm(&self) -> u64 {
        match (self.credited_ms * 1_000_000).checked_div(self.watched_ms) {
            Some(ppm) => ppm,
            None => 0,
        }
    }
}

/// Beats wait here until they are answered, one after the other, and are sent again until they are.
#[derive(Default)]
struct Outbox {
    waiting: VecDeque<(u64, Vec<Span>)>,
    /// The request or answer on its way: when it arrives, and what it is.
    request_at: Option<u64>,
    answer: Option<(u64, u64, Decision)>,
    retry_at: u64,
    tries: u32,
    lost: u64,
    /// Receipts, since a beat sent twice gets the same answer.
    receipts: BTreeMap<u64, Decision>,
}

struct Line {
    network: Network,
    latency_ms: u64,
    outage: (u64, u64),
}

impl Line {
    fn new(network: Network, rng: &mut Rng, now: u64) -> Self {
        let mut line = Self {
            network,
            latency_ms: rng.u64(5..200),
            outage: (0, 0),
        };
        line.plan_outage(rng, now);
        line
    }

    fn plan_outage(&mut self, rng: &mut Rng, now: u64) {
        let start = now + rng.u64(0..2 * self.network.outage_every_ms);
        self.outage = (start, start + self.network.outage_ms);
    }

    /// When something sent now arrives, if it does.
    fn arrival(&mut self, rng: &mut Rng, now: u64) -> Option<u64> {
        if now >= self.outage.1 {
            self.plan_outage(rng, now);
        }
        let out = (self.outage.0..self.outage.1).contains(&now);
        let lost = out || rng.u8(0..100) < self.network.loss_percent;
        (!lost).then(|| now + self.latency_ms + rng.u64(0..self.latency_ms))
    }
}

impl Outbox {
    /// Moves everything on to `now`.
    fn turn(
        &mut self,
        now: u64,
        lease: usize,
        viewer: &mut Viewer,
        server: &mut Server<'_>,
        line: &mut Line,
        rng: &mut Rng,
    ) {
        while let Some(beat) = viewer.next_beat() {
            self.waiting.push_back(beat);
        }
        if let Some(at) = self.request_at.filter(|at| *at <= now) {
            self.request_at = None;
            if let Some((seq, spans)) = self.waiting.front() {
                let decision = self
                    .receipts
                    .entry(*seq)
                    .or_insert_with(|| server.take(lease, spans, Timestamp(at)))
                    .clone();
                match line.arrival(rng, at) {
                    Some(back) => self.answer = Some((back, *seq, decision)),
                    None => self.lost += 1,
                }
            }
        }
        if self.answer.as_ref().is_some_and(|(at, ..)| *at <= now)
            && let Some((_, seq, decision)) = self.answer.take()
        {
            self.waiting.pop_front();
            (self.tries, self.retry_at) = (0, now);
            viewer.answered(seq, decision);
        }
        let idle = self.request_at.is_none() && self.answer.is_none();
        if idle && !self.waiting.is_empty() && self.retry_at <= now {
            self.request_at = line.arrival(rng, now);
            self.lost += u64::from(self.request_at.is_none());
            // Twice as long each time, at most four seconds.
            self.tries = (self.tries + 1).min(4);
            self.retry_at = now + (500 << (self.tries - 1));
        }
    }
}

/// Simulates `sessions` of learners who just learn.
#[must_use]
pub fn run(seed: u64, sessions: u64, network: Network) -> Summary {
    let rules = Rules::liaoning_2026();
    let mut summary = Summary {
        worst_ppm: u64::MAX,
        ..Summary::default()
    };
    let mut seeds = Rng::with_seed(seed);
    for _ in 0..sessions {
        let mut rng = Rng::with_seed(seeds.u64(..));
        session(&mut rng, &rules, network, &mut summary);
    }
    summary
}

fn session(rng: &mut Rng, rules: &Rules, network: Network, summary: &mut Summary) {
    let film_ms = rng.u64(9_000..60_000) * 20;
    let start = 20_500 * 86_400_000 + rng.u64(0..43_200_000);
    let mut server = Server::new(
        judge::REAL,
        rules,
        &[Millis(film_ms)],
        Millis::ZERO,
        Timestamp(start),
    );
    let lease = server.lease(0, Timestamp(start));
    let mut line = Line::new(network, rng, start);
    let mut outbox = Outbox::default();
    // The answer with the lease travels, and the film loads.
    let mut now = start + line.latency_ms + rng.u64(50..1_000);
    let covered = server.covered(0).clone();
    let mut viewer = Viewer::new(rules, film_ms, 0, covered, Millis::ZERO, Timestamp(start));
    let lag = rng.u64(0..20);
    viewer.set_lag(lag);
    viewer.start();
    for _ in 0..rng.usize(5..25) {
        let mut left = rng.u64(50..3_000) * 20;
        while left > 0 && !viewer.at_end() {
            let step = left.min(STEP_MS);
            left -= step;
            now += step;
            viewer.pass(step);
            outbox.turn(now, lease, &mut viewer, &mut server, &mut line, rng);
        }
        live(rng, &mut viewer, film_ms);
    }
    viewer.leave();
    // The page stays reachable, or its outbox is sent when it is opened again: nothing that was made is thrown away.
    for _ in 0..10_000 {
        now += 20;
        outbox.turn(now, lease, &mut viewer, &mut server, &mut line, rng);
        if outbox.waiting.is_empty() {
            break;
        }
    }
    let credited = server.covered(0).clone();
    let expected = viewer.session().view(Millis(viewer.page_ms()));
    let truth = viewer.truth().clone();
    let watched = oracle::union(truth.seen.clone());
    let stretches = watched.len();
    let truths = BTreeMap::from([(lease, truth)]);
    let excess = oracle::check(&server.into_record(), rules, &truths);
    let watched_ms = oracle::length(&watched);
    summary.sessions += 1;
    summary.watched_ms += watched_ms;
    summary.credited_ms += credited.len().0;
    // A player that reports its position late blurs the ends of what was seen by as much.
    summary.over_credited_ms += excess.total().saturating_sub(lag);
    summary.lost += outbox.lost;
    summary.surprised += u64::from(expected.covered != credited);
    if let Some(ppm) = (credited.len().0 * 1_000_000).checked_div(watched_ms) {
        summary.worst_ppm = summary.worst_ppm.min(ppm);
    }
    let holes = credited.intervals().len().saturating_sub(stretches);
    summary.holes += u64::try_from(holes).unwrap_or(u64::MAX);
}

/// What learners do while they learn.
fn live(rng: &mut Rng, viewer: &mut Viewer, film_ms: u64) {
    match rng.u8(0..12) {
        0 => viewer.stop(),
        1 => viewer.show(false),
        2 => viewer.seek(rng.u64(0..film_ms / 20) * 20),
        3 => viewer.stall(),
        4 => viewer.focus(false),
        _ => {
            viewer.show(true);
            viewer.focus(true);
            viewer.start();
        }
    }
}
