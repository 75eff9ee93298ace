//! Cargo guards the direction of the crates: what `cargo tree` says must not contain what a crate may not know.

use crate::place;
use anyhow::{Context as _, Result, bail};
use std::collections::BTreeSet;

/// What the shared crates may not know: a runtime, a database, a web server, a page.
const APPS: &[&str] = &[
    "tokio", "sea-orm", "sqlx", "axum", "hyper", "leptos", "web-sys", "gloo-net",
];
/// All of ours that a crate could depend on.
const OURS: &[&str] = &[
    "study",
    "ledger",
    "contract",
    "face",
    "simulator",
    "sheet",
    "zhenxue",
    "frontend",
    "robot",
    "xtask",
];

/// What one crate may know.
struct Law {
    name: &'static str,
    /// Which of ours it may depend on.
    may_know: &'static [&'static str],
    /// What it may not depend on, at any distance.
    never: &'static [&'static [&'static str]],
    /// The platform that it is compiled for.
    target: &'static str,
}

const LAWS: &[Law] = &[
    Law {
        name: "study",
        may_know: &[],
        never: &[APPS, &["serde_json"]],
        target: "all",
    },
    Law {
        name: "face",
        may_know: &[],
        never: &[APPS],
        target: "all",
    },
    Law {
        name: "ledger",
        may_know: &[],
        never: &[APPS],
        target: "all",
    },
    Law {
        name: "contract",
        may_know: &["study", "ledger"],
        never: &[APPS],
        target: "all",
    },
    Law {
        name: "simulator",
        may_know: &["study"],
        never: &[APPS],
        target: "all",
    },
    Law {
        name: "sheet",
        may_know: &["study", "ledger", "contract"],
        never: &[APPS],
        target: "all",
    },
    // The page must not carry the inference engine: only the worker does.
    Law {
        name: "frontend",
        may_know: &["study", "ledger", "contract"],
        never: &[&["tokio", "sea-orm", "sqlx", "axum", "hyper", "rten"]],
        target: "wasm32-unknown-unknown",
    },
];

/// Checks every law whose crate exists.
pub(super) fn holds() -> Result<String> {
    let members = names(&["--workspace", "--depth", "0"])?;
    let mut broken = Vec::new();
    let mut held = 0;
    for law in LAWS.iter().filter(|law| members.contains(law.name)) {
        let known = names(&["-p", law.name, "-e", "normal", "--target", law.target])?;
        let forbidden = law.never.iter().copied().flatten();
        let strangers = OURS
            .iter()
            .filter(|ours| **ours != law.name && !law.may_know.contains(ours));
        let found: Vec<&str> = forbidden
            .chain(strangers)
            .filter(|name| known.contains(**name))
            .copied()
            .collect();
        if found.is_empty() {
            println!(
                "{:<10} knows {} crates, none that it may not",
                law.name,
                known.len() - 1
            );
            held += 1;
        } else {
            broken.push(format!("{} must not know {}", law.name, found.join(", ")));
        }
    }
    if !broken.is_empty() {
        bail!("{}", broken.join("; "));
    }
    Ok(format!("{held} crates"))
}

fn names(options: &[&str]) -> Result<BTreeSet<String>> {
    let mut cargo = place::cargo();
    cargo
        .args(["tree", "--prefix", "none", "--format", "{p}"])
        .args(options);
    let output = cargo.output().context("cargo tree")?;
    if !output.status.success() {
        bail!(
            "cargo tree {}: {}",
            options.join(" "),
            String::from_utf8_lossy(&output.stderr)
        );
    }
    let text = String::from_utf8_lossy(&output.stdout);
    Ok(text
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .map(str::to_owned)
        .collect())
}
