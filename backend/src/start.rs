//! Puts the parts together: checks what must be true before a server may run, and refuses in words where it is not.

use crate::{
    app::{App, Parts},
    beat_writer::{BeatWriter, Judging},
    boards::Boards,
    claims::Claims,
    clock::Clock,
    config::Reached,
    faces::{Faces, ModelSource},
    keys::Keys,
    ledger::Ledger,
    limits::AccountLimit,
    passwords::Passwords,
    runs::Runs,
    sheets::Sheets,
    sign_in_cache::SignInCache,
    store::{self, Db, rules_book::RulesBook, settings},
};
use std::{
    fs::{self, File, TryLockError},
    path::Path,
    sync::{Arc, OnceLock},
};
use tokio::task::JoinHandle;

/// Why the server does not start, for the person who started it.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct NotStarted(pub String);

/// A running app, and what ends with it.
pub struct Running {
    /// The app.
    pub app: App,
    writer: JoinHandle<()>,
    /// Keeps a second server off the embedded database for as long as this one lives.
    _lock: Option<File>,
}

impl Running {
    /// Waits until every beat that was taken in is written, and closes the database. To be called when nobody sends any more.
    pub async fn stop(self) {
        let db = self.app.db.clone();
        drop(self.app);
        // Ends when the last handle to it is gone; a request that still hangs must not keep the server for ever.
        let _ = tokio::time::timeout(std::time::Duration::from_secs(5), self.writer).await;
        db.close().await;
    }
}

/// Opens the data folder and the database, and starts the writer.
///
/// # Errors
/// [`NotStarted`], with what to do.
pub async fn start(
    data: &Path,
    database_url: Option<&str>,
    reached: Reached,
    models: &ModelSource,
    clock: Arc<dyn Clock>,
) -> Result<Running, NotStarted> {
    fs::create_dir_all(data.join("films")).map_err(|error| {
        NotStarted(format!(
            "the data folder {} cannot be made: {error}",
            data.display()
        ))
    })?;
    // First of all: it asks nothing of the disk but the models, and what is wrong with them is known at once.
    let faces = Faces::open(models).map_err(|error| NotStarted(error.to_string()))?;
    let lock = match database_url {
        Some(_) => None,
        None => Some(lock(data)?),
    };
    let db = match database_url {
        Some(url) => Db::postgres(url).await,
        None => Db::embedded(data).await,
    }
    .map_err(|error| NotStarted(format!("the database cannot be opened: {error}")))?;
    store::class_progress::fill(&db)
        .await
        .map_err(|error| NotStarted(format!("the database cannot be read: {error}")))?;
    let keys = load_keys(data, &db).await?;
    store::check_clock(&db, &*clock).await.map_err(NotStarted)?;
    store::claims::packs::seal_anew(&db, &keys, clock.now())
        .await
        .map_err(|error| NotStarted(format!("claim packs cannot be sealed anew: {error}")))?;
    let ledger = Ledger::open(&db, data, clock.now())
        .await
        .map_err(NotStarted)?;
    let trust = serde_json::to_string(&ledger.public_keys())
        .map_err(|error| NotStarted(error.to_string()))?;
    let issuer = ledger.public_keys().issuer_did;
    let sheets = Sheets::open(data, &issuer, clock.now()).map_err(NotStarted)?;
    let passwords = Passwords::new().map_err(|error| NotStarted(error.to_string()))?;
    let rules = Arc::new(RulesBook::default());
    let judging = Judging {
        clock: Arc::clone(&clock),
        keys: keys.clone(),
        book: Arc::clone(&rules),
    };
    let (beats, writer) = BeatWriter::start(db.clone(), judging);
    let boards = Boards::new(
        db.clone(),
        keys.clone(),
        Arc::clone(&rules),
        Arc::clone(&clock),
    );
    let app = App::new(Parts {
        account_limit: AccountLimit::new(Arc::clone(&clock)),
        clock,
        db,
        keys,
        ledger,
        passwords,
        sign_ins: SignInCache::default(),
        rules,
        beats,
        boards,
        claims: Claims::default(),
        faces,
        sheets,
        issuing: Runs::default(),
        sealing: Runs::default(),
        data: data.to_owned(),
        reached,
        address: OnceLock::new(),
        trust: OnceLock::from(trust),
    });
    Ok(Running {
        app,
        writer,
        _lock: lock,
    })
}

/// Takes the embedded database for this process alone.
///
/// # Errors
/// [`NotStarted`], where a server runs.
pub(crate) fn lock(data: &Path) -> Result<File, NotStarted> {
    let path = data.join("lock");
    let file = File::create(&path)
        .map_err(|error| NotStarted(format!("{} cannot be made: {error}", path.display())))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(NotStarted(format!(
            "another server uses {} already; stop that one, or give this one another --data",
            data.display()
        ))),
        Err(TryLockError::Error(error)) => Err(NotStarted(format!(
            "{} cannot be locked: {error}",
            path.display()
        ))),
    }
}

/// The keys, after making sure that they are those of the database.
pub(crate) async fn load_keys(data: &Path, db: &Db) -> Result<Keys, NotStarted> {
    let failed =
        |error: sea_orm::DbErr| NotStarted(format!("the database cannot be read: {error}"));
    let known = settings::get(&db.read, settings::MASTER_KEY)
        .await
        .map_err(failed)?;
    let wrong = || {
        NotStarted(format!(
            "{} is not the key that this database was made with, so nobody's data would open. Put the right file back (it is in the \
             backup of the data folder); for several servers on one database, copy the first one's key to all",
            data.join("keys").join("master").display()
        ))
    };
    if known.is_some() && !data.join("keys").join("master").exists() {
        return Err(wrong());
    }
    let keys = Keys::load(data)
        .map_err(|error| NotStarted(format!("the master key cannot be read: {error}")))?;
    let tx = db.begin().await.map_err(failed)?;
    let known = settings::set_once(&tx, settings::MASTER_KEY, keys.fingerprint())
        .await
        .map_err(failed)?;
    tx.commit().await.map_err(failed)?;
    if known != keys.fingerprint() {
        return Err(wrong());
    }
    Ok(keys)
}
