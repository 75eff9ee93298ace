//! Issuing the proofs of a whole class in one go, beside everything else. Issuing is safe to repeat, so a run that was cut off goes on where it was when it is
//! begun again.

use super::{NotIssued, issue};
use crate::{
    app::App,
    runs::{Going, Started},
};
use contract::issuing::IssueRun;
use futures_util::{StreamExt as _, stream};
use std::sync::Arc;
use study::{ClassId, PersonId};

/// Proofs that are made at the same time: the ledger takes the records of all of them in one round.
const AT_ONCE: usize = 4;

/// Begins to issue a proof to each of `people`, who are in `class`; where that goes on already, nothing more is begun. Returns how it
/// stands.
#[must_use]
pub fn start(app: &App, class: ClassId, people: Vec<PersonId>) -> IssueRun {
    let begun = IssueRun {
        started_at: app.clock.now(),
        finished_at: None,
        learners: u32::try_from(people.len()).unwrap_or(u32::MAX),
        issued: 0,
        unchanged: 0,
        nothing: 0,
        failed: 0,
    };
    let worker = app.clone();
    let whom = people.iter().copied().collect();
    let started = app
        .issuing
        .start(Arc::clone(&app.clock), class, whom, begun, |run| {
            go(worker, class, people, run)
        });
    match started {
        Started::Begun(run) | Started::GoesOn { run, .. } => run,
    }
}

async fn go(app: App, class: ClassId, people: Vec<PersonId>, run: Going<IssueRun>) {
    stream::iter(people)
        .for_each_concurrent(AT_ONCE, |person| {
            let (app, run) = (&app, &run);
            async move {
                let issued = issue(app, person, class).await;
                if let Err(error) = &issued
                    && !matches!(error, NotIssued::NothingToProve)
                {
                    tracing::error!(%class, %error, "a proof of a class was not issued");
                }
                run.update(|run| match issued {
                    Ok(issued) if issued.new => run.issued += 1,
                    Ok(_) => run.unchanged += 1,
                    Err(NotIssued::NothingToProve) => run.nothing += 1,
                    Err(_) => run.failed += 1,
                });
            }
        })
        .await;
    run.update(|run| run.finished_at = Some(app.clock.now()));
}
