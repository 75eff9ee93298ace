//! The film: what the player says, where it is put, and how it is mended when it breaks.

use super::{RETRY_MS, Study};
use crate::browser::player::{Player, PlayerFact};
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use std::rc::Rc;
use study::{Event, Millis};
use web_sys::HtmlVideoElement;

impl Study {
    /// The `<video>` is on the page.
    pub fn attach(self, video: HtmlVideoElement) {
        let player = Rc::new(Player::new(video, move |fact| self.player_changed(fact)));
        self.core.update_value(|core| core.player = Some(player));
    }

    fn player_changed(self, fact: PlayerFact) {
        match fact {
            PlayerFact::Ready => self.place(),
            PlayerFact::Playing => {
                self.film_broken.set(false);
                self.ended.set(false);
                self.core.update_value(|core| core.n_film_faults = 0);
                self.feed(Event::PlayingStarted);
            }
            PlayerFact::Paused => self.feed(Event::Paused),
            PlayerFact::Waiting => self.feed(Event::Stalled),
            PlayerFact::Moved { from_ms, to_ms } => self.feed(Event::Seeked { from_ms, to_ms }),
            PlayerFact::Rate(rate_permille) => {
                self.rate_permille.set(rate_permille);
                self.feed(Event::RateChanged { rate_permille });
            }
            PlayerFact::Progressed => self.feed(Event::Ticked),
            PlayerFact::Ended => {
                self.ended.set(true);
                self.feed(Event::Ended);
            }
            PlayerFact::Broken => self.mend(),
        }
    }

    /// Puts the film where it belongs, once it can be put anywhere.
    fn place(self) {
        self.core.update_value(|core| {
            let Some(player) = &core.player else { return };
            if let Some(at) = core.place_at.take() {
                player.place(at);
            }
            if std::mem::take(&mut core.resume_playing) {
                player.play();
            }
        });
    }

    /// Loads a broken film again, for ever but ever more slowly: a server that restarts must not end a lesson.
    fn mend(self) {
        self.film_broken.set(true);
        self.feed(Event::Stalled);
        let pause = self.core.try_update_value(|core| {
            if let Some(player) = &core.player {
                let media_ms = player.sample().media_ms;
                if core.place_at.is_none() && media_ms > Millis::ZERO {
                    core.place_at = Some(media_ms);
                    core.resume_playing = !player.paused();
                }
            }
            core.n_film_faults += 1;
            RETRY_MS
                .get(core.n_film_faults - 1)
                .copied()
                .unwrap_or(RETRY_MS[RETRY_MS.len() - 1])
        });
        leptos::task::spawn_local(async move {
            TimeoutFuture::new(pause.unwrap_or(1_000)).await;
            self.core.try_with_value(|core| {
                if let Some(player) = &core.player {
                    player.reload();
                }
            });
        });
    }
}
