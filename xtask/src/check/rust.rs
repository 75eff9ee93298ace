//! What cargo itself checks, for this machine.

use crate::{build, place, say, setup::Compiler};
use anyhow::Result;
use std::process::Command;

pub(super) fn format() -> Result<String> {
    say::openly(place::cargo().args(["fmt", "--all", "--check"]))?;
    Ok(String::new())
}

/// Everything else may write the lock file, so that adding a dependency is one step; here a forgotten one shows.
pub(super) fn lock() -> Result<String> {
    let mut cargo = place::cargo();
    cargo
        .args(["metadata", "--locked", "--format-version", "1"])
        .stdout(std::process::Stdio::null());
    say::openly(&mut cargo)?;
    Ok(String::new())
}

pub(super) fn lint() -> Command {
    let mut cargo = place::cargo();
    cargo.args(["clippy", "--all-targets", "--", "-D", "warnings"]);
    cargo
}

pub(super) fn docs() -> Command {
    let mut cargo = place::cargo();
    cargo
        .args(["doc", "--no-deps", "--document-private-items"])
        .env("RUSTDOCFLAGS", "-D warnings");
    cargo
}

pub(super) fn build(compiler: Compiler) -> Result<String> {
    build::all(compiler)?;
    let bytes = std::fs::metadata(place::server())?.len();
    Ok(format!("server {} MB", bytes / 1_000_000))
}

/// The server's own crate and its tests wait for the network and the database, not for instructions; optimised, they take longer to compile
/// than to run. What computes (rules, ledger, faces, sheets) is in crates of its own.
const PLAIN_SERVER: [&str; 4] = [
    "--config",
    "profile.release.package.zhenxue.opt-level=0",
    "--config",
    "profile.release.package.zhenxue.codegen-units=256",
];

/// In the release profile: the server's dependencies are compiled once, and simulations finish. The face tests run on the real
/// models, which are converted from the pinned package first.
pub(super) fn tests() -> Result<String> {
    say::openly(&mut place::release("face-models"))?;
    let mut converter = Command::new(place::released("face-models"));
    say::openly(converter.arg("convert").current_dir(place::root()))?;
    let tested = say::openly(
        place::cargo()
            .args(["test", "--release", "--no-fail-fast"])
            .args(PLAIN_SERVER),
    );
    // The tests have put their server where the optimised one was; that one is still there, and takes its place again.
    say::quietly("server", &mut place::release("zhenxue"))?;
    tested?;
    Ok(String::new())
}
