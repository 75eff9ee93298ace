//! Running sessions are found by their name: an index over when they were last heard was written again with every beat.

use super::run;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(
            manager,
            &[
                "DROP INDEX study_progress_running",
                "CREATE INDEX study_progress_running ON study_progress (session_id) WHERE ended_at IS NULL",
            ],
        )
        .await
    }
}
