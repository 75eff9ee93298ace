//! What is taught: rules, courses, units, classes and who is in them.

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
                // By hash, so that a decision can name the rules it was made under for ever.
                "CREATE TABLE rules (
                    hash {bytes} NOT NULL PRIMARY KEY,
                    body TEXT NOT NULL,
                    created_at {int} NOT NULL
                ){strict}",
                "CREATE TABLE course (
                    id {uuid} NOT NULL PRIMARY KEY,
                    title_zh TEXT NOT NULL,
                    title_en TEXT NOT NULL,
                    created_at {int} NOT NULL
                ){strict}",
                // Films and captions are files named by their SHA-256.
                "CREATE TABLE unit (
                    id {uuid} NOT NULL PRIMARY KEY,
                    course_id {uuid} NOT NULL REFERENCES course (id),
                    position {int} NOT NULL,
                    title_zh TEXT NOT NULL,
                    title_en TEXT NOT NULL,
                    film {bytes} NOT NULL,
                    film_ms {int} NOT NULL,
                    captions_zh {bytes} NOT NULL,
                    captions_en {bytes},
                    CONSTRAINT unit_position UNIQUE (course_id, position)
                ){strict}",
                "CREATE INDEX unit_film ON unit (film)",
                "CREATE INDEX unit_captions_zh ON unit (captions_zh)",
                "CREATE INDEX unit_captions_en ON unit (captions_en)",
                "CREATE TABLE class (
                    id {uuid} NOT NULL PRIMARY KEY,
                    institution_id {uuid} NOT NULL REFERENCES institution (id),
                    course_id {uuid} NOT NULL REFERENCES course (id),
                    rules_hash {bytes} NOT NULL REFERENCES rules (hash),
                    name_zh TEXT NOT NULL,
                    name_en TEXT NOT NULL,
                    open {bool} NOT NULL,
                    starts_at {int} NOT NULL,
                    ends_at {int} NOT NULL,
                    created_at {int} NOT NULL
                ){strict}",
                "CREATE INDEX class_course ON class (course_id)",
                "CREATE INDEX class_institution ON class (institution_id)",
                "CREATE TABLE enrolment (
                    class_id {uuid} NOT NULL REFERENCES class (id),
                    person_id {uuid} NOT NULL REFERENCES person (id),
                    enrolled_at {int} NOT NULL,
                    PRIMARY KEY (class_id, person_id)
                ){clustered}",
                "CREATE INDEX enrolment_person ON enrolment (person_id)",
            ],
        )
        .await?;
        append_only(manager, "rules").await
    }
}
