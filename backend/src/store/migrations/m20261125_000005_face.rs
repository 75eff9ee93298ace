//! Face checks: the ways of showing who studies, enrolments, checks, frames, and how far each session is to its next check.

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
                // How far a session is on the way to its next check: `study::CheckClock`.
                "ALTER TABLE study_progress ADD COLUMN checks_drawn {int} NOT NULL DEFAULT 0",
                "ALTER TABLE study_progress ADD COLUMN check_waited_ms {int} NOT NULL DEFAULT 0",
                // Which way of showing their identity a person chose; the newest row counts. `text` is the version they read.
                "CREATE TABLE identity_way (
                    id {uuid} NOT NULL PRIMARY KEY,
                    person_id {uuid} NOT NULL REFERENCES person (id),
                    way TEXT NOT NULL,
                    text TEXT NOT NULL,
                    chosen_at {int} NOT NULL
                ){strict}",
                "CREATE INDEX identity_way_person ON identity_way (person_id, chosen_at)",
                // The key of a person's face data, sealed under the master key. Without it their frames and template are noise.
                "CREATE TABLE face_key (
                    person_id {uuid} NOT NULL PRIMARY KEY REFERENCES person (id),
                    key_sealed {bytes},
                    created_at {int} NOT NULL,
                    destroyed_at {int}
                ){strict}",
                // waiting | confirmed | refused | replaced; the newest that is not replaced counts.
                "CREATE TABLE face_enrolment (
                    id {uuid} NOT NULL PRIMARY KEY,
                    person_id {uuid} NOT NULL REFERENCES person (id),
                    state TEXT NOT NULL,
                    at {int} NOT NULL,
                    template_sealed {bytes} NOT NULL,
                    models {bytes} NOT NULL,
                    n_shots {int} NOT NULL,
                    camera TEXT NOT NULL,
                    look_alike {bool} NOT NULL,
                    decided_by {uuid} REFERENCES person (id),
                    decided_at {int},
                    reason TEXT
                ){strict}",
                "CREATE INDEX face_enrolment_person ON face_enrolment (person_id, at)",
                "CREATE INDEX face_enrolment_waiting ON face_enrolment (at) WHERE state = 'waiting'",
                // One row per check, and one per further try (`retry_of` is the try before it). Nothing is earned in the class while
                // `blocks_from` ≤ now and (no `blocks_to` or now < `blocks_to`). What came of it is evidence; the row says where it stands.
                // `shown`: whether the learner was asked at all; somebody without an enrolled face cannot be.
                "CREATE TABLE face_check (
                    id {uuid} NOT NULL PRIMARY KEY,
                    person_id {uuid} NOT NULL REFERENCES person (id),
                    class_id {uuid} NOT NULL REFERENCES class (id),
                    session_id {uuid} REFERENCES study_session (id),
                    rules_hash {bytes} NOT NULL REFERENCES rules (hash),
                    origin TEXT NOT NULL,
                    number {int},
                    action TEXT NOT NULL,
                    nonce {bytes} NOT NULL,
                    attempt {int} NOT NULL,
                    retry_of {uuid} REFERENCES face_check (id),
                    drawn_seq {int},
                    shown {bool} NOT NULL,
                    drawn_at {int} NOT NULL,
                    deadline_at {int} NOT NULL,
                    state TEXT NOT NULL,
                    outcome TEXT,
                    standing TEXT,
                    stretches TEXT NOT NULL,
                    answered_at {int},
                    settled_at {int},
                    blocks_from {int} NOT NULL,
                    blocks_to {int},
                    make_up_until {int},
                    answer TEXT NOT NULL
                ){strict}",
                "CREATE INDEX face_check_person ON face_check (person_id, class_id)",
                "CREATE INDEX face_check_session ON face_check (session_id, drawn_seq)",
                "CREATE INDEX face_check_retry ON face_check (retry_of)",
                "CREATE INDEX face_check_unsettled ON face_check (deadline_at) WHERE state IN ('open', 'judging')",
                "CREATE INDEX face_check_pending ON face_check (settled_at) WHERE standing = 'pending'",
                // Pictures, sealed under the person's face key; the hash stays when the picture goes. `fingerprint` is 64 bits that are
                // alike for alike pictures.
                "CREATE TABLE face_frame (
                    id {uuid} NOT NULL PRIMARY KEY,
                    person_id {uuid} NOT NULL REFERENCES person (id),
                    check_id {uuid} REFERENCES face_check (id),
                    enrolment_id {uuid} REFERENCES face_enrolment (id),
                    position {int} NOT NULL,
                    sha256 {bytes} NOT NULL,
                    fingerprint {int} NOT NULL,
                    embedding_sealed {bytes},
                    jpeg_sealed {bytes},
                    at {int} NOT NULL
                ){strict}",
                "CREATE INDEX face_frame_sha256 ON face_frame (sha256)",
                "CREATE INDEX face_frame_fingerprint ON face_frame (fingerprint)",
                "CREATE INDEX face_frame_check ON face_frame (check_id)",
                "CREATE INDEX face_frame_enrolment ON face_frame (enrolment_id)",
                "CREATE INDEX face_frame_person ON face_frame (person_id)",
                // Codes that learners show to a teacher; only their keyed hash is kept.
                "CREATE TABLE supervised_code (
                    code_hash {bytes} NOT NULL PRIMARY KEY,
                    person_id {uuid} NOT NULL REFERENCES person (id),
                    class_id {uuid} NOT NULL REFERENCES class (id),
                    expires_at {int} NOT NULL,
                    used_at {int}
                ){strict}",
                "CREATE INDEX supervised_code_person ON supervised_code (person_id, class_id)",
                // Who looked at which picture.
                "CREATE TABLE frame_look (
                    id {uuid} NOT NULL PRIMARY KEY,
                    frame_id {uuid} NOT NULL,
                    looked_by {uuid} NOT NULL REFERENCES person (id),
                    at {int} NOT NULL
                ){strict}",
                "CREATE INDEX frame_look_frame ON frame_look (frame_id)",
            ],
        )
        .await?;
        append_only(manager, "identity_way").await?;
        append_only(manager, "frame_look").await
    }
}
