//! The cells of a CSV or XLSX file, within limits: nothing is unpacked before it is measured, and no cell is held that is far from the
//! others.

use super::{Unreadable, columns::HEAD_WITHIN};
use calamine::{DataRef, Reader, Xlsx};
use contract::roster::{ROSTER_BYTES_MAX, ROSTER_ROWS_MAX};
use encoding_rs::{Encoding, GB18030, UTF_8};
use std::{
    collections::BTreeMap,
    io::{Cursor, Read},
};
use zip::ZipArchive;

/// Most that an XLSX may unpack to: 5,000 rows are some 2 MB of XML.
const UNPACKED_MAX: u64 = 16 * 1024 * 1024;
/// Most files in an XLSX; real ones have some ten.
const ENTRIES_MAX: usize = 500;
/// Columns beyond these are not looked at.
const COLUMNS_MAX: u32 = 64;
/// Lines that may stand around the rows: titles above, the head, remarks.
const EXTRA_LINES: usize = 20;
/// From here on a spreadsheet's number has lost digits: it keeps fifteen.
const EXACT_MAX: f64 = 1e15;

/// One cell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    /// What stands in it, without what spreadsheets and people put around it.
    pub text: String,
    /// Whether it was a number too long for a spreadsheet, which then forgot its last digits.
    pub lost_digits: bool,
}

/// One line of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its number, from 1.
    pub number: u64,
    /// Its cells.
    pub cells: Vec<Cell>,
}

/// The lines of a file that hold anything.
///
/// # Errors
/// [`Unreadable`]
pub fn read(file: &[u8]) -> Result<Vec<Line>, Unreadable> {
    if file.len() > ROSTER_BYTES_MAX {
        return Err(Unreadable::TooLarge);
    }
    if file.starts_with(b"PK\x03\x04") {
        xlsx(file)
    } else {
        csv(&decoded(file)?)
    }
}

/// The text of a CSV file: by its mark where it has one, else UTF-8 where it is that, else GB 18030, in which the spreadsheets of the
/// country save. Bytes that are UTF-8 by chance are no names in GB 18030.
fn decoded(file: &[u8]) -> Result<String, Unreadable> {
    let decode = |encoding: &'static Encoding, bytes: &[u8]| {
        encoding
            .decode_without_bom_handling_and_without_replacement(bytes)
            .map(std::borrow::Cow::into_owned)
    };
    let text = match Encoding::for_bom(file) {
        Some((encoding, mark)) => decode(encoding, file.get(mark..).unwrap_or_default()),
        None => decode(UTF_8, file).or_else(|| decode(GB18030, file)),
    };
    text.filter(|text| !text.contains('\0'))
        .ok_or(Unreadable::Form)
}

fn csv(text: &str) -> Result<Vec<Line>, Unreadable> {
    // A line of its own may stand above the head and hold none.
    let count = |sign: &char| -> usize {
        let lines = text.lines().take(HEAD_WITHIN);
        lines.map(|line| line.matches(*sign).count()).sum()
    };
    // Which of them Excel writes depends on the country's settings. Of equals the last is taken.
    let delimiter = ['\t', ';', ','].into_iter().max_by_key(count);
    let mut reader = ::csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(
            delimiter
                .and_then(|sign| u8::try_from(sign).ok())
                .unwrap_or(b','),
        )
        .from_reader(text.as_bytes());
    let mut lines = Vec::new();
    let (mut seen, mut number) = (0, 1);
    for record in reader.records() {
        let record = record.map_err(|_| Unreadable::Form)?;
        // The reader's own count stands before the empty lines above a record.
        let begin = record.position().map_or(0, ::csv::Position::byte);
        let begin = usize::try_from(begin).unwrap_or(usize::MAX);
        let bytes = text.as_bytes();
        let is_end = |byte: &&u8| matches!(byte, b'\r' | b'\n');
        let above = bytes.iter().skip(begin).take_while(is_end).count();
        let now = begin.saturating_add(above);
        let ends = bytes.get(seen..now).unwrap_or_default();
        number += u64::try_from(ends.iter().filter(|byte| **byte == b'\n').count()).unwrap_or(0);
        seen = now;
        let cells: Vec<Cell> = record
            .iter()
            .take(usize::try_from(COLUMNS_MAX).unwrap_or(usize::MAX))
            .map(typed)
            .collect();
        if cells.iter().all(|cell| cell.text.is_empty()) {
            continue;
        }
        add(&mut lines, Line { number, cells })?;
    }
    Ok(lines)
}

fn add(lines: &mut Vec<Line>, line: Line) -> Result<(), Unreadable> {
    if lines.len() >= ROSTER_ROWS_MAX + EXTRA_LINES {
        return Err(Unreadable::TooLarge);
    }
    lines.push(line);
    Ok(())
}

fn xlsx(file: &[u8]) -> Result<Vec<Line>, Unreadable> {
    measure(file)?;
    let broken = |_| Unreadable::Form;
    let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(file)).map_err(broken)?;
    let sheet = book
        .sheet_names()
        .first()
        .cloned()
        .ok_or(Unreadable::NoRows)?;
    // Cell by cell: the usual way makes a table from the first to the last cell, and two cells far apart are a table of terabytes.
    let mut reader = book.worksheet_cells_reader(&sheet).map_err(broken)?;
    let mut rows: BTreeMap<u32, Vec<Cell>> = BTreeMap::new();
    while let Some(found) = reader.next_cell().map_err(broken)? {
        let (row, column) = found.get_position();
        let cell = of_data(found.get_value());
        if column >= COLUMNS_MAX || cell.text.is_empty() {
            continue;
        }
        let column = usize::try_from(column).unwrap_or(usize::MAX);
        let cells = rows.entry(row).or_default();
        if cells.len() <= column {
            cells.resize(column + 1, Cell::default());
        }
        if let Some(place) = cells.get_mut(column) {
            *place = cell;
        }
        if rows.len() > ROSTER_ROWS_MAX + EXTRA_LINES {
            return Err(Unreadable::TooLarge);
        }
    }
    Ok(rows
        .into_iter()
        .map(|(row, cells)| Line {
            number: u64::from(row) + 1,
            cells,
        })
        .collect())
}

/// Unpacks everything to nowhere and counts: what the file says about its own sizes may be a lie.
fn measure(file: &[u8]) -> Result<(), Unreadable> {
    let broken = |_| Unreadable::Form;
    let mut archive = ZipArchive::new(Cursor::new(file)).map_err(broken)?;
    if archive.len() > ENTRIES_MAX {
        return Err(Unreadable::Unpacks);
    }
    let mut left = UNPACKED_MAX;
    for idx in 0..archive.len() {
        let entry = archive.by_index(idx).map_err(broken)?;
        let unpacked = std::io::copy(&mut entry.take(left + 1), &mut std::io::sink())
            .map_err(|_| Unreadable::Form)?;
        left = left.checked_sub(unpacked).ok_or(Unreadable::Unpacks)?;
    }
    Ok(())
}

fn of_data(data: &DataRef<'_>) -> Cell {
    match data {
        DataRef::String(text) => typed(text),
        DataRef::SharedString(text) => typed(text),
        DataRef::Int(number) => typed(&number.to_string()),
        DataRef::Float(number) => Cell {
            text: format!("{number:.0}"),
            lost_digits: number.abs() >= EXACT_MAX,
        },
        DataRef::DateTime(moment) => typed(&moment.as_f64().to_string()),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => typed(text),
        DataRef::Bool(_) | DataRef::Error(_) | DataRef::Empty => Cell::default(),
    }
}

/// A cell as somebody typed it: full-width signs as plain ones; without blanks around it, and without what is put in front of long
/// numbers to keep a spreadsheet from counting with them.
fn typed(text: &str) -> Cell {
    let plain: String = text
        .chars()
        .map(|sign| match sign {
            // The full-width forms are the printable ASCII signs, 0xFEE0 further up.
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(sign) - 0xfee0).unwrap_or(sign),
            '\u{3000}' => ' ',
            _ => sign,
        })
        .filter(
            |sign| !matches!(sign, '\u{feff}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'),
        )
        .collect();
    let bare = plain
        .trim()
        .strip_prefix("=\"")
        .and_then(|rest| rest.strip_suffix('"'))
        .unwrap_or(&plain)
        .trim()
        .trim_start_matches(['\'', '\u{2018}', '\u{2019}', '`'])
        .trim();
    Cell {
        lost_digits: is_scientific(bare),
        text: bare.to_owned(),
    }
}

/// Whether this is `2.10102E+17`: what Excel writes into CSV for a long number.
fn is_scientific(text: &str) -> bool {
    text.split_once(['E', 'e'])
        .is_some_and(|(digits, exponent)| {
            let number = |text: &str| {
                !text.is_empty()
                    && text
                        .bytes()
                        .all(|byte| byte.is_ascii_digit() || byte == b'.')
            };
            number(digits) && exponent.strip_prefix('+').is_some_and(number)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(file: &[u8]) -> Vec<(u64, Vec<String>)> {
        read(file)
            .unwrap()
            .into_iter()
            .map(|line| {
                let cells = line.cells.into_iter().map(|cell| cell.text).collect();
                (line.number, cells)
            })
            .collect()
    }

    #[test]
    fn every_encoding_of_a_spreadsheet_gives_the_same_cells() {
        let text = "姓名,身份证号\n𠮷野,1\n\n王芳,2\n";
        let mut utf8_bom = b"\xef\xbb\xbf".to_vec();
        utf8_bom.extend(text.as_bytes());
        let (gb, _, _) = GB18030.encode(text);
        let mut utf16 = b"\xff\xfe".to_vec();
        utf16.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
        let expected: Vec<(u64, Vec<String>)> = vec![
            (1, vec!["姓名".into(), "身份证号".into()]),
            (2, vec!["𠮷野".into(), "1".into()]),
            (4, vec!["王芳".into(), "2".into()]),
        ];
        for file in [text.as_bytes(), &utf8_bom, &gb, &utf16] {
            assert_eq!(texts(file), expected);
        }
        assert_eq!(texts(text.replace('\n', "\r\n").as_bytes()), expected);
        assert_eq!(texts(text.replace(',', ";").as_bytes()), expected);
        assert_eq!(texts(text.replace(',', "\t").as_bytes()), expected);
    }

    #[test]
    fn what_people_put_around_numbers_is_taken_off() {
        for typed_so in [
            "'210102199001011234",
            "=\"210102199001011234\"",
            " 210102199001011234\u{3000}",
            "２１０１０２１９９００１０１１２３４",
            "\u{feff}210102199001011234",
            "\t210102199001011234",
        ] {
            assert_eq!(typed(typed_so).text, "210102199001011234", "{typed_so:?}");
        }
        assert!(typed("2.10102E+17").lost_digits);
        assert!(!typed("210102199001011234").lost_digits);
        assert!(!typed("E").lost_digits);
    }

    #[test]
    fn what_is_no_table_is_refused() {
        assert_eq!(read(b"PK\x03\x04nonsense"), Err(Unreadable::Form));
        assert_eq!(read(b"\x00\x01\x02"), Err(Unreadable::Form));
        // The head of an old .xls.
        assert_eq!(
            read(&[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, 0, 0]),
            Err(Unreadable::Form)
        );
        assert_eq!(
            read(&vec![b'a'; ROSTER_BYTES_MAX + 1]),
            Err(Unreadable::TooLarge)
        );
        let many = "a,b\n".repeat(ROSTER_ROWS_MAX + EXTRA_LINES + 1);
        assert_eq!(read(many.as_bytes()), Err(Unreadable::TooLarge));
        assert_eq!(read(b""), Ok(vec![]));
    }
}
