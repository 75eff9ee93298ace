//! Settles face checks that nobody answered in time, and voids what nobody made up.

use crate::{app::App, checks, store};
use sea_orm::{DatabaseTransaction, DbErr};

/// One round: until nothing is due any more.
///
/// # Errors
/// What the database says.
pub async fn settle_checks(app: &App) -> Result<(), DbErr> {
    // One transaction for each: people are locked in one order in it.
    loop {
        let tx = app.db.begin().await?;
        let missed = checks::miss_overdue(&tx, &app.keys, &app.rules, app.clock.now()).await?;
        commit(tx).await?;
        if missed == 0 {
            break;
        }
    }
    loop {
        let tx = app.db.begin().await?;
        let expired = checks::expire(&tx, &app.keys, app.clock.now()).await?;
        commit(tx).await?;
        if expired == 0 {
            return Ok(());
        }
    }
}

async fn commit(tx: DatabaseTransaction) -> Result<(), DbErr> {
    store::commit(tx)
        .await
        .map_err(|store::Unknown(error)| error)
}
