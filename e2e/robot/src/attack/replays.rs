//! Beats that were sent before, by this person or by another, in another order, in pieces, or twice.

use super::{
    Outcome,
    table::{Person, STEP, share},
};
use crate::{RobotError, Study};
use contract::{ErrorCode, beat::Beat};
use std::{net::SocketAddr, time::Duration};
use study::{Millis, SessionId, Span, SpanState};
use tokio::time::{Instant, sleep};

/// The beats of an older session of one's own: sent again where they were, and to the new session as they are and re-chained.
pub(super) async fn own_old_session(
    address: SocketAddr,
    time: Duration,
) -> Result<Outcome, RobotError> {
    let mut person = Person::enter(address).await?;
    let device = person.device.tab();
    let mut old = person.sit(device, 0).await?;
    let said = old.watch(&mut person, time / 2).await?;
    old.device.end(old.session()).await?;
    let device = person.device.tab();
    let mut new = person.sit(device, 0).await?;
    let before = person.recorded_ms().await?;
    for (beat, first) in &said {
        // The same beat to the same session: the same receipt, for nothing.
        let again = old.device.send(old.session(), beat).await?;
        person.expect(again.chain == first.chain, || {
            format!("beat {} sent again got another chain", beat.seq)
        });
        person.note(old.session(), &again);
        let moved = new.device.send(new.session(), beat).await;
        person.expect_worthless(
            "an old session's beat in a new session",
            new.session(),
            &moved,
        );
    }
    let after = person.recorded_ms().await?;
    person.expect(before == after, || {
        format!("replayed beats moved the record from {before:?} to {after:?}")
    });
    // Re-chained they are honest in form. All they can earn is what of this film was not credited before.
    sleep(time / 4).await;
    let mut rechained = Study::new(new.study.started.clone());
    let mut film_seen_ms = Millis::ZERO;
    for (beat, _) in &said {
        let beat = rechained.beat(beat.spans.clone())?;
        let receipt = new.device.send(new.session(), &beat).await?;
        rechained.check(&beat, &receipt)?;
        person.note(new.session(), &receipt);
        let reached = beat.spans.iter().map(|span| span.media_to_ms).max();
        film_seen_ms = film_seen_ms.max(reached.unwrap_or_default());
    }
    let credited = person.credited_ms();
    person.expect(credited <= film_seen_ms, || {
        format!("{credited:?} for {film_seen_ms:?} of film watched twice")
    });
    person.outcome(None, share(time, 35)).await
}

/// Somebody else's session and somebody else's beats.
pub(super) async fn another_person(
    address: SocketAddr,
    time: Duration,
) -> Result<Outcome, RobotError> {
    let mut person = Person::enter(address).await?;
    let mut victim = Person::enter(address).await?;
    let device = victim.device.tab();
    let mut seat = victim.sit(device, 0).await?;
    let said = seat.watch(&mut victim, time / 2).await?;

    let device = person.device.tab();
    let mut mine = person.sit(device, 0).await?;
    let invented = SessionId(uuid::Uuid::from_u128(
        0x5eed_0000_0000_4000_8000_0000_0000_0001,
    ));
    for (beat, _) in &said {
        for session in [seat.session(), invented] {
            let answer = mine.device.send(session, beat).await;
            person.expect_refused(
                "a beat to a session of others",
                &answer,
                &[ErrorCode::NotFound],
            );
        }
        let copied = mine.device.send(mine.session(), beat).await;
        person.expect_worthless("another person's beat", mine.session(), &copied);
    }
    for session in [seat.session(), invented] {
        let ended = mine.device.end(session).await;
        person.expect_refused("ending a session of others", &ended, &[ErrorCode::NotFound]);
    }
    // The victim noticed nothing of it.
    seat.watch(&mut victim, time / 4).await?;
    let hurt = victim.outcome(None, share(time, 60)).await?;
    person.expect(hurt.held(), || format!("the victim was hurt: {hurt}"));
    person.outcome(Some(Millis::ZERO), Millis::ZERO).await
}

/// Later beats first, and spans inside a beat the wrong way round.
pub(super) async fn reordered(address: SocketAddr, time: Duration) -> Result<Outcome, RobotError> {
    let mut person = Person::enter(address).await?;
    let device = person.device.tab();
    let mut seat = person.sit(device, 0).await?;
    let until = Instant::now() + time;
    while Instant::now() < until {
        sleep(STEP * 3).await;
        let expected_seq = seat.study.next_seq();
        let spans = seat.observed();
        let thirds = thirds(&spans);
        let mut beats: Vec<Beat> = Vec::new();
        for spans in thirds {
            let reversed = spans.into_iter().rev().collect();
            beats.push(seat.study.beat(reversed)?);
        }
        for beat in beats.iter().skip(1).rev() {
            let early = seat.device.send(seat.session(), beat).await;
            let told = match &early {
                Err(RobotError::Refused { reply, .. }) => reply.expected_seq,
                _ => None,
            };
            person.expect(told == Some(expected_seq), || {
                format!("beat {} before beat {expected_seq}: {early:?}", beat.seq)
            });
            person.expect_refused("a beat out of order", &early, &[ErrorCode::BeatOutOfOrder]);
        }
        for beat in &beats {
            let receipt = seat.device.send(seat.session(), beat).await?;
            seat.study.check(beat, &receipt)?;
            person.note(seat.session(), &receipt);
        }
    }
    person.outcome(None, share(time, 10)).await
}

/// Cuts the spans into three lists, each span in halves: so that reversing a list puts its halves the wrong way round.
fn thirds(spans: &[Span]) -> [Vec<Span>; 3] {
    let mut lists = [Vec::new(), Vec::new(), Vec::new()];
    for span in spans {
        let pieces = pieces(span, 6);
        for (piece, idx) in pieces.into_iter().zip(0_usize..) {
            if let Some(list) = lists.get_mut(idx / 2) {
                list.push(piece);
            }
        }
    }
    lists
}

/// `span` cut into `n` stretches one after the other.
fn pieces(span: &Span, n: u64) -> Vec<Span> {
    let cut =
        |from: Millis, to: Millis, idx: u64| Millis(from.0 + to.saturating_sub(from).0 * idx / n);
    (0..n)
        .map(|idx| Span {
            media_from_ms: cut(span.media_from_ms, span.media_to_ms, idx),
            media_to_ms: cut(span.media_from_ms, span.media_to_ms, idx + 1),
            client_from_ms: cut(span.client_from_ms, span.client_to_ms, idx),
            client_to_ms: cut(span.client_from_ms, span.client_to_ms, idx + 1),
            ..*span
        })
        .collect()
}

/// Time cut into slivers that each claim the most that rounding and slack might let through, every beat sent three times over
/// two connections at once, with a different beat of the same number between them.
pub(super) async fn split_and_duplicated(
    address: SocketAddr,
    time: Duration,
) -> Result<Outcome, RobotError> {
    let mut person = Person::enter(address).await?;
    let device = person.device.tab();
    let mut seat = person.sit(device, 0).await?;
    let mut tab = person.device.tab();
    let until = Instant::now() + time;
    let (mut media_ms, mut client_ms) = (0, 0);
    while Instant::now() < until {
        sleep(STEP / 5).await;
        let now_ms = seat.clock_ms().0;
        let mut spans = Vec::new();
        while client_ms + 7 <= now_ms && spans.len() < 20 {
            // 7 ms by the clock, and as much film as the slack for granularity admits.
            spans.push(Span {
                state: SpanState::Watching,
                media_from_ms: Millis(media_ms),
                media_to_ms: Millis(media_ms + 250),
                client_from_ms: Millis(client_ms),
                client_to_ms: Millis(client_ms + 7),
                rate_permille: 1500,
                frames: 1,
            });
            media_ms += 250;
            client_ms += 7;
        }
        let beat = seat.study.beat(spans)?;
        let session = seat.session();
        let (one, two) = tokio::join!(seat.device.send(session, &beat), tab.send(session, &beat));
        let (one, two) = (one?, two?);
        seat.study.check(&beat, &one)?;
        let other = Beat {
            spans: Vec::new(),
            ..beat.clone()
        };
        if other != beat {
            let conflict = tab.send(session, &other).await;
            person.expect_refused(
                "a second beat of one number",
                &conflict,
                &[ErrorCode::BeatConflict],
            );
        }
        let three = tab.send(session, &beat).await?;
        for receipt in [&one, &two, &three] {
            person.note(session, receipt);
        }
    }
    person.outcome(None, share(time, 30)).await
}

/// The first two seconds of the film again and again, forwards and after jumps: they count once.
pub(super) async fn same_film_again(
    address: SocketAddr,
    time: Duration,
) -> Result<Outcome, RobotError> {
    const LOOP_MS: u64 = 2_000;
    let mut person = Person::enter(address).await?;
    let device = person.device.tab();
    let mut seat = person.sit(device, 0).await?;
    let until = Instant::now() + time;
    let mut client_ms = 0;
    while Instant::now() < until {
        sleep(Duration::from_millis(LOOP_MS)).await;
        let now_ms = seat.clock_ms().0;
        let watched = Span {
            state: SpanState::Watching,
            media_from_ms: Millis::ZERO,
            media_to_ms: Millis(LOOP_MS),
            client_from_ms: Millis(client_ms),
            client_to_ms: Millis(now_ms),
            rate_permille: 1000,
            frames: 50,
        };
        let back = Span {
            state: SpanState::Seeking,
            media_from_ms: Millis(LOOP_MS),
            media_to_ms: Millis::ZERO,
            client_from_ms: Millis(now_ms),
            client_to_ms: Millis(now_ms),
            rate_permille: 1000,
            frames: 0,
        };
        client_ms = now_ms;
        seat.beat(&mut person, vec![watched, back]).await?;
    }
    person
        .outcome(Some(Millis(LOOP_MS)), Millis(LOOP_MS * 9 / 10))
        .await
}
