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
fn proof_revoked_1() {
    check_record("proof_revoked_1", &world::proof_revoked());
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

/// The same with the place in a status list.
#[test]
fn study_proof_2() {
    let sealed = world::sealed_with_status("https://zhenxue.example/status/0", 94_567);
    check("study_proof_2.json", sealed.document.as_bytes());
}

/// A list that was committed once is still read. Its bytes may come out otherwise today: packing is free to pack better.
#[test]
fn a_status_list_from_the_past_is_still_read() {
    let path = golden("status_list_1.json");
    if !path.exists() {
        let mut bits = contract::status::Bits::none_set();
        bits.set(94_567);
        let statement = contract::status::StatusStatement {
            address: "https://zhenxue.example/status/0".into(),
            valid_from: study::Timestamp(world::START + 40_000_000),
            valid_until: study::Timestamp(world::START + 126_400_000),
            bits,
        };
        let list = contract::status::sealing::seal(statement, &world::issuer()).unwrap();
        check("status_list_1.json", list.as_bytes());
    }
    let lists = [contract::status::StatusList::read(&fs::read(path).unwrap())];
    let document = fs::read(golden("study_proof_2.json")).unwrap();
    let report = contract::verify::verify(&document, &world::anchors())
        .with_status(&lists, study::Timestamp(world::START + 50_000_000));
    assert_eq!(report.verdict, contract::verify::Verdict::Revoked);
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
