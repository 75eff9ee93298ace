//! The ledger and the proofs that rest on it.

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
                // One row: how many leaves there are. Whoever gives out indexes holds its lock.
                "CREATE TABLE ledger_head (id {int} NOT NULL PRIMARY KEY, size {int} NOT NULL){strict}",
                "INSERT INTO ledger_head (id, size) VALUES (1, 0)",
                // Which record became which leaf; `entry` is what the leaf hash is over.
                "CREATE TABLE ledger_leaf (
                    idx {int} NOT NULL PRIMARY KEY,
                    evidence_id {uuid} NOT NULL CONSTRAINT ledger_leaf_evidence UNIQUE REFERENCES evidence (id),
                    entry {bytes} NOT NULL
                ){strict}",
                // Hashes of the tree in tiles of 256 (C2SP tlog-tiles); a tile that is being filled grows in its row. Derived.
                "CREATE TABLE ledger_tile (
                    level {int} NOT NULL,
                    idx {int} NOT NULL,
                    hashes {bytes} NOT NULL,
                    PRIMARY KEY (level, idx)
                ){clustered}",
                // Every head that was ever signed. One size has one, whatever crashes.
                "CREATE TABLE ledger_checkpoint (
                    size {int} NOT NULL PRIMARY KEY,
                    root {bytes} NOT NULL,
                    note TEXT NOT NULL,
                    signed_at {int} NOT NULL
                ){strict}",
                // Proofs as given out, byte for byte. The salt that opens the masked name is sealed under the person's own key.
                "CREATE TABLE proof (
                    id {uuid} NOT NULL PRIMARY KEY,
                    person_id {uuid} NOT NULL REFERENCES person (id),
                    class_id {uuid} NOT NULL REFERENCES class (id),
                    issued_at {int} NOT NULL,
                    credited_ms {int} NOT NULL,
                    digest {bytes} NOT NULL,
                    salt_sealed {bytes} NOT NULL,
                    document TEXT NOT NULL
                ){strict}",
                "CREATE INDEX proof_person ON proof (person_id, class_id, issued_at)",
            ],
        )
        .await?;
        append_only(manager, "ledger_leaf").await?;
        append_only(manager, "ledger_checkpoint").await?;
        append_only(manager, "proof").await
    }
}
