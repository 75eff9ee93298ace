//! Keeping: a key for each class, and the deletion of a class, which the database itself refuses before its time (clause A38).

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
                // The key of what names people in a class: packs of its claims, entries for them, words of its acts. Sealed under the master key.
                "CREATE TABLE class_key (
                    class_id {uuid} NOT NULL PRIMARY KEY REFERENCES class (id),
                    key_sealed {bytes},
                    created_at {int} NOT NULL,
                    destroyed_at {int}
                ){strict}",
                // A class whose personal data was destroyed. `counted_from`: its end, or its newest evidence. `evidence_id`: the record of it.
                "CREATE TABLE class_deletion (
                    class_id {uuid} NOT NULL PRIMARY KEY REFERENCES class (id),
                    counted_from {int} NOT NULL,
                    deleted_at {int} NOT NULL,
                    evidence_id {uuid} NOT NULL REFERENCES evidence (id)
                ){strict}",
                // The same moment, so that whoever has the row of a class knows.
                "ALTER TABLE class ADD COLUMN deleted_at {int}",
                // Packs from before are under the master key; the server seals them anew when it starts.
                "ALTER TABLE claim_pack ADD COLUMN under_class_key {bool} NOT NULL DEFAULT FALSE",
            ],
        )
        .await?;
        append_only(manager, "class_deletion").await?;
        let guards = if manager.get_database_backend() == DbBackend::Sqlite {
            SQLITE_GUARDS
        } else {
            POSTGRES_GUARDS
        };
        for sql in guards {
            manager.get_connection().execute_unprepared(sql).await?;
        }
        Ok(())
    }
}

/// Five calendar years in China after the end of the class and after its newest evidence but for the record of the deletion itself; the key of a
/// class goes only with the class, and a person's only when all their classes are deleted.
const SQLITE_GUARDS: &[&str] = &[
    "CREATE TRIGGER class_deletion_in_time BEFORE INSERT ON class_deletion
     WHEN NEW.deleted_at < 1000 * CAST(strftime('%s', (SELECT max(c.ends_at, coalesce(
            (SELECT max(e.created_at) FROM evidence e WHERE e.class_id = c.id AND e.id <> NEW.evidence_id), 0))
            FROM class c WHERE c.id = NEW.class_id) / 1000, 'unixepoch', '+8 hours', '+5 years', '-8 hours') AS INTEGER)
     BEGIN SELECT RAISE(ABORT, 'a class is kept for five years'); END",
    "CREATE TRIGGER class_key_kept BEFORE UPDATE ON class_key
     WHEN NEW.key_sealed IS NOT OLD.key_sealed AND NOT EXISTS (SELECT 1 FROM class_deletion d WHERE d.class_id = OLD.class_id)
     BEGIN SELECT RAISE(ABORT, 'the key of a class is kept as long as the class'); END",
    "CREATE TRIGGER class_key_no_delete BEFORE DELETE ON class_key
     BEGIN SELECT RAISE(ABORT, 'the key of a class is kept as long as the class'); END",
    "CREATE TRIGGER person_key_kept BEFORE UPDATE OF key_sealed ON person
     WHEN NEW.key_sealed IS NOT OLD.key_sealed AND EXISTS (SELECT 1 FROM enrolment e WHERE e.person_id = OLD.id
        AND NOT EXISTS (SELECT 1 FROM class_deletion d WHERE d.class_id = e.class_id))
     BEGIN SELECT RAISE(ABORT, 'the key of a person is kept as long as their classes'); END",
];

const POSTGRES_GUARDS: &[&str] = &[
    "CREATE FUNCTION refuse_early_deletion() RETURNS trigger LANGUAGE plpgsql AS $$
     DECLARE newest BIGINT;
     BEGIN
        SELECT greatest(c.ends_at, coalesce(
            (SELECT max(e.created_at) FROM evidence e WHERE e.class_id = c.id AND e.id <> NEW.evidence_id), 0))
            INTO newest FROM class c WHERE c.id = NEW.class_id;
        IF NEW.deleted_at < 1000 * extract(epoch FROM (timestamp '1970-01-01' + (newest / 1000) * interval '1 second'
            + interval '8 hours' + interval '5 years' - interval '8 hours')) THEN
            RAISE EXCEPTION 'a class is kept for five years';
        END IF;
        RETURN NEW;
     END $$",
    "CREATE TRIGGER class_deletion_in_time BEFORE INSERT ON class_deletion FOR EACH ROW EXECUTE FUNCTION refuse_early_deletion()",
    "CREATE FUNCTION refuse_lost_class_key() RETURNS trigger LANGUAGE plpgsql AS $$
     BEGIN
        IF TG_OP = 'UPDATE' THEN
            IF NEW.key_sealed IS NOT DISTINCT FROM OLD.key_sealed OR EXISTS (SELECT 1 FROM class_deletion d WHERE d.class_id = OLD.class_id) THEN
                RETURN NEW;
            END IF;
        END IF;
        RAISE EXCEPTION 'the key of a class is kept as long as the class';
     END $$",
    "CREATE TRIGGER class_key_kept BEFORE UPDATE OR DELETE ON class_key FOR EACH ROW EXECUTE FUNCTION refuse_lost_class_key()",
    "CREATE FUNCTION refuse_lost_person_key() RETURNS trigger LANGUAGE plpgsql AS $$
     BEGIN
        IF NEW.key_sealed IS DISTINCT FROM OLD.key_sealed AND EXISTS (SELECT 1 FROM enrolment e WHERE e.person_id = OLD.id
            AND NOT EXISTS (SELECT 1 FROM class_deletion d WHERE d.class_id = e.class_id)) THEN
            RAISE EXCEPTION 'the key of a person is kept as long as their classes';
        END IF;
        RETURN NEW;
     END $$",
    "CREATE TRIGGER person_key_kept BEFORE UPDATE ON person FOR EACH ROW EXECUTE FUNCTION refuse_lost_person_key()",
];
