//! Pythons of their own, each with exactly the packages that a list in the repository names.

use crate::{place, say};
use anyhow::{Context as _, Result};
use std::{fs, path::PathBuf, process::Command};

/// The Python in `target/NAME` with the packages of `requirements`, installed unless that was done already.
pub(crate) fn with(name: &str, requirements: &str, what: &str) -> Result<PathBuf> {
    let requirements = place::root().join(requirements);
    let named = fs::read(&requirements).with_context(|| requirements.display().to_string())?;
    let home = place::target().join(name);
    let (python, stamp) = (home.join("bin/python"), home.join("installed.txt"));
    let title = format!("{name}'s Python");
    if fs::read(&stamp).is_ok_and(|installed| installed == named) {
        say::present(&title, "as named");
        return Ok(python);
    }
    let log = format!("{name}-python");
    say::step(&title, what, || {
        say::quietly(
            &log,
            Command::new("python3").args(["-m", "venv"]).arg(&home),
        )?;
        let mut pip = Command::new(home.join("bin/pip"));
        pip.args(["install", "--quiet", "--no-deps", "--requirement"])
            .arg(&requirements);
        say::quietly(&log, &mut pip)?;
        fs::write(&stamp, &named).context("the note beside the packages")
    })?;
    Ok(python)
}
