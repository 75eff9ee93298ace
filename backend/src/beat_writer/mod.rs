//! The task that writes beats.
//!
//! Requests hand their beats over a bounded queue and wait. The task takes all that wait, opens one transaction, reads where
//! their people and sessions stand, lets [`desk`] judge each beat in the order of arrival, writes everything in a handful of
//! statements, commits, and only then answers. One sync to disk is shared by all; nothing that is answered can be lost.
//!
//! On the embedded database, where a batch left its people and sessions is [remembered](Standing) for the next. That counts only where nobody
//! else has written since, which the next transaction finds out under its lock; otherwise everybody is read again, as they always are where
//! several servers share one `PostgreSQL`.

mod batch;
pub mod desk;
mod standing;

pub use batch::{Failed, Judging, write};
pub use standing::Standing;

use crate::store::{Db, Writes};
use batch::Results;
use contract::{
    Digest,
    beat::{Beat, Receipt},
};
use desk::Refused;
use std::time::Duration;
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
/// Where more sessions than this stand is not remembered, so that memory has a bound.
const REMEMBERED_MAX: usize = 8_192;

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
            remembered: None,
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
    /// Where the last batch left everybody, and what others had written until then.
    remembered: Option<(Standing, Writes)>,
}

impl Writer {
    async fn run(mut self) {
        while let Some(Batch { arrived, answers }) = self.gather().await {
            match self.turn(&arrived).await {
                Ok(results) => Batch::answer(answers, results.into_iter()),
                Err(error) => Batch::fail(answers, &error),
            }
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
        self.busy = waiting.len() >= BUSY;
        let (arrived, answers) = waiting
            .into_iter()
            .map(|waiting| (waiting.arrived, waiting.answer))
            .unzip();
        Some(Batch { arrived, answers })
    }

    /// One transaction.
    async fn turn(&mut self, arrived: &[Arrived]) -> Result<Results, Failed> {
        // Taken before anything can fail: after a failure the database is asked.
        let remembered = self.remembered.take();
        let (tx, writes) = self.db.begin_batch().await?;
        let standing = remembered
            .filter(|(standing, then)| {
                Some(*then) == writes && standing.n_sessions() <= REMEMBERED_MAX
            })
            .map(|(standing, _)| standing);
        let judged = self
            .judging
            .judge(&tx, arrived, standing.unwrap_or_default())
            .await?;
        let (results, standing) = self.judging.keep(tx, judged).await?;
        self.remembered = writes.map(|writes| (standing, writes));
        Ok(results)
    }
}
