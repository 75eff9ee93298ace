//! What runs compiled for the browser: in Node where no document is needed, in a headless Chromium where one is.

use crate::{place, say, setup::Compiler};
use anyhow::{Context as _, Result};
use std::process::Command;

const TARGET: &str = "wasm32-unknown-unknown";

pub(super) fn lint(compiler: Compiler) -> Result<Command> {
    // Called by its own name: as `cargo clippy`, cargo would look for it among the other compiler's programs first.
    let mut clippy = compiler.command("cargo-clippy")?;
    clippy.args([
        "clippy",
        "-p",
        "frontend",
        "--all-targets",
        "--target",
        TARGET,
        "--",
        "-D",
        "warnings",
    ]);
    Ok(clippy)
}

pub(super) fn rules_in_node(compiler: Compiler) -> Result<Command> {
    let mut cargo = compiler.command("cargo")?;
    cargo.args([
        "test",
        "--target",
        TARGET,
        "--no-fail-fast",
        "--lib",
        "--tests",
    ]);
    cargo.args(["-p", "study", "-p", "ledger", "-p", "contract"]);
    cargo.env(
        "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER",
        "wasm-bindgen-test-runner",
    );
    Ok(cargo)
}

pub(super) fn page_in_chromium(compiler: Compiler) -> Result<String> {
    let driver = place::find("chromedriver").context("chromedriver is not on PATH")?;
    let mut cargo = compiler.command("cargo")?;
    cargo.args([
        "test",
        "--target",
        TARGET,
        "--no-fail-fast",
        "-p",
        "frontend",
    ]);
    cargo.env(
        "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER",
        "wasm-bindgen-test-runner",
    );
    cargo.env("CHROMEDRIVER", driver);
    say::openly(&mut cargo)?;
    Ok(String::new())
}
