//! The page, then the server with the page inside it.

mod inputs;
mod page;

use crate::{
    Outcome, place, say,
    setup::{self, Compiler, Purpose},
};
use anyhow::Result;
use clap::Args;
use std::process::ExitCode;

/// Build the release server with the page inside it.
#[derive(Args)]
pub(crate) struct Build {
    /// Build the page even where nothing it is made of has changed
    #[arg(long)]
    fresh: bool,
}

impl Build {
    pub(crate) fn run(self) -> Outcome {
        let compiler = setup::prepare(Purpose::Run)?;
        if self.fresh {
            page::forget()?;
        }
        all(compiler)?;
        println!("\n{}", place::server().display());
        Ok(ExitCode::SUCCESS)
    }
}

/// Builds what has changed.
pub(crate) fn all(compiler: Compiler) -> Result<()> {
    say::heading("Build");
    page::build(compiler)?;
    say::step("server", "cargo build --release", || {
        say::quietly("server", &mut place::release("zhenxue"))
    })
}
