//! The one task that writes beats.
//!
//! Requests hand their beats over a bounded queue and wait. The task takes all that wait, opens one transaction, reads where
//! their people and sessions stand, lets [`desk`] judge each beat in the order of arrival, writes everything in a handful of
//! statements, commits, and only then answers. One sync to disk is shared by all; nothing that is answered can be lost. It
//! remembers nothing between two transactions, so several servers can share one database.

pub mod desk;

use crate::{
    checks,
    clock::Clock,
    keys::Keys,
    store::{self, Db, beats, evidence, rules_book::RulesBook, segments},
};
use contract::{
    Digest,
    beat::{Beat, Receipt},
};
use desk::{Desk, Refused};
use sea_orm::DbErr;
use std::{
    collections::{BTreeSet, HashMap, hash_map::Entry},
    sync::Arc,
    time::Duration,
};
use study::{PersonId, Rules, SessionId};
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

struct Waiting {
    arrived: Arrived,
    answer: oneshot::Sender<Result<Receipt, NoReceipt>>,
}

/// The way to the writer.
#[derive(Clone)]
pub struct BeatWriter {
    queue: mpsc::Sender<Waiting>,
}

impl BeatWriter {
    /// Starts the task. It ends when the last handle is dropped and the queue is empty.
    #[must_use]
    pub fn start(
        db: Db,
        clock: Arc<dyn Clock>,
        keys: Keys,
        book: Arc<RulesBook>,
    ) -> (Self, tokio::task::JoinHandle<()>) {
        let (queue, waiting) = mpsc::channel(QUEUE);
        let task = tokio::spawn(run(db, clock, keys, book, waiting));
        (Self { queue }, task)
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

async fn run(
    db: Db,
    clock: Arc<dyn Clock>,
    keys: Keys,
    book: Arc<RulesBook>,
    mut waiting: mpsc::Receiver<Waiting>,
) {
    let mut batch = Vec::with_capacity(BATCH);
    let mut busy = false;
    while waiting.recv_many(&mut batch, BATCH).await > 0 {
        if busy {
            tokio::time::sleep(GATHER).await;
            while batch.len() < BATCH
                && let Ok(more) = waiting.try_recv()
            {
                batch.push(more);
            }
        }
        busy = batch.len() >= BUSY;
        let (arrived, answers): (Vec<_>, Vec<_>) = batch
            .drain(..)
            .map(|waiting| (waiting.arrived, waiting.answer))
            .unzip();
        let results = match write(&db, &*clock, &keys, &book, arrived).await {
            Ok(results) => results,
            Err(Failed::ClockOff) => vec![Err(NoReceipt::ClockOff); answers.len()],
            Err(error @ (Failed::Db(_) | Failed::Fault)) => {
                tracing::error!(%error, beats = answers.len(), "a batch of beats failed");
                vec![Err(NoReceipt::Unknown); answers.len()]
            }
            // Logged where it happened.
            Err(Failed::Commit(store::Unknown(_))) => {
                vec![Err(NoReceipt::Unknown); answers.len()]
            }
        };
        for (answer, result) in answers.into_iter().zip(results) {
            // Whoever does not wait any more will send the beat again and get the same receipt.
            let _ = answer.send(result);
        }
    }
}

/// Why a whole batch has no results.
#[derive(Debug, thiserror::Error)]
pub enum Failed {
    /// Nothing was written.
    #[error("the clock cannot be trusted")]
    ClockOff,
    /// A beat met a fault of ours; nothing was written.
    #[error("a beat met a fault of the server's own")]
    Fault,
    /// The transaction failed before its commit.
    #[error(transparent)]
    Db(#[from] DbErr),
    /// The transaction failed at its commit.
    #[error(transparent)]
    Commit(#[from] store::Unknown),
}

/// One transaction; the results are in the order of `arrived`. For the task above, and for the past that the demo province
/// begins with.
///
/// # Errors
/// Where nothing is known to be written.
pub async fn write(
    db: &Db,
    clock: &dyn Clock,
    keys: &Keys,
    book: &RulesBook,
    arrived: Vec<Arrived>,
) -> Result<Vec<Result<Receipt, NoReceipt>>, Failed> {
    let tx = db.begin().await?;
    let persons: BTreeSet<PersonId> = arrived.iter().map(|beat| beat.person).collect();
    let persons = beats::lock_persons(&tx, &Vec::from_iter(persons)).await?;
    let names: BTreeSet<SessionId> = arrived.iter().map(|beat| beat.session).collect();
    let sessions = beats::sessions(&tx, &Vec::from_iter(names)).await?;
    let mut rules: HashMap<Digest, Arc<Rules>> = HashMap::new();
    for (session, _) in &sessions {
        if let Entry::Vacant(unknown) = rules.entry(session.rules) {
            unknown.insert(book.get(&tx, session.rules).await?);
        }
    }
    // Read under the lock, so that along one lease the time never goes back, whichever server writes.
    let now = clock.now_for_credit().map_err(|_drift| Failed::ClockOff)?;

    let checked: HashMap<SessionId, Arc<Rules>> = sessions
        .iter()
        .filter_map(|(row, _)| {
            let rules = rules.get(&row.rules)?;
            rules.face_checks.random()?;
            Some((row.session, Arc::clone(rules)))
        })
        .collect();
    let gates = sessions
        .iter()
        .filter(|(row, _)| checked.contains_key(&row.session))
        .map(|(row, _)| (row.person, row.class))
        .collect();
    let gates = checks::gates(&tx, &gates, now).await?;
    let mut desk = Desk::new(keys, persons, sessions, rules, gates, now);
    let repeated = desk.repeated(&arrived);
    for (session, digest, mut receipt) in beats::receipts(&tx, &repeated).await? {
        let random = checked
            .get(&session)
            .and_then(|rules| rules.face_checks.random());
        if let Some(random) = random {
            receipt.check =
                checks::challenge_of_beat(&tx, session, receipt.seq, random, now).await?;
        }
        desk.remember(session, digest, receipt);
    }
    let results: Vec<_> = arrived
        .into_iter()
        .map(|beat| desk.judge(beat).map_err(NoReceipt::Refused))
        .collect();
    if results.contains(&Err(NoReceipt::Refused(Refused::Internal))) {
        // It may have stopped half-way, with a total moved and no check drawn: nothing of the batch is kept.
        tx.rollback().await?;
        return Err(Failed::Fault);
    }
    let written = desk.finish();
    if written.beats.is_empty() {
        tx.rollback().await?;
        return Ok(results);
    }
    beats::insert(&tx, &written.beats).await?;
    beats::save(
        &tx,
        written.sessions.iter(),
        written.units.iter(),
        written.persons.iter(),
    )
    .await?;
    let records = written
        .segments
        .into_iter()
        .map(|(whose, reached)| segments::segment(keys, &whose, reached, now))
        .collect::<Result<Vec<_>, _>>()?;
    evidence::append(&tx, &records, now).await?;
    for drawn in &written.checks {
        drawn.write(&tx).await?;
    }
    store::commit(tx).await?;
    Ok(results)
}
