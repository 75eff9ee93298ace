//! The pack as one file: a ZIP archive, which every system opens without us.
//!
//! A learner with proof and sheet has some 200 KB unpacked and 100 KB packed, so that a thousand fit four times over. What is written is held to the same
//! bounds as what is read: no pack is sealed that could not be opened again.

use super::Files;
use std::io::{Cursor, Read as _, Write as _};
use thiserror::Error;
use zip::{
    CompressionMethod, DateTime, ZipArchive, ZipWriter, result::ZipError, write::SimpleFileOptions,
};

/// Longest archive that is read.
pub const ARCHIVE_BYTES_MAX: usize = 512 << 20;
/// Most files of an archive.
const FILES_MAX: usize = 20_000;
/// Longest file in it, unpacked.
const FILE_BYTES_MAX: u64 = 16 << 20;
/// Longest sum of all files, unpacked: what a bomb may cost.
const UNPACKED_BYTES_MAX: u64 = 2 << 30;
/// What is left free for the seal, which is added after the claim was kept.
const SEAL_BYTES_ROOM: usize = 1 << 20;

/// Why an archive cannot be read at all. A single damaged file in it is no reason: that is `None` among the files.
#[derive(Debug, Error)]
pub enum NotRead {
    /// Not a ZIP archive, or damaged where its list of files is.
    #[error("this is not a ZIP archive, or its list of files is damaged")]
    NotAnArchive,
    /// Larger than any pack.
    #[error("this is larger than any claim pack")]
    TooLarge,
}

/// Why an archive was not written.
#[derive(Debug, Error)]
pub enum NotWritten {
    /// It would be larger than what is read.
    #[error("this would be larger than any claim pack that can be read")]
    TooLarge,
    /// Never in memory.
    #[error(transparent)]
    Zip(#[from] ZipError),
    /// Never in memory.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

/// Whether these bytes begin as a ZIP archive does.
#[must_use]
pub fn is_archive(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04")
}

/// Packs the files.
///
/// # Errors
/// [`NotWritten`]
pub fn write(files: &Files) -> Result<Vec<u8>, NotWritten> {
    let lengths = || files.values().flatten().map(|bytes| long(bytes.len()));
    let sum = lengths().fold(0_u64, u64::saturating_add);
    if files.len() >= FILES_MAX
        || lengths().any(|length| length > FILE_BYTES_MAX)
        || sum > UNPACKED_BYTES_MAX - long(SEAL_BYTES_ROOM)
    {
        return Err(NotWritten::TooLarge);
    }
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (path, bytes) in files {
        add(&mut archive, path, bytes.as_deref().unwrap_or_default())?;
    }
    let bytes = archive.finish()?.into_inner();
    if bytes.len() > ARCHIVE_BYTES_MAX - SEAL_BYTES_ROOM {
        return Err(NotWritten::TooLarge);
    }
    Ok(bytes)
}

/// The archive with one more file behind those that it has, which are not packed again.
///
/// # Errors
/// [`NotWritten`]
pub fn append(archive: Vec<u8>, path: &str, bytes: &[u8]) -> Result<Vec<u8>, NotWritten> {
    if bytes.len() > SEAL_BYTES_ROOM / 2 {
        return Err(NotWritten::TooLarge);
    }
    let mut archive = ZipWriter::new_append(Cursor::new(archive))?;
    add(&mut archive, path, bytes)?;
    Ok(archive.finish()?.into_inner())
}

fn add(
    archive: &mut ZipWriter<Cursor<Vec<u8>>>,
    path: &str,
    bytes: &[u8],
) -> Result<(), NotWritten> {
    // The same files always make the same archive: no time of day in it.
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default());
    archive.start_file(path, options)?;
    Ok(archive.write_all(bytes)?)
}

/// Unpacks an archive, within bounds.
///
/// # Errors
/// [`NotRead`]
pub fn read(bytes: &[u8]) -> Result<Files, NotRead> {
    some(bytes, |_| true)
}

/// Unpacks the files of an archive whose path is `wanted`, within bounds.
///
/// # Errors
/// [`NotRead`]
pub fn some(bytes: &[u8], wanted: impl Fn(&str) -> bool) -> Result<Files, NotRead> {
    if bytes.len() > ARCHIVE_BYTES_MAX {
        return Err(NotRead::TooLarge);
    }
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| NotRead::NotAnArchive)?;
    if archive.len() > FILES_MAX {
        return Err(NotRead::TooLarge);
    }
    let mut left = UNPACKED_BYTES_MAX;
    let mut files = Files::new();
    for place in 0..archive.len() {
        let name = archive.name_for_index(place).and_then(Result::ok);
        let Some(path) = name.map(|name| name.into_owned()) else {
            continue;
        };
        if path.ends_with('/') || !wanted(&path) {
            continue;
        }
        let read = one(&mut archive, place, &mut left)?;
        files.insert(path, read);
    }
    Ok(files)
}

/// One file; `None` where the archive cannot give it, or where it is longer than any file of a pack.
fn one(
    archive: &mut ZipArchive<Cursor<&[u8]>>,
    place: usize,
    left: &mut u64,
) -> Result<Option<Vec<u8>>, NotRead> {
    let Ok(file) = archive.by_index(place) else {
        return Ok(None);
    };
    let limit = FILE_BYTES_MAX.min(*left);
    let mut bytes = Vec::new();
    // One byte more than allowed is enough to be told so.
    let whole = file.take(limit + 1).read_to_end(&mut bytes).is_ok();
    let length = long(bytes.len());
    if length > *left {
        return Err(NotRead::TooLarge);
    }
    *left -= length;
    Ok((whole && length <= FILE_BYTES_MAX).then_some(bytes))
}

fn long(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}
