//! Everything that is kept: connections, schema, and queries with a name and an owner.
//!
//! Two databases, one code: embedded `SQLite` (WAL, every commit synced, one connection that writes) and `PostgreSQL` by
//! `DATABASE_URL`. Reading goes to [`Db::read`]; whatever writes begins with [`Db::begin`].

pub mod access_log;
pub mod acts;
pub mod appeals;
pub mod batch;
pub mod beats;
pub mod board;
pub mod catalogue;
pub mod claims;
pub mod class_days;
pub mod class_keys;
pub mod class_progress;
pub mod classes;
pub mod entities;
pub mod evidence;
pub mod invitations;
pub mod ledger;
pub mod migrations;
pub mod people;
pub mod pointers;
pub mod proofs;
pub mod revocations;
pub mod roll_calls;
pub mod roster;
pub mod rows;
pub mod rules_book;
pub mod segments;
pub mod settings;
pub mod sign_ins;
pub mod status_entries;
pub mod study;
pub mod timeline;

use crate::clock::Clock;
use ::study::Timestamp;
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, DbBackend,
    DbErr, SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait,
};
use sea_orm_migration::MigratorTrait;
use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

/// Most connections to `PostgreSQL`, and most readers of the `SQLite` file, per server.
const READERS_MAX: u32 = 8;
/// How long a request may wait for a connection before it is told that the server is busy.
const ACQUIRE_MAX: Duration = Duration::from_secs(5);

/// The connections.
#[derive(Clone)]
pub struct Db {
    /// For queries.
    pub read: DatabaseConnection,
    write: DatabaseConnection,
    /// Transactions begun by [`Db::begin`].
    begun: Arc<AtomicU64>,
}

/// How much others than the beat writer have written to the embedded database, as seen under its lock: between two equal ones, nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Writes {
    /// In this process. Who began before holds the lock, or has given it back.
    begun: u64,
    /// `PRAGMA data_version` of the one connection that writes: changes with each commit of another one, in any process.
    data_version: i64,
}

impl Db {
    /// Opens (and makes, where it is not there) the embedded database in `data`.
    ///
    /// # Errors
    /// What the database says.
    pub async fn embedded(data: &Path) -> Result<Self, DbErr> {
        let url = format!("sqlite://{}?mode=rwc", data.join("zhenxue.db").display());
        let open = |connections: u32| {
            let mut options = ConnectOptions::new(url.clone());
            options
                .max_connections(connections)
                .min_connections(1)
                .acquire_timeout(ACQUIRE_MAX)
                .sqlx_logging(false)
                // A file in this process: a connection does not get lost, and [`Writes`] compares what one and the same has seen.
                .test_before_acquire(false)
                .max_lifetime(None)
                .idle_timeout(None)
                .map_sqlx_sqlite_opts(move |sqlite| {
                    use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
                    sqlite
                        .journal_mode(SqliteJournalMode::Wal)
                        // An acknowledged beat survives a power cut; NORMAL would lose it.
                        .synchronous(SqliteSynchronous::Full)
                        .foreign_keys(true)
                        .busy_timeout(Duration::from_secs(5))
                        // What is taken out is overwritten: a destroyed key must not stay in a free page.
                        .pragma("secure_delete", "ON")
                        // Seven statements over batches, and all others.
                        .statement_cache_capacity(7 * batch::LENGTHS + 128)
                        .pragma(
                            "cache_size",
                            if connections == 1 { "-65536" } else { "-8192" },
                        )
                        // Folding the log back into the file holds up the writer, so it comes every 64 MB instead of every 16 (BENCHMARKS.md).
                        .pragma("wal_autocheckpoint", "16000")
                });
            Database::connect(options)
        };
        let write = open(1).await?;
        migrations::Migrator::up(&write, None).await?;
        let read = open(READERS_MAX).await?;
        Ok(Self {
            read,
            write,
            begun: Arc::default(),
        })
    }

    /// Opens the `PostgreSQL` database at `url` and brings its schema up to date.
    ///
    /// # Errors
    /// What the database says.
    pub async fn postgres(url: &str) -> Result<Self, DbErr> {
        let mut options = ConnectOptions::new(url.to_owned());
        options
            .max_connections(READERS_MAX)
            .min_connections(1)
            .acquire_timeout(ACQUIRE_MAX)
            .sqlx_logging(false);
        migrate_alone(url).await?;
        let read = Database::connect(options).await?;
        Ok(Self {
            write: read.clone(),
            read,
            begun: Arc::default(),
        })
    }

    /// Begins a transaction that writes.
    ///
    /// # Errors
    /// What the database says.
    pub async fn begin(&self) -> Result<DatabaseTransaction, DbErr> {
        let tx = self.locked().await?;
        self.begun.fetch_add(1, Ordering::SeqCst);
        Ok(tx)
    }

    /// Begins a transaction of the beat writer, and says how much others have written until then; `None` where they write at the same time,
    /// as with `PostgreSQL`.
    ///
    /// # Errors
    /// What the database says.
    pub async fn begin_batch(&self) -> Result<(DatabaseTransaction, Option<Writes>), DbErr> {
        let tx = self.locked().await?;
        if self.backend() != DbBackend::Sqlite {
            return Ok((tx, None));
        }
        let begun = self.begun.load(Ordering::SeqCst);
        let row = tx
            .query_one_raw(Statement::from_string(
                DbBackend::Sqlite,
                "PRAGMA data_version",
            ))
            .await?
            .ok_or_else(|| DbErr::Custom("the database has no data_version".to_owned()))?;
        let writes = Writes {
            begun,
            data_version: row.try_get_by_index(0)?,
        };
        Ok((tx, Some(writes)))
    }

    async fn locked(&self) -> Result<DatabaseTransaction, DbErr> {
        self.write
            .begin_with_options(TransactionOptions {
                // Takes the write lock at once: a later upgrade could fail half-way.
                sqlite_transaction_mode: (self.backend() == DbBackend::Sqlite)
                    .then_some(SqliteTransactionMode::Immediate),
                ..TransactionOptions::default()
            })
            .await
    }

    /// Which of the two it is.
    #[must_use]
    pub fn backend(&self) -> DbBackend {
        self.read.get_database_backend()
    }

    /// Closes all connections; `SQLite` then folds its log back into the file.
    pub async fn close(self) {
        // Closing is the last thing that happens; whatever was acknowledged is on disk already.
        let _ = self.read.close().await;
        let _ = self.write.close().await;
    }
}

/// Brings the schema up to date while no other server does: several may be started at once.
async fn migrate_alone(url: &str) -> Result<(), DbErr> {
    let mut options = ConnectOptions::new(url.to_owned());
    // One connection, so that the lock and the steps are in one session; closing it gives the lock back.
    options.max_connections(1).sqlx_logging(false);
    let alone = Database::connect(options).await?;
    alone
        .execute_unprepared("SELECT pg_advisory_lock(20261123)")
        .await?;
    migrations::Migrator::up(&alone, None).await?;
    alone.close().await
}

/// A commit whose outcome is not known.
#[derive(Debug, thiserror::Error)]
#[error("the commit failed, so whether it happened is not known")]
pub struct Unknown(#[from] pub DbErr);

/// Commits, or says that the outcome is unknown.
///
/// After a failed write or sync of the file nobody knows what is on disk, and going on would build on sand (`SQLite` may even
/// see rows that are gone after a power cut): the process ends at once, and the next start reads what is really there.
///
/// # Errors
/// [`Unknown`]: the same request may be sent again.
pub async fn commit(tx: DatabaseTransaction) -> Result<(), Unknown> {
    let Err(error) = tx.commit().await else {
        return Ok(());
    };
    tracing::error!(%error, "a commit failed");
    if is_io_error(&error) {
        tracing::error!(
            "the database file could not be written or synced; ending the process so that the next start reads what is really there"
        );
        std::process::abort();
    }
    Err(Unknown(error))
}

fn is_io_error(error: &DbErr) -> bool {
    // SQLITE_IOERR is 10; extended codes keep it in the low byte.
    const SQLITE_IOERR: u32 = 10;
    let (DbErr::Exec(cause) | DbErr::Query(cause) | DbErr::Conn(cause)) = error else {
        return false;
    };
    let sea_orm::RuntimeErr::SqlxError(cause) = cause else {
        return false;
    };
    match &**cause {
        sqlx::Error::Io(_) => false,
        sqlx::Error::Database(database) => database
            .try_downcast_ref::<sqlx::sqlite::SqliteError>()
            .and_then(|sqlite| {
                sqlx::error::DatabaseError::code(sqlite)?
                    .parse::<u32>()
                    .ok()
            })
            .is_some_and(|code| code & 0xff == SQLITE_IOERR),
        _ => false,
    }
}

/// The newest moment that the evidence knows of, which the clock must not be before.
///
/// # Errors
/// What the database says.
pub async fn newest_moment(db: &Db) -> Result<Option<Timestamp>, DbErr> {
    let row = db
        .read
        .query_one_raw(Statement::from_string(
            db.backend(),
            "SELECT max(at) AS at FROM (SELECT max(created_at) AS at FROM evidence UNION ALL SELECT max(last_at) AS at FROM study_progress) AS newest",
        ))
        .await?;
    let at = match row {
        Some(row) => row.try_get::<Option<i64>>("", "at")?,
        None => None,
    };
    Ok(at.map(time))
}

/// Refuses a clock that stands before the newest evidence.
///
/// # Errors
/// What to do about it, for the person who starts the server.
pub async fn check_clock(db: &Db, clock: &dyn Clock) -> Result<(), String> {
    let newest = newest_moment(db)
        .await
        .map_err(|error| format!("cannot read the newest evidence: {error}"))?;
    let now = clock.now();
    match newest {
        Some(newest) if now < newest => Err(format!(
            "the clock of this machine is {} ms before the newest evidence in the database, so new study time would be stamped with a \
             time that has already passed. Set the clock (timedatectl set-ntp true) and start again; if the clock is right now and was \
             wrong before, wait until it has passed that moment",
            newest.since(now).0
        )),
        _ => Ok(()),
    }
}

/// A stored number of milliseconds as a moment. Negative ones are never written.
#[must_use]
pub fn time(stored: i64) -> Timestamp {
    Timestamp(number(stored))
}

/// A stored number. Negative ones are never written.
#[must_use]
pub fn number(stored: i64) -> u64 {
    u64::try_from(stored).unwrap_or(0)
}

/// A number as it is stored. Nothing that is stored comes near 2^63: claims are bounded to 2^40 before they get here.
#[must_use]
pub fn stored(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A stored 32-byte digest.
///
/// # Errors
/// Where the database holds something else.
pub fn digest(stored: &[u8]) -> Result<contract::Digest, DbErr> {
    stored
        .try_into()
        .map(contract::Digest)
        .map_err(|_| DbErr::Custom(format!("a digest of {} bytes is stored", stored.len())))
}

/// A value stored as JSON text.
///
/// # Errors
/// Where the database holds something else.
pub fn json<T: serde::de::DeserializeOwned>(stored: &str) -> Result<T, DbErr> {
    serde_json::from_str(stored).map_err(|error| DbErr::Json(error.to_string()))
}

/// A value as JSON text to store, in canonical form.
///
/// # Errors
/// Never for our own types.
pub fn to_json<T: serde::Serialize>(value: &T) -> Result<String, DbErr> {
    let bytes =
        contract::canonical::bytes(value).map_err(|error| DbErr::Json(error.to_string()))?;
    String::from_utf8(bytes).map_err(|error| DbErr::Json(error.to_string()))
}
