//! Bytes that may never change: whoever breaks one of these files has made every ledger written before unreadable.
//! A new meaning is a new variant with a new `kind`, and a new file.
#![expect(
    clippy::unwrap_used,
    reason = "a helper of a test fails as the test does"
)]
// Golden files are read from disk, which the browser has not.
#![cfg(not(target_arch = "wasm32"))]

mod world;

use contract::record::{Record, leaf_entry};
use std::{env, fs, path::PathBuf};

fn golden(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/golden")
        .join(name)
}

/// Compares with the file; writes it where it does not exist yet, and fails, so that nobody adds one unseen.
fn check(name: &str, found: &[u8]) {
    let path = golden(name);
    let Ok(kept) = fs::read(&path) else {
        fs::write(&path, found).unwrap();
        panic!("{name} is new: look at it, then commit it");
    };
    assert_eq!(
        String::from_utf8_lossy(found),
        String::from_utf8_lossy(&kept)
    );
}

fn check_record(name: &str, record: &Record) {
    let bytes = record.bytes().unwrap();
    let leaf = hex::encode(leaf_entry(&world::salt(0), &bytes));
    check(&format!("{name}.json"), &bytes);
    check(&format!("{name}.leaf.hex"), leaf.as_bytes());
    let read: Record = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(&read, record);
}

#[test]
fn session_started_1() {
    check_record("session_started_1", &world::session_started());
}

#[test]
fn segment_1() {
    check_record("segment_1", &world::records()[0]);
}

#[test]
fn proof_issued_1() {
    check_record("proof_issued_1", &world::proof_issued());
}

#[test]
fn class_deleted_1() {
    check_record("class_deleted_1", &world::class_deleted());
}

#[test]
fn the_opening_of_an_identity() {
    check(
        "identity.hex",
        world::opening().digest().unwrap().to_string().as_bytes(),
    );
}

/// The whole document: everything in it is deterministic, down to the signature.
#[test]
fn study_proof_1() {
    check("study_proof_1.json", world::sealed().document.as_bytes());
}

/// The document that was committed once still verifies, whatever the code has become.
#[test]
fn a_proof_from_the_past_still_verifies() {
    let document = fs::read(golden("study_proof_1.json")).unwrap();
    let report = contract::verify::verify(&document, &world::anchors());
    assert_eq!(report.faults, []);
}

#[test]
fn a_record_with_more_or_less_is_refused() {
    let text = String::from_utf8(world::records()[0].bytes().unwrap()).unwrap();
    assert!(serde_json::from_str::<Record>(&text).is_ok());
    let more = text.replacen('{', "{\"extra\":1,", 1);
    assert!(serde_json::from_str::<Record>(&more).is_err());
    let other = text.replace("segment/1", "segment/2");
    assert!(serde_json::from_str::<Record>(&other).is_err());
    let less = text.replace("\"ended\":true,", "");
    assert!(serde_json::from_str::<Record>(&less).is_err());
}
