//! The load generator beside the release server, on the embedded SQLite and on a private PostgreSQL: both wait for the disk.

use super::measured;
use crate::place;
use anyhow::{Context as _, Result};
use serde_json::Value;

/// Connections as the target figure names them, and a few that show how batching behaves.
const CONNECTIONS: [u32; 3] = [1, 16, 64];

/// A Markdown table, one line for each database and number of connections.
pub(super) fn table(seconds: u32, runs: u32) -> Result<String> {
    let mut lines = vec![
        "| database | connections | beats/s (lowest – highest) | p50 | p99 | p99.9 | no receipt | server memory | CPU by beat | stored by class hour |".to_owned(),
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|".to_owned(),
    ];
    for postgres in [false, true] {
        for connections in CONNECTIONS {
            lines.push(row(postgres, connections, seconds, runs)?);
        }
    }
    Ok(lines.join("\n") + "\n")
}

fn row(postgres: bool, connections: u32, seconds: u32, runs: u32) -> Result<String> {
    let mut robot = place::cargo();
    robot.args([
        "run",
        "--release",
        "--quiet",
        "-p",
        "robot",
        "--",
        "load",
        "--json",
        "--spawn",
    ]);
    robot.arg(place::server());
    robot.args([
        "--connections",
        &connections.to_string(),
        "--seconds",
        &seconds.to_string(),
        "--runs",
        &runs.to_string(),
    ]);
    if postgres {
        robot.arg("--postgres");
    }
    let text = measured(&mut robot)?;
    let mut reports: Vec<Value> =
        serde_json::from_str(&text).context("the load generator's answer")?;
    reports.sort_by_key(|report| number(report, "beats_per_s"));
    let median = reports
        .get(reports.len() / 2)
        .context("the load generator measured nothing")?;
    let (lowest, highest) = (reports.first(), reports.last());
    let rate = |report: Option<&Value>| report.map_or(0, |report| number(report, "beats_per_s"));
    Ok(format!(
        "| {} | {connections} | {} ({} – {}) | {} | {} | {} | {} | {} MiB | {} µs | {} KiB |",
        median["database"].as_str().unwrap_or_default(),
        rate(Some(median)),
        rate(lowest),
        rate(highest),
        ms(number(median, "p50_us")),
        ms(number(median, "p99_us")),
        ms(number(median, "p999_us")),
        reports
            .iter()
            .map(|report| number(report, "errors"))
            .sum::<u64>(),
        number(median, "server_resident_bytes_max") / 1_048_576,
        number(median, "server_processor_us_per_beat"),
        number(median, "database_bytes_per_class_hour") / 1024,
    ))
}

fn number(report: &Value, field: &str) -> u64 {
    report[field].as_u64().unwrap_or_default()
}

fn ms(us: u64) -> String {
    format!("{}.{:02} ms", us / 1000, us % 1000 / 10)
}
