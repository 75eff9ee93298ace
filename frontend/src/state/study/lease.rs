//! Getting the study lease, starting a session under it, and letting it go.

use super::{MARK, Phase, RETRY_MS, Study};
use crate::{
    api::{self, Failure},
    browser::{
        clock, device, page,
        storage::{self, Shelf},
    },
    state::identity::Who,
};
use contract::{
    beat::{StartStudy, StudyStarted},
    error::ErrorCode,
};
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use study::{Event, Millis, Session};

/// A film that was left this close to its end begins again.
const END_MS: Millis = Millis(1_500);

impl Study {
    /// Asks for the lease, after sending what an earlier session left.
    pub fn start(self, take_over: bool) {
        let Some(attempt) = self.core.try_update_value(|core| {
            core.attempt += 1;
            core.attempt
        }) else {
            return;
        };
        leptos::task::spawn_local(async move {
            self.close_session();
            if self.courier.n_waiting() > 0 {
                self.phase.set(Phase::Draining);
                self.courier.drained().await;
            }
            if self.core.try_with_value(|core| core.attempt) != Some(attempt) {
                return;
            }
            self.ask(attempt, take_over).await;
        });
    }

    async fn ask(self, attempt: u64, take_over: bool) {
        let Some((class, unit)) = self.core.try_with_value(|core| (core.class, core.unit)) else {
            return;
        };
        // A tab that was reloaded takes back what it held itself.
        let mut take_over = take_over || storage::read(Shelf::Tab, MARK).is_some();
        let mut pauses = RETRY_MS
            .iter()
            .copied()
            .chain(std::iter::repeat(RETRY_MS[RETRY_MS.len() - 1]));
        if !matches!(self.phase.get_untracked(), Phase::Retrying(_)) {
            self.phase.set(Phase::Starting);
        }
        loop {
            let request = StartStudy {
                class,
                unit,
                device: device::name(),
                take_over,
            };
            let answer = api::start_study(&request).await;
            if self.core.try_with_value(|core| core.attempt) != Some(attempt) {
                return;
            }
            match answer {
                Ok(started) => return self.run(started),
                Err(Failure::Refused(reply)) if reply.code == ErrorCode::LeaseHeld => {
                    match reply.holder {
                        Some(holder) => return self.phase.set(Phase::Held(holder)),
                        None => take_over = true,
                    }
                }
                Err(failure) if failure.is_passing() => {
                    let asked = failure
                        .retry_after()
                        .and_then(|ms| u32::try_from(ms.0).ok());
                    self.phase.set(Phase::Retrying(failure));
                    TimeoutFuture::new(asked.or(pauses.next()).unwrap_or(1_000)).await;
                }
                Err(failure) => {
                    self.identity.heed(&failure);
                    return self.phase.set(Phase::Refused(failure));
                }
            }
        }
    }

    fn run(self, started: StudyStarted) {
        let Some(me) = self.identity.who.with_untracked(|who| match who {
            Who::Somebody(me) => Some(me.person),
            Who::Unknown | Who::Nobody | Who::Unreachable(_) => None,
        }) else {
            return;
        };
        self.courier.open(me, &started);
        storage::write(Shelf::Tab, MARK, &started.session.to_string());
        let now = clock::now();
        self.core.update_value(|core| {
            let (media_ms, playing) = match &core.player {
                // The film was already there: a new lease goes on where it stands.
                Some(player) if self.started.with_untracked(Option::is_some) => {
                    (player.sample().media_ms, !player.paused())
                }
                _ => {
                    let near_end = started.position_ms.saturating_add(END_MS) >= started.film_ms;
                    let at = if near_end {
                        Millis::ZERO
                    } else {
                        started.position_ms
                    };
                    core.place_at = Some(at);
                    (at, false)
                }
            };
            let mut session = Session::new(started.rules.clone(), media_ms, now).expecting(
                started.film_ms,
                started.covered.clone(),
                started.day_credited_ms,
                started.started_at,
            );
            // Right after the start nothing is due, so these facts ask for nothing.
            for event in [
                Event::RateChanged {
                    rate_permille: self.rate_permille.get_untracked(),
                },
                Event::VisibilityChanged {
                    visible: page::visible(),
                },
                Event::FocusChanged {
                    focused: page::focused(),
                },
            ] {
                session.handle(event, now);
            }
            if playing {
                session.handle(Event::PlayingStarted, now);
            }
            core.session = Some((started.session, session));
        });
        let checks = started.checks.clone();
        self.started.set(Some(started));
        self.phase.set(Phase::Running);
        self.feed(Event::Ticked);
        let open = checks.as_ref().and_then(|checks| checks.open.clone());
        self.heard_checks(checks.map(|checks| checks.class));
        if let Some(challenge) = open {
            self.drawn(challenge);
        }
    }

    /// Says good-bye to the session in hand, if there is one.
    pub(super) fn close_session(self) {
        self.feed(Event::Left);
        let closed = self
            .core
            .try_update_value(|core| core.session.take())
            .flatten();
        if let Some((session, _)) = closed {
            self.courier.end(session);
        }
    }

    pub(super) fn leave(self) {
        self.close_session();
        storage::remove(Shelf::Tab, MARK);
        self.core.try_update_value(|core| {
            core.attempt += 1;
            core.wake = None;
            core.player = None;
        });
    }
}
