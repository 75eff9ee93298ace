//! `cargo xtask …`: everything one does with this repository, by one door. A person and CI call the same commands.

mod bench;
mod build;
mod check;
mod film;
mod pictures;
mod place;
mod run;
mod say;
mod setup;

use anyhow::Result;
use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Work on Zhenxue: run it, test it, measure it.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", max_term_width = 100)]
pub(crate) struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Set up what is missing, build, and start the server with the demo province
    Run(run::Run),
    /// Run every check there is, from format to journeys in a real browser; CI runs exactly this
    Test(check::Test),
    /// Install what a command needs and this machine lacks; safe to repeat
    Setup(setup::Setup),
    /// Build the release server with the page inside it
    Build(build::Build),
    /// Measure what BENCHMARKS.md records, and print it as tables
    Bench(bench::Bench),
    /// Play adversaries and honest learners against the real credit rules
    Simulate(run::Simulate),
    /// Render the films of the demo course again (they are committed; this is how they were made)
    Film(film::Film),
    /// Take the pictures of the READMEs again, of the real screens
    Pictures(pictures::Pictures),
}

fn main() -> ExitCode {
    let result = match Cli::parse().task {
        Task::Run(task) => task.run(),
        Task::Test(task) => task.run(),
        Task::Setup(task) => task.run(),
        Task::Build(task) => task.run(),
        Task::Bench(task) => task.run(),
        Task::Simulate(task) => task.run(),
        Task::Film(task) => task.run(),
        Task::Pictures(task) => task.run(),
    };
    match result {
        Ok(code) => code,
        Err(error) => {
            say::failure(&error);
            ExitCode::FAILURE
        }
    }
}

/// What every task answers: an exit code, or why it could not be done.
type Outcome = Result<ExitCode>;
