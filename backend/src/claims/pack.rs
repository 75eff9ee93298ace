//! The archive of a claim: the ledger's word is added when the ledger has it, and whoever opens it again verifies it.

use crate::{
    app::App,
    keys::{ClassKey, NotOpened},
    proofs::{
        NotIssued,
        evidence::{Kept, ways},
    },
    store::{
        self,
        claims::packs,
        class_keys, digest,
        entities::{claim, claim_pack},
        evidence,
        invitations::NotRead,
    },
};
use contract::{
    Digest,
    credential::StudyProof,
    pack::{
        self as packing, ENTRY, Entry, Files, MANIFEST, NoPdf, NotBuilt, PROOF, PackManifest, SEAL,
        Seal,
        archive::{self, NotRead as NotUnpacked, NotWritten},
        folder,
    },
    verify::{TrustAnchors, Verdict},
};
use ledger::{Checkpoint, VerifierKey};
use sea_orm::{DbErr, EntityTrait};
use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    sync::Arc,
};
use study::ClassId;
use tokio::task;
use uuid::Uuid;

/// Why there is no pack, or nothing to say about it.
#[derive(Debug, thiserror::Error)]
pub enum NotFinished {
    /// The ledger is behind, or failed.
    #[error(transparent)]
    Ledger(#[from] NotIssued),
    /// The pack cannot be made, or does not verify.
    #[error(transparent)]
    NotBuilt(#[from] NotBuilt),
    /// The stored archive cannot be unpacked.
    #[error(transparent)]
    NotUnpacked(#[from] NotUnpacked),
    /// The archive cannot be packed.
    #[error(transparent)]
    NotPacked(#[from] NotWritten),
    /// A file of the stored archive is not what it was.
    #[error("a file of the pack cannot be read: {0}")]
    File(String),
    /// It does not open, or the database failed.
    #[error(transparent)]
    NotRead(#[from] NotRead),
    /// The machine failed.
    #[error(transparent)]
    Machine(#[from] io::Error),
    /// It is not known whether it was saved.
    #[error(transparent)]
    Unknown(#[from] store::Unknown),
}

impl From<DbErr> for NotFinished {
    fn from(error: DbErr) -> Self {
        Self::NotRead(NotRead::Db(error))
    }
}

impl From<NotOpened> for NotFinished {
    fn from(error: NotOpened) -> Self {
        Self::NotRead(NotRead::Sealed(error))
    }
}

/// Runs what takes a core for a while.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, NotFinished> {
    task::spawn_blocking(work)
        .await
        .map_err(|error| NotFinished::Machine(io::Error::other(error)))
}

/// Does it to its end even where whoever asked has run out of time: asking again then finds it done.
async fn to_its_end<T: Send + 'static>(
    work: impl Future<Output = Result<T, NotFinished>> + Send + 'static,
) -> Result<T, NotFinished> {
    task::spawn(work)
        .await
        .map_err(|error| NotFinished::Machine(io::Error::other(error)))?
}

/// The finished archive of a claim: made now where the ledger's word was not in it yet. Asking again gives the same bytes.
///
/// # Errors
/// [`NotFinished`]
pub async fn finish(app: &App, claim: Uuid) -> Result<Vec<u8>, NotFinished> {
    let mut kept = packs::get(&app.db.read, claim).await?;
    if kept.finished_at.is_none() {
        let worker = app.clone();
        to_its_end(async move { add_the_word(&worker, claim, kept).await }).await?;
        // Where somebody was faster, theirs is the pack: the sample must not be drawn twice.
        kept = packs::get(&app.db.read, claim).await?;
    }
    let key = key_of(app, &row_of(app, claim).await?).await?;
    blocking(move || Ok(key.open_pack(claim, &kept.pack_sealed)?)).await?
}

async fn row_of(app: &App, claim: Uuid) -> Result<claim::Model, DbErr> {
    claim::Entity::find_by_id(claim)
        .one(&app.db.read)
        .await?
        .ok_or_else(|| DbErr::RecordNotFound(format!("claim {claim}")))
}

/// The key that the pack of a claim is sealed under: its class's.
async fn key_of(app: &App, claim: &claim::Model) -> Result<ClassKey, NotFinished> {
    let key = class_keys::get(&app.db.read, &app.keys, ClassId(claim.class_id)).await?;
    Ok(key.ok_or(NotOpened)?)
}

/// Waits for the ledger's word, adds it, and keeps the finished archive.
async fn add_the_word(app: &App, claim: Uuid, kept: claim_pack::Model) -> Result<(), NotFinished> {
    let worker = app.clone();
    let row = row_of(app, claim).await?;
    let key = key_of(app, &row).await?;
    let record = evidence::get(&app.db.read, row.evidence_id)
        .await?
        .ok_or_else(|| DbErr::RecordNotFound(format!("the record of claim {claim}")))?;
    let (ledger, mut found) = ways(app, vec![Kept::of(&record)?]).await?;
    let word = found
        .pop()
        .ok_or_else(|| NotFinished::File("the ledger has no word".to_owned()))?;
    let _working = app.claims.at_work().await;
    let sealed = blocking(move || {
        let anchors = TrustAnchors::from(worker.ledger.public_keys());
        let bytes = key.open_pack(claim, &kept.pack_sealed)?;
        let mut files = archive::read(&bytes)?;
        packing::seal(&mut files, word, ledger, &anchors)?;
        let seal = files.remove(SEAL).flatten().unwrap_or_default();
        // All else is packed already.
        let bytes = archive::append(bytes, SEAL, &seal)?;
        Ok::<_, NotFinished>(key.seal_pack(claim, &bytes)?)
    })
    .await??;
    let tx = app.db.begin().await?;
    packs::finish(&tx, claim, sealed, app.clock.now()).await?;
    store::commit(tx).await?;
    Ok(())
}

/// What verification of a pack says, without anybody's data.
#[derive(Clone, Debug)]
pub struct Verified {
    /// The verdict on each row, by its number.
    pub rows: BTreeMap<u32, Verdict>,
    /// The rows that the ledger has drawn.
    pub sample: BTreeSet<u32>,
    /// The root of the ledger that they were drawn by; `None` where the pack does not hold.
    pub root: Option<Digest>,
}

impl Verified {
    /// The verdict on a row. A row that the pack does not have is not valid.
    #[must_use]
    pub fn row(&self, number: u32) -> Verdict {
        self.rows.get(&number).copied().unwrap_or(Verdict::Invalid)
    }
}

/// Verifies the stored pack of `claim` as anybody would; once, for it cannot change under its digest.
///
/// # Errors
/// [`NotFinished`]
pub async fn verified(app: &App, claim: &claim::Model) -> Result<Arc<Verified>, NotFinished> {
    let manifest = digest(&claim.manifest)?;
    if let Some(known) = app.claims.verified.get(&manifest) {
        return Ok(known);
    }
    let (worker, claim) = (app.clone(), claim.id);
    to_its_end(async move { verify(&worker, claim, manifest).await }).await
}

async fn verify(app: &App, claim: Uuid, manifest: Digest) -> Result<Arc<Verified>, NotFinished> {
    let bytes = finish(app, claim).await?;
    let worker = app.clone();
    let _working = app.claims.at_work().await;
    let verified = blocking(move || {
        let anchors = TrustAnchors::from(worker.ledger.public_keys());
        let files = archive::read(&bytes)?;
        let report = packing::verify(&files, &anchors);
        // Of another manifest nothing is known.
        let same = report.digest == Some(manifest) && report.faults.is_empty();
        let verdict = |row: Verdict| if same { row } else { Verdict::Invalid };
        Ok::<_, NotFinished>(Verified {
            rows: report
                .learners
                .iter()
                .filter_map(|row| Some((row.number?, verdict(row.verdict))))
                .collect(),
            sample: report.sample.into_iter().collect(),
            root: same.then(|| root(&worker, &files)).transpose()?.flatten(),
        })
    })
    .await??;
    let verified = Arc::new(verified);
    app.claims.verified.insert(manifest, Arc::clone(&verified));
    Ok(verified)
}

/// The root of the ledger that the seal of a pack names.
fn root(app: &App, files: &Files) -> Result<Option<Digest>, NotFinished> {
    let seal: Seal = file(files, SEAL)?;
    let vkey = app
        .ledger
        .public_keys()
        .ledger_vkey
        .parse::<VerifierKey>()
        .ok();
    let opened = vkey.and_then(|vkey| Checkpoint::open(&seal.ledger.checkpoint, &vkey).ok());
    Ok(opened.map(|checkpoint| Digest(checkpoint.root.0)))
}

/// What the pack says about one row.
pub struct PackedRow {
    /// Who it is about, and what was entered.
    pub entry: Entry,
    /// The study proof.
    pub proof: StudyProof,
    /// Why there is no sheet of it, where there is none.
    pub no_pdf: Option<NoPdf>,
}

/// One row of the pack of `claim`.
///
/// # Errors
/// [`NotFinished`]
pub async fn row(app: &App, claim: Uuid, number: u32) -> Result<PackedRow, NotFinished> {
    let bytes = finish(app, claim).await?;
    blocking(move || {
        let folder = folder(number);
        let (entry, proof) = (format!("{folder}{ENTRY}"), format!("{folder}{PROOF}"));
        // The sheets of everybody stay packed.
        let files = archive::some(&bytes, |path| {
            path == entry || path == proof || path == MANIFEST
        })?;
        let manifest: PackManifest = file(&files, MANIFEST)?;
        let mut listed = manifest.subject.learners.into_iter();
        Ok(PackedRow {
            entry: file(&files, &entry)?,
            proof: file(&files, &proof)?,
            no_pdf: listed
                .find(|row| row.number == number)
                .and_then(|row| row.no_pdf),
        })
    })
    .await?
}

fn file<T: serde::de::DeserializeOwned>(files: &Files, path: &str) -> Result<T, NotFinished> {
    let bytes = files
        .get(path)
        .and_then(Option::as_deref)
        .ok_or_else(|| NotFinished::File(path.to_owned()))?;
    // What serde says about a value could hold part of it.
    serde_json::from_slice(bytes).map_err(|_| NotFinished::File(path.to_owned()))
}
