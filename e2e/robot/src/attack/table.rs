//! What every adversary needs: a person at a class, seats at the film in real time, and a book of what was credited.

use super::Outcome;
use crate::{Device, Identity, RobotError, Study};
use contract::{
    ErrorCode,
    beat::{Beat, Receipt},
    class::MyClass,
};
use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::atomic::{AtomicU32, Ordering},
    time::{Duration, Instant},
};
use study::{Millis, SessionId, Span, UnitId};

/// How often the adversaries report. Shorter than a page does, so that a short test holds many beats.
pub const STEP: Duration = Duration::from_millis(500);

/// Each adversary is somebody else.
static NEXT_PERSON: AtomicU32 = AtomicU32::new(0);

/// One person in a class, and all that the server ever told them about credit.
pub struct Person {
    /// The person's first device; clone tabs and devices from it.
    pub device: Device,
    /// The class.
    pub class: MyClass,
    identity: Identity,
    began_at: Option<Instant>,
    credited: HashMap<(SessionId, u64), Receipt>,
    faults: Vec<String>,
}

impl Person {
    /// Registers and joins the demo class.
    pub async fn enter(address: SocketAddr) -> Result<Self, RobotError> {
        // Some distance from the load generator's people, who are counted from zero.
        let n = 5_000_000 + NEXT_PERSON.fetch_add(1, Ordering::Relaxed);
        let identity = Identity::fresh(n);
        let mut device = Device::of(address, &identity, "robot").await?;
        let class = device.join_any().await?;
        Ok(Self {
            device,
            class,
            identity,
            began_at: None,
            credited: HashMap::new(),
            faults: Vec::new(),
        })
    }

    /// Signs in on one more device.
    pub async fn another_device(&self, name: &str) -> Result<Device, RobotError> {
        Device::of(self.device.connection.address(), &self.identity, name).await
    }

    /// The class's unit number `idx`, counted round.
    pub fn unit(&self, idx: usize) -> Result<UnitId, RobotError> {
        idx.checked_rem(self.class.units.len())
            .and_then(|idx| self.class.units.get(idx))
            .map(|unit| unit.unit)
            .ok_or_else(|| RobotError::Machine("the class has no unit".into()))
    }

    /// Takes the lease on `device` for unit number `unit_idx`.
    pub async fn sit(&mut self, mut device: Device, unit_idx: usize) -> Result<Seat, RobotError> {
        // Before the request: the server's own start of the lease can only be later.
        let began_at = Instant::now();
        self.began_at.get_or_insert(began_at);
        let study = device
            .start(self.class.class, self.unit(unit_idx)?, true)
            .await?;
        Ok(Seat {
            device,
            study,
            began_at,
        })
    }

    /// Enters a receipt. A second receipt for one beat must be the first one again.
    pub fn note(&mut self, session: SessionId, receipt: &Receipt) {
        let first = self
            .credited
            .entry((session, receipt.seq))
            .or_insert_with(|| receipt.clone());
        let same = Receipt {
            lease_lost: receipt.lease_lost,
            ..first.clone()
        };
        if same != *receipt {
            self.faults.push(format!(
                "beat {} got two receipts: {first:?}, then {receipt:?}",
                receipt.seq
            ));
        }
    }

    /// Writes down a fault where `holds` is false.
    pub fn expect(&mut self, holds: bool, what: impl FnOnce() -> String) {
        if !holds {
            self.faults.push(what());
        }
    }

    /// The answer must be a refusal with one of `codes`; with none named, any refusal of the 4xx kind.
    pub fn expect_refused<T: std::fmt::Debug>(
        &mut self,
        what: &str,
        answer: &Result<T, RobotError>,
        codes: &[ErrorCode],
    ) {
        match answer {
            Err(RobotError::Refused { status, reply })
                if (400..500).contains(status)
                    && (codes.is_empty() || codes.contains(&reply.code)) => {}
            other => self.faults.push(format!(
                "{what}: expected a refusal {codes:?}, got {other:?}"
            )),
        }
    }

    /// Either a refusal of the 4xx kind or a receipt without credit.
    pub fn expect_worthless(
        &mut self,
        what: &str,
        session: SessionId,
        answer: &Result<Receipt, RobotError>,
    ) {
        match answer {
            Ok(receipt) => {
                self.note(session, receipt);
                let worth = receipt.decision.credited_ms();
                self.expect(worth == Millis::ZERO, || {
                    format!("{what} earned {} ms", worth.0)
                });
            }
            refused => self.expect_refused(what, refused, &[]),
        }
    }

    /// Credit of all receipts so far.
    pub fn credited_ms(&self) -> Millis {
        self.credited.values().fold(Millis::ZERO, |sum, receipt| {
            sum.saturating_add(receipt.decision.credited_ms())
        })
    }

    /// Real time since the first request to study.
    pub fn wall_ms(&self) -> Millis {
        self.began_at
            .map_or(Millis::ZERO, |began_at| millis(began_at.elapsed()))
    }

    /// What the class page says.
    pub async fn recorded_ms(&mut self) -> Result<Millis, RobotError> {
        let class = self.device.my_class(self.class.class).await?;
        let by_unit = class.units.iter().fold(Millis::ZERO, |sum, unit| {
            sum.saturating_add(unit.confirmed_ms)
                .saturating_add(unit.pending_ms)
        });
        let in_all = class.confirmed_ms.saturating_add(class.pending_ms);
        self.expect(by_unit == in_all, || {
            format!("the class page says {in_all:?}, its units {by_unit:?}")
        });
        Ok(in_all)
    }

    /// The end: at most `at_most_ms`, or real time where that is less or nothing is named; at least `at_least_ms`.
    pub async fn outcome(
        mut self,
        at_most_ms: Option<Millis>,
        at_least_ms: Millis,
    ) -> Result<Outcome, RobotError> {
        let wall_ms = self.wall_ms();
        let recorded_ms = self.recorded_ms().await?;
        Ok(Outcome {
            name: "",
            wall_ms,
            credited_ms: self.credited_ms(),
            recorded_ms,
            at_most_ms: at_most_ms.map_or(wall_ms, |most| most.min(wall_ms)),
            at_least_ms,
            faults: self.faults,
        })
    }
}

/// A device in a study session, in real time.
pub struct Seat {
    /// The device.
    pub device: Device,
    /// The session.
    pub study: Study,
    began_at: Instant,
}

impl Seat {
    /// The session.
    pub const fn session(&self) -> SessionId {
        self.study.started.session
    }

    /// Real time since the session was asked for, less what the page took to start: what an honest page's clock would show.
    pub fn clock_ms(&self) -> Millis {
        millis(self.began_at.elapsed())
    }

    /// What an honest page has observed since the last beat.
    pub fn observed(&mut self) -> Vec<Span> {
        let unseen = self
            .clock_ms()
            .saturating_sub(self.study.player.client_ms());
        self.study.player.watch(unseen)
    }

    /// Sends the next beat of the chain with `spans`, checks the receipt and enters it.
    pub async fn beat(
        &mut self,
        person: &mut Person,
        spans: Vec<Span>,
    ) -> Result<(Beat, Receipt), RobotError> {
        let beat = self.study.beat(spans)?;
        let receipt = self.device.send(self.session(), &beat).await?;
        self.study.check(&beat, &receipt)?;
        person.note(self.session(), &receipt);
        Ok((beat, receipt))
    }

    /// Watches honestly for `time`.
    pub async fn watch(
        &mut self,
        person: &mut Person,
        time: Duration,
    ) -> Result<Vec<(Beat, Receipt)>, RobotError> {
        let until = Instant::now() + time;
        let mut said = Vec::new();
        while Instant::now() < until {
            tokio::time::sleep(STEP.min(until.saturating_duration_since(Instant::now()))).await;
            let spans = self.observed();
            said.push(self.beat(person, spans).await?);
        }
        Ok(said)
    }
}

/// Whole milliseconds.
pub fn millis(duration: Duration) -> Millis {
    Millis(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX))
}

/// `percent` of `time`.
pub fn share(time: Duration, percent: u64) -> Millis {
    Millis(millis(time).0 * percent / 100)
}
