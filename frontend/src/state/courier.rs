//! Sends the outbox: one request at a time, oldest session first, until the server has answered each beat.

use super::outbox::{self, Errand, Next, Parcel};
use crate::{
    api::{self, Failure},
    browser::{beacon, clock, page},
};
use contract::{
    beat::{Receipt, StudyStarted},
    error::ErrorCode,
};
use futures::{
    StreamExt,
    channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded},
    future::{Either, select},
    pin_mut,
};
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use std::{cell::RefCell, rc::Rc};
use study::{Millis, PersonId, SessionId, Span, Timestamp};

/// First pause after a failure; it doubles up to [`PAUSE_MS_MAX`].
const PAUSE_MS_MIN: u32 = 1_000;
/// Longest pause: well under the buffer of 60 s, so that a server that comes back is found in time.
const PAUSE_MS_MAX: u32 = 15_000;
/// Times that one beat may meet an internal error before its session is given up, so that one bad beat never blocks the next lease.
const FAULTS_MAX: u32 = 8;
/// Beats handed to the browser when the page is left; more would not fit its 64 KiB for such requests.
const BEACONS_MAX: usize = 8;

/// How it stands with the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Link {
    /// Everything said was answered; the last answer by the server's clock.
    Acknowledged(Option<Timestamp>),
    /// Something is under way.
    Sending,
    /// The server does not answer.
    Waiting {
        /// Since when, by the page's clock.
        since: Millis,
        /// Why.
        failure: Failure,
    },
}

/// What came back for a session.
#[derive(Clone, Debug)]
pub enum News {
    /// A beat was decided.
    Decided(Receipt),
    /// The server will take nothing more of this session.
    Over(Failure),
}

type Reader = Rc<dyn Fn(SessionId, News)>;

struct Desk {
    parcels: RefCell<Vec<Parcel>>,
    reader: RefCell<Option<Reader>>,
    wake: UnboundedSender<()>,
    link: RwSignal<Link>,
    signed_out: RwSignal<bool>,
}

/// Handle to the one courier of the page.
#[derive(Clone, Copy)]
pub struct Courier {
    desk: StoredValue<Rc<Desk>, LocalStorage>,
    /// How it stands with the server.
    pub link: RwSignal<Link>,
    /// Set when the server no longer knows who we are.
    pub signed_out: RwSignal<bool>,
}

impl Courier {
    /// Starts the one courier and makes it available to all pages.
    pub fn provide() -> Self {
        let (wake, woken) = unbounded();
        let link = RwSignal::new(Link::Acknowledged(None));
        let signed_out = RwSignal::new(false);
        let desk = Rc::new(Desk {
            parcels: RefCell::default(),
            reader: RefCell::default(),
            wake: wake.clone(),
            link,
            signed_out,
        });
        leptos::task::spawn_local(run(desk.clone(), woken));
        let courier = Self {
            desk: StoredValue::new_local(desk),
            link,
            signed_out,
        };
        provide_context(courier);
        courier
    }

    fn desk(self) -> Rc<Desk> {
        self.desk.with_value(Clone::clone)
    }

    /// Takes over what earlier pages of this browser left unsent for `person`.
    pub fn adopt(self, person: PersonId) {
        let desk = self.desk();
        {
            let mut parcels = desk.parcels.borrow_mut();
            parcels.retain(|parcel| parcel.person == person);
            for parcel in outbox::left_behind(person) {
                if parcels.iter().all(|known| known.session != parcel.session) {
                    parcels.push(parcel);
                }
            }
        }
        self.signed_out.set(false);
        self.hurry();
    }

    /// Opens the outbox of a session.
    pub fn open(self, person: PersonId, started: &StudyStarted) {
        let parcel = Parcel::new(
            person,
            started.session,
            started.lease,
            started.nonce,
            started.started_at,
        );
        self.desk().parcels.borrow_mut().push(parcel);
    }

    /// Puts a beat into the outbox; from here on it survives a reload.
    pub fn post(self, session: SessionId, seq: u64, spans: Vec<Span>) {
        self.change(session, |parcel| parcel.push(seq, spans));
    }

    /// Reports the end of a session after its last beat.
    pub fn end(self, session: SessionId) {
        self.change(session, Parcel::end);
    }

    fn change(self, session: SessionId, change: impl FnOnce(&mut Parcel)) {
        let desk = self.desk();
        if let Some(parcel) = desk
            .parcels
            .borrow_mut()
            .iter_mut()
            .find(|parcel| parcel.session == session)
        {
            change(parcel);
            parcel.keep();
        }
        self.hurry();
    }

    /// Who reads what comes back; only one page studies at a time.
    pub fn on_news(self, reader: impl Fn(SessionId, News) + 'static) {
        *self.desk().reader.borrow_mut() = Some(Rc::new(reader));
    }

    /// Tries now rather than at the end of the pause.
    pub fn hurry(self) {
        // The receiver lives as long as the page.
        let _ = self.desk().wake.unbounded_send(());
    }

    /// Waits until nothing is unsent: a new lease would make the rest worthless.
    pub async fn drained(self) {
        while self.n_waiting() > 0 {
            TimeoutFuture::new(50).await;
        }
    }

    /// Errands that wait.
    #[must_use]
    pub fn n_waiting(self) -> usize {
        self.desk()
            .parcels
            .borrow()
            .iter()
            .map(|parcel| parcel.beats().len() + usize::from(parcel.errand() == Some(Errand::End)))
            .sum()
    }

    /// The page is being left: hands the first unsent beats to the browser. What does not get through is still written down.
    pub fn leave(self) {
        for parcel in self.desk().parcels.borrow().iter() {
            for beat in parcel.beats().take(BEACONS_MAX) {
                if let Ok(json) = serde_json::to_string(beat) {
                    beacon::post(&api::beats_path(parcel.session), &json);
                }
            }
        }
    }
}

/// The courier of this page.
///
/// # Panics
/// Outside the app.
#[must_use]
pub fn use_courier() -> Courier {
    expect_context()
}

async fn run(desk: Rc<Desk>, mut woken: UnboundedReceiver<()>) {
    let mut n_failures: u32 = 0;
    loop {
        let Some((session, errand)) = desk.next() else {
            let _ = woken.next().await;
            continue;
        };
        if !matches!(desk.link.get_untracked(), Link::Waiting { .. }) {
            desk.link.set(Link::Sending);
        }
        let result = match &errand {
            Errand::Beat(beat) => api::send_beat(session, beat).await.map(Some),
            Errand::End => api::end_study(session).await.map(|()| None),
        };
        match result {
            Ok(receipt) => {
                n_failures = 0;
                desk.done(session, receipt);
            }
            Err(failure) => {
                n_failures += 1;
                if desk.failed(session, failure, n_failures) {
                    n_failures = 0;
                } else {
                    pause(&desk, &mut woken, n_failures).await;
                }
            }
        }
    }
}

/// Waits out the back-off, or until something says that it may work now.
async fn pause(desk: &Desk, woken: &mut UnboundedReceiver<()>, n_failures: u32) {
    let doubled = PAUSE_MS_MIN
        .saturating_mul(1 << n_failures.saturating_sub(1).min(8))
        .min(PAUSE_MS_MAX);
    let asked = match desk.link.get_untracked() {
        Link::Waiting { failure, .. } => failure.retry_after(),
        Link::Acknowledged(_) | Link::Sending => None,
    };
    let asked_ms = asked.and_then(|ms| u32::try_from(ms.0).ok());
    let timer = TimeoutFuture::new(asked_ms.unwrap_or(doubled));
    if asked_ms.is_some() {
        // The server said when; being shaken in between changes nothing.
        timer.await;
        return;
    }
    while woken.try_recv().is_ok() {}
    let shaken = async {
        loop {
            let _ = woken.next().await;
            if page::online() {
                break;
            }
        }
    };
    pin_mut!(shaken);
    match select(timer, shaken).await {
        // New beats also wake; at most one extra try each.
        Either::Left(_) | Either::Right(_) => {}
    }
}

impl Desk {
    fn next(&self) -> Option<(SessionId, Errand)> {
        if self.signed_out.get_untracked() {
            return None;
        }
        self.parcels
            .borrow()
            .iter()
            .find_map(|parcel| Some((parcel.session, parcel.errand()?)))
    }

    fn done(&self, session: SessionId, receipt: Option<Receipt>) {
        let received_at = receipt.as_ref().map(|receipt| receipt.received_at);
        {
            let mut parcels = self.parcels.borrow_mut();
            if let Some(idx) = parcels.iter().position(|parcel| parcel.session == session) {
                match (&receipt, parcels.get_mut(idx)) {
                    (Some(receipt), Some(parcel)) => {
                        parcel.taken(receipt.seq);
                        if parcel.errand().is_some() {
                            parcel.keep()
                        } else {
                            parcel.forget()
                        }
                    }
                    _ => parcels.remove(idx).forget(),
                }
            }
        }
        let last = match self.link.get_untracked() {
            Link::Acknowledged(at) => at,
            Link::Sending | Link::Waiting { .. } => None,
        };
        self.link.set(Link::Acknowledged(received_at.or(last)));
        if let Some(receipt) = receipt {
            self.tell(session, News::Decided(receipt));
        }
    }

    /// Whether to go on at once.
    fn failed(&self, session: SessionId, failure: Failure, n_failures: u32) -> bool {
        let next = {
            let mut parcels = self.parcels.borrow_mut();
            let Some(idx) = parcels.iter().position(|parcel| parcel.session == session) else {
                return true;
            };
            let next = match (&failure, parcels.get_mut(idx)) {
                (Failure::Refused(reply), Some(parcel)) => {
                    let stuck = reply.code == ErrorCode::Internal && n_failures >= FAULTS_MAX;
                    if stuck {
                        Next::GiveUp
                    } else {
                        parcel.refused(reply.code, reply.expected_seq)
                    }
                }
                _ if failure.is_passing() => Next::Again,
                _ => Next::GiveUp,
            };
            if next == Next::GiveUp {
                parcels.remove(idx).forget();
            }
            next
        };
        match next {
            Next::GoOn => true,
            Next::Again => {
                let since = match self.link.get_untracked() {
                    Link::Waiting { since, .. } => since,
                    Link::Acknowledged(_) | Link::Sending => clock::now(),
                };
                self.link.set(Link::Waiting { since, failure });
                false
            }
            Next::GiveUp => {
                self.link.set(Link::Acknowledged(None));
                self.tell(session, News::Over(failure));
                true
            }
            Next::SignIn => {
                self.signed_out.set(true);
                true
            }
        }
    }

    fn tell(&self, session: SessionId, news: News) {
        let reader = self.reader.borrow().clone();
        if let Some(reader) = reader {
            reader(session, news);
        }
    }
}
