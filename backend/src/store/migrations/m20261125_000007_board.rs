//! The class board: what each learner has in a class, summed up, and who looked at whose record.

use super::{append_only, run};
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(
            manager,
            &[
                // One per person and class: sessions that ended and checks that were settled, summed up. Derived, and made again from
                // both whenever either happens; beats do not touch it. `ended_ms`: credit of ended sessions.
                "CREATE TABLE class_progress (
                    class_id {uuid} NOT NULL REFERENCES class (id),
                    person_id {uuid} NOT NULL REFERENCES person (id),
                    ended_ms {int} NOT NULL,
                    heard_at {int},
                    confirmed_ms {int} NOT NULL,
                    pending_ms {int} NOT NULL,
                    review_ms {int} NOT NULL,
                    void_ms {int} NOT NULL,
                    to_make_up {int} NOT NULL,
                    in_review {int} NOT NULL,
                    check_at {int},
                    check_outcome TEXT,
                    PRIMARY KEY (class_id, person_id)
                ){clustered}",
                // The session's own, so that the open sessions of one class are found without looking at all others. It never changes,
                // so the index is written when a session begins and when it ends, not with each beat.
                "ALTER TABLE study_progress ADD COLUMN class_id {uuid}",
                "UPDATE study_progress SET class_id = (SELECT s.class_id FROM study_session s WHERE s.id = study_progress.session_id)",
                "DROP INDEX study_progress_running",
                "CREATE INDEX study_progress_running ON study_progress (class_id) WHERE ended_at IS NULL",
                // What somebody of the staff looked at or took away: `person_id` is empty where it was a whole class.
                "CREATE TABLE access_log (
                    id {uuid} NOT NULL PRIMARY KEY,
                    looked_by {uuid} NOT NULL REFERENCES person (id),
                    what TEXT NOT NULL,
                    class_id {uuid} REFERENCES class (id),
                    person_id {uuid} REFERENCES person (id),
                    at {int} NOT NULL
                ){strict}",
                "CREATE INDEX access_log_person ON access_log (person_id, at)",
                "CREATE INDEX access_log_class ON access_log (class_id, at)",
            ],
        )
        .await?;
        append_only(manager, "access_log").await
    }
}
