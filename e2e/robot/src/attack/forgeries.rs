//! Numbers and bytes that no browser would send.

use super::{
    Outcome,
    table::{Person, STEP, share},
};
use crate::{RobotError, device::beats_path};
use contract::beat::{Beat, Receipt};
use hyper::body::Bytes;
use std::{net::SocketAddr, time::Duration};
use study::{LeaseNumber, Millis, Span, SpanState};
use tokio::time::{Instant, sleep};

/// Sixteen seconds of film in each second, said openly and said to be normal speed.
pub(super) async fn sixteen_times(
    address: SocketAddr,
    time: Duration,
) -> Result<Outcome, RobotError> {
    let mut person = Person::enter(address).await?;
    let device = person.device.tab();
    let mut seat = person.sit(device, 0).await?;
    let until = Instant::now() + time;
    let (mut media_ms, mut client_ms, mut openly) = (0, 0, true);
    while Instant::now() < until {
        sleep(STEP).await;
        let now_ms = seat.clock_ms().0;
        let media_to_ms = media_ms + (now_ms - client_ms) * 16;
        let span = Span {
            state: SpanState::Watching,
            media_from_ms: Millis(media_ms),
            media_to_ms: Millis(media_to_ms),
            client_from_ms: Millis(client_ms),
            client_to_ms: Millis(now_ms),
            rate_permille: if openly { 16_000 } else { 1_000 },
            frames: 1_000,
        };
        (media_ms, client_ms, openly) = (media_to_ms, now_ms, !openly);
        seat.beat(&mut person, vec![span]).await?;
    }
    person.outcome(Some(Millis::ZERO), Millis::ZERO).await
}

/// The largest and the smallest of every number, forwards and backwards. What is refused must be refused as the sender's fault.
pub(super) async fn extreme_numbers(
    address: SocketAddr,
    time: Duration,
) -> Result<Outcome, RobotError> {
    const EXTREMES: [u64; 6] = [
        0,
        1,
        u32::MAX as u64,
        // The largest whole number that JSON readers agree on, and what lies behind it.
        (1 << 53) - 1,
        1 << 53,
        u64::MAX,
    ];
    let mut person = Person::enter(address).await?;
    let device = person.device.tab();
    let mut seat = person.sit(device, 0).await?;
    let began_at = Instant::now();
    let mut n_sent: usize = 0;
    for media_from in EXTREMES {
        for media_to in EXTREMES {
            for (client_from, client_to) in
                [(0, u64::MAX), (u64::MAX, 0), (0, (1 << 53) - 1), (5, 5)]
            {
                n_sent += 1;
                let state = if n_sent.is_multiple_of(5) {
                    SpanState::Unfocused
                } else {
                    SpanState::Watching
                };
                let span = Span {
                    state,
                    media_from_ms: Millis(media_from),
                    media_to_ms: Millis(media_to),
                    client_from_ms: Millis(client_from),
                    client_to_ms: Millis(client_to),
                    rate_permille: if n_sent.is_multiple_of(3) {
                        u32::MAX
                    } else {
                        0
                    },
                    frames: u32::MAX,
                };
                let mut study = seat.study.clone();
                let Ok(beat) = study.beat(vec![span]) else {
                    continue;
                };
                let answer = seat.device.send(seat.session(), &beat).await;
                match answer {
                    Ok(receipt) => {
                        study.check(&beat, &receipt)?;
                        person.note(seat.session(), &receipt);
                        seat.study = study;
                    }
                    // Refused: the chain goes on from where it was.
                    refused => person.expect_refused("extreme numbers", &refused, &[]),
                }
            }
        }
        sleep(time / 12).await;
    }
    // Too many spans, and none.
    for n_spans in [100_000, 65, 0] {
        let span = Span {
            state: SpanState::Watching,
            media_from_ms: Millis::ZERO,
            media_to_ms: Millis(1),
            client_from_ms: Millis::ZERO,
            client_to_ms: Millis(1),
            rate_permille: 1000,
            frames: 1,
        };
        let mut study = seat.study.clone();
        let beat = study.beat(vec![span; n_spans])?;
        match seat.device.send(seat.session(), &beat).await {
            Ok(receipt) => {
                person.note(seat.session(), &receipt);
                person.expect(n_spans == 0, || {
                    format!("a beat of {n_spans} spans was taken")
                });
                seat.study = study;
            }
            // A server may close the connection on a body that is far too large.
            Err(RobotError::NoAnswer(_)) if n_spans > 1_000 => {}
            refused => person.expect_refused("too many spans", &refused, &[]),
        }
    }
    tokio::time::sleep_until(began_at + time).await;
    person.outcome(None, Millis::ZERO).await
}

/// Lease numbers that were never granted, sequence numbers out of the air, and a chain that does not hang together.
pub(super) async fn invented_leases(
    address: SocketAddr,
    time: Duration,
) -> Result<Outcome, RobotError> {
    let mut person = Person::enter(address).await?;
    let device = person.device.tab();
    let mut seat = person.sit(device, 0).await?;
    let until = Instant::now() + time;
    while Instant::now() < until {
        sleep(STEP * 2).await;
        let lease = seat.study.started.lease;
        let honest = {
            let mut study = seat.study.clone();
            let unseen = seat.clock_ms().saturating_sub(study.player.client_ms());
            let spans = study.player.watch(unseen);
            study.beat(spans)?
        };
        for invented in [0, lease.0.wrapping_sub(1), lease.0 + 1, u64::MAX] {
            let beat = Beat {
                lease: LeaseNumber(invented),
                ..honest.clone()
            };
            let answer = seat.device.send(seat.session(), &beat).await;
            person.expect_refused("an invented lease", &answer, &[]);
        }
        for invented in [0, honest.seq + 1, honest.seq + 1_000_000, u64::MAX] {
            let beat = Beat {
                seq: invented,
                ..honest.clone()
            };
            let answer = seat.device.send(seat.session(), &beat).await;
            person.expect_refused("an invented sequence number", &answer, &[]);
        }
        let beat = Beat {
            prev: contract::Digest([7; 32]),
            ..honest.clone()
        };
        let answer = seat.device.send(seat.session(), &beat).await;
        person.expect_refused("a broken chain", &answer, &[]);
        // After all that the honest beat goes through.
        let spans = seat.observed();
        seat.beat(&mut person, spans).await?;
    }
    person.outcome(None, share(time, 80)).await
}

/// Bytes that are not a beat: refused as the sender's fault, never a fault of the server's, and nothing is credited.
pub(super) async fn broken_json(
    address: SocketAddr,
    time: Duration,
) -> Result<Outcome, RobotError> {
    let mut person = Person::enter(address).await?;
    let device = person.device.tab();
    let mut seat = person.sit(device, 0).await?;
    sleep(time / 2).await;
    let honest = seat
        .study
        .clone()
        .beat(seat.study.clone().player.watch(Millis(1_000)))?;
    let text = serde_json::to_string(&honest)
        .map_err(|error| RobotError::ContractBroken(error.to_string()))?;
    let path = beats_path(seat.session());
    let mut bodies: Vec<Vec<u8>> = vec![
        Vec::new(),
        b"null".to_vec(),
        b"[]".to_vec(),
        b"{}".to_vec(),
        b"\xff\xfe{}".to_vec(),
        text.replace("\"spans\":[", "\"spans\":[[").into_bytes(),
        text.replace("1000", "-1000").into_bytes(),
        text.replace("1000", "1000.5").into_bytes(),
        text.replace("1000", "1e400").into_bytes(),
        text.replace("1000", "18446744073709551616").into_bytes(),
        text.replace("1000", "\"1000\"").into_bytes(),
        text.replace("watching", "credited").into_bytes(),
        text.replacen('{', "{\"credited_ms\":99999999,", 1)
            .into_bytes(),
        text.replacen('{', "{\"seq\":1,\"seq\":2,", 1).into_bytes(),
        format!("{}{text}{}", "[".repeat(50_000), "]".repeat(50_000)).into_bytes(),
    ];
    for length in (1..text.len()).step_by(37) {
        bodies.push(text.as_bytes().get(..length).unwrap_or_default().to_vec());
    }
    for body in bodies {
        let shown = String::from_utf8_lossy(body.get(..60).unwrap_or(&body)).into_owned();
        let answer = seat
            .device
            .connection
            .post_bytes(&path, Some(&seat.device.cookie), Bytes::from(body))
            .await
            .and_then(|answer| answer.parse::<Receipt>());
        person.expect_refused(&format!("the body {shown:?}"), &answer, &[]);
    }
    let recorded = person.recorded_ms().await?;
    person.expect(recorded == Millis::ZERO, || {
        format!("broken bodies earned {recorded:?}")
    });
    // And the session is unhurt.
    let spans = seat.observed();
    seat.beat(&mut person, spans).await?;
    person.outcome(None, share(time, 40)).await
}
