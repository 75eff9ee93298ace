//! Adversaries: people who want more than they studied, over the real API in real time. All run at once, each with an account
//! of its own. What each gets is held against what it could have earned honestly in the same time on one device.

pub mod clocks;
pub mod devices;
pub mod forgeries;
pub mod replays;
pub mod table;

use crate::RobotError;
use std::{fmt, future::Future, net::SocketAddr, time::Duration};
use study::Millis;
use tokio::task::JoinSet;

/// What an adversary got, and what it may have got.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Which adversary.
    pub name: &'static str,
    /// Real time from before its first request to study until after its last answer, by the robot's clock.
    pub wall_ms: Millis,
    /// Sum of the grants in all its receipts.
    pub credited_ms: Millis,
    /// What its class page says in the end.
    pub recorded_ms: Millis,
    /// The most it may have.
    pub at_most_ms: Millis,
    /// The least it must have, for the honest part of what it did: an attack on a server that credits nothing shows nothing.
    pub at_least_ms: Millis,
    /// What the server did that it must not do.
    pub faults: Vec<String>,
}

impl Outcome {
    /// Whether the server held.
    #[must_use]
    pub fn held(&self) -> bool {
        self.faults.is_empty()
            && self.credited_ms == self.recorded_ms
            && self.recorded_ms <= self.at_most_ms
            && self.recorded_ms >= self.at_least_ms
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} {:<22} {:>6} ms of real time; credited {:>6}, recorded {:>6}, allowed {} to {}",
            if self.held() { "held  " } else { "BROKEN" },
            self.name,
            self.wall_ms.0,
            self.credited_ms.0,
            self.recorded_ms.0,
            self.at_least_ms.0,
            self.at_most_ms.0,
        )?;
        for fault in &self.faults {
            write!(f, "\n       {fault}")?;
        }
        Ok(())
    }
}

/// Runs every adversary against the server at `address`, each for about `time`, all at once as soon as each has an account.
pub async fn all(address: SocketAddr, time: Duration) -> Vec<Outcome> {
    let mut running = JoinSet::new();
    let mut names = Vec::new();
    let mut run = |name: &'static str, adversary: Adversary| {
        names.push(name);
        running.spawn(async move {
            match adversary.await {
                Ok(outcome) => Outcome { name, ..outcome },
                Err(error) => stopped(name, error.to_string()),
            }
        });
    };
    run("honest", boxed(clocks::honest(address, time)));
    run("ten_devices", boxed(devices::ten_devices(address, time)));
    run(
        "racing_starts",
        boxed(devices::racing_starts(address, time)),
    );
    run(
        "after_hand_over",
        boxed(devices::after_hand_over(address, time)),
    );
    run(
        "silent_leases",
        boxed(devices::silent_leases(address, time)),
    );
    run(
        "own_old_session",
        boxed(replays::own_old_session(address, time)),
    );
    run(
        "another_person",
        boxed(replays::another_person(address, time)),
    );
    run("reordered", boxed(replays::reordered(address, time)));
    run(
        "split_and_duplicated",
        boxed(replays::split_and_duplicated(address, time)),
    );
    run(
        "same_film_again",
        boxed(replays::same_film_again(address, time)),
    );
    run(
        "sixteen_times",
        boxed(forgeries::sixteen_times(address, time)),
    );
    run(
        "fast_client_clock",
        boxed(clocks::fast_client_clock(address, time)),
    );
    run(
        "jumping_client_clock",
        boxed(clocks::jumping_client_clock(address, time)),
    );
    run(
        "extreme_numbers",
        boxed(forgeries::extreme_numbers(address, time)),
    );
    run(
        "invented_leases",
        boxed(forgeries::invented_leases(address, time)),
    );
    run("broken_json", boxed(forgeries::broken_json(address, time)));

    let mut outcomes = Vec::new();
    while let Some(outcome) = running.join_next().await {
        outcomes.push(outcome.unwrap_or_else(|error| stopped("a robot", error.to_string())));
    }
    outcomes.sort_by_key(|outcome| names.iter().position(|name| *name == outcome.name));
    outcomes
}

type Adversary = std::pin::Pin<Box<dyn Future<Output = Result<Outcome, RobotError>> + Send>>;

fn boxed(
    adversary: impl Future<Output = Result<Outcome, RobotError>> + Send + 'static,
) -> Adversary {
    Box::pin(adversary)
}

fn stopped(name: &'static str, fault: String) -> Outcome {
    Outcome {
        name,
        wall_ms: Millis::ZERO,
        credited_ms: Millis::ZERO,
        recorded_ms: Millis::ZERO,
        at_most_ms: Millis::ZERO,
        at_least_ms: Millis::ZERO,
        faults: vec![format!("could not go on: {fault}")],
    }
}
