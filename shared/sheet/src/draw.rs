//! A credential on paper.

use crate::{
    font::SheetFont,
    layout,
    qr::{Qr, TooMuch},
    render,
};
use contract::{Digest, credential::StudyProof};

/// What a sheet is made of.
#[derive(Clone, Copy)]
pub struct Sheet<'a> {
    /// The credential.
    pub proof: &'a StudyProof,
    /// The same, byte for byte as it was issued.
    pub document: &'a str,
    /// Its digest.
    pub digest: Digest,
    /// What the QR code holds: the address of the verify page with a slip behind its `#` ([`contract::slip`]).
    pub code: &'a str,
}

/// Why there is no sheet.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotDrawn {
    /// The font lacks a character, so it would be printed as an empty box. Nothing is printed.
    #[error("the font has no {character:?} (U+{:04X}), which stands in {place}", u32::from(*character))]
    NoGlyph {
        /// The character.
        character: char,
        /// Where it stands, as a JSON pointer.
        place: &'static str,
    },
    /// More than a QR code can hold.
    #[error(transparent)]
    Code(#[from] TooMuch),
    /// The PDF could not be written.
    #[error("the sheet cannot be written as PDF: {0}")]
    Pdf(String),
}

/// The sheet of a credential, not signed yet: always the same bytes for the same input.
///
/// # Errors
/// [`NotDrawn`]
pub fn draw(sheet: &Sheet<'_>, font: &SheetFont) -> Result<Vec<u8>, NotDrawn> {
    refuse_boxes(sheet.proof, font)?;
    let pages = layout::pages(sheet, Qr::of(sheet.code)?, font);
    render::pdf(pages, sheet, font)
}

/// Looks at everything that comes from people; our own words are tested.
fn refuse_boxes(proof: &StudyProof, font: &SheetFont) -> Result<(), NotDrawn> {
    let subject = &proof.subject;
    let texts = [
        ("/title", &proof.title.zh),
        ("/title", &proof.title.en),
        ("/notice", &proof.notice.zh),
        ("/notice", &proof.notice.en),
        ("/id", &proof.id),
        ("/issuer", &proof.issuer),
        ("/credentialSubject/name", &subject.name),
        ("/credentialSubject/id_number", &subject.id_number),
        ("/credentialSubject/institution", &subject.institution.zh),
        ("/credentialSubject/institution", &subject.institution.en),
        ("/credentialSubject/class", &subject.class.zh),
        ("/credentialSubject/class", &subject.class.en),
        ("/credentialSubject/course", &subject.course.zh),
        ("/credentialSubject/course", &subject.course.en),
        ("/credentialSubject/rules", &subject.rules.version),
    ];
    let units = subject.units.iter().flat_map(|unit| {
        [&unit.title.zh, &unit.title.en].map(|text| ("/credentialSubject/units", text))
    });
    for (place, text) in texts.into_iter().chain(units) {
        if let Some(character) = font.missing(text) {
            return Err(NotDrawn::NoGlyph { character, place });
        }
    }
    Ok(())
}
