//! A claim pack with real sheets, which is kept for whoever verifies packs.
#![expect(
    clippy::unwrap_used,
    reason = "a helper of a test fails as the test does"
)]

mod press;
#[path = "../../contract/tests/world/mod.rs"]
mod world;

use contract::{
    canonical,
    credential::StudyProof,
    pack::{Files, NoPdf, PackRow, archive, verify},
    slip,
    verify::Verdict,
};
use press::{Key, NOW, font};
use sheet::{NotDrawn, Sheet, draw, sign};
use std::{fs, path::Path};
use world::{
    FILM_MS, anchors,
    claim::{PEOPLE, People, input_for, sealed_pack},
    issuer,
};

/// The font has no U+2B5E6, of extension C.
const RARE: People = [
    PEOPLE[0],
    PEOPLE[1],
    ("zhangsan", "\u{2b5e6}三丰", "210102199003070011"),
];

/// The sheet of a row, or why there is none.
fn printed(row: &PackRow, key: &Key) -> Result<Vec<u8>, NoPdf> {
    let proof: StudyProof = serde_json::from_str(&row.proof).unwrap();
    let digest = canonical::digest(&proof).unwrap();
    let fragment = slip::seal(&proof, digest, &issuer()).unwrap();
    let sheet = Sheet {
        proof: &proof,
        document: &row.proof,
        digest,
        code: &format!("https://zhenxue.example/verify#{fragment}"),
    };
    match draw(&sheet, &font()) {
        Ok(plain) => Ok(sign(&plain, key, NOW, "签发 issued").unwrap()),
        Err(NotDrawn::NoGlyph { character, place }) => Err(NoPdf::GlyphMissing {
            character: character.to_string(),
            place: place.to_owned(),
        }),
        Err(error) => panic!("{error}"),
    }
}

fn pack() -> Files {
    let key = Key::new();
    let mut input = input_for(&RARE, [FILM_MS; 3]);
    for row in &mut input.rows {
        row.pdf = printed(row, &key);
    }
    sealed_pack(input).unwrap()
}

#[test]
fn a_pack_carries_real_sheets_and_names_the_character_that_the_font_lacks() {
    let files = pack();
    let report = verify(&files, &anchors());
    assert_eq!(
        (report.verdict, report.all_faults()),
        (Verdict::Valid, vec![])
    );
    let there: Vec<bool> = report.learners.iter().map(|row| row.has_pdf).collect();
    assert_eq!(there, [true, true, false]);
    let why = NoPdf::GlyphMissing {
        character: "\u{2b5e6}".into(),
        place: "/credentialSubject/name".into(),
    };
    assert_eq!(report.learners[2].no_pdf, Some(why));
    // One that is kept; each signature is another one, so that the bytes cannot be compared.
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../contract/tests/golden/claim_pack_2.zip");
    let Ok(kept) = fs::read(&path) else {
        fs::write(&path, archive::write(&files).unwrap()).unwrap();
        panic!("claim_pack_2.zip is new: look at it, then commit it");
    };
    let kept = archive::read(&kept).unwrap();
    assert!(kept.keys().eq(files.keys()));
    assert_eq!(verify(&kept, &anchors()).verdict, Verdict::Valid);
}
