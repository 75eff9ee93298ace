//! Rosters: from the bytes of a file to what each of its rows comes to.
//!
//! Reading order: [`table`] (bytes to cells, within limits), [`columns`] (which cell is whose name, ID number, phone), [`judge`] (what is
//! wrong with a row). What the database knows of the people is asked by [`crate::store::roster`]; nothing here writes.

pub mod columns;
pub mod judge;
pub mod table;

use contract::{
    error::{FieldError, FieldProblem},
    roster::RosterColumn,
};

/// Why a file is no roster at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// Neither CSV in a known encoding nor XLSX.
    #[error("this is neither CSV nor XLSX")]
    Form,
    /// More bytes or rows than a roster may have.
    #[error("this is larger than a roster may be")]
    TooLarge,
    /// An XLSX that unpacks to more than a roster may.
    #[error("this unpacks to more than a roster may")]
    Unpacks,
    /// No row under the head.
    #[error("there are no rows")]
    NoRows,
    /// No line names these columns.
    #[error("there are no columns for {0:?}")]
    NoColumns(Vec<RosterColumn>),
}

impl Unreadable {
    /// As fields of the request: what is wrong with `file`, and which of its columns are missing.
    #[must_use]
    pub fn fields(&self) -> Vec<FieldError> {
        let field = |field: &str, problem| FieldError {
            field: field.to_owned(),
            problem,
        };
        match self {
            Self::Form => vec![field("file", FieldProblem::Form)],
            Self::TooLarge => vec![field("file", FieldProblem::TooLong)],
            Self::Unpacks => vec![field("file", FieldProblem::Range)],
            Self::NoRows => vec![field("file", FieldProblem::Missing)],
            Self::NoColumns(columns) => columns
                .iter()
                .map(|column| {
                    let name = match column {
                        RosterColumn::Name => "file.name",
                        RosterColumn::IdNumber => "file.id_number",
                        RosterColumn::Phone => "file.phone",
                    };
                    field(name, FieldProblem::Missing)
                })
                .collect(),
        }
    }
}

/// The rows of a file, away from the threads that answer: reading a spreadsheet takes tens of milliseconds, and whatever a hostile
/// file does to a parser ends there.
///
/// # Errors
/// [`Unreadable`]
pub async fn read(file: Vec<u8>) -> Result<Vec<columns::Row>, Unreadable> {
    tokio::task::spawn_blocking(move || columns::rows(table::read(&file)?))
        .await
        .unwrap_or(Err(Unreadable::Form))
}

/// An empty roster as XLSX, with every cell of its columns made text beforehand.
///
/// # Errors
/// Never for what is written here.
pub fn template() -> Result<Vec<u8>, rust_xlsxwriter::XlsxError> {
    use rust_xlsxwriter::{Format, Workbook};
    let text = Format::new().set_num_format("@");
    let head = text.clone().set_bold();
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_name("花名册")?;
    for (column, words, width) in [(0, "姓名", 14), (1, "身份证号", 26), (2, "手机号", 18)]
    {
        sheet.set_column_width(column, width)?;
        sheet.set_column_format(column, &text)?;
        sheet.write_string_with_format(0, column, words, &head)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    book.save_to_buffer()
}
