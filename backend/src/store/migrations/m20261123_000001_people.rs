//! People, what they may do, where they are signed in.

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
                // Facts about this database as a whole, e.g. which master key its people are sealed under.
                "CREATE TABLE setting (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL){strict}",
                "CREATE TABLE institution (
                    id {uuid} NOT NULL PRIMARY KEY,
                    usci TEXT NOT NULL CONSTRAINT institution_usci UNIQUE,
                    name_zh TEXT NOT NULL,
                    name_en TEXT NOT NULL,
                    created_at {int} NOT NULL
                ){strict}",
                // Name, ID number and phone only sealed under the person's own key; to forget somebody is to destroy that key.
                "CREATE TABLE person (
                    id {uuid} NOT NULL PRIMARY KEY,
                    key_sealed {bytes} NOT NULL,
                    name_sealed {bytes} NOT NULL,
                    id_number_sealed {bytes} NOT NULL,
                    id_number_hash {bytes} NOT NULL CONSTRAINT person_id_number UNIQUE,
                    phone_sealed {bytes} NOT NULL,
                    phone_hash {bytes} NOT NULL CONSTRAINT person_phone UNIQUE,
                    password TEXT NOT NULL,
                    created_at {int} NOT NULL
                ){strict}",
                "CREATE TABLE membership (
                    id {uuid} NOT NULL PRIMARY KEY,
                    person_id {uuid} NOT NULL REFERENCES person (id),
                    role TEXT NOT NULL,
                    institution_id {uuid} REFERENCES institution (id),
                    created_at {int} NOT NULL
                ){strict}",
                "CREATE INDEX membership_person ON membership (person_id)",
                "CREATE INDEX membership_institution ON membership (institution_id)",
                // Only the hash of the token: whoever reads this table cannot sign in with it.
                "CREATE TABLE sign_in (
                    id {uuid} NOT NULL PRIMARY KEY,
                    person_id {uuid} NOT NULL REFERENCES person (id),
                    token_hash {bytes} NOT NULL CONSTRAINT sign_in_token UNIQUE,
                    device TEXT NOT NULL,
                    signed_in_at {int} NOT NULL,
                    last_seen_at {int} NOT NULL,
                    expires_at {int} NOT NULL,
                    revoked_at {int}
                ){strict}",
                "CREATE INDEX sign_in_person ON sign_in (person_id)",
            ],
        )
        .await
    }
}
