//! Something that the server goes on with beside the requests: how far it is, and asking ever again until it is done.

use crate::{
    api::{Answer, Failure},
    browser::annex::{self, Told},
    components::say::{Live, live},
};
use contract::run::Run;
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use std::future::Future;

/// How often a run is asked how far it is.
const ASK_EVERY_MS: u32 = 1_000;

/// The bar while a run goes on, and what `words` says about it.
#[must_use]
pub fn bar<R: Run + Clone + Send + Sync + 'static>(
    run: RwSignal<Option<R>>,
    words: impl Fn(&R) -> String + Send + 'static,
) -> Live {
    live(move || {
        let shown = run.with(|run| {
            let run = run.as_ref().filter(|run| run.goes_on())?;
            Some((words(run), run.learners(), run.done()))
        });
        shown
            .map(|(words, of, done)| {
                view! {
                    <div class="working">
                        <p>{words.clone()}</p>
                        <progress max=of.to_string() value=done.to_string() aria-label=words></progress>
                    </div>
                }
            })
            .into_any()
    })
}

/// Asks once a second, until `heed` says that there is nothing more to ask, or the page is gone. Where no answer comes, `failure` says so, and it is asked
/// again: the run goes on without us.
pub fn follow<T: 'static, F: Future<Output = Answer<T>> + 'static>(
    failure: RwSignal<Option<Failure>>,
    ask: impl Fn() -> F + 'static,
    heed: impl Fn(T) -> bool + 'static,
) {
    leptos::task::spawn_local(async move {
        loop {
            TimeoutFuture::new(ASK_EVERY_MS).await;
            if failure.is_disposed() {
                return;
            }
            let said = match ask().await {
                Ok(_) if failure.is_disposed() => return,
                Ok(answer) => {
                    if !heed(answer) {
                        failure.try_set(None);
                        return;
                    }
                    None
                }
                Err(wrong) if wrong.is_signed_out() => {
                    annex::tell(Told::SignedOut);
                    return;
                }
                Err(wrong) => Some(wrong),
            };
            failure.try_set(said);
        }
    });
}
