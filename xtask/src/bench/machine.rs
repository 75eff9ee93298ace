//! What the figures were taken on; without it they say nothing.

use crate::{place, say};
use anyhow::Result;
use std::{fs, process::Command, thread};

/// A paragraph: processor, memory, system, commit.
pub(super) fn description() -> Result<String> {
    let field = |file: &str, name: &str| {
        let text = fs::read_to_string(file).unwrap_or_default();
        let line = text
            .lines()
            .find(|line| line.starts_with(name))
            .unwrap_or_default()
            .to_owned();
        line.split_once([':', '='])
            .map(|(_, value)| value.trim().trim_matches('"').to_owned())
            .unwrap_or_default()
    };
    let mut git = Command::new("git");
    let commit = say::answer(
        git.current_dir(place::root())
            .args(["describe", "--always", "--dirty"]),
    );
    let rustc = say::answer(
        Command::new("rustc")
            .current_dir(place::root())
            .arg("--version"),
    );
    Ok(format!(
        "Taken on {} cores of {}, {} of memory, {}, kernel {}, {}, commit {}.\n",
        thread::available_parallelism()?,
        field("/proc/cpuinfo", "model name"),
        field("/proc/meminfo", "MemTotal"),
        field("/etc/os-release", "PRETTY_NAME"),
        say::answer(Command::new("uname").arg("-r")).unwrap_or_default(),
        rustc.unwrap_or_default(),
        commit.unwrap_or_default(),
    ))
}
