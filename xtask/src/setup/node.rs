//! Node runs the browser journeys and compresses the page; its packages come from the lock file.

use crate::{place, say};
use anyhow::{Context as _, Result, bail};
use std::{fs, process::Command};

/// The oldest Node that has the test runner as the journeys use it.
const NODE_MAJOR_MIN: u32 = 20;

/// Refuses, with what to do, where Node is missing or too old: it is the one thing beside Rust that a person brings.
pub(super) fn installed() -> Result<()> {
    let Some(version) = say::answer(Command::new("node").arg("--version")) else {
        bail!(
            "Node.js is missing. Install Node {NODE_MAJOR_MIN} or newer (with npm) from nodejs.org or your system's packages, then start again"
        );
    };
    let major = version
        .trim_start_matches('v')
        .split('.')
        .next()
        .and_then(|n| n.parse::<u32>().ok());
    if major.is_none_or(|major| major < NODE_MAJOR_MIN) {
        bail!("Node.js {version} is too old: {NODE_MAJOR_MIN} or newer is needed");
    }
    if place::find("npm").is_none() {
        bail!(
            "npm is missing beside Node.js {version}. Install it (Debian's package: npm), then start again"
        );
    }
    say::present("Node.js", &version);
    Ok(())
}

/// Installs exactly what the lock file of a folder names, unless that was done already.
pub(super) fn packages(name: &str, folder: &str) -> Result<()> {
    let folder = place::root().join(folder);
    let lock = fs::read(folder.join("package-lock.json")).context("package-lock.json")?;
    let stamp = folder.join("node_modules/.zhenxue-lock");
    if fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        say::present(name, "as locked");
        return Ok(());
    }
    say::step(name, "installing what package-lock.json names", || {
        let mut npm = Command::new("npm");
        npm.args(["ci", "--no-audit", "--no-fund"])
            .current_dir(&folder);
        say::quietly("npm-ci", &mut npm)?;
        fs::write(&stamp, &lock).context("the note beside the packages")
    })
}
