//! What the server does by itself, each on its own interval.

mod checks;
mod close_silent;
mod note_seen;

pub use checks::settle_checks;
pub use close_silent::close_silent;
pub use note_seen::note_seen;

use crate::app::App;
use std::time::Duration;
use tokio::task::JoinHandle;

/// How often each job runs: well within the shortest silence that the rules know (30 s).
const EVERY: Duration = Duration::from_secs(10);

/// How often data is looked for whose time is over: the time is days and years.
const FORGET_EVERY: Duration = Duration::from_secs(3_600);

/// Starts all jobs; they end when the handle is aborted.
#[must_use]
pub fn start(app: App) -> JoinHandle<()> {
    tokio::spawn(async move {
        tokio::join!(
            rounds(&app),
            forgetting(&app),
            crate::faces::judging::rounds(&app),
            crate::ledger::sequencer::run(&app),
        );
    })
}

async fn rounds(app: &App) {
    let mut ticks = tokio::time::interval(EVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        run_once(app).await;
    }
}

/// Forgets what the retention table says ends by itself.
async fn forgetting(app: &App) {
    let mut ticks = tokio::time::interval(FORGET_EVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if let Err(error) = crate::retention::forget(app).await {
            tracing::error!(%error, "what has passed its time could not be destroyed; the next round tries again");
        }
    }
}

/// Each job once.
pub async fn run_once(app: &App) {
    if let Err(error) = close_silent(app).await {
        tracing::error!(%error, "silent sessions could not be closed; the next round tries again");
    }
    if let Err(error) = settle_checks(app).await {
        tracing::error!(%error, "face checks could not be settled; the next round tries again");
    }
    if let Err(error) = note_seen(app).await {
        tracing::warn!(%error, "when people were last seen could not be noted");
    }
    app.account_limit.forget_old();
}
