//! Many rows in one statement, each value bound by itself: for the hot path.
//!
//! A statement must have the same text again and again to stay prepared. `PostgreSQL` takes one array per column, so its text never
//! changes. For `SQLite` the rows are written out as `VALUES`, in powers of two: reading and updating fills up with the last row once
//! more, which changes nothing; inserting goes in several statements. Rows as one JSON parameter, as in [`super::rows`], cost
//! `SQLite` a third of all instructions of a beat.

use sea_orm::{
    ConnectionTrait, DbBackend, DbErr, QueryResult, Statement, Value,
    sea_query::{ArrayType, ValueType},
};
use std::sync::OnceLock;
use uuid::Uuid;

/// Most rows in one statement, as a power of two: 256.
const POWER_MAX: u32 = 8;

/// A statement over many rows, in both dialects. In its text, `$rows` stands for the rows, and `uuid(n)`, `bytes(n)`, `int(n)`,
/// `bool(n)` and `text(n)` for column `n` of each.
pub struct BatchSql {
    template: &'static str,
    kinds: Vec<Kind>,
    /// By the power of two of the number of rows.
    sqlite: [OnceLock<String>; POWER_MAX as usize + 1],
    postgres: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Uuid,
    Bytes,
    Int,
    Bool,
    Text,
}

impl Kind {
    const ALL: [(Self, &'static str, &'static str); 5] = [
        (Self::Uuid, "uuid", "uuid[]"),
        (Self::Bytes, "bytes", "bytea[]"),
        (Self::Int, "int", "bigint[]"),
        (Self::Bool, "bool", "boolean[]"),
        (Self::Text, "text", "text[]"),
    ];

    fn array_type(self) -> ArrayType {
        match self {
            Self::Uuid => Uuid::array_type(),
            Self::Bytes => Vec::<u8>::array_type(),
            Self::Int => i64::array_type(),
            Self::Bool => bool::array_type(),
            Self::Text => String::array_type(),
        }
    }
}

impl BatchSql {
    /// Reads `template`; `locking` is added for `PostgreSQL`, where `SQLite` has its one writer.
    ///
    /// # Panics
    /// Where a column is left out: the templates are constants, so the first test shows it.
    #[must_use]
    pub fn new(template: &'static str, locking: &str) -> Self {
        let kind_of = |n: usize| {
            Kind::ALL
                .into_iter()
                .find(|(_, name, _)| template.contains(&format!("{name}({n})")))
        };
        let columns: Vec<_> = (0..).map_while(kind_of).collect();
        let arrays: Vec<String> = columns
            .iter()
            .zip(1..)
            .map(|((_, _, array), n)| format!("${n}::{array}"))
            .collect();
        let names: Vec<String> = (0..columns.len()).map(|n| format!("c{n}")).collect();
        let rows = format!("unnest({}) AS r ({})", arrays.join(", "), names.join(", "));
        Self {
            template,
            kinds: columns.iter().map(|(kind, ..)| *kind).collect(),
            sqlite: Default::default(),
            postgres: with_columns(template, &rows, columns.len(), |n| format!("r.c{n}")) + locking,
        }
    }

    /// What it selects for `rows`; a row that is given twice is one.
    ///
    /// # Errors
    /// What the database says.
    pub async fn query(
        &self,
        db: &impl ConnectionTrait,
        rows: Vec<Value>,
    ) -> Result<Vec<QueryResult>, DbErr> {
        let mut found = Vec::new();
        for statement in self.filled_up(db.get_database_backend(), rows) {
            found.extend(db.query_all_raw(statement).await?);
        }
        Ok(found)
    }

    /// Updates by `rows`; a row that is given twice must say the same.
    ///
    /// # Errors
    /// What the database says.
    pub async fn update(&self, db: &impl ConnectionTrait, rows: Vec<Value>) -> Result<(), DbErr> {
        for statement in self.filled_up(db.get_database_backend(), rows) {
            db.execute_raw(statement).await?;
        }
        Ok(())
    }

    /// Inserts `rows`, each once.
    ///
    /// # Errors
    /// What the database says.
    pub async fn insert(&self, db: &impl ConnectionTrait, rows: Vec<Value>) -> Result<(), DbErr> {
        let backend = db.get_database_backend();
        if backend != DbBackend::Sqlite {
            return match rows.is_empty() {
                true => Ok(()),
                false => db
                    .execute_raw(self.by_arrays(backend, rows))
                    .await
                    .map(drop),
            };
        }
        let mut rows = rows.into_iter();
        let width = self.kinds.len();
        while rows.len() >= width {
            let power = (rows.len() / width).ilog2().min(POWER_MAX);
            let values: Vec<Value> = rows.by_ref().take(width << power).collect();
            db.execute_raw(Statement::from_sql_and_values(
                backend,
                self.sqlite(power),
                values,
            ))
            .await?;
        }
        Ok(())
    }

    fn filled_up(&self, backend: DbBackend, rows: Vec<Value>) -> Vec<Statement> {
        if rows.is_empty() {
            return Vec::new();
        }
        if backend != DbBackend::Sqlite {
            return vec![self.by_arrays(backend, rows)];
        }
        let width = self.kinds.len();
        rows.chunks(width << POWER_MAX)
            .map(|part| {
                let power = (part.len() / width).next_power_of_two().ilog2();
                let mut values = part.to_vec();
                let last = part.get(part.len() - width..).unwrap_or_default();
                while values.len() < width << power {
                    values.extend_from_slice(last);
                }
                Statement::from_sql_and_values(backend, self.sqlite(power), values)
            })
            .collect()
    }

    fn sqlite(&self, power: u32) -> &str {
        let Some(text) = usize::try_from(power)
            .ok()
            .and_then(|at| self.sqlite.get(at))
        else {
            unreachable!("rows are cut into parts of at most 2^{POWER_MAX}")
        };
        text.get_or_init(|| {
            let width = self.kinds.len();
            let row = format!("({})", vec!["?"; width].join(", "));
            let rows = format!("(VALUES {}) AS r", vec![row; 1 << power].join(", "));
            with_columns(self.template, &rows, width, |n| {
                format!("r.column{}", n + 1)
            })
        })
    }

    fn by_arrays(&self, backend: DbBackend, rows: Vec<Value>) -> Statement {
        let mut columns: Vec<Vec<Value>> = vec![Vec::new(); self.kinds.len()];
        let width = columns.len();
        for (idx, value) in rows.into_iter().enumerate() {
            if let Some(column) = columns.get_mut(idx % width) {
                column.push(value);
            }
        }
        let arrays = self
            .kinds
            .iter()
            .zip(columns)
            .map(|(kind, column)| Value::Array(kind.array_type(), Some(Box::new(column))));
        Statement::from_sql_and_values(backend, &self.postgres, arrays)
    }
}

fn with_columns(
    template: &str,
    rows: &str,
    width: usize,
    column: impl Fn(usize) -> String,
) -> String {
    let mut sql = template.replace("$rows", rows);
    for (_, kind, _) in Kind::ALL {
        for n in 0..width {
            sql = sql.replace(&format!("{kind}({n})"), &column(n));
        }
    }
    sql
}
