//! Gives the evidence of sessions that fell silent to the ledger, and ends those that stay silent.

use crate::{app::App, store};

/// One round: until nothing is due any more.
///
/// # Errors
/// What the database says.
pub async fn close_silent(app: &App) -> Result<(), sea_orm::DbErr> {
    loop {
        let tx = app.db.begin().await?;
        let now = app.clock.now();
        let closed = store::study::close_silent(&tx, &app.keys, &app.rules, now).await?;
        store::commit(tx)
            .await
            .map_err(|store::Unknown(error)| error)?;
        if closed == 0 {
            return Ok(());
        }
    }
}
