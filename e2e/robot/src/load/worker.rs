//! One connection of the load generator: valid next beats of its learners, one after the other, each checked.

use crate::{Connection, Cookie, RobotError, Study, device::beats_path};
use contract::beat::Receipt;
use hdrhistogram::Histogram;
use hyper::body::Bytes;
use std::time::Duration;
use study::{Millis, SpanState};
use tokio::time::Instant;

/// A learner in a study session, ready to send beats over any connection.
pub struct Seat {
    /// The sign-in.
    pub cookie: Cookie,
    /// The session.
    pub study: Study,
    /// Just before it was asked for: zero of the page's clock.
    pub began_at: Instant,
}

/// When to send, and from when to when to count.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// The first beat.
    pub starts_at: Instant,
    /// End of the warm-up.
    pub counts_from: Instant,
    /// End of the run.
    pub ends_at: Instant,
    /// Time between two beats of this connection, and the first one's delay; `None` in a closed loop.
    pub every: Option<(Duration, Duration)>,
}

/// What one connection saw.
pub struct Tally {
    /// Time from when a beat was to be sent until its receipt was read, in microseconds, in the measured period.
    pub latencies_us: Histogram<u64>,
    /// Receipts in the measured period.
    pub beats: u64,
    /// Receipts in the whole run.
    pub beats_with_warm_up: u64,
    /// Requests without a receipt.
    pub errors: u64,
    /// The first few of them.
    pub error_examples: Vec<String>,
}

impl Tally {
    /// Nothing seen yet.
    ///
    /// # Panics
    /// Never: three digits are a valid precision.
    #[must_use]
    pub fn new() -> Self {
        Self {
            latencies_us: Histogram::new(3).expect("three significant digits are valid"),
            beats: 0,
            beats_with_warm_up: 0,
            errors: 0,
            error_examples: Vec::new(),
        }
    }

    fn fail(&mut self, error: &RobotError) {
        self.errors += 1;
        if self.error_examples.len() < 3 {
            self.error_examples.push(error.to_string());
        }
    }
}

impl Default for Tally {
    fn default() -> Self {
        Self::new()
    }
}

/// Sends beats of `seats` in turn until the pace says that it is over.
pub async fn drive(mut connection: Connection, mut seats: Vec<Seat>, pace: Pace) -> Tally {
    let mut tally = Tally::new();
    let mut due_at = pace.starts_at + pace.every.map_or(Duration::ZERO, |(_, delay)| delay);
    let mut n_sent: usize = 0;
    tokio::time::sleep_until(pace.starts_at).await;
    loop {
        let n_seats = seats.len();
        let Some(seat) = n_sent
            .checked_rem(n_seats)
            .and_then(|idx| seats.get_mut(idx))
        else {
            return tally;
        };
        n_sent += 1;
        // In an open loop a late beat's waiting is part of its latency: a slow server must not slow down the question.
        let asked_at = if let Some((every, _)) = pace.every {
            tokio::time::sleep_until(due_at).await;
            let asked_at = due_at;
            due_at += every;
            asked_at
        } else {
            Instant::now()
        };
        if asked_at >= pace.ends_at {
            return tally;
        }
        match beat_once(&mut connection, seat, pace.ends_at, &mut tally).await {
            Ok(()) => {
                let now = Instant::now();
                tally.beats_with_warm_up += 1;
                if asked_at >= pace.counts_from && now <= pace.ends_at {
                    tally.beats += 1;
                    let us = (now - asked_at).as_micros();
                    // The histogram grows as needed, so any time can be entered.
                    let _entered = tally
                        .latencies_us
                        .record(u64::try_from(us).unwrap_or(u64::MAX));
                }
            }
            Err(error) => {
                // The chain of this seat cannot go on without this beat, so the run is over for this connection.
                tally.fail(&error);
                return tally;
            }
        }
    }
}

/// Sends one beat until it has its receipt, or until the run is over.
async fn beat_once(
    connection: &mut Connection,
    seat: &mut Seat,
    ends_at: Instant,
    tally: &mut Tally,
) -> Result<(), RobotError> {
    let seq = seat.study.next_seq();
    let spans = spans(seat, seq);
    let beat = seat.study.beat(spans)?;
    let body =
        serde_json::to_vec(&beat).map_err(|error| RobotError::ContractBroken(error.to_string()))?;
    let body = Bytes::from(body);
    let path = beats_path(seat.study.started.session);
    loop {
        let answer = connection
            .post_bytes(&path, Some(&seat.cookie), body.clone())
            .await
            .and_then(|answer| answer.parse::<Receipt>());
        match answer {
            Ok(receipt) if receipt.seq == beat.seq => return Ok(()),
            Ok(receipt) => {
                return Err(RobotError::ContractBroken(format!(
                    "beat {} got the receipt of beat {}",
                    beat.seq, receipt.seq
                )));
            }
            Err(error) if error.passing() && Instant::now() < ends_at => {
                tally.fail(&error);
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            Err(error) => return Err(error),
        }
    }
}

/// What an ordinary learner's page observed since the last beat, in real time: mostly one stretch of watching; now and then a
/// pause, or another window for a moment. The page only reports more often than a real one, so that decisions, coverage and rows
/// are as large as real ones: claims beyond real time would be cut into pieces that no learner has.
fn spans(seat: &mut Seat, seq: u64) -> Vec<study::Span> {
    let player = &mut seat.study.player;
    let now_ms = u64::try_from(seat.began_at.elapsed().as_millis()).unwrap_or(u64::MAX);
    let unseen = Millis(now_ms).saturating_sub(player.client_ms());
    let part = |percent: u64| Millis(unseen.0 * percent / 100);
    let mut spans = match seq % 10 {
        4 => {
            let mut spans = player.watch(part(60));
            spans.push(player.idle(SpanState::Paused, part(40)));
            spans
        }
        9 => {
            let mut spans = player.watch(part(30));
            spans.push(player.idle(SpanState::Hidden, part(20)));
            spans.extend(player.watch(part(50)));
            spans
        }
        _ => player.watch(unseen),
    };
    spans.retain(|span| span.client_len() > Millis::ZERO);
    spans
}
