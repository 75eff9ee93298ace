//! Proofs that are taken back, and the places of proofs in the status lists that say so.

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
                // Place `idx` of list number `list` is this proof's, for good. It is drawn before the proof is sealed, for it stands in it;
                // so it names a proof that is there a moment later, or never, where sealing failed.
                "CREATE TABLE status_entry (
                    list {int} NOT NULL,
                    idx {int} NOT NULL,
                    proof_id {uuid} NOT NULL CONSTRAINT status_entry_proof UNIQUE,
                    PRIMARY KEY (list, idx)
                ){clustered}",
                // Once for each proof, and never taken back. `person_id` and `class_id` are the proof's. Words are sealed under the
                // learner's key.
                "CREATE TABLE proof_revocation (
                    id {uuid} NOT NULL PRIMARY KEY,
                    proof_id {uuid} NOT NULL CONSTRAINT proof_revocation_once UNIQUE REFERENCES proof (id),
                    person_id {uuid} NOT NULL REFERENCES person (id),
                    class_id {uuid} NOT NULL REFERENCES class (id),
                    revoked_by {uuid} NOT NULL REFERENCES person (id),
                    reason TEXT NOT NULL,
                    words_sealed {bytes} NOT NULL,
                    revoked_at {int} NOT NULL
                ){strict}",
                "CREATE INDEX proof_revocation_person ON proof_revocation (person_id, class_id)",
                "CREATE INDEX proof_revocation_class ON proof_revocation (class_id)",
            ],
        )
        .await?;
        append_only(manager, "status_entry").await?;
        append_only(manager, "proof_revocation").await
    }
}
