//! Installs what a command needs and this machine lacks. Every step first looks whether there is anything to do, so that
//! repeating costs a second, and after it nothing asks the network.

mod browser_target;
mod cargo_tools;
mod node;
pub(crate) mod python;
mod system;

pub(crate) use browser_target::Compiler;
pub(crate) use cargo_tools::tool_dirs;

use crate::{Outcome, say};
use anyhow::Result;
use clap::{Args, ValueEnum};
use std::process::ExitCode;

/// The folder in `target` with the Python whose pyHanko judges our PDFs.
pub(crate) const JUDGES: &str = "judges";

/// What the set-up is for: each needs what those before it need, and more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(crate) enum Purpose {
    /// Build the page and the server.
    Run,
    /// Also a browser, its driver, a database server, what judges our PDFs, and the linter for the browser's compiler.
    Test,
    /// Also what renders the demo films.
    Film,
}

/// Install what a command needs and this machine lacks; safe to repeat.
#[derive(Args)]
pub(crate) struct Setup {
    /// What to prepare for
    #[arg(long = "for", value_enum, default_value = "test")]
    purpose: Purpose,
}

impl Setup {
    pub(crate) fn run(self) -> Outcome {
        prepare(self.purpose)?;
        Ok(ExitCode::SUCCESS)
    }
}

/// Makes sure that everything for `purpose` is here, and says which compiler builds for the browser.
pub(crate) fn prepare(purpose: Purpose) -> Result<Compiler> {
    say::heading("Set-up");
    system::packages(purpose)?;
    node::installed()?;
    let compiler = browser_target::ensure()?;
    if purpose >= Purpose::Test {
        browser_target::ensure_linter(compiler)?;
    }
    node::packages("Node packages", ".")?;
    if purpose >= Purpose::Test {
        node::packages("foreign verifiers", "e2e/interop")?;
        python::with(JUDGES, "e2e/interop/requirements.txt", "installing pyHanko")?;
    }
    cargo_tools::ensure(compiler)?;
    crates(compiler)?;
    Ok(compiler)
}

/// Downloads the crates for every platform, so that the builds after it ask nobody.
fn crates(compiler: Compiler) -> Result<()> {
    let mut offline = compiler.command("cargo")?;
    if say::answer(offline.args(["fetch", "--offline"])).is_some() {
        say::present("crates", "all there");
        return Ok(());
    }
    say::step("crates", "downloading what Cargo.lock names", || {
        say::quietly("crates", compiler.command("cargo")?.args(["fetch"]))
    })
}
