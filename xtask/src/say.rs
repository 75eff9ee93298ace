//! What a person sees while waiting: one calm line per step, how long it took, and on failure the end of its log.

use crate::place;
use anyhow::{Context as _, Error, Result, bail};
use std::{
    fs::{self, File},
    io::{IsTerminal as _, Write as _},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// How many lines of a failed step's log are shown.
const LOG_TAIL_LINES: usize = 40;
/// How often a waiting person is told that it still goes on, where the line cannot be redrawn.
const STILL_EVERY: Duration = Duration::from_secs(30);

/// A duration as people read it: `0.4 s`, `12 s`, `3 min 05 s`.
pub(crate) fn elapsed(time: Duration) -> String {
    match time.as_secs() {
        0..10 => format!("{:.1} s", time.as_secs_f64()),
        s @ 10..60 => format!("{s} s"),
        s => format!("{} min {:02} s", s / 60, s % 60),
    }
}

/// A heading between groups of steps.
pub(crate) fn heading(text: &str) {
    println!("\n{text}");
}

/// A remark below a step.
pub(crate) fn note(text: &str) {
    for line in text.lines() {
        println!("      {line}");
    }
}

/// Why the task could not be done, and what led to it.
pub(crate) fn failure(error: &Error) {
    let _ = std::io::stdout().flush();
    eprintln!("\nstopped: {error}");
    for cause in error.chain().skip(1) {
        eprintln!("  because {cause}");
    }
}

/// A step that is done already.
pub(crate) fn present(name: &str, detail: &str) {
    println!("  ok  {name:<24} {detail}");
}

/// Does one step and says how long it took. `what` tells a waiting person what is going on.
pub(crate) fn step<T>(name: &str, what: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    let started = Instant::now();
    println!("  ..  {name:<24} {what}");
    let value = work().with_context(|| format!("{name} did not work"))?;
    println!("  ok  {name:<24} {}", elapsed(started.elapsed()));
    Ok(value)
}

/// Runs a command with its output in a log, telling now and then how far it is; the log's end is shown if it fails.
pub(crate) fn quietly(log_name: &str, command: &mut Command) -> Result<()> {
    let log = log_file(log_name)?;
    let mut child = spawn_logged(command, &log)?;
    let started = Instant::now();
    let mut told = started;
    let redraw = std::io::stdout().is_terminal();
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        thread::sleep(Duration::from_millis(200));
        let every = if redraw {
            Duration::from_secs(1)
        } else {
            STILL_EVERY
        };
        if told.elapsed() >= every {
            told = Instant::now();
            still(&log, started.elapsed(), redraw);
        }
    };
    if redraw {
        print!("\r\x1b[K");
        let _ = std::io::stdout().flush();
    }
    if !status.success() {
        bail!(
            "{}",
            log_tail(&log, &format!("{} ended with {status}", program(command)))
        );
    }
    Ok(())
}

/// A log for a step, empty.
pub(crate) fn log_file(name: &str) -> Result<PathBuf> {
    let dir = place::notes().join("logs");
    fs::create_dir_all(&dir).with_context(|| dir.display().to_string())?;
    let path = dir.join(format!("{name}.log"));
    File::create(&path).with_context(|| path.display().to_string())?;
    Ok(path)
}

/// Starts a command with its output at the end of `log`.
pub(crate) fn spawn_logged(command: &mut Command, log: &Path) -> Result<Child> {
    let out = File::options().append(true).open(log)?;
    let err = out.try_clone()?;
    command
        .stdin(Stdio::null())
        .stdout(out)
        .stderr(err)
        .spawn()
        .with_context(|| format!("could not start {}", program(command)))
}

/// A sentence, and the end of a log below it.
pub(crate) fn log_tail(log: &Path, sentence: &str) -> String {
    let text = fs::read(log).map_or_else(
        |e| e.to_string(),
        |b| String::from_utf8_lossy(&b).into_owned(),
    );
    let lines: Vec<&str> = text.lines().collect();
    let tail = lines[lines.len().saturating_sub(LOG_TAIL_LINES)..].join("\n    ");
    format!(
        "{sentence}; the whole log is {}, its end:\n    {tail}",
        log.display()
    )
}

/// Runs a command in sight of the person.
pub(crate) fn openly(command: &mut Command) -> Result<()> {
    let status = command
        .stdin(Stdio::null())
        .status()
        .with_context(|| format!("could not start {}", program(command)))?;
    if !status.success() {
        bail!("{} ended with {status}", program(command));
    }
    Ok(())
}

/// What a command prints, trimmed; `None` where it cannot be started or fails.
pub(crate) fn answer(command: &mut Command) -> Option<String> {
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn program(command: &Command) -> String {
    Path::new(command.get_program())
        .file_name()
        .unwrap_or(command.get_program())
        .to_string_lossy()
        .into_owned()
}

fn still(log: &Path, time: Duration, redraw: bool) {
    let text = fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let compiled = text
        .lines()
        .filter(|l| l.trim_start().starts_with("Compiling "))
        .count();
    let far = match compiled {
        0 => text
            .lines()
            .next_back()
            .unwrap_or_default()
            .trim()
            .chars()
            .take(60)
            .collect(),
        n => format!("{n} crates compiled"),
    };
    let line = format!("      {:<24} {far}", elapsed(time));
    if redraw {
        print!("\r\x1b[K{line}");
        let _ = std::io::stdout().flush();
    } else {
        println!("{line}");
    }
}
