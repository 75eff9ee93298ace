//! Writes down when sign-ins were last used, in one go for all.

use crate::{app::App, store::sign_ins};

/// One round.
///
/// # Errors
/// What the database says.
pub async fn note_seen(app: &App) -> Result<(), sea_orm::DbErr> {
    sign_ins::note_seen(&app.db, &app.sign_ins.take_seen()).await
}
