//! `simulator --sessions N --seed N`: cheats, then honest learners, then the naive rules that must be caught.

use simulator::{adversary, honest, judge};
use std::{process::ExitCode, time::Instant};

const HELP: &str = "\
Simulates study sessions of cheats and of honest learners against the real credit rules.

Usage: simulator [--sessions N] [--seed N]

  --sessions N   study sessions of cheats to simulate (100000); a hundredth as many honest ones follow
  --seed N       everything follows from it (1)

Ends with 0 when nothing was credited beyond what is possible, honest learners got 99 to 100 % of what they watched, and
every naive set of rules was caught.";

fn main() -> ExitCode {
    match arguments() {
        Ok(Some((sessions, seed))) => simulate(sessions, seed),
        Ok(None) => {
            println!("{HELP}");
            ExitCode::SUCCESS
        }
        Err(what) => {
            eprintln!("{what}\n\n{HELP}");
            ExitCode::from(2)
        }
    }
}

fn arguments() -> Result<Option<(u64, u64)>, String> {
    let (mut sessions, mut seed) = (100_000, 1);
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let number = match word.as_str() {
            "--sessions" => &mut sessions,
            "--seed" => &mut seed,
            "--help" | "-h" => return Ok(None),
            other => return Err(format!("unknown word {other:?}")),
        };
        let value = words.next().ok_or(format!("{word} needs a number"))?;
        *number = value
            .replace('_', "")
            .parse()
            .map_err(|_| format!("{word} needs a number, not {value:?}"))?;
    }
    Ok(Some((sessions, seed)))
}

fn simulate(sessions: u64, seed: u64) -> ExitCode {
    let cheats = cheats(sessions, seed);
    let honest = honest_learners((sessions / 100).max(100), seed);
    let caught = naive_rules(seed);
    if cheats && honest && caught {
        ExitCode::SUCCESS
    } else {
        eprintln!("failed: see above");
        ExitCode::FAILURE
    }
}

fn cheats(sessions: u64, seed: u64) -> bool {
    println!("cheats: {sessions} study sessions, seed {seed}");
    let started = Instant::now();
    let config = adversary::Config {
        seed,
        sessions,
        judge: judge::REAL,
        stop_at_first: false,
    };
    let mut told = 0;
    let summary = adversary::run(&config, |done| {
        if done * 10 / sessions.max(1) > told {
            told = done * 10 / sessions.max(1);
            eprintln!(
                "  {done} sessions, {:.1} s",
                started.elapsed().as_secs_f64()
            );
        }
    });
    for (style, tried) in &summary.by_style {
        println!(
            "  {style:<20} {:>9} sessions {:>12} s credited, {} ms too much",
            tried.sessions,
            tried.credited_ms / 1000,
            tried.over_credited_ms
        );
    }
    println!(
        "  {} sessions, {} beats, {} s credited in {:.1} s",
        summary.sessions,
        summary.beats,
        summary.credited_ms / 1000,
        started.elapsed().as_secs_f64()
    );
    println!("  over-credited ms: {}", summary.over_credited_ms);
    if let Some(first) = &summary.first {
        println!("  first: {first:?}");
    }
    summary.over_credited_ms == 0
}

fn honest_learners(sessions: u64, seed: u64) -> bool {
    let network = honest::Network::BAD;
    println!("honest learners: {sessions} study sessions, {network:?}");
    let summary = honest::run(seed, sessions, network);
    println!("  {summary:?}");
    println!(
        "  credited / truly watched: {}.{:06}",
        summary.ppm() / 1_000_000,
        summary.ppm() % 1_000_000
    );
    summary.over_credited_ms == 0 && (990_000..=1_000_000).contains(&summary.ppm())
}

fn naive_rules(seed: u64) -> bool {
    println!("naive rules:");
    let mut all = true;
    for (name, judge) in judge::NAIVE {
        let config = adversary::Config {
            seed,
            sessions: 100_000,
            judge,
            stop_at_first: true,
        };
        match adversary::run(&config, |_| {}).first {
            Some(first) => println!(
                "  {name}: caught at session {} ({}), {:?}",
                first.session, first.what, first.excess
            ),
            None => {
                println!("  {name}: not caught");
                all = false;
            }
        }
    }
    all
}
