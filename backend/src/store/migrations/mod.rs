//! The schema, as dated steps that are only ever added to. One step is one transaction on both databases.
//!
//! Written once for both: `{uuid}`, `{bytes}`, `{int}` and `{bool}` stand for each database's own type, `{strict}` and
//! `{clustered}` for `SQLite`'s table options.

mod m20261123_000001_people;
mod m20261123_000002_catalogue;
mod m20261123_000003_study;
mod m20261123_000004_ledger;
mod m20261125_000005_face;
mod m20261125_000006_running;
mod m20261125_000007_board;
mod m20261125_000008_roster;
mod m20261125_000010_acting;
mod m20261125_000011_claims;
mod m20261130_000012_revocation;
mod m20261130_000013_retention;

use sea_orm::DbBackend;
use sea_orm_migration::prelude::*;

/// All steps, oldest first.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261123_000001_people::Migration),
            Box::new(m20261123_000002_catalogue::Migration),
            Box::new(m20261123_000003_study::Migration),
            Box::new(m20261123_000004_ledger::Migration),
            Box::new(m20261125_000005_face::Migration),
            Box::new(m20261125_000006_running::Migration),
            Box::new(m20261125_000007_board::Migration),
            Box::new(m20261125_000008_roster::Migration),
            Box::new(m20261125_000010_acting::Migration),
            Box::new(m20261125_000011_claims::Migration),
            Box::new(m20261130_000012_revocation::Migration),
            Box::new(m20261130_000013_retention::Migration),
        ]
    }
}

/// Runs the statements of one step, with each database's own types put in.
///
/// # Errors
/// What the database says.
pub async fn run(manager: &SchemaManager<'_>, statements: &[&str]) -> Result<(), DbErr> {
    let connection = manager.get_connection();
    let sqlite = manager.get_database_backend() == DbBackend::Sqlite;
    let types: [(&str, &str); 6] = if sqlite {
        [
            ("{uuid}", "BLOB"),
            ("{bytes}", "BLOB"),
            ("{int}", "INTEGER"),
            ("{bool}", "INTEGER"),
            ("{strict}", " STRICT"),
            ("{clustered}", " STRICT, WITHOUT ROWID"),
        ]
    } else {
        [
            ("{uuid}", "UUID"),
            ("{bytes}", "BYTEA"),
            ("{int}", "BIGINT"),
            ("{bool}", "BOOLEAN"),
            ("{strict}", ""),
            ("{clustered}", ""),
        ]
    };
    for statement in statements {
        let sql = types
            .iter()
            .fold((*statement).to_owned(), |sql, (word, own)| {
                sql.replace(word, own)
            });
        connection.execute_unprepared(&sql).await?;
    }
    Ok(())
}

/// Makes the database itself refuse to change or delete rows of `table`. A speed bump for accidents and for the curious, not
/// a defence against whoever owns the database: that one is the ledger.
///
/// # Errors
/// What the database says.
pub async fn append_only(manager: &SchemaManager<'_>, table: &str) -> Result<(), DbErr> {
    let connection = manager.get_connection();
    let statements = if manager.get_database_backend() == DbBackend::Sqlite {
        vec![
            format!(
                "CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            ),
            format!(
                "CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            ),
        ]
    } else {
        vec![
            "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$".to_owned(),
            format!(
                "CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
            ),
        ]
    };
    for sql in statements {
        connection.execute_unprepared(&sql).await?;
    }
    Ok(())
}
