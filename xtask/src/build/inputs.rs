//! Whether what the page is made of has changed since it was built last.

use crate::place;
use anyhow::{Context as _, Result};
use std::{
    fs,
    hash::{DefaultHasher, Hasher as _},
    path::{Path, PathBuf},
};

/// Everything that the page is made of. Films are not: the page fetches them.
const SOURCES: &[&str] = &[
    "frontend",
    "shared",
    "assets/models",
    "xtask/src/build",
    "Cargo.toml",
    "Cargo.lock",
    ".cargo/config.toml",
    "Trunk.toml",
    "package-lock.json",
];
/// Made by the build itself, below the sources.
const MADE: &[&str] = &["frontend/dist", "frontend/generated"];

/// A fingerprint of the sources' names and bytes, and of the compiler. It only ever is compared on this machine.
pub(super) fn fingerprint(compiler: &str) -> Result<String> {
    let mut files = Vec::new();
    for source in SOURCES {
        collect(&place::root().join(source), &mut files)?;
    }
    files.sort();
    let mut hasher = DefaultHasher::new();
    hasher.write(compiler.as_bytes());
    for file in files {
        let bytes = fs::read(&file).with_context(|| file.display().to_string())?;
        hasher.write(file.as_os_str().as_encoded_bytes());
        hasher.write_usize(bytes.len());
        hasher.write(&bytes);
    }
    Ok(format!("{:016x}", hasher.finish()))
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    if MADE.iter().any(|made| path == place::root().join(made)) {
        return Ok(());
    }
    if path.is_file() {
        files.push(path.to_path_buf());
    } else if path.is_dir() {
        for entry in fs::read_dir(path).with_context(|| path.display().to_string())? {
            collect(&entry?.path(), files)?;
        }
    }
    Ok(())
}
