//! Something that the server is asked to do: under way, done, or failed in words.

use crate::{
    api::{Answer, Failure},
    browser::annex::{self, Told},
    components::{
        account_form::show_fields,
        failure::FailureNotice,
        field::Typed,
        say::{Live, live},
    },
};
use leptos::prelude::*;
use std::future::Future;

/// One thing at a time.
#[derive(Clone, Copy)]
pub struct Doing {
    /// Whether it is under way.
    pub busy: RwSignal<bool>,
    failure: RwSignal<Option<Failure>>,
}

impl Doing {
    /// Nothing yet.
    pub fn new() -> Self {
        Self {
            busy: RwSignal::new(false),
            failure: RwSignal::new(None),
        }
    }

    /// Does it, unless it is under way, and tells `done`. What the server finds wrong is said beside `fields`.
    pub fn start<T: 'static>(
        self,
        asked: impl Future<Output = Answer<T>> + 'static,
        fields: &[Typed],
        done: impl FnOnce(T) + 'static,
    ) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.failure.set(None);
        let fields = fields.to_vec();
        leptos::task::spawn_local(async move {
            match asked.await {
                Ok(answer) => done(answer),
                Err(wrong) => {
                    if wrong.is_signed_out() {
                        annex::tell(Told::SignedOut);
                    }
                    // The form may be gone by now.
                    if self.failure.try_set(Some(wrong.clone())).is_none() {
                        show_fields(&fields, &wrong);
                    }
                }
            }
            self.busy.try_set(false);
        });
    }

    /// What went wrong.
    pub fn notice(self) -> Live {
        live(move || {
            self.failure
                .get()
                .map(|failure| view! { <FailureNotice failure/> })
                .into_any()
        })
    }
}
