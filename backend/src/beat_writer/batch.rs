//! One transaction of beats in its two halves: reading and judging, and keeping.

use super::{
    Arrived, NoReceipt,
    desk::{Desk, Refused, Written},
    standing::Standing,
};
use crate::{
    checks,
    clock::Clock,
    keys::Keys,
    store::{self, Db, beats, evidence, rules_book::RulesBook, segments},
};
use contract::{Digest, beat::Receipt};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr};
use std::{
    collections::{HashMap, HashSet, hash_map::Entry},
    sync::Arc,
};
use study::{Rules, SessionId, Timestamp};

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

/// What is answered to the beats of a batch, in the order of arrival.
pub type Results = Vec<Result<Receipt, NoReceipt>>;

/// A batch that is judged and not written.
pub struct Judged {
    results: Results,
    written: Written,
    now: Timestamp,
}

impl Judging {
    /// Reads where those stand whom `standing` does not know, and judges; the results are in the order of `arrived`.
    ///
    /// # Errors
    /// [`Failed`]
    pub async fn judge(
        &self,
        db: &impl ConnectionTrait,
        arrived: &[Arrived],
        mut standing: Standing,
    ) -> Result<Judged, Failed> {
        let missing = standing.persons_missing(arrived.iter().map(|beat| beat.person));
        let persons = beats::lock_persons(db, &missing).await?;
        let missing = standing.sessions_missing(arrived.iter().map(|beat| beat.session));
        standing.add(persons, beats::sessions(db, &missing).await?);
        let names: HashSet<SessionId> = arrived.iter().map(|beat| beat.session).collect();
        let sessions = || names.iter().filter_map(|name| standing.session(*name));
        let mut rules: HashMap<Digest, Arc<Rules>> = HashMap::new();
        for session in sessions() {
            if let Entry::Vacant(unknown) = rules.entry(session.rules) {
                unknown.insert(self.book.get(db, session.rules).await?);
            }
        }
        // Read after what it is compared with, so that along one lease the time never goes back, whichever server writes.
        let clock = self.clock.now_for_credit();
        let now = clock.map_err(|_drift| Failed::ClockOff)?;

        let checked: HashMap<SessionId, Arc<Rules>> = sessions()
            .filter_map(|row| {
                let rules = rules.get(&row.rules)?;
                rules.face_checks.random()?;
                Some((row.session, Arc::clone(rules)))
            })
            .collect();
        let gates = sessions()
            .filter(|row| checked.contains_key(&row.session))
            .map(|row| (row.person, row.class))
            .collect();
        let gates = checks::gates(db, &gates, now).await?;
        let mut desk = Desk::new(&self.keys, standing, rules, gates, now);
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

    /// Writes what was judged, and commits. Gives the results, and where everybody stands now.
    ///
    /// # Errors
    /// [`Failed`]
    pub async fn keep(
        &self,
        tx: DatabaseTransaction,
        judged: Judged,
    ) -> Result<(Results, Standing), Failed> {
        let Judged {
            results,
            mut written,
            now,
        } = judged;
        if written.beats.is_empty() {
            tx.rollback().await?;
            return Ok((results, written.standing));
        }
        beats::insert(&tx, &written.beats).await?;
        beats::save(&tx, written.sessions(), written.units(), written.persons()).await?;
        let records = written
            .segments
            .drain(..)
            .map(|(whose, reached)| segments::segment(&self.keys, &whose, reached, now))
            .collect::<Result<Vec<_>, _>>()?;
        evidence::append(&tx, &records, now).await?;
        for drawn in &written.checks {
            drawn.write(&tx).await?;
        }
        store::commit(tx).await?;
        Ok((results, written.standing))
    }
}

/// One transaction by itself, for the past that the demo province begins with; the results are in the order of `arrived`.
///
/// # Errors
/// Where nothing is known to be written.
pub async fn write(db: &Db, judging: &Judging, arrived: &[Arrived]) -> Result<Results, Failed> {
    let tx = db.begin().await?;
    let judged = judging.judge(&tx, arrived, Standing::default()).await?;
    Ok(judging.keep(tx, judged).await?.0)
}
