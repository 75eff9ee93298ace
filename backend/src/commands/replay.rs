//! `zhenxue replay`

use super::database::DataArgs;
use crate::replay::{self, Summary};
use clap::Args;
use std::process::ExitCode;

/// What to replay.
#[derive(Debug, Args)]
pub struct ReplayArgs {
    #[command(flatten)]
    data: DataArgs,
}

/// Replays everything and prints each difference. Exit code 0 without differences, 1 with, 2 where it cannot be read.
#[must_use]
pub fn run(args: &ReplayArgs) -> ExitCode {
    let outcome = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("no thread to run on: {error}"))
        .and_then(|runtime| runtime.block_on(replay_all(args)));
    match outcome {
        Ok(summary) => {
            for difference in &summary.differences {
                println!("✗ {difference}");
            }
            println!("{}", in_words(&summary));
            if summary.differences.is_empty() {
                ExitCode::SUCCESS
            } else {
                ExitCode::from(1)
            }
        }
        Err(why) => {
            eprintln!("zhenxue: {why}");
            ExitCode::from(2)
        }
    }
}

async fn replay_all(args: &ReplayArgs) -> Result<Summary, String> {
    let db = args.data.connect().await?;
    let keys = replay::ReplayKeys::read(&args.data.data)?;
    let summary = replay::replay(&db, &keys)
        .await
        .map_err(|error| format!("the database cannot be read: {error}"))?;
    // Closing is the last thing that happens; everything was read.
    let _ = db.close().await;
    Ok(summary)
}

fn in_words(summary: &Summary) -> String {
    let outcome = match summary.differences.len() {
        0 => "no difference".to_owned(),
        1 => "1 difference".to_owned(),
        n => format!("{n} differences"),
    };
    format!(
        "replayed {} beats of {} study sessions of {} people: {} ms credited; {} face checks, {} records, {} ledger leaves, {} checkpoints, {} proofs: {outcome}",
        summary.beats,
        summary.sessions,
        summary.people,
        summary.credited_ms.0,
        summary.checks,
        summary.records,
        summary.leaves,
        summary.checkpoints,
        summary.proofs
    )
}
