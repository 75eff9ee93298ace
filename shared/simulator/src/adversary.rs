//! Session after session of cheats: liars against the bare rules, and cheats before a real page.

use crate::{
    forge::{self, Style},
    judge::Judge,
    oracle::{self, Excess, Truth},
    server::{Record, Server},
    viewer::{STEP_MS, Viewer},
};
use fastrand::Rng;
use std::collections::BTreeMap;
use study::{Millis, Rules, Timestamp};

/// What to simulate.
#[derive(Clone, Copy, Debug)]
pub struct Config {
    /// Everything follows from it.
    pub seed: u64,
    /// At least so many study sessions.
    pub sessions: u64,
    /// Who decides.
    pub judge: Judge,
    /// Whether to stop at the first session with too much credit.
    pub stop_at_first: bool,
}

/// What a person before a real page does to get more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Deed {
    /// Hides the page and lets the film run.
    Hide,
    /// Jumps to the end.
    Seek,
    /// Lets it run at up to 16×.
    Rate,
    /// Works in another window.
    Unfocus,
    /// Closes the lid.
    Suspend,
    /// Opens the course on a second device.
    SecondDevice,
    /// Makes every clock of the machine run fast.
    FastClock,
    /// All of it.
    Everything,
}

impl Deed {
    const ALL: [Self; 8] = [
        Self::Hide,
        Self::Seek,
        Self::Rate,
        Self::Unfocus,
        Self::Suspend,
        Self::SecondDevice,
        Self::FastClock,
        Self::Everything,
    ];
}

/// The first session with too much credit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Which session, counted from 1 (the last of the person it was found at).
    pub session: u64,
    /// What was tried.
    pub what: String,
    /// By how much, and which bound.
    pub excess: Excess,
}

/// What one way of cheating came to.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tried {
    /// Study sessions.
    pub sessions: u64,
    /// Credit.
    pub credited_ms: u64,
    /// Credit beyond what is possible.
    pub over_credited_ms: u64,
}

/// What came out.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    /// Study sessions.
    pub sessions: u64,
    /// Beats judged.
    pub beats: u64,
    /// Credit in all.
    pub credited_ms: u64,
    /// Credit beyond what is possible.
    pub over_credited_ms: u64,
    /// The first of it.
    pub first: Option<Finding>,
    /// The same by what was tried.
    pub by_style: BTreeMap<String, Tried>,
}

/// One simulated person.
struct Person {
    record: Record,
    truths: BTreeMap<usize, Truth>,
    rules: Rules,
    what: String,
}

/// The policies that persons study under.
fn policies() -> [Rules; 3] {
    let usual = Rules::liaoning_2026();
    let tight = Rules {
        version: "tight".into(),
        offline_buffer_ms: Millis(15_000),
        day_cap_ms: Millis(300_000),
        rate_slack_ms: Millis(40),
        rate_max_permille: 1_000,
        unfocused_grace_ms: Millis(0),
        ..usual.clone()
    };
    let loose = Rules {
        version: "loose".into(),
        offline_buffer_ms: Millis(600_000),
        rate_slack_ms: Millis(1_000),
        rate_max_permille: 2_000,
        ..usual.clone()
    };
    [usual, tight, loose]
}

/// Simulates, and tells `progress` how many sessions are done.
pub fn run(config: &Config, mut progress: impl FnMut(u64)) -> Summary {
    let policies = policies();
    let mut summary = Summary::default();
    let mut seeds = Rng::with_seed(config.seed);
    while summary.sessions < config.sessions {
        let mut rng = Rng::with_seed(seeds.u64(..));
        let rules = &policies[rng.usize(..policies.len())];
        let person = if rng.u8(..) < 150 {
            liar(&mut rng, rules, config.judge)
        } else {
            cheat(&mut rng, rules, config.judge)
        };
        let excess = oracle::check(&person.record, &person.rules, &person.truths);
        let sessions = u64::try_from(person.record.leases.len()).unwrap_or(u64::MAX);
        let credited: u64 = person.record.credited.iter().map(|c| c.to - c.from).sum();
        summary.sessions += sessions;
        summary.beats += person.record.beats;
        summary.credited_ms += credited;
        summary.over_credited_ms += excess.total();
        let style = summary.by_style.entry(person.what.clone()).or_default();
        style.sessions += sessions;
        style.credited_ms += credited;
        style.over_credited_ms += excess.total();
        if excess.total() > 0 && summary.first.is_none() {
            summary.first = Some(Finding {
                session: summary.sessions,
                what: person.what,
                excess,
            });
            if config.stop_at_first {
                break;
            }
        }
        progress(summary.sessions);
    }
    summary
}

/// Some day at some time; for [`Style::Midnight`] shortly before the day ends.
fn some_time(rng: &mut Rng, rules: &Rules, midnight: bool) -> u64 {
    let day = 20_500 * 86_400_000 - rules.day_offset_ms.0;
    if midnight {
        day + 86_400_000 - rng.u64(0..200_000)
    } else {
        day + rng.u64(0..86_400_000)
    }
}

/// Somebody with a script: several leases on several units, old leases still sending while new ones run.
fn liar(rng: &mut Rng, rules: &Rules, judge: Judge) -> Person {
    let style = Style::ALL[rng.usize(..Style::ALL.len())];
    let films: Vec<Millis> = (0..rng.usize(1..4))
        .map(|_| Millis(rng.u64(5_000..600_000)))
        .collect();
    let start = some_time(rng, rules, style == Style::Midnight);
    let before = if style == Style::Midnight {
        rules.day_cap_ms.0 - rng.u64(0..100_000)
    } else {
        0
    };
    let leases = if style == Style::Cycling {
        rng.usize(3..12)
    } else {
        rng.usize(1..4)
    };
    let mut server = Server::new(judge, rules, &films, Millis(before), Timestamp(start));
    let mut events: Vec<(u64, usize, Option<Vec<study::Span>>)> = Vec::new();
    let mut units = Vec::new();
    let mut at = start;
    for lease in 0..leases {
        let unit = rng.usize(..films.len());
        units.push(unit);
        events.push((at, lease, None));
        let beats = forge::plan(style, rng, films[unit].0, at, rules);
        let end = beats.last().map_or(at, |(at, _)| *at);
        events.extend(
            beats
                .into_iter()
                .map(|(at, spans)| (at, lease, Some(spans))),
        );
        at = rng.u64(at..=end + 1_000);
    }
    // Stable: a lease's grant stays before its first beat.
    events.sort_by_key(|(at, ..)| *at);
    for (at, lease, spans) in events {
        match spans {
            None => {
                server.lease(units[lease], Timestamp(at));
            }
            Some(spans) => {
                let _ = server.take(lease, &spans, Timestamp(at));
            }
        }
    }
    Person {
        record: server.into_record(),
        truths: BTreeMap::new(),
        rules: rules.clone(),
        what: format!("{style:?}"),
    }
}

/// A page under its lease, and what is on its way.
struct Desk {
    viewer: Viewer,
    lease: usize,
    latency_ms: u64,
    on_the_way: Vec<(u64, u64, Vec<study::Span>)>,
    /// Where the machine's clocks run fast: server time in which nothing played, and that the rules let it keep. It cannot be
    /// told from the network's jitter.
    fast_clock_ms: Option<u64>,
}

impl Desk {
    fn post(&mut self, now: u64) {
        while let Some((seq, spans)) = self.viewer.next_beat() {
            self.on_the_way.push((now + self.latency_ms, seq, spans));
        }
    }

    fn deliver(&mut self, now: u64, server: &mut Server<'_>) {
        while self.on_the_way.first().is_some_and(|(at, ..)| *at <= now) {
            let (at, seq, spans) = self.on_the_way.remove(0);
            let decision = server.take(self.lease, &spans, Timestamp(at));
            self.viewer.answered(seq, decision);
        }
    }
}

/// Somebody before a real page, on one or two devices.
fn cheat(rng: &mut Rng, rules: &Rules, judge: Judge) -> Person {
    let deed = Deed::ALL[rng.usize(..Deed::ALL.len())];
    let films: Vec<Millis> = (0..rng.usize(1..3))
        .map(|_| Millis(rng.u64(1_000..15_000) * 20))
        .collect();
    let midnight = rng.u8(..) < 20;
    let mut now = some_time(rng, rules, midnight);
    let before = Millis(0);
    let mut server = Server::new(judge, rules, &films, before, Timestamp(now));
    let mut desks: Vec<Desk> = Vec::new();
    let together = matches!(deed, Deed::SecondDevice | Deed::Everything);
    let devices = if together {
        rng.usize(2..4)
    } else {
        rng.usize(1..3)
    };
    for _ in 0..devices {
        let unit = rng.usize(..films.len());
        let lease = server.lease(unit, Timestamp(now));
        for desk in &mut desks {
            desk.viewer.lose_lease();
        }
        let mut viewer = Viewer::new(
            rules,
            films[unit].0,
            0,
            server.covered(unit).clone(),
            server.day_credited(),
            Timestamp(now),
        );
        let fast = deed == Deed::FastClock || deed == Deed::Everything && rng.u8(..) < 40;
        if fast {
            viewer.set_clock(rng.u64(2..21) * 1_000);
        }
        viewer.start();
        let latency_ms = rng.u64(0..400);
        desks.push(Desk {
            viewer,
            lease,
            latency_ms,
            on_the_way: Vec::new(),
            fast_clock_ms: fast.then_some(cushion(rules) + latency_ms + STEP_MS),
        });
        for _ in 0..rng.usize(2..15) {
            let first = if together { 0 } else { desks.len() - 1 };
            let idx = rng.usize(first..desks.len());
            let before = now;
            act(deed, rng, &mut desks[idx], &mut now, films[unit].0, rules);
            // A silence may have been a lost network. A clock that lies may use it, within the buffer and wall time.
            let clocks = desks.iter_mut();
            for kept in clocks.filter_map(|desk| desk.fast_clock_ms.as_mut()) {
                *kept += now - before;
            }
            let ms = rng.u64(1..1_500) * 20;
            run_for(ms, first, &mut desks, &mut now, &mut server);
        }
    }
    for desk in &mut desks {
        desk.viewer.leave();
        desk.post(now);
        desk.deliver(u64::MAX, &mut server);
    }
    let truths = desks
        .into_iter()
        .map(|desk| {
            let mut truth = desk.viewer.truth().clone();
            truth.real_ms += desk.fast_clock_ms.unwrap_or(0);
            (desk.lease, truth)
        })
        .collect();
    Person {
        record: server.into_record(),
        truths,
        rules: rules.clone(),
        what: format!("page: {deed:?}"),
    }
}

/// Server time that a lease may hold whatever its client says it did meanwhile.
const fn cushion(rules: &Rules) -> u64 {
    2 * rules.rate_slack_ms.0
}

/// All devices from `first` on run for a while, side by side.
fn run_for(ms: u64, first: usize, desks: &mut [Desk], now: &mut u64, server: &mut Server<'_>) {
    let mut left = ms;
    while left > 0 {
        let step = left.min(STEP_MS);
        left -= step;
        *now += step;
        for desk in &mut desks[first..] {
            desk.viewer.pass(step);
            desk.post(*now);
            desk.deliver(*now, server);
        }
    }
}

/// One thing that the person does before the page.
fn act(deed: Deed, rng: &mut Rng, desk: &mut Desk, now: &mut u64, film_ms: u64, rules: &Rules) {
    // Two standstills may begin here and one at the end of the film. Each leaves one cushion, and a stall is reported with the
    // film before it, by the next regular beat: its time can pay for that film.
    if let Some(kept) = &mut desk.fast_clock_ms {
        *kept += 3 * cushion(rules) + rules.beat_ms.0 / 2;
    }
    let viewer = &mut desk.viewer;
    let deed = if deed == Deed::Everything {
        Deed::ALL[rng.usize(..Deed::ALL.len() - 1)]
    } else {
        deed
    };
    match deed {
        Deed::Hide => viewer.show(rng.bool()),
        Deed::Seek => viewer.seek(rng.u64(0..film_ms / 20) * 20),
        Deed::Rate => {
            viewer.set_rate([500, 1_000, 1_250, 1_500, 2_000, 4_000, 16_000][rng.usize(..7)])
        }
        Deed::Unfocus => viewer.focus(rng.bool()),
        Deed::Suspend => {
            let ms = rng.u64(1..500_000) * 20;
            *now += ms;
            viewer.suspend(ms, rng.bool());
        }
        Deed::SecondDevice => viewer.start(),
        Deed::FastClock | Deed::Everything => {
            if rng.bool() {
                viewer.stop();
            } else {
                viewer.start();
            }
        }
    }
    if rng.u8(..) < 60 {
        match rng.u8(0..3) {
            0 => desk.viewer.stop(),
            1 => desk.viewer.stall(),
            _ => desk.viewer.start(),
        }
    }
}
