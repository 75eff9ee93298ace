//! The honest learner, who is the measure, and browsers whose clock lies.

use super::{
    Outcome,
    table::{Person, STEP, share},
};
use crate::RobotError;
use std::{net::SocketAddr, time::Duration};
use study::{Millis, Span, SpanState};
use tokio::time::{Instant, sleep};

/// Watches in real time: earns nearly all of it.
pub(super) async fn honest(address: SocketAddr, time: Duration) -> Result<Outcome, RobotError> {
    let mut person = Person::enter(address).await?;
    let device = person.device.tab();
    let mut seat = person.sit(device, 0).await?;
    seat.watch(&mut person, time).await?;
    person.outcome(None, share(time, 90)).await
}

/// A browser whose clock and film both run sixteen times as fast, so that every claim agrees with every other.
pub(super) async fn fast_client_clock(
    address: SocketAddr,
    time: Duration,
) -> Result<Outcome, RobotError> {
    let mut person = Person::enter(address).await?;
    let device = person.device.tab();
    let mut seat = person.sit(device, 0).await?;
    let until = Instant::now() + time;
    while Instant::now() < until {
        sleep(STEP).await;
        let claimed = Millis(seat.clock_ms().0 * 16);
        let unseen = claimed.saturating_sub(seat.study.player.client_ms());
        let spans = seat.study.player.watch(unseen);
        seat.beat(&mut person, spans).await?;
    }
    person.outcome(None, share(time, 50)).await
}

/// A browser clock that jumps an hour ahead, then back, then a day ahead, while the film plays.
pub(super) async fn jumping_client_clock(
    address: SocketAddr,
    time: Duration,
) -> Result<Outcome, RobotError> {
    const HOUR_MS: u64 = 3_600_000;
    let mut person = Person::enter(address).await?;
    let device = person.device.tab();
    let mut seat = person.sit(device, 0).await?;
    let honest = seat.watch(&mut person, time / 3).await?;
    let earned = person.credited_ms();
    person.expect(!honest.is_empty() && earned > Millis::ZERO, || {
        "the honest part earned nothing".into()
    });
    let mut media_ms = seat.clock_ms().0;
    // Each jump claims a minute of film in the minute that its clock says has passed.
    for offset_ms in [HOUR_MS, 0, 24 * HOUR_MS, 2 * HOUR_MS, u64::from(u32::MAX)] {
        sleep(time / 8).await;
        let span = Span {
            state: SpanState::Watching,
            media_from_ms: Millis(media_ms),
            media_to_ms: Millis(media_ms + 60_000),
            client_from_ms: Millis(offset_ms),
            client_to_ms: Millis(offset_ms + 60_000),
            rate_permille: 1000,
            frames: 1_500,
        };
        media_ms += 60_000;
        seat.beat(&mut person, vec![span]).await?;
    }
    person.outcome(None, share(time, 25)).await
}
