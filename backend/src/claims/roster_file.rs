//! The roster of a pack, for people with a spreadsheet. Whoever verifies the pack reads the signed files instead.

use super::words;
use crate::boards::file::{BYTE_ORDER_MARK, harmless};
use contract::claim::MatrixRow;
use std::io;

const HEADS: [&str; 6] = [
    "序号 No.",
    "姓名 Name",
    "身份证号 ID number",
    "理论课时 Class hours",
    "证书类别 Certificate",
    "证书编号 Certificate number",
];

/// As text with commas, in the order of the pack.
///
/// # Errors
/// Never: it is written to memory.
pub(super) fn csv<'a>(rows: impl Iterator<Item = &'a MatrixRow>) -> io::Result<Vec<u8>> {
    let mut out = BYTE_ORDER_MARK.as_bytes().to_vec();
    let mut writer = csv::Writer::from_writer(&mut out);
    writer.write_record(HEADS)?;
    for (number, row) in (1_u32..).zip(rows) {
        let certificate = row.facts.certificate.as_ref().map(|entered| &entered.fact);
        writer.write_record([
            number.to_string().as_str(),
            &harmless(&row.name),
            &harmless(&row.id_number),
            row.class_hours.0.to_string().as_str(),
            certificate.map_or("", |one| words::certificate(one.kind)),
            &harmless(certificate.map_or("", |one| &one.number)),
        ])?;
    }
    writer.flush()?;
    drop(writer);
    Ok(out)
}
