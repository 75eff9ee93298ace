//! The page's weight over the wire, from the built files: a phone on metered data pays for each byte.
//!
//! The journeys measure the same budget as a real Chromium transfers it; this finds a fault in a second, and says which file.

use crate::place;
use anyhow::{Context as _, Result, bail};
use std::{fs, path::Path};

/// First load of the sign-in page: all code and style, since there is one wasm.
const SIGN_IN_BYTES_MAX: u64 = 350_000;
/// Kinds of files that a page loads; the page itself is counted apart.
const CODE: &[&str] = &["js", "css", "wasm", "svg"];

/// Prints what each file weighs, and refuses what is over the budget.
pub(super) fn within_budget() -> Result<String> {
    let dist = place::dist();
    let mut files: Vec<(String, u64, u64)> = Vec::new();
    for entry in fs::read_dir(&dist).with_context(|| dist.display().to_string())? {
        let path = entry?.path();
        let Some(name) = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
        else {
            continue;
        };
        if !CODE.iter().any(|kind| name.ends_with(&format!(".{kind}"))) {
            continue;
        }
        files.push((name, bytes(&path)?, wire(&path)?));
    }
    files.sort_by_key(|(_, _, wire)| std::cmp::Reverse(*wire));
    let page = fs::read_to_string(dist.join("index.html")).context("index.html")?;
    println!("{:>10} {:>10}", "bytes", "brotli");
    let mut first_load = wire(&dist.join("index.html"))?;
    for (name, plain, wire) in &files {
        let needed = page.contains(name.as_str());
        let mark = if needed { "on first load" } else { "" };
        println!("{plain:>10} {wire:>10}  {name:<48} {mark}");
        if needed {
            first_load += wire;
        }
    }
    if first_load > SIGN_IN_BYTES_MAX {
        bail!("the first load is {first_load} bytes compressed, the budget is {SIGN_IN_BYTES_MAX}");
    }
    Ok(format!(
        "first load {first_load} of {SIGN_IN_BYTES_MAX} bytes"
    ))
}

fn bytes(path: &Path) -> Result<u64> {
    Ok(fs::metadata(path)
        .with_context(|| path.display().to_string())?
        .len())
}

fn wire(path: &Path) -> Result<u64> {
    let compressed = path.with_added_extension("br");
    if compressed.is_file() {
        bytes(&compressed)
    } else {
        bytes(path)
    }
}
