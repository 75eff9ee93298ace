//! Face checks over cheats' credit: whatever is sent, only an answered check confirms anything, and who never answers soon stops
//! earning.

use crate::{
    forge::{self, Style},
    judge,
    server::Server,
};
use fastrand::Rng;
use study::{CheckClock, Millis, RandomChecks, Rules, Timestamp, checks::gap};

/// How somebody answers the checks that come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answers {
    /// Every one, at once.
    Always,
    /// As a coin falls.
    Sometimes,
    /// None.
    Never,
}

/// What came out.
#[derive(Clone, Copy, Debug, Default)]
pub struct Summary {
    /// Study sessions.
    pub sessions: u64,
    /// Checks drawn.
    pub drawn: u64,
    /// Credit, all of it provisional at first.
    pub granted_ms: u64,
    /// What of it a check confirmed.
    pub confirmed_ms: u64,
    /// What of it waits for a make-up after a miss.
    pub pending_ms: u64,
    /// The most that one session was credited.
    pub most_granted_ms: u64,
    /// The most that one session left waiting for its next check.
    pub most_waiting_ms: u64,
    /// Credit while a check was overdue.
    pub overdue_ms: u64,
}

/// One session's checks.
struct Checks<'a> {
    rules: &'a RandomChecks,
    answers: Answers,
    clock: CheckClock,
    next: Millis,
    deadline: Option<Timestamp>,
    waiting_ms: u64,
}

impl Checks<'_> {
    /// Whether nothing is earned at `at`.
    fn overdue(&self, at: Timestamp) -> bool {
        self.deadline.is_some_and(|deadline| deadline <= at)
    }

    /// Credit came at `at`.
    fn pass(&mut self, credited: Millis, at: Timestamp, rng: &mut Rng, summary: &mut Summary) {
        self.waiting_ms += credited.0;
        if self.deadline.is_some() || !self.clock.pass(credited, self.next) {
            return;
        }
        self.next = gap(rng.u64(..), self.rules);
        summary.drawn += 1;
        let answered = match self.answers {
            Answers::Always => true,
            Answers::Sometimes => rng.bool(),
            Answers::Never => false,
        };
        if answered {
            summary.confirmed_ms += self.waiting_ms;
            self.waiting_ms = 0;
        } else {
            self.deadline = Some(at.plus(self.rules.answer_ms));
        }
    }
}

/// `sessions` study sessions of cheats of every style who answer like this, an hour of claims each, against the real rules.
///
/// # Panics
/// Where `rules` draw no checks.
#[must_use]
pub fn run(seed: u64, sessions: u64, answers: Answers, rules: &Rules) -> Summary {
    let Some(random) = rules.face_checks.random() else {
        panic!("rules without face checks")
    };
    let mut summary = Summary::default();
    for session in 0..sessions {
        let mut rng = Rng::with_seed(seed ^ session.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let style = Style::ALL[rng.usize(..Style::ALL.len())];
        one(style, answers, rules, random, &mut rng, &mut summary);
        summary.sessions += 1;
    }
    summary
}

fn one(
    style: Style,
    answers: Answers,
    rules: &Rules,
    random: &RandomChecks,
    rng: &mut Rng,
    summary: &mut Summary,
) {
    let film_ms = 4 * 3_600_000;
    let start = Timestamp(1_795_406_400_000);
    let mut server = Server::new(judge::REAL, rules, &[Millis(film_ms)], Millis::ZERO, start);
    let lease = server.lease(0, start);
    let mut checks = Checks {
        rules: random,
        answers,
        clock: CheckClock::default(),
        next: gap(rng.u64(..), random),
        deadline: None,
        waiting_ms: 0,
    };
    let mut at = start.0;
    let mut granted = 0;
    // One plan is minutes long; an hour of them meets a check or four.
    while at < start.0 + 3_600_000 {
        for (arrives, spans) in forge::plan(style, rng, film_ms, at, rules) {
            at = at.max(arrives);
            let now = Timestamp(at);
            let overdue = checks.overdue(now);
            server.set_check_overdue(overdue);
            let credited = server.take(lease, &spans, now).credited_ms();
            granted += credited.0;
            if overdue {
                summary.overdue_ms += credited.0;
            }
            if credited > Millis::ZERO {
                checks.pass(credited, now, rng, summary);
            }
        }
        at += rules.beat_ms.0;
    }
    summary.granted_ms += granted;
    summary.most_granted_ms = summary.most_granted_ms.max(granted);
    if checks.deadline.is_some() {
        summary.pending_ms += checks.waiting_ms;
    } else {
        summary.most_waiting_ms = summary.most_waiting_ms.max(checks.waiting_ms);
    }
}
