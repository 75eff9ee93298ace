//! The newest checkpoint that this server has shown, as a file beside the database.
//!
//! A database restored from yesterday's backup knows nothing of what was signed since, and signing on would fork the ledger.
//! This file does: it is written after each commit, and [`super::check`] compares it with the database at every start.

use std::{
    fs, io,
    io::Write,
    path::{Path, PathBuf},
};

/// The file of the newest published checkpoint.
pub struct Published {
    path: PathBuf,
}

impl Published {
    /// The file in `data`.
    #[must_use]
    pub fn new(data: &Path) -> Self {
        Self {
            path: data.join("ledger").join("checkpoint"),
        }
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The checkpoint, or `None` where nothing was published from this folder yet.
    ///
    /// # Errors
    /// What the disk says.
    pub fn read(&self) -> io::Result<Option<String>> {
        match fs::read_to_string(&self.path) {
            Ok(note) => Ok(Some(note)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Replaces it, durably and never half.
    ///
    /// # Errors
    /// What the disk says.
    pub fn write(&self, note: &str) -> io::Result<()> {
        let folder = self
            .path
            .parent()
            .ok_or_else(|| io::Error::other("the checkpoint file has no folder"))?;
        fs::create_dir_all(folder)?;
        let draft = folder.join(".checkpoint.draft");
        let mut file = fs::File::create(&draft)?;
        file.write_all(note.as_bytes())?;
        file.sync_all()?;
        fs::rename(&draft, &self.path)?;
        fs::File::open(folder)?.sync_all()
    }
}
