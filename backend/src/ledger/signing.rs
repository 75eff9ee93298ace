//! The two signing keys: the ledger's and the issuer's. Files in `keys` in the data directory, readable by their owner only.
//!
//! The database remembers their public halves, so that a server with other keys is noticed before it signs anything. Whatever
//! signs stands behind [`ledger::Signer`]: a key in a device takes the place of a file here and nowhere else.

use crate::{
    keys::{random, write_private},
    store::{self, Db, settings},
};
use contract::{credential::did, verify::PublicKeys};
use ledger::{SecretKey, Signer, VerifierKey};
use std::{fs, io, path::Path, sync::Arc};

/// File of the ledger's key: 32 bytes as hexadecimal digits.
const LEDGER_FILE: &str = "ledger";
/// File of the issuer's key.
const ISSUER_FILE: &str = "issuer";
/// File of both public halves, for `zhenxue verify` on the same machine.
pub const PUBLIC_FILE: &str = "public.json";

/// Whatever signs.
type AnySigner = Arc<dyn Signer + Send + Sync>;

/// The keys that sign.
#[derive(Clone)]
pub struct SigningKeys {
    ledger: AnySigner,
    issuer: AnySigner,
    vkey: VerifierKey,
}

impl SigningKeys {
    /// Reads the keys from `data`, or makes them where neither `data` nor the database know any.
    ///
    /// # Errors
    /// What is wrong and what to do, for the person who starts the server.
    pub async fn load(data: &Path, db: &Db) -> Result<Self, String> {
        let folder = data.join("keys");
        let known = settings::get(&db.read, settings::PUBLIC_KEYS)
            .await
            .map_err(|error| format!("the database cannot be read: {error}"))?;
        for file in [LEDGER_FILE, ISSUER_FILE] {
            if known.is_some() && !folder.join(file).exists() {
                return Err(wrong(&folder));
            }
        }
        let load = |file| {
            load_or_make(&folder, file).map_err(|error| {
                format!(
                    "the key {} cannot be used: {error}",
                    folder.join(file).display()
                )
            })
        };
        let keys = Self::new(Arc::new(load(LEDGER_FILE)?), Arc::new(load(ISSUER_FILE)?))?;
        let ours = serde_json::to_string(&keys.public()).map_err(|error| error.to_string())?;
        let remembered = remember(db, &ours)
            .await
            .map_err(|error| format!("the database does not take the public keys: {error}"))?;
        if remembered != ours {
            return Err(wrong(&folder));
        }
        fs::write(folder.join(PUBLIC_FILE), format!("{ours}\n")).map_err(|error| {
            format!(
                "{} cannot be written: {error}",
                folder.join(PUBLIC_FILE).display()
            )
        })?;
        Ok(keys)
    }

    /// Puts two keys together. The ledger is named by its key, so that two installations never share a name.
    ///
    /// # Errors
    /// Never for a name that is made here.
    pub fn new(ledger: AnySigner, issuer: AnySigner) -> Result<Self, String> {
        let key = ledger.public_key();
        let short: String = hex::encode(key.to_bytes()).chars().take(16).collect();
        let vkey = VerifierKey::new(&format!("zhenxue/ledger/{short}"), key)
            .map_err(|error| error.to_string())?;
        Ok(Self {
            ledger,
            issuer,
            vkey,
        })
    }

    /// Signs checkpoints.
    #[must_use]
    pub fn ledger(&self) -> &dyn Signer {
        &*self.ledger
    }

    /// Signs proofs.
    #[must_use]
    pub fn issuer(&self) -> &dyn Signer {
        &*self.issuer
    }

    /// What checkpoints are checked against.
    #[must_use]
    pub const fn vkey(&self) -> &VerifierKey {
        &self.vkey
    }

    /// Both public halves.
    #[must_use]
    pub fn public(&self) -> PublicKeys {
        PublicKeys {
            ledger_vkey: self.vkey.to_string(),
            issuer_did: did::of(&self.issuer.public_key()),
        }
    }
}

async fn remember(db: &Db, ours: &str) -> Result<String, sea_orm::DbErr> {
    let tx = db.begin().await?;
    let known = settings::set_once(&tx, settings::PUBLIC_KEYS, ours).await?;
    store::commit(tx)
        .await
        .map_err(|store::Unknown(error)| error)?;
    Ok(known)
}

fn wrong(folder: &Path) -> String {
    format!(
        "{} does not hold the signing keys that this database was made with (files `{LEDGER_FILE}` and `{ISSUER_FILE}`). Put the right \
         files back (they are in the backup of the data folder); for several servers on one database, copy the first one's keys to all",
        folder.display()
    )
}

fn load_or_make(folder: &Path, file: &str) -> io::Result<SecretKey> {
    let seed = match fs::read_to_string(folder.join(file)) {
        Ok(text) => {
            let mut seed = [0; 32];
            hex::decode_to_slice(text.trim(), &mut seed)
                .map_err(|_| io::Error::other("64 hexadecimal digits expected"))?;
            seed
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let seed = random::<32>()?;
            write_private(folder, file, &format!("{}\n", hex::encode(seed)))?;
            seed
        }
        Err(error) => return Err(error),
    };
    Ok(SecretKey::from_seed(&seed))
}
