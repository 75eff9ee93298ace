//! The study sheet of a proof: drawn, signed, and its QR code. The drawing itself is the crate `sheet`'s.
//!
//! A sheet is made anew for whoever asks, and for each claim pack: it says nothing that the stored credential does not say.

mod key;

pub use key::{CERTIFICATE_FILE, KEY_FILE, SheetKey};

use crate::{app::App, store::digest};
use contract::{
    Digest,
    credential::{NotSealed, StudyProof},
    slip::{self, NoSlip},
};
use sea_orm::DbErr;
use sheet::{NotDrawn, NotSigned, Sheet, SheetFont, qr::Qr};
use std::{path::Path, sync::Arc};
use study::Timestamp;

use crate::store::entities::proof;

/// The font, from npm; nothing where the server was compiled before the packages were there.
static FONT: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/sheet-font.ttf"));
/// Pixels to a module of the code as a picture.
const SCALE: usize = 8;
/// Why a sheet is signed, for the reader of the PDF.
const REASON: &str = "签发学习凭证 Issue of a study proof";

/// What sheets are made with.
pub struct Sheets {
    font: Option<SheetFont>,
    key: Arc<SheetKey>,
}

/// Why there is no sheet.
#[derive(Debug, thiserror::Error)]
pub enum NoSheet {
    /// No font was built in.
    #[error("no font is built in; build the server with `cargo xtask build`")]
    NoFont,
    /// It cannot be drawn.
    #[error(transparent)]
    NotDrawn(#[from] NotDrawn),
    /// It cannot be signed.
    #[error(transparent)]
    NotSigned(#[from] NotSigned),
    /// What is stored is no proof.
    #[error("a stored proof cannot be read: {0}")]
    Unread(#[from] serde_json::Error),
    /// The stored row is broken.
    #[error(transparent)]
    Db(#[from] DbErr),
    /// The issuer does not sign the slip.
    #[error(transparent)]
    NoSlip(#[from] NoSlip),
    /// A credential cannot be sealed.
    #[error(transparent)]
    NotSealed(#[from] NotSealed),
    /// The machine failed.
    #[error("{0}")]
    Machine(String),
}

impl Sheets {
    /// Reads font and key; makes a key and its certificate in `data` where there are none.
    ///
    /// # Errors
    /// What is wrong and what to do, for the person who starts the server.
    pub fn open(data: &Path, issuer: &str, now: Timestamp) -> Result<Self, String> {
        Ok(Self {
            font: SheetFont::new(FONT),
            key: Arc::new(SheetKey::load(&data.join("keys"), issuer, now)?),
        })
    }

    /// Who signs.
    #[must_use]
    pub fn key(&self) -> &SheetKey {
        &self.key
    }
}

/// The signed sheet of a stored proof; its code leads to the verify page of this server.
///
/// # Errors
/// [`NoSheet`]
pub async fn pdf(app: &App, row: &proof::Model) -> Result<Vec<u8>, NoSheet> {
    let font = app.sheets.font.clone().ok_or(NoSheet::NoFont)?;
    let key = Arc::clone(&app.sheets.key);
    let (document, digest) = (row.document.clone(), digest(&row.digest)?);
    let (now, worker) = (app.clock.now(), app.clone());
    // Some twenty milliseconds of computing: not on the threads that answer.
    tokio::task::spawn_blocking(move || {
        let proof: StudyProof = serde_json::from_str(&document)?;
        let code = address(&worker, &proof, digest)?;
        let sheet = Sheet {
            proof: &proof,
            document: &document,
            digest,
            code: &code,
        };
        let plain = sheet::draw(&sheet, &font)?;
        Ok(sheet::sign(&plain, &*key, now, REASON)?)
    })
    .await
    .map_err(|error| NoSheet::Machine(error.to_string()))?
}

/// The code of a stored proof as a PNG.
///
/// # Errors
/// [`NoSheet`]
pub fn code(app: &App, row: &proof::Model) -> Result<Vec<u8>, NoSheet> {
    let proof: StudyProof = serde_json::from_str(&row.document)?;
    let address = address(app, &proof, digest(&row.digest)?)?;
    let qr = Qr::of(&address).map_err(NotDrawn::from)?;
    qr.png(SCALE)
        .map_err(|error| NoSheet::Machine(error.to_string()))
}

/// What the code holds: the verify page, and behind the `#` the signed slip, which no browser sends to any server.
fn address(app: &App, proof: &StudyProof, digest: Digest) -> Result<String, NoSheet> {
    let fragment = slip::seal(proof, digest, app.ledger.keys().issuer())?;
    Ok(format!("{}/verify#{fragment}", app.origin()))
}
