//! Sealing beside the requests: a large class takes longer than any request may. Nothing is kept before the last step, so a sealing that
//! was cut off has left nothing.

use super::seal::{self, Wish};
use crate::{
    api_error::ApiError,
    app::App,
    runs::{Going, Started},
    store::entities::class,
};
use contract::sealing::SealRun;
use std::sync::Arc;
use study::ClassId;

/// Begins to seal what `wish` says for `class`, unless a sealing goes on there; `name` is that of who wishes it.
#[must_use]
pub fn start(app: &App, class: class::Model, wish: Wish, name: String) -> Started<SealRun> {
    let learners = u32::try_from(wish.learners.len()).unwrap_or(u32::MAX);
    let begun = SealRun::begun(app.clock.now(), name, learners);
    let (worker, clock, whom) = (app.clone(), Arc::clone(&app.clock), wish.learners.clone());
    app.sealing
        .start(clock, ClassId(class.id), whom, begun, |run| {
            go(worker, class, wish, run)
        })
}

async fn go(app: App, class: class::Model, wish: Wish, run: Going<SealRun>) {
    let sealed = seal::seal(&app, class, &wish, &run).await;
    let (claim, refused) = match sealed {
        Ok(claim) => (Some(claim), None),
        Err(error) => (None, Some(ApiError::from(error).into_reply())),
    };
    let at = app.clock.now();
    run.update(|run| {
        run.claim = claim;
        run.refused = refused;
        run.finished_at = Some(at);
    });
}
