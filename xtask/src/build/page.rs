//! The page: trunk builds it, the models of the face checks are laid beside it, then every file gets its compressed twins.

use super::inputs;
use crate::{place, say, setup::Compiler};
use anyhow::{Context as _, Result};
use std::{fs, io, path::PathBuf, process::Command};

/// Builds the page where something it is made of has changed.
pub(super) fn build(compiler: Compiler) -> Result<()> {
    let fingerprint = inputs::fingerprint(&compiler.version()?)?;
    let unchanged = fs::read_to_string(stamp()).is_ok_and(|built| built == fingerprint);
    let is_there = |file: &str| place::dist().join(file).is_file();
    if unchanged && is_there("index.html") && is_there("face/manifest.json") {
        say::present("page", "unchanged");
        return Ok(());
    }
    forget()?;
    say::step(
        "page",
        "trunk build --release; minutes the first time",
        || {
            // `--offline`: after the set-up nothing asks the network, and a missing tool is an error instead of a download.
            let mut trunk = compiler.command("trunk")?;
            // trunk reads NO_COLOR as a flag of its own and wants `true` or `false` there.
            trunk
                .env_remove("NO_COLOR")
                .args(["build", "--release", "--offline"]);
            say::quietly("page", &mut trunk)
        },
    )?;
    say::step(
        "face models",
        "converted from the pinned package, hashes compared",
        || {
            say::quietly("face-models", &mut place::release("face-models"))?;
            let mut converter = Command::new(place::released("face-models"));
            converter
                .args(["lay", "--to"])
                .arg(place::dist().join("face"));
            say::quietly("face-models", converter.current_dir(place::root()))
        },
    )?;
    say::step(
        "compressed page",
        "brotli and gzip beside each file",
        || {
            let script = place::root().join("xtask/src/build/precompress.mjs");
            say::quietly(
                "precompress",
                Command::new("node").arg(script).arg(place::dist()),
            )
        },
    )?;
    fs::create_dir_all(place::notes())?;
    fs::write(stamp(), fingerprint).context("the note of what the page was built from")
}

/// Makes the next build a real one.
pub(super) fn forget() -> Result<()> {
    match fs::remove_file(stamp()) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(error).context("the note of the last build")
        }
        Ok(()) | Err(_) => Ok(()),
    }
}

fn stamp() -> PathBuf {
    place::notes().join("page.stamp")
}
