//! Claims: what is entered for them, what is sealed, what reviewers find.

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
                // What an institution entered about a learner, or why they are left out; of each item the newest counts. `entry_sealed`: the
                // canonical bytes whose digest is in the ledger's record, under the person's own key.
                "CREATE TABLE claim_entry (
                    id {uuid} NOT NULL PRIMARY KEY,
                    class_id {uuid} NOT NULL REFERENCES class (id),
                    person_id {uuid} NOT NULL REFERENCES person (id),
                    item TEXT NOT NULL,
                    entry_sealed {bytes} NOT NULL,
                    entered_by {uuid} NOT NULL REFERENCES person (id),
                    at {int} NOT NULL
                ){strict}",
                "CREATE INDEX claim_entry_class ON claim_entry (class_id, person_id)",
                // Withdrawn or decided, never both; neither is undone. `evidence_id`: the record of the sealing.
                "CREATE TABLE claim (
                    id {uuid} NOT NULL PRIMARY KEY,
                    class_id {uuid} NOT NULL REFERENCES class (id),
                    institution_id {uuid} NOT NULL REFERENCES institution (id),
                    course_id {uuid} NOT NULL REFERENCES course (id),
                    sealed_by {uuid} NOT NULL REFERENCES person (id),
                    sealed_at {int} NOT NULL,
                    manifest {bytes} NOT NULL,
                    n_learners {int} NOT NULL,
                    class_hours {int} NOT NULL,
                    evidence_id {uuid} NOT NULL REFERENCES evidence (id),
                    withdrawn_at {int},
                    withdrawn_reason TEXT,
                    decided_by {uuid} REFERENCES person (id),
                    decided_at {int},
                    n_passed {int},
                    n_doubtful {int},
                    n_failed {int},
                    remark TEXT
                ){strict}",
                "CREATE INDEX claim_class ON claim (class_id, sealed_at)",
                "CREATE INDEX claim_institution ON claim (institution_id, sealed_at)",
                // Who is claimed for. `withdrawn_at` is the claim's, so that the index below can see it.
                "CREATE TABLE claim_person (
                    claim_id {uuid} NOT NULL REFERENCES claim (id),
                    person_id {uuid} NOT NULL REFERENCES person (id),
                    course_id {uuid} NOT NULL REFERENCES course (id),
                    number {int} NOT NULL,
                    proof_id {uuid} NOT NULL REFERENCES proof (id),
                    class_hours {int} NOT NULL,
                    withdrawn_at {int},
                    PRIMARY KEY (claim_id, person_id)
                ){clustered}",
                // One person and course is paid for once, whoever asks first.
                "CREATE UNIQUE INDEX claim_person_once ON claim_person (person_id, course_id) WHERE withdrawn_at IS NULL",
                // The archive, sealed under the master key, for it names everybody in full. Without the ledger's word until `finished_at`.
                "CREATE TABLE claim_pack (
                    claim_id {uuid} NOT NULL PRIMARY KEY REFERENCES claim (id),
                    pack_sealed {bytes} NOT NULL,
                    finished_at {int}
                ){strict}",
                // What reviewers found, row by row; the newest counts.
                "CREATE TABLE claim_review (
                    id {uuid} NOT NULL PRIMARY KEY,
                    claim_id {uuid} NOT NULL REFERENCES claim (id),
                    person_id {uuid} NOT NULL REFERENCES person (id),
                    verdict TEXT NOT NULL,
                    reason TEXT NOT NULL,
                    reviewed_by {uuid} NOT NULL REFERENCES person (id),
                    at {int} NOT NULL
                ){strict}",
                "CREATE INDEX claim_review_claim ON claim_review (claim_id, person_id)",
            ],
        )
        .await?;
        append_only(manager, "claim_entry").await?;
        append_only(manager, "claim_review").await
    }
}
