//! One transaction of beats in its two halves: reading and judging, and keeping.

use super::{
    Arrived, NoReceipt,
    desk::{Desk, Refused, Written},
};
use crate::{
    checks,
    clock::Clock,
    keys::Keys,
    store::{self, Db, Writes, beats, evidence, rules_book::RulesBook, segments},
};
use contract::{Digest, beat::Receipt};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr};
use std::{
    collections::{BTreeSet, HashMap, hash_map::Entry},
    sync::Arc,
};
use study::{PersonId, Rules, SessionId, Timestamp};
use tokio::sync::oneshot;

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

/// What beats are judged by, besides what the database says.
#[derive(Clone)]
pub struct Judging {
    /// The server's clock.
    pub clock: Arc<dyn Clock>,
    /// Seeds of checks, pseudonyms in records.
    pub keys: Keys,
    /// The rules.
    pub book: Arc<RulesBook>,
}

/// A batch that is judged and not written.
pub struct Judged {
    results: Vec<Result<Receipt, NoReceipt>>,
    written: Written,
    now: Timestamp,
}

/// A batch judged before it had the lock.
pub struct Ahead {
    judged: Judged,
    writes: Writes,
}

impl Ahead {
    /// Judges `arrived` by what is committed now. `writes` was seen under the lock that another batch still holds or has just given back, one
    /// that has none of these people; `None` where it cannot be judged.
    pub async fn look(
        db: &Db,
        judging: &Judging,
        arrived: &[Arrived],
        writes: Writes,
    ) -> Option<Self> {
        let judged = judging.judge(&db.read, arrived).await.ok()?;
        Some(Self { judged, writes })
    }

    /// What was judged, where nobody else has written since; `writes` as seen under the lock.
    #[must_use]
    pub fn still_right(self, writes: Option<Writes>) -> Option<Judged> {
        (writes == Some(self.writes)).then_some(self.judged)
    }
}

impl Judging {
    /// Reads where people and sessions stand, and judges; the results are in the order of `arrived`. In a transaction that holds the lock, or ahead
    /// of it.
    ///
    /// # Errors
    /// [`Failed`]
    pub async fn judge(
        &self,
        db: &impl ConnectionTrait,
        arrived: &[Arrived],
    ) -> Result<Judged, Failed> {
        let persons: BTreeSet<PersonId> = arrived.iter().map(|beat| beat.person).collect();
        let persons = beats::lock_persons(db, &Vec::from_iter(persons)).await?;
        let names: BTreeSet<SessionId> = arrived.iter().map(|beat| beat.session).collect();
        let sessions = beats::sessions(db, &Vec::from_iter(names)).await?;
        let mut rules: HashMap<Digest, Arc<Rules>> = HashMap::new();
        for (session, _) in &sessions {
            if let Entry::Vacant(unknown) = rules.entry(session.rules) {
                unknown.insert(self.book.get(db, session.rules).await?);
            }
        }
        // Read after what it is compared with, so that along one lease the time never goes back, whichever server writes.
        let clock = self.clock.now_for_credit();
        let now = clock.map_err(|_drift| Failed::ClockOff)?;

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
        let gates = checks::gates(db, &gates, now).await?;
        let mut desk = Desk::new(&self.keys, persons, sessions, rules, gates, now);
        let repeated = desk.repeated(arrived);
        for (session, digest, mut receipt) in beats::receipts(db, &repeated).await? {
            let random = checked
                .get(&session)
                .and_then(|rules| rules.face_checks.random());
            if let Some(random) = random {
                receipt.check =
                    checks::challenge_of_beat(db, session, receipt.seq, random, now).await?;
            }
            desk.remember(session, digest, receipt);
        }
        let results: Vec<_> = arrived
            .iter()
            .map(|beat| desk.judge(beat).map_err(NoReceipt::Refused))
            .collect();
        if results.contains(&Err(NoReceipt::Refused(Refused::Internal))) {
            // It may have stopped half-way, with a total moved and no check drawn: nothing of the batch is kept.
            return Err(Failed::Fault);
        }
        Ok(Judged {
            results,
            written: desk.finish(),
            now,
        })
    }

    /// Writes what was judged, and commits; `commits` hears when the commit begins.
    ///
    /// # Errors
    /// [`Failed`]
    pub async fn keep(
        &self,
        tx: DatabaseTransaction,
        judged: Judged,
        commits: oneshot::Sender<()>,
    ) -> Result<Vec<Result<Receipt, NoReceipt>>, Failed> {
        let Judged {
            results,
            written,
            now,
        } = judged;
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
            .map(|(whose, reached)| segments::segment(&self.keys, &whose, reached, now))
            .collect::<Result<Vec<_>, _>>()?;
        evidence::append(&tx, &records, now).await?;
        for drawn in &written.checks {
            drawn.write(&tx).await?;
        }
        // Whoever does not wait for it does not need it.
        let _ = commits.send(());
        store::commit(tx).await?;
        Ok(results)
    }
}

/// One transaction by itself, for the past that the demo province begins with; the results are in the order of `arrived`.
///
/// # Errors
/// Where nothing is known to be written.
pub async fn write(
    db: &Db,
    judging: &Judging,
    arrived: &[Arrived],
) -> Result<Vec<Result<Receipt, NoReceipt>>, Failed> {
    let tx = db.begin().await?;
    let judged = judging.judge(&tx, arrived).await?;
    judging.keep(tx, judged, oneshot::channel().0).await
}
