//! `cargo xtask bench`: measures what BENCHMARKS.md records, against the release server, and prints it as Markdown.

mod beats;
mod machine;

use crate::{
    Outcome, build, place, say,
    setup::{self, Purpose},
};
use anyhow::{Result, bail};
use clap::Args;
use std::process::{Command, ExitCode};

/// Sessions of the simulator, as BENCHMARKS.md states them.
const SIMULATED_SESSIONS: u64 = 1_000_000;

/// Measure what BENCHMARKS.md records.
#[derive(Args)]
pub(crate) struct Bench {
    /// Seconds measured for each load
    #[arg(long, default_value_t = 20)]
    seconds: u32,
    /// Runs of each load, each from fresh data; the table shows the median
    #[arg(long, default_value_t = 3)]
    runs: u32,
    /// Only these parts
    #[arg(value_enum)]
    only: Vec<Part>,
}

/// What is measured apart.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Part {
    /// Durable beats by second on both databases.
    Beats,
    /// The credit rules alone.
    Rules,
    /// Adversaries and honest learners against the rules.
    Simulator,
    /// The board of a large class.
    Board,
    /// Sealing and verifying a claim pack of a hundred learners, with their sheets.
    Pack,
    /// The proofs of a class in one go, and their sheets.
    Proofs,
    /// What a face check costs the server and a learner's browser.
    Faces,
}

impl Bench {
    pub(crate) fn run(self) -> Outcome {
        let compiler = setup::prepare(Purpose::Test)?;
        build::all(compiler)?;
        let wanted = |part| self.only.is_empty() || self.only.contains(&part);
        println!("\n{}", machine::description()?);
        if wanted(Part::Beats) {
            println!(
                "## Durable beats\n\n{}",
                beats::table(self.seconds, self.runs)?
            );
        }
        if wanted(Part::Rules) {
            println!("## The rules alone\n\n```text");
            say::openly(place::cargo().args(["bench", "--quiet", "-p", "study", "--bench", "*"]))?;
            println!("```\n");
        }
        if wanted(Part::Simulator) {
            println!("## Simulator\n\n```text");
            let mut simulator = place::cargo();
            simulator.args([
                "run",
                "--release",
                "--quiet",
                "-p",
                "simulator",
                "--",
                "--sessions",
            ]);
            say::openly(simulator.arg(SIMULATED_SESSIONS.to_string()))?;
            println!("```\n");
        }
        if wanted(Part::Board) {
            println!("## The class board\n");
            say::openly(&mut loaded("board::load"))?;
        }
        if wanted(Part::Pack) {
            println!("## A claim pack\n");
            let pack = place::notes().join("pack-100.zip");
            say::openly(loaded("claims::load").env("ZHENXUE_PACK", &pack))?;
            say::openly(place::cargo().args([
                "bench",
                "--quiet",
                "-p",
                "contract",
                "--features",
                "archive",
                "--bench",
                "pack",
            ]))?;
            let mut node = Command::new("node");
            node.current_dir(place::root())
                .arg("e2e/measure-pack.mjs")
                .arg(&pack)
                .env("ZHENXUE_BINARY", place::server());
            println!("\n{}", measured(&mut node)?);
        }
        if wanted(Part::Proofs) {
            println!("## The proofs of a class\n");
            say::openly(&mut loaded("class_proofs::load"))?;
        }
        if wanted(Part::Faces) {
            println!("## Face checks on the server\n\n```text");
            say::openly(
                place::cargo().args(["bench", "--quiet", "-p", "face", "--bench", "check"]),
            )?;
            println!("```\n");
            let mut node = Command::new("node");
            node.current_dir(place::root())
                .arg("e2e/measure-faces.mjs")
                .env("ZHENXUE_BINARY", place::server());
            println!("## Face checks in the page\n\n{}", measured(&mut node)?);
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Measures the server under load from within: API tests that do nothing else, one after the other.
fn loaded(tests: &str) -> Command {
    let mut cargo = place::cargo();
    cargo.args(["test", "--release", "--quiet", "-p", "zhenxue"]);
    cargo.args(["--test", "api", tests, "--"]);
    cargo.args(["--ignored", "--nocapture", "--test-threads=1"]);
    cargo
}

/// Output of a command that is measured, with its remarks in sight.
fn measured(command: &mut Command) -> Result<String> {
    let output = command.stderr(std::process::Stdio::inherit()).output()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    if !output.status.success() {
        bail!(
            "{} ended with {}\n{text}",
            command.get_program().to_string_lossy(),
            output.status
        );
    }
    Ok(text)
}
