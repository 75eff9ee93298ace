//! Face checks while somebody studies: the film waits for them, and the forecast knows when one is overdue.

use super::Study;
use crate::{
    api,
    browser::{annex::Told, clock},
};
use contract::face::{Challenge, ClassChecks};
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use study::{Event, Millis};

/// The server settles a miss when the time is up; ask a little later.
const AFTER_DEADLINE_MS: Millis = Millis(1_500);

/// A check that waits for its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drawn {
    /// What the server asks.
    pub challenge: Challenge,
    /// Until when, by the page's monotonic clock: for the countdown; the server's clock decides.
    pub until: Millis,
}

impl Study {
    /// A check was drawn.
    pub(super) fn drawn(self, challenge: Challenge) {
        let until = clock::now().saturating_add(challenge.answer_ms);
        let check = challenge.check;
        let answer_ms = challenge.answer_ms;
        self.drawn.set(Some(Drawn { challenge, until }));
        self.checking.set(true);
        leptos::task::spawn_local(async move {
            let ms = answer_ms.saturating_add(AFTER_DEADLINE_MS).0;
            TimeoutFuture::new(u32::try_from(ms).unwrap_or(u32::MAX)).await;
            // The page may be gone, or another check may be up.
            let still = self
                .drawn
                .try_with_untracked(|drawn| {
                    drawn
                        .as_ref()
                        .is_some_and(|drawn| drawn.challenge.check == check)
                })
                .unwrap_or(false);
            if still {
                self.drawn.set(None);
                self.ask_checks();
            }
        });
    }

    /// How checks stand, from the server.
    pub(super) fn heard_checks(self, checks: Option<ClassChecks>) {
        let overdue = checks.as_ref().is_some_and(|checks| checks.blocked);
        if self.checks.try_set(checks).is_none() {
            self.feed(Event::CheckOverdue { overdue });
        }
    }

    /// Asks the server how checks stand in this class.
    pub fn ask_checks(self) {
        let Some(class) = self.core.try_with_value(|core| core.class) else {
            return;
        };
        leptos::task::spawn_local(async move {
            // Without an answer the page goes on as it is: the server does not credit what it should not.
            if let Ok(class) = api::my_class(class).await {
                self.heard_checks(class.checks);
            }
        });
    }

    /// A screen of the annex said something.
    pub fn annex_told(self, told: Told) {
        match told {
            Told::Opened => self.hold(),
            Told::Closed => {
                self.checking.set(false);
                self.go_on();
            }
            Told::Changed => {
                self.drawn.set(None);
                self.ask_checks();
            }
            Told::SignedOut => self.identity.forget(),
        }
    }

    /// The film stands still while a check is before the learner.
    pub fn hold(self) {
        self.core.try_update_value(|core| {
            if let Some(player) = &core.player
                && !player.paused()
            {
                player.pause();
                core.held = true;
            }
        });
    }

    /// It goes on by itself, if it was us who stopped it.
    pub fn go_on(self) {
        self.core.try_update_value(|core| {
            if std::mem::take(&mut core.held)
                && let Some(player) = &core.player
            {
                player.play();
            }
        });
    }
}
