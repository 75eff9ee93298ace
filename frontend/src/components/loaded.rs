//! What the server was asked for, in its three states: on the way, failed (with a way to try again), there.

use super::{
    failure::FailureNotice,
    say::{Live, live},
    skeleton::Skeleton,
};
use crate::state::fetched::Fetched;
use leptos::prelude::*;

/// Draws the answer with `draw` once it is there; `blocks` grey blocks hold its place until then.
#[must_use]
pub fn loaded<T: Clone + Send + Sync + 'static>(
    fetched: Fetched<T>,
    blocks: usize,
    draw: impl Fn(T) -> AnyView + Send + 'static,
) -> Live {
    live(move || match fetched.get() {
        None => view! { <Skeleton blocks/> }.into_any(),
        Some(Err(failure)) => {
            let retry = Callback::new(move |()| fetched.again());
            view! { <FailureNotice failure retry/> }.into_any()
        }
        Some(Ok(answer)) => draw(answer),
    })
}
