//! What people do about each other's study: appeals and their answers, roll calls, pointers that were moved.

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
                // `about`: what it is about, as canonical JSON; one appeal for each. `stretch`: the stretch as it stood then, as JSON.
                // Words are sealed under the learner's key.
                "CREATE TABLE appeal (
                    id {uuid} NOT NULL PRIMARY KEY,
                    person_id {uuid} NOT NULL REFERENCES person (id),
                    class_id {uuid} NOT NULL REFERENCES class (id),
                    session_id {uuid} REFERENCES study_session (id),
                    check_id {uuid} REFERENCES face_check (id),
                    about TEXT NOT NULL,
                    stretch TEXT,
                    text_sealed {bytes} NOT NULL,
                    filed_at {int} NOT NULL,
                    CONSTRAINT appeal_once UNIQUE (person_id, about)
                ){strict}",
                "CREATE INDEX appeal_class ON appeal (class_id, filed_at)",
                "CREATE TABLE appeal_answer (
                    appeal_id {uuid} NOT NULL PRIMARY KEY REFERENCES appeal (id),
                    answered_by {uuid} NOT NULL REFERENCES person (id),
                    upheld {bool} NOT NULL,
                    remedy TEXT NOT NULL,
                    confirmed_ms {int} NOT NULL,
                    make_up_until {int},
                    reason_sealed {bytes} NOT NULL,
                    answered_at {int} NOT NULL
                ){clustered}",
                // `called_by` asked everybody in `roll_call_person` who watches until `ends_at`. `by_teacher`: how many studied then
                // who cannot be asked by face.
                "CREATE TABLE roll_call (
                    id {uuid} NOT NULL PRIMARY KEY,
                    class_id {uuid} NOT NULL REFERENCES class (id),
                    called_by {uuid} NOT NULL REFERENCES person (id),
                    at {int} NOT NULL,
                    ends_at {int} NOT NULL,
                    by_teacher {int} NOT NULL
                ){strict}",
                "CREATE INDEX roll_call_class ON roll_call (class_id, ends_at)",
                "CREATE TABLE roll_call_person (
                    roll_call_id {uuid} NOT NULL REFERENCES roll_call (id),
                    person_id {uuid} NOT NULL REFERENCES person (id),
                    PRIMARY KEY (roll_call_id, person_id)
                ){clustered}",
                "CREATE INDEX roll_call_person_person ON roll_call_person (person_id)",
                // The roll call that a check answers: drawn for it, or open already when the roll was called.
                "ALTER TABLE face_check ADD COLUMN roll_call_id {uuid} REFERENCES roll_call (id)",
                "CREATE INDEX face_check_roll_call ON face_check (roll_call_id, person_id) WHERE roll_call_id IS NOT NULL",
                "CREATE TABLE pointer_move (
                    id {uuid} NOT NULL PRIMARY KEY,
                    person_id {uuid} NOT NULL REFERENCES person (id),
                    class_id {uuid} NOT NULL REFERENCES class (id),
                    unit_id {uuid} NOT NULL REFERENCES unit (id),
                    moved_by {uuid} NOT NULL REFERENCES person (id),
                    from_ms {int} NOT NULL,
                    to_ms {int} NOT NULL,
                    reason_sealed {bytes} NOT NULL,
                    moved_at {int} NOT NULL
                ){strict}",
                "CREATE INDEX pointer_move_person ON pointer_move (person_id, class_id)",
            ],
        )
        .await?;
        for table in [
            "appeal",
            "appeal_answer",
            "roll_call",
            "roll_call_person",
            "pointer_move",
        ] {
            append_only(manager, table).await?;
        }
        Ok(())
    }
}
