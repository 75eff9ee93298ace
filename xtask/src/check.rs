//! `cargo xtask test`: every check there is, each under its own heading, all of them even where one fails, and a table at the
//! end. CI runs exactly this.

mod beside;
mod browser;
mod direction;
mod documents;
mod journeys;
mod rust;
mod served;
mod size;

use crate::{
    Outcome, say,
    setup::{self, Compiler, Purpose},
};
use anyhow::{Result, anyhow, bail};
use clap::Args;
use std::{
    process::ExitCode,
    thread,
    time::{Duration, Instant},
};

/// Run every check there is.
#[derive(Args)]
pub(crate) struct Test {
    /// Run only these checks, by name
    #[arg(value_name = "CHECK")]
    only: Vec<String>,
    /// Show the names and end
    #[arg(long)]
    list: bool,
}

/// One thing that can be right or wrong.
struct Check {
    name: &'static str,
    what: &'static str,
    work: Work,
}

/// How a check is done.
#[derive(Clone, Copy)]
enum Work {
    /// In its turn and in sight.
    Here(fn(Compiler) -> Result<String>),
    /// A command that needs nothing of what others build: it runs [beside] them.
    Beside(beside::Make),
}

/// In this order: what takes seconds first, what needs the built server last. What runs beside the others begins with them.
const CHECKS: &[Check] = &[
    Check {
        name: "format",
        what: "rustfmt changes nothing",
        work: Work::Here(|_| rust::format()),
    },
    Check {
        name: "lock",
        what: "Cargo.lock is what the manifests ask for",
        work: Work::Here(|_| rust::lock()),
    },
    Check {
        name: "direction",
        what: "the rules know no server, no database and no browser",
        work: Work::Here(|_| direction::holds()),
    },
    Check {
        name: "documents",
        what: "links lead somewhere, and the commands shown exist",
        work: Work::Here(|_| documents::hold()),
    },
    Check {
        name: "lint",
        what: "clippy has no remark",
        work: Work::Beside(|_| Ok(rust::lint())),
    },
    Check {
        name: "lint-page",
        what: "clippy has no remark on the page, as compiled for the browser",
        work: Work::Beside(browser::lint),
    },
    Check {
        name: "docs",
        what: "rustdoc has no remark",
        work: Work::Beside(|_| Ok(rust::docs())),
    },
    Check {
        name: "build",
        what: "the release page and the release server build",
        work: Work::Here(rust::build),
    },
    Check {
        name: "size",
        what: "the page stays within its budget",
        work: Work::Here(|_| size::within_budget()),
    },
    Check {
        name: "tests",
        what: "unit, property, simulation and API tests on this machine",
        work: Work::Here(|_| rust::tests()),
    },
    Check {
        name: "tests-wasm",
        what: "rules, ledger and contract as the browser runs them, in Node",
        work: Work::Beside(browser::rules_in_node),
    },
    Check {
        name: "tests-page",
        what: "the page's own tests in a headless Chromium",
        work: Work::Here(browser::page_in_chromium),
    },
    Check {
        name: "interop",
        what: "software that is not ours accepts our proof and our ledger",
        work: Work::Here(|_| journeys::interop()),
    },
    Check {
        name: "run",
        what: "the README's first command starts a server that answers",
        work: Work::Here(|_| served::by_the_readme()),
    },
    Check {
        name: "journeys",
        what: "people's journeys in Chromium against the release server",
        work: Work::Here(|_| journeys::all()),
    },
];

/// How a check ended.
struct Report {
    name: &'static str,
    result: Result<String>,
    time: Duration,
}

impl Test {
    pub(crate) fn run(self) -> Outcome {
        if self.list {
            for check in CHECKS {
                println!("{:<12} {}", check.name, check.what);
            }
            return Ok(ExitCode::SUCCESS);
        }
        for name in &self.only {
            if !CHECKS.iter().any(|check| check.name == name) {
                bail!("there is no check named {name}; `cargo xtask test --list` shows them");
            }
        }
        let chosen: Vec<&Check> = CHECKS
            .iter()
            .filter(|check| self.only.is_empty() || self.only.iter().any(|name| name == check.name))
            .collect();
        let started = Instant::now();
        let compiler = setup::prepare(Purpose::Test)?;
        let reports = thread::scope(|scope| {
            let mut others = Vec::new();
            let mut reports = Vec::new();
            for check in &chosen {
                if let Work::Beside(command) = check.work {
                    others.push((*check, command));
                }
            }
            let others = scope.spawn(move || beside::all(&others, compiler));
            for check in &chosen {
                if let Work::Here(run) = check.work {
                    println!("\n== {}: {}", check.name, check.what);
                    reports.push(Report::of(check.name, || run(compiler)));
                }
            }
            // A check that panicked is one that failed; the panic has told its own story.
            let others = others.join().unwrap_or_else(|_| {
                vec![Report {
                    name: "beside",
                    result: Err(anyhow!("a check beside the others panicked")),
                    time: Duration::ZERO,
                }]
            });
            others.into_iter().chain(reports).collect::<Vec<_>>()
        });
        Ok(summary(&reports, started.elapsed()))
    }
}

impl Report {
    /// Does a check, and tells how it ended.
    fn of(name: &'static str, run: impl FnOnce() -> Result<String>) -> Self {
        let started = Instant::now();
        let result = run();
        let time = started.elapsed();
        match &result {
            Ok(_) => println!("== {name}: passed in {}", say::elapsed(time)),
            Err(error) => println!("== {name}: FAILED in {}: {error:#}", say::elapsed(time)),
        }
        Self { name, result, time }
    }
}

fn summary(reports: &[Report], time: Duration) -> ExitCode {
    println!("\nSummary");
    for Report { name, result, time } in reports {
        let (mark, remark) = match result {
            Ok(remark) => ("passed", remark.clone()),
            Err(error) => (
                "FAILED",
                error
                    .to_string()
                    .lines()
                    .next()
                    .unwrap_or_default()
                    .to_owned(),
            ),
        };
        println!("  {mark}  {name:<12} {:>12}  {remark}", say::elapsed(*time));
    }
    let failed = reports
        .iter()
        .filter(|report| report.result.is_err())
        .count();
    println!("  all together, with set-up: {}\n", say::elapsed(time));
    println!("checks: {} passed, {failed} failed", reports.len() - failed);
    if failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
