//! Who is signed in, as far as this page knows. The server decides what that allows.

use super::courier::Courier;
use crate::api::{self, Failure};
use contract::account::Me;
use leptos::prelude::*;

/// What the page knows about the person before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    /// The server was asked and has not answered yet.
    Unknown,
    /// Nobody is signed in.
    Nobody,
    /// This person is.
    Somebody(Me),
    /// The server could not be asked.
    Unreachable(Failure),
}

/// The identity, for every page.
#[derive(Clone, Copy)]
pub struct Identity {
    /// What is known.
    pub who: RwSignal<Who>,
    courier: Courier,
}

impl Identity {
    /// Makes the identity available and asks the server.
    pub fn provide(courier: Courier) -> Self {
        let identity = Self {
            who: RwSignal::new(Who::Unknown),
            courier,
        };
        provide_context(identity);
        identity.ask();
        Effect::new(move || {
            if courier.signed_out.get() {
                identity.who.set(Who::Nobody);
            }
        });
        identity
    }

    /// Asks the server who is signed in.
    pub fn ask(self) {
        self.who.set(Who::Unknown);
        leptos::task::spawn_local(async move {
            match api::me().await {
                Ok(me) => self.welcome(me),
                Err(failure) if failure.is_signed_out() => self.who.set(Who::Nobody),
                Err(failure) => self.who.set(Who::Unreachable(failure)),
            }
        });
    }

    /// Somebody signed in.
    pub fn welcome(self, me: Me) {
        self.courier.adopt(me.person);
        self.who.set(Who::Somebody(me));
    }

    /// Nobody is signed in any more.
    pub fn forget(self) {
        self.who.set(Who::Nobody);
    }

    /// A failure that says so signs the page out.
    pub fn heed(self, failure: &Failure) {
        if failure.is_signed_out() {
            self.forget();
        }
    }

    /// Who it is, if anybody.
    #[must_use]
    pub fn me(self) -> Option<Me> {
        match self.who.get() {
            Who::Somebody(me) => Some(me),
            Who::Unknown | Who::Nobody | Who::Unreachable(_) => None,
        }
    }
}

/// The identity of this page.
///
/// # Panics
/// Outside the app.
#[must_use]
pub fn use_identity() -> Identity {
    expect_context()
}
