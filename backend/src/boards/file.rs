//! What is on a board's screen as a file for spreadsheets. No cell can be a formula, whatever somebody called themselves.

use super::words;
use contract::board::{Board, BoardRow, BoardView, ExportLanguage, local_time};
use rust_xlsxwriter::{Format, Workbook, XlsxError};
use std::{borrow::Cow, io};
use study::{Millis, Timestamp};

/// Says that what follows is UTF-8; without it spreadsheets take Chinese for something else.
pub(crate) const BYTE_ORDER_MARK: &str = "\u{feff}";

/// A cell.
enum Cell<'a> {
    Text(Cow<'a, str>),
    Number(u32),
}

/// As text with commas.
///
/// # Errors
/// Never: it is written to memory.
pub fn csv(board: &Board, view: &BoardView, language: ExportLanguage) -> io::Result<Vec<u8>> {
    let mut out = BYTE_ORDER_MARK.as_bytes().to_vec();
    let mut writer = csv::Writer::from_writer(&mut out);
    writer.write_record(words::heads(language))?;
    for row in view.arrange(&board.rows) {
        let cells = cells(board, row, language);
        writer.write_record(cells.iter().map(|cell| match cell {
            Cell::Text(text) => harmless(text).into_owned(),
            Cell::Number(number) => number.to_string(),
        }))?;
    }
    writer.flush()?;
    drop(writer);
    Ok(out)
}

/// As a workbook of one sheet. Its texts are stored as texts, which no spreadsheet calculates; they are made harmless all the same, for
/// somebody may save them as CSV.
///
/// # Errors
/// Never: it is written to memory.
pub fn xlsx(
    board: &Board,
    view: &BoardView,
    language: ExportLanguage,
) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.set_name(words::sheet(language))?;
    let head = Format::new().set_bold();
    for (column, word) in (0_u16..).zip(words::heads(language)) {
        sheet.write_string_with_format(0, column, word, &head)?;
    }
    for (line, row) in (1_u32..).zip(view.arrange(&board.rows)) {
        for (column, cell) in (0_u16..).zip(cells(board, row, language)) {
            match cell {
                Cell::Text(text) => sheet.write_string(line, column, harmless(&text))?,
                Cell::Number(number) => sheet.write_number(line, column, number)?,
            };
        }
    }
    sheet.set_freeze_panes(1, 1)?;
    sheet.autofit();
    workbook.save_to_buffer()
}

/// A text that no spreadsheet takes for a formula: after an apostrophe nothing is calculated.
#[must_use]
pub fn harmless(text: &str) -> Cow<'_, str> {
    // The wide forms, too: some input methods and spreadsheets make plain ones of them.
    let dangerous = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];
    if text.trim_start_matches(' ').starts_with(dangerous) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

fn cells<'a>(board: &Board, row: &'a BoardRow, language: ExportLanguage) -> [Cell<'a>; 15] {
    let word = |word: &'static str| Cell::Text(Cow::Borrowed(word));
    let at = |at: Option<Timestamp>| {
        Cell::Text(at.map_or(Cow::Borrowed(""), |at| {
            Cow::Owned(local_time(at, board.day_offset_ms))
        }))
    };
    [
        Cell::Text(Cow::Borrowed(&row.name)),
        word(words::presence(language, row.presence)),
        at(row.heard_at),
        at(row.check.map(|check| check.at)),
        word(
            row.check
                .map_or("", |check| words::outcome(language, check.outcome)),
        ),
        word(words::way(language, row.way)),
        whole(row.hours.0),
        whole(board.planned_hours.0),
        minutes(row.confirmed_ms),
        minutes(row.provisional_ms),
        minutes(row.pending_ms),
        minutes(row.void_ms),
        Cell::Number(row.to_make_up),
        Cell::Number(row.in_review),
        word(words::risk(language, row.risk)),
    ]
}

/// Whole minutes, rounded down like everything that is credited.
fn minutes<'a>(length: Millis) -> Cell<'a> {
    whole(length.0 / 60_000)
}

fn whole<'a>(number: u64) -> Cell<'a> {
    Cell::Number(u32::try_from(number).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use calamine::{Data, Reader, Xlsx};
    use contract::{
        Text,
        board::{BoardNumbers, Presence},
    };
    use std::io::Cursor;
    use study::{ClassHours, ClassId, PersonId, Risk};
    use uuid::Uuid;

    const NASTY: [&str; 9] = [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        " =HYPERLINK(\"http://a\")",
        "＝1",
        "平常,\"人\"\n二行",
    ];

    fn board() -> Board {
        let row = |n: usize, name: &str| BoardRow {
            person: PersonId(Uuid::from_u128(n as u128)),
            name: name.into(),
            presence: Presence::Live,
            heard_at: Some(Timestamp(1_795_406_405_999)),
            check: None,
            way: None,
            confirmed_ms: Millis(119_999 + n as u64 * 60_000),
            hours: ClassHours(0),
            provisional_ms: Millis::ZERO,
            pending_ms: Millis::ZERO,
            void_ms: Millis::ZERO,
            to_make_up: 0,
            in_review: 0,
            risk: Risk::Behind,
            called: None,
        };
        let text = || Text {
            zh: "班".into(),
            en: "Class".into(),
        };
        Board {
            class: ClassId(Uuid::nil()),
            name: text(),
            course: text(),
            starts_at: Timestamp(0),
            ends_at: Timestamp(0),
            due_ms: Millis::ZERO,
            planned_hours: ClassHours(12),
            class_hour_ms: Millis(2_700_000),
            day_offset_ms: Millis(8 * 3_600_000),
            checks: true,
            as_of: Timestamp(0),
            numbers: BoardNumbers::default(),
            roll_call: None,
            rows: NASTY
                .iter()
                .enumerate()
                .map(|(n, name)| row(n, name))
                .collect(),
        }
    }

    fn is_harmless(text: &str) -> bool {
        !text.starts_with(['=', '+', '-', '@', '\t', '\r', '＝'])
    }

    #[test]
    fn csv_reads_back_with_every_name_whole_and_none_a_formula() {
        let board = board();
        let view = BoardView {
            sort: contract::board::BoardColumn::Confirmed,
            descending: true,
            ..BoardView::default()
        };
        let bytes = csv(&board, &view, ExportLanguage::Zh).unwrap();
        let text = std::str::from_utf8(&bytes).unwrap();
        let mut reader =
            csv::Reader::from_reader(text.strip_prefix('\u{feff}').unwrap().as_bytes());
        assert_eq!(reader.headers().unwrap().get(0), Some("姓名"));
        let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        assert_eq!(rows.len(), NASTY.len());
        for (row, name) in rows.iter().zip(NASTY.iter().rev()) {
            assert!(row[0].ends_with(name), "{row:?}");
            assert!(
                row.iter()
                    .all(|cell| is_harmless(cell.trim_start_matches(' '))),
                "{row:?}"
            );
        }
        // 2026-11-23 12:00:05 in China, and 1 min 59.999 s and eight minutes are nine whole minutes.
        assert_eq!(
            (&rows[0][2], &rows[0][8], &rows[0][7]),
            ("2026-11-23 12:00:05", "9", "12")
        );
    }

    #[test]
    fn xlsx_reads_back_with_every_name_a_text_and_every_number_a_number() {
        let board = board();
        let bytes = xlsx(&board, &BoardView::default(), ExportLanguage::En).unwrap();
        let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
        let sheet = book.worksheet_range("Class board").unwrap();
        assert_eq!(sheet.height(), NASTY.len() + 1);
        assert_eq!(sheet.get_value((0, 0)), Some(&Data::String("Name".into())));
        for row in sheet.rows().skip(1) {
            let Data::String(name) = &row[0] else {
                panic!("{:?}", row[0])
            };
            assert!(is_harmless(name.trim_start_matches(' ')), "{name}");
            assert!(
                NASTY
                    .iter()
                    .any(|nasty| name.ends_with(&nasty.replace('\r', ""))),
                "{name:?}"
            );
            assert!(matches!(row[8], Data::Float(_)), "{:?}", row[8]);
        }
        assert!(book.worksheet_formula("Class board").unwrap().is_empty());
    }
}
