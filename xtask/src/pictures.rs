//! Takes the pictures of the READMEs: when a screen changes, one command makes them true again.

use crate::{
    Outcome, build, place, say,
    setup::{self, Purpose},
};
use clap::Args;
use std::process::{Command, ExitCode};

/// Take the pictures of the READMEs again.
#[derive(Args)]
pub(crate) struct Pictures {}

impl Pictures {
    pub(crate) fn run(self) -> Outcome {
        // The browser of the tests takes them.
        let compiler = setup::prepare(Purpose::Test)?;
        build::all(compiler)?;
        say::heading("Pictures");
        let mut node = Command::new("node");
        node.current_dir(place::root())
            .arg("e2e/pictures.mjs")
            .env("ZHENXUE_BINARY", place::server());
        say::openly(&mut node)?;
        Ok(ExitCode::SUCCESS)
    }
}
