//! Study sessions, beats, what they add up to, and the evidence.

use super::{append_only, run};
use sea_orm::DbBackend;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(
            manager,
            &[
                // What stays as it was when the lease was granted.
                "CREATE TABLE study_session (
                    id {uuid} NOT NULL PRIMARY KEY,
                    person_id {uuid} NOT NULL REFERENCES person (id),
                    class_id {uuid} NOT NULL REFERENCES class (id),
                    unit_id {uuid} NOT NULL REFERENCES unit (id),
                    lease {int} NOT NULL,
                    device TEXT NOT NULL,
                    nonce {bytes} NOT NULL,
                    rules_hash {bytes} NOT NULL REFERENCES rules (hash),
                    started_at {int} NOT NULL,
                    CONSTRAINT study_session_lease UNIQUE (person_id, lease)
                ){strict}",
                "CREATE INDEX study_session_class ON study_session (class_id, person_id)",
                // What moves with each beat. Derived: `replay` makes it again from the beats.
                "CREATE TABLE study_progress (
                    session_id {uuid} NOT NULL PRIMARY KEY REFERENCES study_session (id),
                    seq {int} NOT NULL,
                    head {bytes} NOT NULL,
                    chain {bytes} NOT NULL,
                    last_at {int} NOT NULL,
                    history TEXT NOT NULL,
                    covered TEXT NOT NULL,
                    segment_seq {int} NOT NULL,
                    segment_at {int} NOT NULL,
                    ended_at {int}
                ){clustered}",
                "CREATE INDEX study_progress_running ON study_progress (last_at) WHERE ended_at IS NULL",
                // One per person: the lease that counts, and the day's total. Its row is the lock for all that person's study.
                "CREATE TABLE person_progress (
                    person_id {uuid} NOT NULL PRIMARY KEY REFERENCES person (id),
                    lease {int} NOT NULL,
                    session_id {uuid},
                    day {int} NOT NULL,
                    day_credited_ms {int} NOT NULL
                ){clustered}",
                // One per person and unit, over all classes: no millisecond of a film is credited twice.
                "CREATE TABLE unit_progress (
                    person_id {uuid} NOT NULL REFERENCES person (id),
                    unit_id {uuid} NOT NULL REFERENCES unit (id),
                    covered TEXT NOT NULL,
                    position_ms {int} NOT NULL,
                    PRIMARY KEY (person_id, unit_id)
                ){clustered}",
                // The raw beat without what its session already says (lease) or its predecessor does (prev), and the decision. No
                // foreign key: the writer has read the session in the same transaction, and this is the hot table. Kept in the order of
                // arrival: clustered by session each beat would write three pages of its own instead of a tenth of one.
                "CREATE TABLE beat (
                    session_id {uuid} NOT NULL,
                    seq {int} NOT NULL,
                    received_at {int} NOT NULL,
                    digest {bytes} NOT NULL,
                    spans TEXT NOT NULL,
                    lease_current {bool} NOT NULL,
                    listed {bool} NOT NULL,
                    decision TEXT NOT NULL,
                    chain {bytes} NOT NULL,
                    unit_credited_ms {int} NOT NULL,
                    day_credited_ms {int} NOT NULL,
                    PRIMARY KEY (session_id, seq)
                ){strict}",
                "CREATE TABLE evidence (
                    id {uuid} NOT NULL PRIMARY KEY,
                    kind TEXT NOT NULL,
                    person_id {uuid},
                    class_id {uuid},
                    session_id {uuid},
                    salt {bytes} NOT NULL,
                    record TEXT NOT NULL,
                    created_at {int} NOT NULL
                ){strict}",
                "CREATE INDEX evidence_session ON evidence (session_id)",
                "CREATE INDEX evidence_person ON evidence (person_id, class_id)",
                "CREATE INDEX evidence_created ON evidence (created_at)",
            ],
        )
        .await?;
        // The order of the queue is the order of the ledger. A row leaves it in the transaction that gives its record an index.
        let number = if manager.get_database_backend() == DbBackend::Sqlite {
            "number INTEGER PRIMARY KEY AUTOINCREMENT"
        } else {
            "number BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY"
        };
        run(
            manager,
            &[&format!(
                "CREATE TABLE ledger_queue ({number}, evidence_id {{uuid}} NOT NULL UNIQUE REFERENCES evidence (id)){{strict}}"
            )],
        )
        .await?;
        append_only(manager, "study_session").await?;
        append_only(manager, "beat").await?;
        append_only(manager, "evidence").await
    }
}
