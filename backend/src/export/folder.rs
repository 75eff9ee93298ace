//! The folder that a class is written into: text files only, each with its hash in `SHA256SUMS`.

use super::NotExported;
use crate::boards::file::harmless;
use contract::Digest;
use serde::Serialize;
use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// A folder under way.
pub struct Folder {
    root: PathBuf,
    sums: Vec<(String, Digest)>,
}

impl Folder {
    /// Makes the folder.
    ///
    /// # Errors
    /// Where it is there already with something in it, or cannot be made: nothing is ever written over.
    pub fn make(root: &Path) -> io::Result<Self> {
        fs::create_dir_all(root)?;
        if fs::read_dir(root)?.next().is_some() {
            return Err(io::Error::other(
                "it is not empty; name a folder that does not exist yet",
            ));
        }
        Ok(Self {
            root: root.to_path_buf(),
            sums: Vec::new(),
        })
    }

    /// Writes a text.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub fn text(&mut self, path: &str, text: &str) -> Result<(), NotExported> {
        self.bytes(path, text.as_bytes())
    }

    /// Writes JSON that people can read.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub fn json<T: Serialize>(&mut self, path: &str, value: &T) -> Result<(), NotExported> {
        let text = serde_json::to_string_pretty(value)
            .map_err(|error| NotExported::Write(path.to_owned(), error.into()))?;
        self.text(path, &format!("{text}\n"))
    }

    /// Writes a table. No cell can be a formula, whatever somebody called themselves.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub fn csv<const N: usize>(
        &mut self,
        path: &str,
        heads: &[&str; N],
        rows: &[[String; N]],
    ) -> Result<(), NotExported> {
        let table = || -> io::Result<Vec<u8>> {
            // Says that what follows is UTF-8; without it spreadsheets take Chinese for something else.
            let mut out = "\u{feff}".as_bytes().to_vec();
            let mut writer = csv::Writer::from_writer(&mut out);
            writer.write_record(heads)?;
            for row in rows {
                writer.write_record(row.iter().map(|cell| harmless(cell).into_owned()))?;
            }
            writer.flush()?;
            drop(writer);
            Ok(out)
        };
        let bytes = table().map_err(|error| NotExported::Write(path.to_owned(), error))?;
        self.bytes(path, &bytes)
    }

    fn bytes(&mut self, path: &str, bytes: &[u8]) -> Result<(), NotExported> {
        let file = self.root.join(path);
        file.parent()
            .map_or(Ok(()), fs::create_dir_all)
            .and_then(|()| fs::write(&file, bytes))
            .map_err(|error| NotExported::Write(file.display().to_string(), error))?;
        self.sums.push((path.to_owned(), Digest::of(&[bytes])));
        Ok(())
    }

    /// Writes `SHA256SUMS`, in the form that `sha256sum -c` reads; says how many files there are.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub fn seal(&mut self) -> Result<usize, NotExported> {
        self.sums.sort();
        let lines: String = self
            .sums
            .iter()
            .map(|(path, digest)| format!("{digest}  {path}\n"))
            .collect();
        self.text("SHA256SUMS", &lines)?;
        Ok(self.sums.len())
    }
}
