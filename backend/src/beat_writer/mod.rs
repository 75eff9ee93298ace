//! The task that writes beats.
//!
//! Requests hand their beats over a bounded queue and wait. The task takes all that wait, opens one transaction, reads where
//! their people and sessions stand, lets [`desk`] judge each beat in the order of arrival, writes everything in a handful of
//! statements, commits, and only then answers. One sync to disk is shared by all; nothing that is answered can be lost.
//!
//! While one batch commits, the next is read and judged [ahead](Ahead): half the time of a batch is waiting for the disk. What was judged ahead
//! counts only where nothing of it can have changed, which the next transaction finds out under its lock: nobody else has written, and no
//! person is in both batches. Otherwise the batch is judged again. Nothing else is remembered between two transactions, and where several
//! servers share one `PostgreSQL`, nothing is judged ahead at all.

mod batch;
pub mod desk;

pub use batch::{Ahead, Failed, Judging, write};

use crate::store::Db;
use batch::Judged;
use contract::{
    Digest,
    beat::{Beat, Receipt},
};
use desk::Refused;
use sea_orm::DatabaseTransaction;
use std::{collections::HashSet, time::Duration};
use study::{PersonId, SessionId};
use tokio::sync::{mpsc, oneshot};

/// How many beats may wait. At 10,000 beats a second this is a tenth of a second; whoever comes later is told to come back.
const QUEUE: usize = 1_024;
/// Most beats in one transaction.
const BATCH: usize = 256;
/// A batch of so many says that more are coming.
const BUSY: usize = 8;
/// How long a batch then waits for them: more beats share one commit, and a learner who is alone never waits.
const GATHER: Duration = Duration::from_millis(1);

/// Why a beat got no receipt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoReceipt {
    /// The desk refused it; nothing was written.
    Refused(Refused),
    /// The server's clock cannot be trusted; nothing was written.
    ClockOff,
    /// Too many wait already; nothing was written.
    Busy,
    /// The transaction failed at or before its commit: whether the beat was taken is not known.
    Unknown,
}

/// A beat on its way, with what the request already knows about it.
pub struct Arrived {
    /// The session it was sent to.
    pub session: SessionId,
    /// Who sent it.
    pub person: PersonId,
    /// The beat.
    pub beat: Beat,
    /// Its digest.
    pub digest: Digest,
}

type Answer = oneshot::Sender<Result<Receipt, NoReceipt>>;

struct Waiting {
    arrived: Arrived,
    answer: Answer,
}

/// The way to the writer.
#[derive(Clone)]
pub struct BeatWriter {
    queue: mpsc::Sender<Waiting>,
}

impl BeatWriter {
    /// Starts the task. It ends when the last handle is dropped and the queue is empty.
    #[must_use]
    pub fn start(db: Db, judging: Judging) -> (Self, tokio::task::JoinHandle<()>) {
        let (queue, waiting) = mpsc::channel(QUEUE);
        let writer = Writer {
            db,
            judging,
            waiting,
            busy: false,
        };
        (Self { queue }, tokio::spawn(writer.run()))
    }

    /// Has one beat judged and written.
    ///
    /// # Errors
    /// [`NoReceipt`]
    pub async fn write(&self, arrived: Arrived) -> Result<Receipt, NoReceipt> {
        let (answer, answered) = oneshot::channel();
        self.queue
            .try_send(Waiting { arrived, answer })
            .map_err(|_| NoReceipt::Busy)?;
        answered.await.unwrap_or(Err(NoReceipt::Unknown))
    }
}

/// Beats that go into one transaction, in the order of arrival.
struct Batch {
    arrived: Vec<Arrived>,
    answers: Vec<Answer>,
    ahead: Option<Ahead>,
}

impl Batch {
    fn answer(answers: Vec<Answer>, results: impl Iterator<Item = Result<Receipt, NoReceipt>>) {
        for (answer, result) in answers.into_iter().zip(results) {
            // Whoever does not wait any more will send the beat again and get the same receipt.
            let _ = answer.send(result);
        }
    }

    fn fail(answers: Vec<Answer>, error: &Failed) {
        let why = match error {
            Failed::ClockOff => NoReceipt::ClockOff,
            Failed::Db(_) | Failed::Fault => {
                tracing::error!(%error, beats = answers.len(), "a batch of beats failed");
                NoReceipt::Unknown
            }
            // Logged where it happened.
            Failed::Commit(_) => NoReceipt::Unknown,
        };
        Self::answer(answers, std::iter::repeat_with(|| Err(why.clone())));
    }
}

struct Writer {
    db: Db,
    judging: Judging,
    waiting: mpsc::Receiver<Waiting>,
    /// Whether the last batch said that more are coming.
    busy: bool,
}

impl Writer {
    async fn run(mut self) {
        let mut next = None;
        loop {
            let batch = match next.take() {
                Some(batch) => batch,
                None => match self.gather().await {
                    Some(batch) => batch,
                    None => return,
                },
            };
            next = self.turn(batch).await;
        }
    }

    /// Whatever waits, at least one; `None` where nobody can send any more.
    async fn gather(&mut self) -> Option<Batch> {
        let mut waiting = Vec::with_capacity(BATCH);
        if self.waiting.recv_many(&mut waiting, BATCH).await == 0 {
            return None;
        }
        if self.busy {
            tokio::time::sleep(GATHER).await;
            while waiting.len() < BATCH
                && let Ok(more) = self.waiting.try_recv()
            {
                waiting.push(more);
            }
        }
        Some(self.batch(waiting))
    }

    fn batch(&mut self, waiting: Vec<Waiting>) -> Batch {
        self.busy = waiting.len() >= BUSY;
        let (arrived, answers) = waiting
            .into_iter()
            .map(|waiting| (waiting.arrived, waiting.answer))
            .unzip();
        Batch {
            arrived,
            answers,
            ahead: None,
        }
    }

    /// One transaction. Gives the batch that came meanwhile.
    async fn turn(&mut self, batch: Batch) -> Option<Batch> {
        let Batch {
            arrived,
            answers,
            ahead,
        } = batch;
        let begun = async {
            let (tx, writes) = self.db.begin_batch().await?;
            let judged = match ahead.and_then(|ahead| ahead.still_right(writes)) {
                Some(judged) => judged,
                None => self.judging.judge(&tx, &arrived).await?,
            };
            Ok((tx, writes, judged))
        };
        let (tx, writes, judged) = match begun.await {
            Ok(begun) => begun,
            Err(error) => {
                Batch::fail(answers, &error);
                return None;
            }
        };
        let persons: HashSet<PersonId> = arrived.iter().map(|beat| beat.person).collect();
        let (commits, committing) = oneshot::channel();
        let keeping = tokio::spawn(keep(self.judging.clone(), tx, judged, answers, commits));
        let next = match writes {
            // It comes when the statements are through, and is dropped where there is nothing to commit.
            Some(writes) if committing.await.is_ok() => {
                let mut waiting = Vec::with_capacity(BATCH);
                self.waiting.recv_many(&mut waiting, BATCH).await;
                let mut batch = (!waiting.is_empty()).then(|| self.batch(waiting));
                if let Some(batch) = &mut batch
                    && !keeping.is_finished()
                    && !batch
                        .arrived
                        .iter()
                        .any(|one| persons.contains(&one.person))
                {
                    // Where that fails, it will fail again under the lock, and say so.
                    batch.ahead =
                        Ahead::look(&self.db, &self.judging, &batch.arrived, writes).await;
                }
                batch
            }
            _ => None,
        };
        let kept = keeping.await.unwrap_or(false);
        next.map(|batch| Batch {
            ahead: batch.ahead.filter(|_| kept),
            ..batch
        })
    }
}

/// Writes, commits and answers; says whether it was kept. `commits` hears when the commit begins.
async fn keep(
    judging: Judging,
    tx: DatabaseTransaction,
    judged: Judged,
    answers: Vec<Answer>,
    commits: oneshot::Sender<()>,
) -> bool {
    match judging.keep(tx, judged, commits).await {
        Ok(results) => {
            Batch::answer(answers, results.into_iter());
            true
        }
        Err(error) => {
            Batch::fail(answers, &error);
            false
        }
    }
}
