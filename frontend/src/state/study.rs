//! Drives `study::Session` with what the player and the page report, and the courier with what the session asks.
//!
//! It never decides what counts: it shows the forecast of the rules, and corrects it by what the server answers.

mod checks;
mod film;
mod lease;

pub use checks::Drawn;

use super::{
    courier::{Courier, News, use_courier},
    identity::{Identity, use_identity},
    note::{self, Note},
};
use crate::{
    api::Failure,
    browser::{
        clock,
        page::{self, PageFact},
        player::Player,
        storage::{self, Shelf},
    },
};
use contract::{
    beat::{Receipt, StudyStarted},
    error::{ErrorCode, LeaseHolder},
    face::ClassChecks,
};
use gloo_timers::callback::Timeout;
use leptos::prelude::*;
use std::rc::Rc;
use study::{Action, ClassId, Event, Millis, Session, SessionId, UnitId, session::View};

/// The tab remembers its own session, so that a reload takes its lease back without asking.
const MARK: &str = "zhenxue.studying";
/// Pauses between tries to get the lease, or the film, back.
const RETRY_MS: [u32; 5] = [1_000, 2_000, 4_000, 8_000, 15_000];

/// How far the way to a running study session is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Sending what is left of the session before.
    Draining,
    /// Asking for the lease.
    Starting,
    /// Asking again soon, because the server did not answer.
    Retrying(Failure),
    /// Another device studies now; may it be taken over?
    Held(LeaseHolder),
    /// The lease is ours.
    Running,
    /// Another device took the lease.
    Lost,
    /// It will not work, and why.
    Refused(Failure),
}

/// The machine and its film; not reactive.
struct Core {
    class: ClassId,
    unit: UnitId,
    session: Option<(SessionId, Session)>,
    player: Option<Rc<Player>>,
    /// Where the film is to be put as soon as it can be.
    place_at: Option<Millis>,
    resume_playing: bool,
    /// We stopped the film for a check, so we let it go on.
    held: bool,
    wake: Option<Timeout>,
    n_film_faults: usize,
    /// Grows with each try to start, so that an answer that comes too late changes nothing.
    attempt: u64,
}

/// One watch page's study.
#[derive(Clone, Copy)]
pub struct Study {
    /// How far it is.
    pub phase: RwSignal<Phase>,
    /// What the server granted.
    pub started: RwSignal<Option<StudyStarted>>,
    /// What the page shows now.
    pub view: RwSignal<Option<View>>,
    /// The playback rate in thousandths.
    pub rate_permille: RwSignal<u32>,
    /// Stretches that earned nothing, newest first.
    pub notes: RwSignal<Vec<Note>>,
    /// The film cannot be loaded right now.
    pub film_broken: RwSignal<bool>,
    /// The film has reached its end.
    pub ended: RwSignal<bool>,
    /// How face checks stand in this class; `None` where there are none.
    pub checks: RwSignal<Option<ClassChecks>>,
    /// The check that waits for its answer.
    pub drawn: RwSignal<Option<Drawn>>,
    /// Whether the screen of a check is wanted.
    pub checking: RwSignal<bool>,
    courier: Courier,
    identity: Identity,
    core: StoredValue<Core, LocalStorage>,
}

impl Study {
    /// A study of one unit that lives as long as the page that makes it.
    #[must_use]
    pub fn begin(class: ClassId, unit: UnitId) -> Self {
        let study = Self {
            phase: RwSignal::new(Phase::Starting),
            started: RwSignal::new(None),
            view: RwSignal::new(None),
            rate_permille: RwSignal::new(1_000),
            notes: RwSignal::new(Vec::new()),
            film_broken: RwSignal::new(false),
            ended: RwSignal::new(false),
            checks: RwSignal::new(None),
            drawn: RwSignal::new(None),
            checking: RwSignal::new(false),
            courier: use_courier(),
            identity: use_identity(),
            core: StoredValue::new_local(Core {
                class,
                unit,
                session: None,
                player: None,
                place_at: None,
                resume_playing: false,
                held: false,
                wake: None,
                n_film_faults: 0,
                attempt: 0,
            }),
        };
        study
            .courier
            .on_news(move |session, news| study.hear(session, news));
        let guards = StoredValue::new_local(page::watch(move |fact| study.page_changed(fact)));
        on_cleanup(move || {
            study.leave();
            guards.dispose();
        });
        study.start(false);
        study
    }

    fn page_changed(self, fact: PageFact) {
        match fact {
            PageFact::Visible(visible) => self.feed(Event::VisibilityChanged { visible }),
            PageFact::Focused(focused) => self.feed(Event::FocusChanged { focused }),
            PageFact::Online(online) => {
                if online {
                    self.courier.hurry();
                }
            }
            PageFact::Left => {
                self.feed(Event::VisibilityChanged { visible: false });
                self.courier.leave();
            }
        }
    }

    /// Feeds one fact, with the player's position and frames of the same moment before it, and does what the session asks.
    fn feed(self, event: Event) {
        let actions = self.core.try_update_value(|core| {
            let Core {
                session,
                player,
                place_at,
                ..
            } = core;
            let Some((id, session)) = session else {
                return Vec::new();
            };
            let mut actions = Vec::new();
            let mut now = clock::now();
            // After a jump the position belongs to the new place, and before the film is put anywhere it has none.
            let jump = matches!(event, Event::Seeked { .. });
            if let (Some(player), None, false) = (player, &*place_at, jump) {
                let sample = player.sample();
                now = sample.at;
                let (media_ms, frames_total) = (sample.media_ms, sample.frames_total);
                actions.extend(session.handle(
                    Event::Progressed {
                        media_ms,
                        frames_total,
                    },
                    now,
                ));
            }
            actions.extend(session.handle(event, now));
            self.view.set(Some(session.view(now)));
            let id = *id;
            actions.into_iter().map(|action| (id, action)).collect()
        });
        for (session, action) in actions.unwrap_or_default() {
            self.perform(session, action);
        }
        self.set_alarm();
    }

    fn perform(self, session: SessionId, action: Action) {
        match action {
            Action::SendBeat { seq, spans } => self.courier.post(session, seq, spans),
            Action::PauseVideo => {
                let player = self
                    .core
                    .try_with_value(|core| core.player.clone())
                    .flatten();
                if let Some(player) = player {
                    player.pause();
                }
            }
        }
    }

    fn set_alarm(self) {
        self.core.try_update_value(|core| {
            let due = core
                .session
                .as_ref()
                .and_then(|(_, session)| session.next_wake());
            core.wake = due.map(|due| {
                let ms = due.saturating_sub(clock::now()).0.max(10);
                Timeout::new(u32::try_from(ms).unwrap_or(u32::MAX), move || {
                    self.feed(Event::Ticked)
                })
            });
        });
    }

    fn hear(self, session: SessionId, news: News) {
        let ours = self
            .core
            .try_with_value(|core| core.session.as_ref().is_some_and(|(id, _)| *id == session));
        if ours != Some(true) {
            return;
        }
        match news {
            News::Decided(receipt) => self.decided(receipt),
            News::Over(failure) => match failure.code() {
                // Silent for too long, or the server was set back: a new lease goes on where the film stands.
                Some(
                    ErrorCode::SessionEnded
                    | ErrorCode::NotFound
                    | ErrorCode::BeatConflict
                    | ErrorCode::BeatOutOfOrder,
                ) => {
                    self.start(false);
                }
                _ => self.phase.set(Phase::Refused(failure)),
            },
        }
    }

    fn decided(self, receipt: Receipt) {
        let Receipt {
            seq,
            received_at,
            decision,
            lease_lost,
            check,
            ..
        } = receipt;
        self.notes
            .update(|notes| note::add(notes, &decision, received_at));
        self.feed(Event::BeatDecided { seq, decision });
        if lease_lost {
            self.feed(Event::LeaseLost);
            storage::remove(Shelf::Tab, MARK);
            self.phase.set(Phase::Lost);
        } else if let Some(challenge) = check {
            self.drawn(challenge);
        }
    }
}
