//! Sheets of the golden proof: drawn, refused, signed, and its code read.
#![expect(
    clippy::unwrap_used,
    reason = "a helper of a test fails as the test does"
)]

mod press;

use contract::{canonical, credential::StudyProof};
use press::{Key, NOW, font};
use sheet::{NotDrawn, NotSigned, Sheet, draw, qr::Qr, sign};
use std::{fs, path::Path};

const GOLDEN: &str = include_str!("../../contract/tests/golden/study_proof_1.json");

fn golden() -> StudyProof {
    serde_json::from_str(GOLDEN).unwrap()
}

fn drawn(proof: &StudyProof) -> Result<Vec<u8>, NotDrawn> {
    let sheet = Sheet {
        proof,
        document: GOLDEN,
        digest: canonical::digest(proof).unwrap(),
        code: &format!("https://zhenxue.example/verify#slip={}", "Ab3_".repeat(95)),
    };
    draw(&sheet, &font())
}

/// For whoever wants to look at it: the signed sheet and its certificate.
fn keep(name: &str, bytes: &[u8]) {
    if let Ok(folder) = std::env::var("ZHENXUE_SHEETS") {
        fs::write(Path::new(&folder).join(name), bytes).unwrap();
    }
}

#[test]
fn the_same_proof_makes_the_same_sheet() {
    let sheet = drawn(&golden()).unwrap();
    assert_eq!(sheet, drawn(&golden()).unwrap());
    assert!(sheet.starts_with(b"%PDF-1.7"));
    assert!(sheet.len() < 200_000, "{} bytes", sheet.len());
    keep("plain.pdf", &sheet);
}

#[test]
fn a_signature_covers_the_whole_file() {
    let key = Key::new();
    let sheet = drawn(&golden()).unwrap();
    let signed = sign(&sheet, &key, NOW, "签发 issued").unwrap();
    assert!(signed.starts_with(&sheet));
    let text = String::from_utf8_lossy(&signed);
    let range = text
        .split("/ByteRange [")
        .nth(1)
        .unwrap()
        .split(']')
        .next()
        .unwrap();
    let range: Vec<usize> = range
        .split(' ')
        .map(|number| number.parse().unwrap())
        .collect();
    assert_eq!(range[0], 0);
    assert_eq!(range[2] + range[3], signed.len());
    assert_eq!((signed[range[1]], signed[range[2] - 1]), (b'<', b'>'));
    keep("signed.pdf", &signed);
    keep("signer.der", &key.certificates[0]);
    assert!(matches!(
        sign(b"%PDF-1.7", &key, NOW, ""),
        Err(NotSigned::NotASheet(_))
    ));
    // Once is enough: a second signature would leave the first without the end of the file.
    assert!(matches!(
        sign(&signed, &key, NOW, ""),
        Err(NotSigned::NotASheet(_))
    ));
}

#[test]
fn a_character_that_the_font_lacks_is_named_and_nothing_is_drawn() {
    let mut proof = golden();
    // U+2B5E6, of extension C.
    proof.subject.name = "\u{2b5e6}*明".into();
    let place = "/credentialSubject/name";
    assert_eq!(
        drawn(&proof),
        Err(NotDrawn::NoGlyph {
            character: '\u{2b5e6}',
            place
        })
    );
    let mut proof = golden();
    proof.subject.units[1].title.en = "Unit 😀".into();
    let place = "/credentialSubject/units";
    assert_eq!(
        drawn(&proof),
        Err(NotDrawn::NoGlyph {
            character: '😀',
            place
        })
    );
}

#[test]
fn names_with_rare_characters_are_drawn() {
    let font = font();
    // Of the table of general use (通用规范汉字表), of extension A, and of extension B.
    assert_eq!(font.missing("㛃㑇䶮㖞𠙶𬭚𬬮𬸘喆堃淼翀龘犇"), None);
}

#[test]
fn a_long_course_goes_on_over_pages() {
    let mut proof = golden();
    let unit = proof.subject.units[0].clone();
    for number in 0..60 {
        let mut unit = unit.clone();
        unit.title.zh = format!("第{number}课 安全用电与触电急救的基本操作规程及注意事项");
        unit.title.en = format!(
            "Unit {number}: electrical safety and first aid after an electric shock, basic rules"
        );
        proof.subject.units.push(unit);
    }
    proof.subject.evidence_class = contract::credential::EvidenceClass::Mixed;
    proof.not_checked = proof.subject.evidence_class.must_declare().to_vec();
    proof.subject.checks = Some(contract::credential::CheckCounts {
        passed: 41,
        supervised: 3,
        made_up: 2,
        missed: 1,
        by_people: 0,
        waiting: 0,
    });
    let sheet = drawn(&proof).unwrap();
    keep("long.pdf", &sheet);
    let pages = sheet
        .windows(10)
        .filter(|window| window == b"/Type/Page")
        .count();
    assert!(pages > 3, "{pages} pages and their tree");
}

#[test]
fn a_code_is_a_picture() {
    let qr = Qr::of("https://zhenxue.example/verify#slip=AQID").unwrap();
    let png = qr.png(4).unwrap();
    assert!(png.starts_with(b"\x89PNG"));
    assert!(Qr::of(&"x".repeat(4_000)).is_err());
    keep("code.png", &png);
}
