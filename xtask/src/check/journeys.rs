//! What Node's own test runner plays: people's journeys, and foreign verifiers.

use crate::{place, say, setup::JUDGES};
use anyhow::{Context as _, Result, bail};
use std::{fs, path::PathBuf, process::Command};

/// A file of them that takes longer hangs; each journey has a limit of its own.
const FILE_WITHIN_MS: u32 = 1_800_000;

/// How many files are played at once. A journey waits for films most of its time: two at once leave half of two cores idle (measured).
const AT_ONCE: u32 = 2;

/// Runs all journeys against the release server.
pub(super) fn all() -> Result<String> {
    if !place::server().is_file() {
        bail!("there is no release server; the check named build makes it");
    }
    node_tests("e2e/journeys")
}

/// Lets foreign verifiers judge what the contract's golden files hold, and the sheets of the release server.
pub(super) fn interop() -> Result<String> {
    if !place::server().is_file() {
        bail!("there is no release server; the check named build makes it");
    }
    node_tests("e2e/interop")
}

fn node_tests(folder: &str) -> Result<String> {
    let folder = place::root().join(folder);
    let mut files: Vec<PathBuf> = fs::read_dir(&folder)
        .with_context(|| folder.display().to_string())?
        .flatten()
        .map(|file| file.path())
        .filter(|file| file.to_string_lossy().ends_with(".test.mjs"))
        .collect();
    if files.is_empty() {
        bail!("there are no tests in {}", folder.display());
    }
    files.sort();
    let mut node = Command::new("node");
    node.current_dir(place::root())
        .args(["--test", "--test-reporter=spec"])
        .arg(format!("--test-concurrency={AT_ONCE}"))
        .arg(format!("--test-timeout={FILE_WITHIN_MS}"))
        .args(&files)
        .env("ZHENXUE_BINARY", place::server())
        .env(
            "ZHENXUE_PYHANKO",
            place::target().join(JUDGES).join("bin/pyhanko"),
        );
    say::openly(&mut node)?;
    Ok(format!("{} files", files.len()))
}
