//! What goes on to its end beside the requests, whether or not whoever asked is still there: issuing the proofs of a class, sealing a claim.
//!
//! A class has one run of a kind at a time. Runs are in memory only: what one keeps before its end is safe to do again, or there is nothing of the
//! kind, so a run that a restart has cut off is simply begun again.

use crate::{api_error::ApiError, clock::Clock};
use contract::run::Run;
use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use study::{ClassId, PersonId};

/// The last run of each class, of one kind.
pub struct Runs<R>(Mutex<HashMap<ClassId, Kept<R>>>);

struct Kept<R> {
    whom: BTreeSet<PersonId>,
    run: Going<R>,
}

/// A run as whoever does the work tells how far it is.
pub struct Going<R>(Arc<Mutex<R>>);

/// What came of starting a run.
pub enum Started<R> {
    /// It was begun.
    Begun(R),
    /// One goes on already, and nothing more was begun.
    GoesOn {
        /// How it stands.
        run: R,
        /// Whether it is about exactly the same people.
        same: bool,
    },
}

impl<R> Default for Runs<R> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<R> Clone for Going<R> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<R: Clone> Going<R> {
    /// A run that nobody else knows of.
    #[must_use]
    pub fn new(run: R) -> Self {
        Self(Arc::new(Mutex::new(run)))
    }

    /// How it stands.
    #[must_use]
    pub fn now(&self) -> R {
        lock(&self.0).clone()
    }

    /// Says how far it is.
    pub fn update(&self, tell: impl FnOnce(&mut R)) {
        tell(&mut lock(&self.0));
    }
}

impl<R: Run + Clone + Send + 'static> Runs<R> {
    /// How the last run of `class` stands.
    #[must_use]
    pub fn of(&self, class: ClassId) -> Option<R> {
        Some(lock(&self.0).get(&class)?.run.now())
    }

    /// The run of `class` that goes on, if one does, and whether it is about exactly these people.
    #[must_use]
    pub fn going(&self, class: ClassId, whom: &BTreeSet<PersonId>) -> Option<(R, bool)> {
        under_way(&lock(&self.0), class, whom)
    }

    /// Begins `work` for `whom` in `class`, unless a run of this kind goes on there. It goes on to its end by itself; where it ends without having said so,
    /// the run is broken off by `clock`.
    pub fn start<F>(
        &self,
        clock: Arc<dyn Clock>,
        class: ClassId,
        whom: BTreeSet<PersonId>,
        begun: R,
        work: impl FnOnce(Going<R>) -> F,
    ) -> Started<R>
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let run = Going::new(begun.clone());
        {
            let mut runs = lock(&self.0);
            if let Some((run, same)) = under_way(&runs, class, &whom) {
                return Started::GoesOn { run, same };
            }
            let run = run.clone();
            runs.insert(class, Kept { whom, run });
        }
        let working = tokio::spawn(work(run.clone()));
        tokio::spawn(async move {
            let ended = working.await;
            if run.now().goes_on() {
                // What a panic says could hold somebody's data; it is not repeated here.
                let cause = if ended.is_err() {
                    "a run panicked"
                } else {
                    "a run ended without saying so"
                };
                let why = ApiError::internal(cause).into_reply();
                run.update(|run| run.break_off(clock.now(), why));
            }
        });
        Started::Begun(begun)
    }
}

fn under_way<R: Run + Clone>(
    runs: &HashMap<ClassId, Kept<R>>,
    class: ClassId,
    whom: &BTreeSet<PersonId>,
) -> Option<(R, bool)> {
    let kept = runs.get(&class)?;
    let run = kept.run.now();
    run.goes_on().then(|| (run, kept.whom == *whom))
}

/// Numbers are whole whatever happened to whoever held them.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::sealing::SealRun;
    use study::Timestamp;
    use uuid::Uuid;

    struct Noon;

    impl Clock for Noon {
        fn now(&self) -> Timestamp {
            Timestamp(12)
        }

        fn drift(&self) -> study::Millis {
            study::Millis::ZERO
        }
    }

    fn whom(n: u128) -> BTreeSet<PersonId> {
        [PersonId(Uuid::from_u128(n))].into()
    }

    fn begun() -> SealRun {
        SealRun::begun(Timestamp(1), "刘老师".to_owned(), 1)
    }

    #[tokio::test]
    async fn one_goes_on_at_a_time_and_the_next_one_may_begin_after_it() {
        let (runs, class) = (Runs::default(), ClassId(Uuid::nil()));
        let (go, wait) = tokio::sync::oneshot::channel::<()>();
        let start = |n, wait: Option<tokio::sync::oneshot::Receiver<()>>| {
            runs.start(Arc::new(Noon), class, whom(n), begun(), |run| async move {
                if let Some(wait) = wait {
                    wait.await.ok();
                }
                run.update(|run| run.finished_at = Some(Timestamp(2)));
            })
        };
        assert!(matches!(start(1, Some(wait)), Started::Begun(_)));
        assert!(matches!(start(1, None), Started::GoesOn { same: true, .. }));
        assert!(matches!(
            start(2, None),
            Started::GoesOn { same: false, .. }
        ));
        go.send(()).unwrap();
        while runs.of(class).is_some_and(|run| run.goes_on()) {
            tokio::task::yield_now().await;
        }
        assert!(matches!(start(2, None), Started::Begun(_)));
    }

    #[tokio::test]
    async fn work_that_fails_does_not_go_on_for_ever() {
        let (runs, class) = (Runs::default(), ClassId(Uuid::nil()));
        let begun = runs.start(Arc::new(Noon), class, whom(1), begun(), |_| async {
            panic!("the machine")
        });
        assert!(matches!(begun, Started::Begun(_)));
        while runs.of(class).is_some_and(|run| run.goes_on()) {
            tokio::task::yield_now().await;
        }
        let run = runs.of(class).unwrap();
        assert_eq!(run.finished_at, Some(Timestamp(12)));
        let refused = run.refused.unwrap();
        assert_eq!(refused.code, contract::ErrorCode::Internal);
        assert!(refused.reference.is_some() && run.claim.is_none());
    }
}
