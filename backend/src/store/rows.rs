//! Many rows as one parameter: a JSON array of arrays that the database takes apart itself.
//!
//! One statement for a batch of any size, always with the same text (so it stays prepared), in both dialects. In the text,
//! `$rows` stands for the rows, and `uuid(n)`, `bytes(n)`, `int(n)`, `bool(n)` and `text(n)` for column `n` of each.

use sea_orm::{ConnectionTrait, DbBackend, DbErr, ExecResult, QueryResult, Statement};
use serde::Serialize;

/// A statement over many rows, in both dialects.
pub struct RowsSql {
    sqlite: String,
    postgres: String,
}

impl RowsSql {
    /// Writes out `template` for both databases; `locking` is added for `PostgreSQL`, where `SQLite` has its one writer.
    #[must_use]
    pub fn new(template: &str, locking: &str) -> Self {
        Self {
            // The cast keeps SQLite from planning again for each value of the parameter.
            sqlite: expand(
                template,
                "json_each(CAST(? AS TEXT)) AS r",
                |kind, n| match kind {
                    "uuid" | "bytes" => format!("unhex(r.value ->> {n})"),
                    _ => format!("(r.value ->> {n})"),
                },
            ),
            postgres: expand(
                template,
                "jsonb_array_elements($1::jsonb) AS r (value)",
                |kind, n| match kind {
                    "uuid" => format!("(r.value ->> {n})::uuid"),
                    "bytes" => format!("decode(r.value ->> {n}, 'hex')"),
                    "int" => format!("(r.value ->> {n})::bigint"),
                    "bool" => format!("(r.value ->> {n})::boolean"),
                    _ => format!("(r.value ->> {n})"),
                },
            ) + locking,
        }
    }

    /// Runs it for `rows`.
    ///
    /// # Errors
    /// What the database says.
    pub async fn execute<T: Serialize>(
        &self,
        db: &impl ConnectionTrait,
        rows: &[T],
    ) -> Result<ExecResult, DbErr> {
        db.execute_raw(self.statement(db.get_database_backend(), rows)?)
            .await
    }

    /// What it selects for `rows`.
    ///
    /// # Errors
    /// What the database says.
    pub async fn query<T: Serialize>(
        &self,
        db: &impl ConnectionTrait,
        rows: &[T],
    ) -> Result<Vec<QueryResult>, DbErr> {
        db.query_all_raw(self.statement(db.get_database_backend(), rows)?)
            .await
    }

    fn statement<T: Serialize>(&self, backend: DbBackend, rows: &[T]) -> Result<Statement, DbErr> {
        let sql = if backend == DbBackend::Sqlite {
            &self.sqlite
        } else {
            &self.postgres
        };
        let rows = serde_json::to_string(rows).map_err(|error| DbErr::Json(error.to_string()))?;
        Ok(Statement::from_sql_and_values(backend, sql, [rows.into()]))
    }
}

fn expand(template: &str, rows: &str, column: impl Fn(&str, &str) -> String) -> String {
    let mut sql = template.replace("$rows", rows);
    for kind in ["uuid", "bytes", "int", "bool", "text"] {
        for n in 0..16 {
            let n = n.to_string();
            sql = sql.replace(&format!("{kind}({n})"), &column(kind, &n));
        }
    }
    sql
}

/// Bytes as the rows carry them.
#[must_use]
pub fn hex_of(bytes: &[u8]) -> String {
    hex::encode(bytes)
}
