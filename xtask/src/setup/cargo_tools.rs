//! trunk and wasm-bindgen, built once per person: wasm-bindgen in exactly the version that the page is linked against.

use super::Compiler;
use crate::{place, say};
use anyhow::{Context as _, Result};
use std::{fs, path::PathBuf, process::Command};

/// 0.22 needs a newer Rust than `rust-toolchain.toml` names.
const TRUNK_VERSION: &str = "0.21.14";
/// These tools run for seconds, so they are built fast rather than made fast.
const QUICK_PROFILE: &[(&str, &str)] = &[
    ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1"),
    ("CARGO_PROFILE_RELEASE_LTO", "off"),
    ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16"),
    ("CARGO_PROFILE_RELEASE_DEBUG", "0"),
];

/// Where the browser's build tools are, for the front of `PATH`.
pub(crate) fn tool_dirs() -> Result<Vec<PathBuf>> {
    Ok(vec![
        place::tools()?.join("bin"),
        place::root().join("node_modules/.bin"),
    ])
}

/// Makes sure that both tools are here in the right version.
pub(super) fn ensure(_compiler: Compiler) -> Result<()> {
    let wasm_bindgen = place::locked_version("wasm-bindgen")?;
    // Not `--locked`: that lock file names a crate version that not every mirror has.
    ensure_tool("wasm-bindgen", "wasm-bindgen-cli", &wasm_bindgen, &[])?;
    // Without default features trunk does not ask for news of itself.
    ensure_tool(
        "trunk",
        "trunk",
        TRUNK_VERSION,
        &["--locked", "--no-default-features", "--features", "rustls"],
    )
}

fn ensure_tool(program: &str, package: &str, version: &str, options: &[&str]) -> Result<()> {
    let tools = place::tools()?;
    let name = format!("{program} {version}");
    let found = say::answer(Command::new(tools.join("bin").join(program)).arg("--version"));
    if found.is_some_and(|text| text.split_whitespace().any(|word| word == version)) {
        say::present(&name, "already built");
        return Ok(());
    }
    say::step(
        &name,
        "building it once for this person, takes some minutes",
        || {
            fs::create_dir_all(&tools).with_context(|| tools.display().to_string())?;
            let scratch = tools.join("build");
            let mut cargo = place::cargo();
            cargo
                .args(["install", package, "--version", version, "--force"])
                .args(options);
            cargo
                .arg("--root")
                .arg(&tools)
                .env("CARGO_TARGET_DIR", &scratch)
                .envs(QUICK_PROFILE.iter().copied());
            say::quietly(&format!("install-{program}"), &mut cargo)?;
            let _ = fs::remove_dir_all(&scratch);
            Ok(())
        },
    )
}
