//! Checks that need nothing of what others build: one after the other, beside the rest, with the processor time that those leave.
//! The page is linked by one thread and the journeys wait for films, so there is some left.

use super::{Check, Report};
use crate::{place, say, setup::Compiler};
use anyhow::{Result, bail};
use std::process::Command;

/// What makes the command of such a check.
pub(super) type Make = fn(Compiler) -> Result<Command>;

/// Does them all, and tells of each when it has ended.
pub(super) fn all(checks: &[(&Check, Make)], compiler: Compiler) -> Vec<Report> {
    checks
        .iter()
        .map(|(check, command)| {
            Report::of(check.name, || {
                command(compiler).and_then(|command| one(check.name, &command))
            })
        })
        .collect()
}

/// With its output in a log, which is shown where it fails.
fn one(name: &str, command: &Command) -> Result<String> {
    let log = say::log_file(name)?;
    // Cargo lets one build at a time into a folder.
    let mut gentle = gently(command);
    gentle.env("CARGO_TARGET_DIR", place::target().join("beside"));
    let status = say::spawn_logged(&mut gentle, &log)?.wait()?;
    if !status.success() {
        bail!(
            "{}",
            say::log_tail(&log, &format!("it ended with {status}"))
        );
    }
    Ok("beside the others".to_owned())
}

/// The same command at the lowest priority.
fn gently(command: &Command) -> Command {
    let mut gentle = Command::new("nice");
    gentle
        .args(["-n", "19"])
        .arg(command.get_program())
        .args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => gentle.env(name, value),
            None => gentle.env_remove(name),
        };
    }
    if let Some(folder) = command.get_current_dir() {
        gentle.current_dir(folder);
    }
    gentle
}
