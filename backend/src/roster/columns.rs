//! Which column is which, by the words above it, in any order.

use super::{
    Unreadable,
    table::{Cell, Line},
};
use contract::roster::{ROSTER_ROWS_MAX, RosterColumn};

/// How far down the head may stand: titles come above it.
pub(super) const HEAD_WITHIN: usize = 10;

/// What stands above each column, in small letters and without blanks, marks and remarks in brackets.
const HEADS: [(RosterColumn, &[&str]); 3] = [
    (
        RosterColumn::Name,
        &[
            "姓名",
            "学员姓名",
            "真实姓名",
            "名字",
            "name",
            "fullname",
            "learner",
            "student",
        ],
    ),
    (
        RosterColumn::IdNumber,
        &[
            "身份证号",
            "身份证号码",
            "身份证",
            "居民身份证号",
            "公民身份号码",
            "证件号码",
            "证件号",
            "idnumber",
            "idno",
            "id",
            "idcard",
            "idcardnumber",
            "residentid",
        ],
    ),
    (
        RosterColumn::Phone,
        &[
            "手机号",
            "手机号码",
            "手机",
            "联系电话",
            "电话",
            "电话号码",
            "联系方式",
            "phone",
            "phonenumber",
            "mobile",
            "mobilenumber",
            "mobilephone",
            "cellphone",
        ],
    ),
];

/// One row under the head.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its line in the file, from 1.
    pub line: u64,
    /// 姓名
    pub name: String,
    /// 身份证号
    pub id_number: Cell,
    /// 手机号
    pub phone: String,
}

/// Finds the head and gives the rows below it that hold anything in the three columns.
///
/// # Errors
/// [`Unreadable::NoColumns`], [`Unreadable::NoRows`], [`Unreadable::TooLarge`]
pub fn rows(lines: Vec<Line>) -> Result<Vec<Row>, Unreadable> {
    let n_found = |places: &Places| places.iter().flatten().count();
    let heads = lines.iter().take(HEAD_WITHIN).map(places).enumerate();
    // The first of the best.
    let head = heads.reduce(|best, next| {
        if n_found(&next.1) > n_found(&best.1) {
            next
        } else {
            best
        }
    });
    let Some((at, found)) = head else {
        return Err(Unreadable::NoRows);
    };
    let missing: Vec<RosterColumn> = HEADS
        .iter()
        .zip(found)
        .filter(|(_, place)| place.is_none())
        .map(|((column, _), _)| *column)
        .collect();
    let [Some(name), Some(id_number), Some(phone)] = found else {
        return Err(Unreadable::NoColumns(missing));
    };
    let mut rows = Vec::new();
    for line in lines.into_iter().skip(at + 1) {
        let cell = |place: usize| line.cells.get(place).cloned().unwrap_or_default();
        let row = Row {
            line: line.number,
            name: without_padding(&cell(name).text),
            id_number: cell(id_number),
            phone: national(&cell(phone).text),
        };
        if !row.name.is_empty() || !row.id_number.text.is_empty() || !row.phone.is_empty() {
            rows.push(row);
        }
    }
    match rows.len() {
        0 => Err(Unreadable::NoRows),
        n if n > ROSTER_ROWS_MAX => Err(Unreadable::TooLarge),
        _ => Ok(rows),
    }
}

type Places = [Option<usize>; 3];

/// Where this line, as a head, has each column.
fn places(line: &Line) -> Places {
    HEADS.map(|(_, words)| {
        line.cells
            .iter()
            .position(|cell| words.contains(&&*word(&cell.text)))
    })
}

/// A head as it is compared: `身份证号（必填）*` is `身份证号`.
fn word(text: &str) -> String {
    text.split(['(', '（', '[', '【'])
        .next()
        .unwrap_or_default()
        .chars()
        .filter(|sign| sign.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// Chinese names of two characters are padded with blanks to the width of three; other names keep theirs.
#[must_use]
pub fn without_padding(name: &str) -> String {
    let is_han = |sign: char| matches!(sign, '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}');
    if name
        .chars()
        .all(|sign| is_han(sign) || sign.is_whitespace())
    {
        name.split_whitespace().collect()
    } else {
        name.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

/// A phone number without the country's code and without what stands between its digits.
fn national(phone: &str) -> String {
    let bare: String = phone
        .chars()
        .filter(|sign| !sign.is_whitespace() && !matches!(sign, '-' | '(' | ')'))
        .collect();
    ["+86", "0086", "86"]
        .iter()
        .find_map(|code| bare.strip_prefix(code).filter(|rest| rest.len() == 11))
        .map(ToOwned::to_owned)
        .unwrap_or(bare)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roster::table;

    fn read(text: &str) -> Result<Vec<Row>, Unreadable> {
        rows(table::read(text.as_bytes()).unwrap())
    }

    #[test]
    fn columns_are_found_by_their_heads_in_any_order_and_language() {
        let expected = Row {
            line: 3,
            name: "王芳".into(),
            id_number: Cell {
                text: "210102199001011234".into(),
                lost_digits: false,
            },
            phone: "13800000001".into(),
        };
        for text in [
            "2026年电工班花名册,,,\n序号,姓 名,身份证号（必填）,联系电话\n1,王　芳,210102199001011234,138-0000-0001\n",
            "Roster\nPhone number,ID Number*,Full name\n+86 13800000001,210102199001011234,王芳\n",
        ] {
            assert_eq!(read(text), Ok(vec![expected.clone()]), "{text}");
        }
        assert_eq!(
            read("姓名,电话,id_no\nJohn  Li,1,2\n").unwrap()[0].name,
            "John Li"
        );
    }

    #[test]
    fn what_is_missing_is_named() {
        assert_eq!(
            read("姓名,生日\n王芳,1990\n"),
            Err(Unreadable::NoColumns(vec![
                RosterColumn::IdNumber,
                RosterColumn::Phone
            ]))
        );
        assert_eq!(read("姓名,身份证号,手机号\n,,\n"), Err(Unreadable::NoRows));
        assert_eq!(read(""), Err(Unreadable::NoRows));
    }
}
