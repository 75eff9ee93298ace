//! One person with many tabs and devices at once.

use super::{
    Outcome,
    table::{Person, STEP, Seat, millis, share},
};
use crate::RobotError;
use std::{net::SocketAddr, time::Duration};
use study::{Millis, Reason};
use tokio::time::{Instant, sleep};

const N_DEVICES: usize = 10;

/// Three devices with ten tabs in all, on all units; all go on beating, and every second another one takes the lease.
pub(super) async fn ten_devices(
    address: SocketAddr,
    time: Duration,
) -> Result<Outcome, RobotError> {
    let mut person = Person::enter(address).await?;
    let phone = person.another_device("phone").await?;
    let tablet = person.another_device("tablet").await?;
    let mut seats: Vec<Seat> = Vec::new();
    for idx in 0..N_DEVICES {
        let tab = match idx % 3 {
            0 => person.device.tab(),
            1 => phone.tab(),
            _ => tablet.tab(),
        };
        seats.push(person.sit(tab, idx).await?);
    }
    let until = Instant::now() + time;
    let mut n_rounds: usize = 0;
    while Instant::now() < until {
        sleep(STEP).await;
        for seat in &mut seats {
            let spans = seat.observed();
            seat.beat(&mut person, spans).await?;
        }
        n_rounds += 1;
        if n_rounds.is_multiple_of(2) {
            let idx = n_rounds % N_DEVICES;
            if let Some(seat) = seats.get_mut(idx) {
                let tab = seat.device.tab();
                *seat = person.sit(tab, idx).await?;
            }
        }
    }
    person.outcome(None, share(time, 40)).await
}

/// Ten tabs ask for the lease at the same instant, again and again, and all beat at the same instant: no two may earn one second.
pub(super) async fn racing_starts(
    address: SocketAddr,
    time: Duration,
) -> Result<Outcome, RobotError> {
    let mut person = Person::enter(address).await?;
    let until = Instant::now() + time;
    // The wall clock of this person starts here, before any of the ten.
    let device = person.device.tab();
    let mut winner = person.sit(device, 0).await?;
    while Instant::now() < until {
        let mut asking = tokio::task::JoinSet::new();
        for idx in 0..N_DEVICES {
            let mut tab = person.device.tab();
            let (class, unit) = (person.class.class, person.unit(idx)?);
            asking.spawn(async move {
                let asked_at = Instant::now();
                let mut study = tab.start(class, unit, true).await?;
                sleep(STEP * 4).await;
                let spans = study.player.watch(millis(asked_at.elapsed()));
                let beat = study.beat(spans)?;
                let receipt = tab.send(study.started.session, &beat).await?;
                Ok::<_, RobotError>((study.started.session, study.started.lease, receipt))
            });
        }
        let mut leases = Vec::new();
        let mut n_earning = 0;
        while let Some(asked) = asking.join_next().await {
            let asked = asked.map_err(|error| RobotError::Machine(error.to_string()))?;
            let (session, lease, receipt) = asked?;
            person.note(session, &receipt);
            leases.push(lease);
            n_earning += u32::from(receipt.decision.credited_ms() > Millis::ZERO);
        }
        leases.sort_unstable();
        leases.dedup();
        person.expect(leases.len() == N_DEVICES, || {
            format!("ten starts gave the leases {leases:?}")
        });
        person.expect(n_earning <= 1, || {
            format!("{n_earning} of ten tabs that started at once earned")
        });
        let spans = winner.observed();
        let (_, late) = winner.beat(&mut person, spans).await?;
        person.expect(late.decision.grants.is_empty(), || {
            "the first tab still earns after ten others took the lease".into()
        });
    }
    person.outcome(None, share(time, 40)).await
}

/// The first device goes on after a second one took over: it is told so, and earns nothing more.
pub(super) async fn after_hand_over(
    address: SocketAddr,
    time: Duration,
) -> Result<Outcome, RobotError> {
    let mut person = Person::enter(address).await?;
    let laptop = person.another_device("laptop").await?;
    let device = person.device.tab();
    let mut first = person.sit(device, 0).await?;
    first.watch(&mut person, time / 3).await?;
    let mut second = person.sit(laptop, 0).await?;
    let until = Instant::now() + time / 2;
    while Instant::now() < until {
        sleep(STEP).await;
        let spans = first.observed();
        let (beat, receipt) = first.beat(&mut person, spans).await?;
        let told = receipt
            .decision
            .refusals
            .iter()
            .any(|refusal| refusal.reason == Reason::LeaseLost);
        person.expect(
            receipt.lease_lost && told && receipt.decision.grants.is_empty(),
            || format!("beat {} after the hand-over got {receipt:?}", beat.seq),
        );
        let spans = second.observed();
        second.beat(&mut person, spans).await?;
    }
    person.outcome(None, share(time, 60)).await
}

/// Two leases lie silent, then both claim all the time since they began: one of them has it, once.
pub(super) async fn silent_leases(
    address: SocketAddr,
    time: Duration,
) -> Result<Outcome, RobotError> {
    let mut person = Person::enter(address).await?;
    let device = person.device.tab();
    let mut first = person.sit(device, 0).await?;
    sleep(time / 4).await;
    let device = person.device.tab();
    let mut second = person.sit(device, 1).await?;
    sleep(time / 2).await;
    let most = second.clock_ms();
    for seat in [&mut first, &mut second] {
        let spans = seat.observed();
        seat.beat(&mut person, spans).await?;
    }
    let slack = millis(STEP);
    person
        .outcome(Some(most.saturating_add(slack)), share(time, 40))
        .await
}
