//! Recomputes everything that is derived from what was observed, and says where the database tells something else.
//!
//! From the raw beats, with the same [`study::credit()`] that judged them: every decision, chain head, coverage and total. From the
//! records: every ledger leaf, the tree, its tiles and signed checkpoints, and every proof. Reads only, from one snapshot.
//!
//! Reading order: `beats` (one person's study), `checks` (their face checks), `records` (what the evidence says about it), `ledger` (where the evidence is).

mod acts;
mod beats;
mod checks;
mod ledger;
mod records;

use crate::keys::Keys;
use crate::store::rules_book::RulesBook;
use contract::verify::PublicKeys;
use sea_orm::{
    AccessMode, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, EntityTrait,
    IsolationLevel, QueryOrder, QuerySelect, TransactionOptions, TransactionTrait,
};
use std::{fs, path::Path};
use study::{Millis, PersonId};

/// Most differences that are listed; what is wrong in a million places is clear before.
const DIFFERENCES_MAX: usize = 1_000;

/// What came out.
#[derive(Debug, Default)]
pub struct Summary {
    /// People with study sessions.
    pub people: usize,
    /// Their study sessions.
    pub sessions: usize,
    /// Their beats.
    pub beats: usize,
    /// Credit recomputed from these beats.
    pub credited_ms: Millis,
    /// Evidence records.
    pub records: usize,
    /// Leaves of the ledger.
    pub leaves: u64,
    /// Signed checkpoints.
    pub checkpoints: usize,
    /// Proofs.
    pub proofs: usize,
    /// Face checks, further tries and teachers' confirmations included.
    pub checks: usize,
    /// What differs, each in a sentence.
    pub differences: Vec<String>,
}

impl Summary {
    fn differs(&mut self, what: impl FnOnce() -> String) {
        if self.differences.len() < DIFFERENCES_MAX {
            self.differences.push(what());
        }
    }

    /// Notes a difference unless `same`.
    fn expect(&mut self, same: bool, what: impl FnOnce() -> String) {
        if !same {
            self.differs(what);
        }
    }
}

/// The keys that replaying needs: none of them is made where it is missing.
pub struct ReplayKeys {
    /// For the pseudonyms in the records.
    pub(crate) master: Keys,
    /// For checkpoints and proofs.
    pub(crate) public: PublicKeys,
}

impl ReplayKeys {
    /// Reads them from the server's data folder.
    ///
    /// # Errors
    /// Which file is missing or wrong.
    pub fn read(data: &Path) -> Result<Self, String> {
        let folder = data.join("keys");
        let master = folder.join("master");
        if !master.is_file() {
            return Err(format!(
                "{} is not there; give the server's data folder with --data",
                master.display()
            ));
        }
        let public = folder.join(crate::ledger::signing::PUBLIC_FILE);
        let text = fs::read_to_string(&public)
            .map_err(|error| format!("{} cannot be read: {error}", public.display()))?;
        Ok(Self {
            master: Keys::load(data)
                .map_err(|error| format!("the master key cannot be read: {error}"))?,
            public: serde_json::from_str(&text)
                .map_err(|error| format!("{} holds no keys: {error}", public.display()))?,
        })
    }
}

/// Replays the whole database.
///
/// # Errors
/// What the database says; what it holds is a difference, not an error.
pub async fn replay(db: &DatabaseConnection, keys: &ReplayKeys) -> Result<Summary, DbErr> {
    let tx = snapshot(db).await?;
    let mut summary = Summary::default();
    let book = RulesBook::default();
    for person in people(&tx).await? {
        summary.people += 1;
        let checks = checks::Checks::read(&tx, person).await?;
        let study = beats::replay(&tx, &book, keys, person, &checks, &mut summary).await?;
        checks::compare(keys, &checks, &study, &mut summary);
        records::compare(&tx, keys, person, &study, &mut summary).await?;
    }
    for person in checked_without_study(&tx).await? {
        let checks = checks::Checks::read(&tx, person).await?;
        checks::compare(keys, &checks, &[], &mut summary);
    }
    ledger::rebuild(&tx, keys, &mut summary).await?;
    acts::compare(&tx, keys, &mut summary).await?;
    records::proofs(&tx, &book, keys, &mut summary).await?;
    tx.rollback().await?;
    Ok(summary)
}

/// A transaction that sees one moment, so that a running server does not look like a difference.
pub(crate) async fn snapshot(db: &DatabaseConnection) -> Result<DatabaseTransaction, DbErr> {
    // A SQLite read transaction is a snapshot by itself.
    let postgres = db.get_database_backend() != DbBackend::Sqlite;
    db.begin_with_options(TransactionOptions {
        isolation_level: postgres.then_some(IsolationLevel::RepeatableRead),
        access_mode: postgres.then_some(AccessMode::ReadOnly),
        ..TransactionOptions::default()
    })
    .await
}

async fn people(tx: &DatabaseTransaction) -> Result<Vec<PersonId>, DbErr> {
    use crate::store::entities::study_session::{Column, Entity};
    let ids: Vec<uuid::Uuid> = Entity::find()
        .select_only()
        .column(Column::PersonId)
        .distinct()
        .order_by_asc(Column::PersonId)
        .into_tuple()
        .all(tx)
        .await?;
    Ok(ids.into_iter().map(PersonId).collect())
}

/// People with face checks who never studied: a check that they asked for settled nothing, and must say so.
async fn checked_without_study(tx: &DatabaseTransaction) -> Result<Vec<PersonId>, DbErr> {
    use crate::store::entities::face_check::{Column, Entity};
    let ids: Vec<uuid::Uuid> = Entity::find()
        .select_only()
        .column(Column::PersonId)
        .distinct()
        .order_by_asc(Column::PersonId)
        .into_tuple()
        .all(tx)
        .await?;
    let studied = people(tx).await?;
    Ok(ids
        .into_iter()
        .map(PersonId)
        .filter(|person| studied.binary_search(person).is_err())
        .collect())
}
