//! Many rows in one statement, each value bound by itself: for the hot path.
//!
//! A statement must have the same text again and again to stay prepared. `PostgreSQL` takes one array per column, so its text never
//! changes. For `SQLite` the rows are written out as `VALUES`, in some forty lengths, each filled up with rows of nulls, which select,
//! change and insert nothing. Rows as one JSON parameter, as in [`super::rows`], cost `SQLite` a third of all instructions of a beat.

use sea_orm::{
    ConnectionTrait, DbBackend, DbErr, QueryResult, Statement, Value,
    sea_query::{ArrayType, ValueType},
};
use std::sync::OnceLock;
use uuid::Uuid;

/// Most rows in one statement.
pub const ROWS_MAX: usize = 256;
/// Long statements come in lengths that are this far apart: on average half as many rows are nulls.
const STEP: usize = 8;
/// How many lengths there are, and so texts of one statement: 1, 2, 4 and the multiples of eight.
pub const LENGTHS: usize = 3 + ROWS_MAX / STEP;

/// How many rows the statement for `rows` has, and which of the [`LENGTHS`] that is.
fn length_for(rows: usize) -> (usize, usize) {
    match rows {
        0 | 1 => (1, 0),
        2 => (2, 1),
        3 | 4 => (4, 2),
        _ => (rows.next_multiple_of(STEP), 2 + rows.div_ceil(STEP)),
    }
}

/// A statement over many rows, in both dialects. In its text, `$rows` stands for the rows, and `uuid(n)`, `bytes(n)`, `int(n)`,
/// `bool(n)` and `text(n)` for column `n` of each. The first column is never null, and `$given` is true where it is not.
pub struct BatchSql {
    template: &'static str,
    kinds: Vec<Kind>,
    sqlite: [OnceLock<String>; LENGTHS],
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
            sqlite: [const { OnceLock::new() }; LENGTHS],
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
        for statement in self.statements(db.get_database_backend(), rows) {
            found.extend(db.query_all_raw(statement).await?);
        }
        Ok(found)
    }

    /// Inserts `rows`, or updates by them; one that is given twice to an update must say the same.
    ///
    /// # Errors
    /// What the database says. Of a statement that fails half-way, `SQLite` keeps the first half: the transaction must be given up.
    pub async fn execute(&self, tx: &impl ConnectionTrait, rows: Vec<Value>) -> Result<(), DbErr> {
        for statement in self.statements(tx.get_database_backend(), rows) {
            tx.execute_raw(statement).await?;
        }
        Ok(())
    }

    fn statements(&self, backend: DbBackend, rows: Vec<Value>) -> Vec<Statement> {
        if rows.is_empty() {
            return Vec::new();
        }
        if backend != DbBackend::Sqlite {
            return vec![self.by_arrays(backend, rows)];
        }
        let width = self.kinds.len();
        rows.chunks(width * ROWS_MAX)
            .map(|part| {
                let (length, place) = length_for(part.len() / width);
                let mut values = part.to_vec();
                values.resize(width * length, Value::Bytes(None));
                Statement::from_sql_and_values(backend, self.sqlite(length, place), values)
            })
            .collect()
    }

    fn sqlite(&self, length: usize, place: usize) -> &str {
        let Some(text) = self.sqlite.get(place) else {
            unreachable!("rows are cut into parts of at most {ROWS_MAX}")
        };
        text.get_or_init(|| {
            let width = self.kinds.len();
            let row = format!("({})", vec!["?"; width].join(", "));
            let rows = format!("(VALUES {}) AS r", vec![row; length].join(", "));
            // A statement that can be taken back by itself keeps a copy of each page it changes; here the whole transaction is
            // given up anyway.
            let template = self
                .template
                .replace("INSERT INTO", "INSERT OR FAIL INTO")
                .replace("UPDATE ", "UPDATE OR FAIL ");
            with_columns(&template, &rows, width, |n| format!("r.column{}", n + 1))
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
    let mut sql = template
        .replace("$rows", rows)
        .replace("$given", &format!("{} IS NOT NULL", column(0)));
    for (_, kind, _) in Kind::ALL {
        for n in 0..width {
            sql = sql.replace(&format!("{kind}({n})"), &column(n));
        }
    }
    sql
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_of_rows_has_a_length_that_holds_it_and_a_place_of_its_own() {
        let mut texts = std::collections::HashMap::new();
        for rows in 1..=ROWS_MAX {
            let (length, place) = length_for(rows);
            assert!(rows <= length && length < rows + STEP, "{rows} in {length}");
            assert!(place < LENGTHS);
            assert_eq!(*texts.entry(place).or_insert(length), length);
        }
        assert_eq!(texts.len(), LENGTHS);
    }
}
