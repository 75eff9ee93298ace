//! Issuing the proofs of a whole class in one go, beside everything else. A run is in memory only: issuing is safe to repeat, so a run that a
//! restart has cut off is simply begun again, and goes on where it was.

use super::{NotIssued, issue};
use crate::app::App;
use contract::issuing::IssueRun;
use futures_util::{StreamExt as _, stream};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};
use study::{ClassId, PersonId};

/// Proofs that are made at the same time: the ledger takes the records of all of them in one round.
const AT_ONCE: usize = 4;

/// The last run of each class.
#[derive(Default)]
pub struct Runs(Mutex<HashMap<ClassId, Arc<Mutex<IssueRun>>>>);

impl Runs {
    /// How the last run of `class` stands.
    #[must_use]
    pub fn of(&self, class: ClassId) -> Option<IssueRun> {
        let run = Arc::clone(lock(&self.0).get(&class)?);
        let run = *lock(&run);
        Some(run)
    }

    /// A run that goes on, or a new one for `people`; whether it is new.
    fn begin(&self, class: ClassId, begun: IssueRun) -> Option<Arc<Mutex<IssueRun>>> {
        let mut runs = lock(&self.0);
        let goes_on = runs
            .get(&class)
            .is_some_and(|run| lock(run).finished_at.is_none());
        if goes_on {
            return None;
        }
        let run = Arc::new(Mutex::new(begun));
        runs.insert(class, Arc::clone(&run));
        Some(run)
    }
}

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
    match app.runs.begin(class, begun) {
        Some(run) => {
            tokio::spawn(go(app.clone(), class, people, run));
            begun
        }
        None => app.runs.of(class).unwrap_or(begun),
    }
}

async fn go(app: App, class: ClassId, people: Vec<PersonId>, run: Arc<Mutex<IssueRun>>) {
    stream::iter(people)
        .for_each_concurrent(AT_ONCE, |person| {
            let (app, run) = (&app, &run);
            async move {
                let issued = issue(app, person, class).await;
                let mut run = lock(run);
                match issued {
                    Ok(issued) if issued.new => run.issued += 1,
                    Ok(_) => run.unchanged += 1,
                    Err(NotIssued::NothingToProve) => run.nothing += 1,
                    Err(error) => {
                        tracing::error!(%class, %error, "a proof of a class was not issued");
                        run.failed += 1;
                    }
                }
            }
        })
        .await;
    lock(&run).finished_at = Some(app.clock.now());
}

/// Numbers are whole whatever happened to whoever held them.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
