//! Something that the server was asked for: not there yet, there, or failed. A failure never looks like an empty answer.
//!
//! `LocalResource` does the same and far more; it costs each kind of answer ten kilobytes of wasm.

use crate::api::{Answer, Failure};
use crate::browser::annex::{self, Told};
use crate::state::identity::Identity;
use futures::future::LocalBoxFuture;
use leptos::prelude::*;
use std::rc::Rc;

type Ask<T> = Rc<dyn Fn() -> LocalBoxFuture<'static, Answer<T>>>;

/// An answer, and the way to ask again.
pub struct Fetched<T: Send + Sync + 'static> {
    answer: RwSignal<Option<Answer<T>>>,
    ask: StoredValue<Ask<T>, LocalStorage>,
    /// Grows with each question, so that a late answer never replaces a newer one.
    n_asked: StoredValue<u64>,
    identity: Option<Identity>,
}

impl<T: Send + Sync + 'static> Clone for Fetched<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Fetched<T> {}

impl<T: Clone + Send + Sync + 'static> Fetched<T> {
    /// Asks now. A failure that says that nobody is signed in signs the page out.
    pub fn new(
        identity: Identity,
        ask: impl Fn() -> LocalBoxFuture<'static, Answer<T>> + 'static,
    ) -> Self {
        Self::begin(Some(identity), ask)
    }

    /// The same in a wasm beside the app, which tells the app instead.
    pub fn outside(ask: impl Fn() -> LocalBoxFuture<'static, Answer<T>> + 'static) -> Self {
        Self::begin(None, ask)
    }

    fn begin(
        identity: Option<Identity>,
        ask: impl Fn() -> LocalBoxFuture<'static, Answer<T>> + 'static,
    ) -> Self {
        let fetched = Self {
            answer: RwSignal::new(None),
            ask: StoredValue::new_local(Rc::new(ask)),
            n_asked: StoredValue::new(0),
            identity,
        };
        fetched.again();
        fetched
    }

    /// Asks again; what is there stays until the new answer comes, except that a failure makes room.
    pub fn again(self) {
        if self.failure().is_some() {
            self.answer.set(None);
        }
        let Some(number) = self.n_asked.try_update_value(|n| {
            *n += 1;
            *n
        }) else {
            return;
        };
        let Some(question) = self.ask.try_with_value(|ask| ask()) else {
            return;
        };
        leptos::task::spawn_local(async move {
            let answer = question.await;
            // The page may be gone by now.
            if self.n_asked.try_get_value() == Some(number) {
                if let Err(failure) = &answer {
                    match self.identity {
                        Some(identity) => identity.heed(failure),
                        None if failure.is_signed_out() => annex::tell(Told::SignedOut),
                        None => {}
                    }
                }
                self.answer.set(Some(answer));
            }
        });
    }

    /// The answer, if it is here.
    #[must_use]
    pub fn get(self) -> Option<Answer<T>> {
        self.answer.get()
    }

    /// The same, for who does not want to hear of the next one.
    #[must_use]
    pub fn get_untracked(self) -> Option<Answer<T>> {
        self.answer.get_untracked()
    }

    fn failure(self) -> Option<Failure> {
        self.answer
            .with_untracked(|answer| answer.as_ref()?.as_ref().err().cloned())
    }
}
