//! Invitations to classes.

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
                // Somebody on a roster who had no account. Name, ID number and phone are sealed under a key of the row's own, as a
                // person's are. Of the link's secret only the hash is here; it follows from the master key and `salt`. `person_id` is
                // whoever accepted it.
                "CREATE TABLE invitation (
                    id {uuid} NOT NULL PRIMARY KEY,
                    class_id {uuid} NOT NULL REFERENCES class (id),
                    key_sealed {bytes} NOT NULL,
                    name_sealed {bytes} NOT NULL,
                    id_number_sealed {bytes} NOT NULL,
                    id_number_hash {bytes} NOT NULL,
                    phone_sealed {bytes} NOT NULL,
                    salt {bytes} NOT NULL,
                    token_hash {bytes} NOT NULL CONSTRAINT invitation_token UNIQUE,
                    invited_by {uuid} NOT NULL REFERENCES person (id),
                    invited_at {int} NOT NULL,
                    expires_at {int} NOT NULL,
                    n_wrong {int} NOT NULL,
                    revoked_at {int},
                    accepted_at {int},
                    person_id {uuid} REFERENCES person (id),
                    CONSTRAINT invitation_once UNIQUE (class_id, id_number_hash)
                ){strict}",
                "CREATE INDEX invitation_id_number ON invitation (id_number_hash)",
                "CREATE INDEX invitation_person ON invitation (person_id)",
            ],
        )
        .await
    }
}
