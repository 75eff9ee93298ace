//! A proof that holds, and every way to break one that we could think of.
#![expect(
    clippy::unwrap_used,
    reason = "a helper of a test fails as the test does"
)]

mod world;

use contract::{
    canonical,
    credential::{LedgerHead, NotSealed, identity::mask_name, seal},
    record::Record,
    verify::{FaultCode, Place, Report, TrustAnchors, Unchecked, Verdict, verify},
};
use proptest::prelude::*;
use serde_json::{Value, json};
use study::{ClassHours, Interval, Millis, Timestamp};
use world::{anchors, in_ledger, issuer, records, sealed, segment, statement};
// The same tests as the browser would run them: `cargo xtask test tests-wasm`.
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn codes(report: &Report) -> Vec<FaultCode> {
    report.faults.iter().map(|fault| fault.code).collect()
}

fn pointers(report: &Report) -> Vec<String> {
    report
        .faults
        .iter()
        .map(|fault| match &fault.place {
            Place::Pointer(pointer) => pointer.clone(),
            Place::Position { line, column } => format!("{line}:{column}"),
        })
        .collect()
}

/// What verification says about the document with one value replaced.
fn with(pointer: &str, value: Value) -> Report {
    let mut document: Value = serde_json::from_str(&sealed().document).unwrap();
    *document.pointer_mut(pointer).unwrap() = value;
    verify(document.to_string().as_bytes(), &anchors())
}

/// The faults that stop a server from sealing these records as those of `wang`.
fn not_sealed(records: &[Record], n: usize) -> Vec<FaultCode> {
    let (ledger, mut evidence) = in_ledger(records);
    evidence.truncate(n);
    match seal(statement(ledger, evidence), &issuer()) {
        Err(NotSealed::DoesNotVerify(faults)) => faults.iter().map(|fault| fault.code).collect(),
        other => panic!("sealed: {other:?}"),
    }
}

#[test]
fn a_proof_states_what_the_records_say() {
    let sealed = sealed();
    let report = verify(sealed.document.as_bytes(), &anchors());
    assert_eq!(report.faults, []);
    assert_eq!(report.verdict, Verdict::Valid);
    assert_eq!(report.digest, Some(sealed.digest));
    let subject = &report.proof.as_ref().unwrap().subject;
    let units: Vec<u64> = subject
        .units
        .iter()
        .map(|unit| unit.credited_ms.0)
        .collect();
    assert_eq!(units, [1_200_000, 1_150_500, 450_000]);
    assert_eq!(subject.credited_ms, Millis(2_800_500));
    assert_eq!(subject.class_hours, ClassHours(1));
    assert_eq!(
        (&*subject.name, &*subject.id_number),
        ("王*明", "2101************38")
    );
    assert!(report.not_checked.contains(&Unchecked::Identity));
    assert!(report.not_checked.contains(&Unchecked::Presence));
    assert!(report.not_checked.contains(&Unchecked::Revocation));
    assert!(!sealed.document.contains("王小明") && !sealed.document.contains("19900307"));
}

#[test]
fn space_and_order_do_not_matter() {
    let document = sealed().document;
    let value: Value = serde_json::from_str(&document).unwrap();
    let compact = value.to_string();
    let marked = format!("\u{feff}{document}");
    let windows = document.replace('\n', "\r\n");
    let canonical = String::from_utf8(canonical::bytes(&value).unwrap()).unwrap();
    let escaped = document.replace('王', "\\u738b");
    for text in [compact, marked, windows, canonical, escaped] {
        assert_eq!(verify(text.as_bytes(), &anchors()).verdict, Verdict::Valid);
    }
}

#[test]
fn a_foreign_issuer_or_ledger_is_unknown_not_invalid() {
    let document = sealed().document;
    let nobody = TrustAnchors::default();
    let report = verify(document.as_bytes(), &nobody);
    assert_eq!(report.verdict, Verdict::UnknownIssuer);
    assert_eq!(
        codes(&report),
        [FaultCode::UnknownIssuer, FaultCode::UnknownLedger]
    );
    assert_eq!(pointers(&report), ["/issuer", "/ledger/vkey"]);
    let half = TrustAnchors {
        ledger_vkeys: Vec::new(),
        ..anchors()
    };
    assert_eq!(
        codes(&verify(document.as_bytes(), &half)),
        [FaultCode::UnknownLedger]
    );
    // Whoever takes a proof and signs it with another key is somebody else; who only puts the name there is a forger.
    let (ledger, mut evidence) = in_ledger(&records());
    evidence.truncate(4);
    let other = ledger::SecretKey::from_seed(&[9; 32]);
    let forged = seal(statement(ledger, evidence), &other).unwrap();
    let report = verify(forged.document.as_bytes(), &anchors());
    assert_eq!(report.verdict, Verdict::UnknownIssuer);
    let named = with("/issuer", json!(forged.proof.issuer));
    assert_eq!(named.verdict, Verdict::Invalid);
    assert_eq!(pointers(&named)[0], "/issuer");
}

#[test]
fn changes_are_invalid_and_located() {
    for (pointer, value, code) in [
        (
            "/credentialSubject/class_hours",
            json!(2),
            FaultCode::ClassHours,
        ),
        (
            "/credentialSubject/credited_ms",
            json!(5_400_000),
            FaultCode::Total,
        ),
        (
            "/credentialSubject/units/1/credited_ms",
            json!(1),
            FaultCode::Total,
        ),
        (
            "/credentialSubject/units/2/credited",
            json!([[0, 1_200_000]]),
            FaultCode::UnitCredit,
        ),
        (
            "/credentialSubject/units/0/title/zh",
            json!("别的"),
            FaultCode::Changed,
        ),
        (
            "/credentialSubject/name",
            json!("李*明"),
            FaultCode::Changed,
        ),
        (
            "/credentialSubject/rules/class_hour_ms",
            json!(1),
            FaultCode::RulesHash,
        ),
        (
            "/credentialSubject/person",
            json!(world::digest("li")),
            FaultCode::OtherPerson,
        ),
        (
            "/validFrom",
            json!("2026-11-24T01:00:00.000Z"),
            FaultCode::Changed,
        ),
        (
            "/not_checked",
            json!(["presence", "learning"]),
            FaultCode::Undeclared,
        ),
        ("/notice/zh", json!("职业技能等级证书"), FaultCode::Changed),
        ("/evidence/1/index", json!(2), FaultCode::NotInLedger),
        (
            "/evidence/2/salt",
            json!(world::salt(5)),
            FaultCode::NotInLedger,
        ),
        (
            "/evidence/3/record/credited",
            json!([[0, 750_000]]),
            FaultCode::NotInLedger,
        ),
        (
            "/evidence/0/record/kind",
            json!("segment/2"),
            FaultCode::Shape,
        ),
        (
            "/ledger/vkey",
            json!("x+00000000+AAAA"),
            FaultCode::LedgerKey,
        ),
    ] {
        let report = with(pointer, value);
        assert_eq!(report.verdict, Verdict::Invalid, "{pointer}");
        assert!(
            codes(&report).contains(&code),
            "{pointer}: {:?}",
            report.faults
        );
        assert!(codes(&report).contains(&FaultCode::Signature), "{pointer}");
        // The first fault is where the change is.
        assert!(
            pointer.starts_with(&pointers(&report)[0]),
            "{pointer}: {:?}",
            report.faults
        );
    }
}

#[test]
fn members_added_doubled_or_removed() {
    let document = sealed().document;
    let added = document.replacen('{', "{\"grade\": \"excellent\",", 1);
    let report = verify(added.as_bytes(), &anchors());
    assert_eq!(report.verdict, Verdict::Invalid);
    assert_eq!(pointers(&report)[0], "/grade");
    let doubled = document.replacen(
        "\"class_hours\": 1",
        "\"class_hours\": 9, \"class_hours\": 1",
        1,
    );
    let report = verify(doubled.as_bytes(), &anchors());
    assert_eq!(codes(&report), [FaultCode::DuplicateMember]);
    let mut removed: Value = serde_json::from_str(&document).unwrap();
    removed.as_object_mut().unwrap().remove("notice");
    let report = verify(removed.to_string().as_bytes(), &anchors());
    assert_eq!(report.verdict, Verdict::Invalid);
    assert_eq!(pointers(&report)[0], "/notice/en");
}

#[test]
fn an_issuer_cannot_seal_what_the_records_do_not_say() {
    let mut swapped = records();
    swapped[3] = Record::Segment(segment("li", 2, 4, 300_000, 750_000));
    assert_eq!(not_sealed(&swapped, 4), [FaultCode::OtherPerson]);

    let changed = |change: fn(&mut contract::record::Segment)| {
        let mut segment = segment("wang", 2, 4, 300_000, 750_000);
        change(&mut segment);
        let mut records = records();
        records[3] = Record::Segment(segment);
        not_sealed(&records, 4)
    };
    assert_eq!(
        changed(|s| s.class.0 = world::id(4)),
        [FaultCode::OtherClass]
    );
    assert_eq!(
        changed(|s| s.unit.0 = world::id(44)),
        [FaultCode::OtherUnit]
    );
    assert_eq!(
        changed(|s| s.film = world::digest("x")),
        [FaultCode::OtherFilm]
    );
    assert_eq!(
        changed(|s| s.rules = world::digest("x")),
        [FaultCode::OtherRules]
    );
    assert_eq!(
        changed(|s| s.lease.0 = 2),
        [FaultCode::LeaseOrder, FaultCode::LeaseOrder]
    );
    assert_eq!(
        changed(|s| s.session.0 = world::id(4_001)),
        [FaultCode::SessionTwice]
    );
    assert_eq!(
        changed(|s| s.credited = [Interval {
            from: Millis(0),
            to: Millis(1_200_001)
        }]
        .into_iter()
        .collect()),
        [
            FaultCode::OutsideFilm,
            FaultCode::MoreThanRealTime,
            FaultCode::MoreThanRealTime
        ]
    );
    assert_eq!(
        changed(|s| s.at = Timestamp(s.started_at.0 + 449_999)),
        [FaultCode::MoreThanRealTime]
    );
    assert_eq!(
        not_sealed(&[world::session_started()], 1),
        [FaultCode::OtherRecord]
    );
    // Two sessions at the same time earn no more than the time they share.
    let mut parallel = records();
    if let Record::Segment(segment) = &mut parallel[1] {
        segment.started_at = Timestamp(world::START + 2_000_000);
        segment.at = Timestamp(world::START + 2_000_000 + 303_000);
    }
    // 3 s of slack in each of the others do not make up for 300 s.
    assert_eq!(not_sealed(&parallel, 4), [FaultCode::MoreThanRealTime]);
}

#[test]
fn a_ledger_that_signs_something_else() {
    let (ledger, mut evidence) = in_ledger(&records());
    let (_, others) = in_ledger(&records()[..4]);
    evidence.truncate(4);
    let fork = LedgerHead {
        checkpoint: ledger.checkpoint.replacen("\n5\n", "\n6\n", 1),
        ..ledger.clone()
    };
    let not_sealed = |ledger, evidence| match seal(statement(ledger, evidence), &issuer()) {
        Err(NotSealed::DoesNotVerify(faults)) => faults[0].code,
        other => panic!("sealed: {other:?}"),
    };
    assert_eq!(not_sealed(fork, evidence), FaultCode::Checkpoint);
    assert_eq!(not_sealed(ledger, others), FaultCode::NotInLedger);
}

#[test]
fn evidence_is_a_public_proof_text_too() {
    let proof = sealed().proof;
    let vkey = proof.ledger.vkey.parse().unwrap();
    for evidence in &proof.evidence {
        let text = evidence.proof_text(&proof.ledger).to_string();
        let entry = contract::record::leaf_entry(&evidence.salt, &evidence.record.bytes().unwrap());
        let read = ledger::proof_text::ProofText::parse(&text).unwrap();
        assert_eq!(read.verify(&entry, &vkey).unwrap().size, 5);
        assert!(read.verify(b"something else", &vkey).is_err());
    }
}

#[test]
fn the_holder_opens_the_masked_name() {
    let proof = sealed().proof;
    assert!(world::opening().opens(&proof));
    let mut other = world::opening();
    other.name = "王大明".into();
    assert!(!other.opens(&proof));
    let mut other = world::opening();
    other.salt = world::salt(1);
    assert!(!other.opens(&proof));
    assert_eq!(mask_name("王明"), "王*");
    assert_eq!(mask_name("阿卜杜拉·买买提"), "阿******提");
    assert_eq!(mask_name("王"), "王");
    assert_eq!(mask_name(""), "");
}

#[test]
fn trust_is_read_from_a_file_of_any_form() {
    let anchors = anchors();
    let (did, vkey) = (&anchors.issuer_dids[0], &anchors.ledger_vkeys[0]);
    let keys = json!({"ledger_vkey": vkey, "issuer_did": did}).to_string();
    assert_eq!(TrustAnchors::parse(&keys).unwrap(), anchors);
    assert_eq!(
        TrustAnchors::parse(&serde_json::to_string(&anchors).unwrap()).unwrap(),
        anchors
    );
    assert_eq!(
        TrustAnchors::parse(&format!("{did}\n\n{vkey}\n")).unwrap(),
        anchors
    );
    for wrong in ["", "{}", "did:key:zabc", "hello", &format!("{did}x")] {
        assert!(TrustAnchors::parse(wrong).is_err(), "{wrong}");
    }
}

proptest! {
    #[test]
    fn any_bytes_get_a_report(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        prop_assert_eq!(verify(&bytes, &anchors()).verdict, Verdict::Invalid);
    }

    /// Cut, doubled, or with a stretch of it overwritten.
    #[test]
    fn any_torn_document_is_invalid(from in any::<prop::sample::Index>(), length in 1_usize..400, fill in "[0-9a-z{}\\[\\]\",:]{0,8}") {
        let document = sealed().document;
        let from = from.index(document.len());
        let to = (from + length).min(document.len());
        let mut bytes = document.clone().into_bytes();
        bytes.splice(from..to, fill.bytes());
        let same: Option<Value> = serde_json::from_slice(&bytes).ok();
        prop_assume!(same != serde_json::from_str(&document).ok());
        prop_assert_eq!(verify(&bytes, &anchors()).verdict, Verdict::Invalid);
    }

    #[test]
    fn moments_are_read_as_they_are_printed(ms in 0_u64..253_402_300_800_000) {
        let moment = contract::credential::Moment(Timestamp(ms));
        prop_assert_eq!(moment.to_string().parse(), Ok(moment));
    }
}

#[test]
fn moments_that_everybody_knows() {
    let text = |ms| contract::credential::Moment(Timestamp(ms)).to_string();
    assert_eq!(text(0), "1970-01-01T00:00:00.000Z");
    assert_eq!(text(951_782_400_000), "2000-02-29T00:00:00.000Z");
    assert_eq!(text(1_735_689_599_999), "2024-12-31T23:59:59.999Z");
    for wrong in [
        "2025-02-29T00:00:00.000Z",
        "2025-01-01T24:00:00.000Z",
        "2025-01-01 00:00:00.000Z",
        "2025-1-1T00:00:00.000Z",
        "",
    ] {
        assert!(
            wrong.parse::<contract::credential::Moment>().is_err(),
            "{wrong}"
        );
    }
}
