//! A claim pack that holds, and what damage to it does: one row turns red, and only that.
#![expect(
    clippy::unwrap_used,
    reason = "a helper of a test fails as the test does"
)]

mod world;

use contract::{
    credential::{Named, StudyProof, seal as seal_proof},
    pack::{
        Files, MANIFEST, NoPdf, NotBuilt, PackFaultCode as Code, PackInput, PackReport, SEAL,
        archive, verify,
    },
    status::{self, Bits, Revocation, StatusEntry, StatusList, StatusStatement},
    verify::{FaultCode, Place, TrustAnchors, Unchecked, Verdict},
};
use serde_json::{Value, json};
use study::{ClassHours, ClassId, Millis, Timestamp};
use world::{
    FILM_MS, START, anchors,
    claim::{PEOPLE, entered, input, opening, paper, sealed_pack, studied},
    id, in_ledger, issuer, statement,
};
// The same tests as the browser would run them: `cargo xtask test tests-wasm`.
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn pack() -> Files {
    sealed_pack(input([FILM_MS; 3])).unwrap()
}

/// The paths of rows and files that are red.
fn red(report: &PackReport) -> Vec<String> {
    let rows = report
        .learners
        .iter()
        .filter(|row| row.verdict == Verdict::Invalid)
        .map(|row| row.folder.clone());
    let mut red: Vec<String> = report
        .faults
        .iter()
        .map(|fault| fault.file.clone())
        .chain(rows)
        .collect();
    red.sort();
    red.dedup();
    red
}

/// The row or file that a path belongs to.
fn part(path: &str) -> String {
    match path.rsplit_once('/') {
        Some((folder, _)) if path.starts_with("learners/") => format!("{folder}/"),
        _ => path.to_owned(),
    }
}

/// Why these rows cannot be sealed.
fn refused(input: PackInput) -> Vec<(String, Code)> {
    match sealed_pack(input) {
        Err(NotBuilt::DoesNotVerify(faults)) => faults
            .into_iter()
            .map(|fault| (fault.file, fault.code))
            .collect(),
        Ok(_) => panic!("sealed"),
        Err(error) => panic!("{error}"),
    }
}

#[test]
fn a_pack_holds_and_its_totals_are_those_of_the_proofs() {
    let report = verify(&pack(), &anchors());
    assert_eq!(report.all_faults(), []);
    assert_eq!(report.verdict, Verdict::Valid);
    assert_eq!(report.totals.learners, 3);
    assert_eq!(report.totals.credited_ms, Millis(9 * FILM_MS));
    assert_eq!(report.totals.class_hours, ClassHours(3));
    assert_eq!(report.totals, report.manifest.unwrap().subject.totals);
    let names: Vec<_> = report
        .learners
        .iter()
        .map(|row| row.entry.as_ref().unwrap().opening.name.clone())
        .collect();
    assert_eq!(names, ["王小明", "李四", "张三丰"]);
    assert_eq!(report.sample, [1, 2, 3]);
}

#[test]
fn it_survives_its_archive_which_is_the_same_each_time() {
    let files = pack();
    let bytes = archive::write(&files).unwrap();
    assert_eq!(bytes, archive::write(&files).unwrap());
    assert!(archive::is_archive(&bytes));
    let read = archive::read(&bytes).unwrap();
    assert_eq!(read, files);
    // The seal comes last, and is added to an archive that is there already.
    let mut before = files.clone();
    let seal = before.remove(SEAL).flatten().unwrap();
    let before = archive::write(&before).unwrap();
    assert_eq!(archive::append(before, SEAL, &seal).unwrap(), bytes);
    let one = archive::some(&bytes, |path| path == SEAL).unwrap();
    assert_eq!(
        one.into_iter().collect::<Vec<_>>(),
        [(SEAL.to_owned(), Some(seal))]
    );
    assert!(archive::read(b"PK\x03\x04 and no more").is_err());
    assert!(archive::read(b"{}").is_err());
}

/// Any byte of any file: the row that it belongs to turns red, and no other.
#[cfg(not(target_arch = "wasm32"))]
#[test]
fn one_changed_byte_concerns_one_row() {
    let files = pack();
    for (path, bytes) in &files {
        let bytes = bytes.as_ref().unwrap();
        // Not each byte, or it would take minutes: every eleventh, both ways, was tried once, and holds.
        for at in (path.len() % 5..bytes.len()).step_by(67) {
            let mut changed = files.clone();
            changed.get_mut(path).unwrap().as_mut().unwrap()[at] ^= 1;
            let report = verify(&changed, &anchors());
            assert_eq!(report.verdict, Verdict::Invalid, "{path} at {at}");
            assert_eq!(red(&report), [part(path)], "{path} at {at}");
        }
    }
}

/// The two files that no digest holds: a capital letter or another space says the same, and is a changed byte all the same.
#[cfg(not(target_arch = "wasm32"))]
#[test]
fn another_way_to_write_the_same_is_a_change() {
    let files = pack();
    for path in [MANIFEST, SEAL] {
        let bytes = files[path].as_ref().unwrap();
        let letter = |byte: &u8| byte.is_ascii_alphabetic();
        let space = |byte: &u8| byte.is_ascii_whitespace();
        let letters = bytes.iter().enumerate().filter(|(_, byte)| letter(byte));
        let spaces = bytes.iter().enumerate().filter(|(_, byte)| space(byte));
        let capitals = letters.step_by(7).map(|(at, byte)| (at, byte ^ 0x20));
        let tabs = spaces.step_by(11).map(|(at, _)| (at, b'\t'));
        for (at, byte) in capitals.chain(tabs) {
            let mut changed = files.clone();
            changed.get_mut(path).unwrap().as_mut().unwrap()[at] = byte;
            let report = verify(&changed, &anchors());
            assert_eq!(report.verdict, Verdict::Invalid, "{path} at {at}");
            assert_eq!(red(&report), [part(path)], "{path} at {at}");
        }
    }
}

#[test]
fn a_file_that_is_gone_or_new_or_damaged_is_named() {
    let files = pack();
    for path in files.keys() {
        let mut fewer = files.clone();
        fewer.remove(path);
        let report = verify(&fewer, &anchors());
        assert_eq!(red(&report), [part(path)], "{path} is gone");
        assert!(
            report
                .all_faults()
                .iter()
                .any(|fault| fault.code == Code::Gone)
        );
        let mut damaged = files.clone();
        damaged.insert(path.clone(), None);
        assert_eq!(red(&verify(&damaged, &anchors())), [part(path)], "{path}");
    }
    for path in [
        "learners/002/more.txt",
        "more.txt",
        "learners/004/entry.json",
    ] {
        let mut more = files.clone();
        more.insert(path.into(), Some(b"more".to_vec()));
        assert_eq!(red(&verify(&more, &anchors())), [part(path)], "{path}");
    }
}

#[test]
fn a_damaged_archive_loses_one_row() {
    let files = pack();
    let bytes = archive::write(&files).unwrap();
    // The bytes of one file within the archive: flate keeps no file's text, so its place is found by what changes.
    let mut rows_hit = 0;
    for at in (60..bytes.len() / 2).step_by(97) {
        let mut damaged = bytes.clone();
        damaged[at] ^= 0x10;
        let Ok(read) = archive::read(&damaged) else {
            continue;
        };
        let report = verify(&read, &anchors());
        let red = red(&report);
        // A name that is damaged is one file less, and one more.
        assert!(red.len() <= 2, "byte {at}: {red:?}");
        rows_hit += usize::from(red.len() == 1);
    }
    assert!(rows_hit > 10, "{rows_hit}");
}

#[test]
fn nobody_is_sealed_without_what_a_claim_needs() {
    let entry = |n: u32| format!("learners/{n:03}/entry.json");
    let mut lacking = input([FILM_MS; 3]);
    lacking.rows[1].facts.certificate = None;
    assert_eq!(refused(lacking), [(entry(2), Code::Fact)]);
    let mut lacking = input([FILM_MS; 3]);
    lacking.rows[0].facts.practical = entered(contract::claim::Practical {
        planned: 16,
        done: 15,
    });
    assert_eq!(refused(lacking), [(entry(1), Code::Fact)]);
    let mut lacking = input([FILM_MS; 3]);
    lacking.rows[2].facts.receipt = None;
    assert_eq!(refused(lacking), [(entry(3), Code::Fact)]);
    // 95 % of each film are enough, a millisecond less is not.
    assert!(sealed_pack(input([FILM_MS * 95 / 100; 3])).is_ok());
    let short = refused(input([FILM_MS, FILM_MS * 95 / 100 - 1, FILM_MS]));
    assert_eq!(
        short,
        vec![("learners/002/proof.json".to_owned(), Code::Theory); 3]
    );
}

#[test]
fn another_persons_name_or_proof_does_not_pass() {
    let mut swapped = input([FILM_MS; 3]);
    swapped.rows[0].opening = opening(&PEOPLE, 1);
    assert_eq!(
        refused(swapped),
        [("learners/001/entry.json".to_owned(), Code::OtherPerson)]
    );
    let mut twice = input([FILM_MS; 3]);
    let (opening, proof) = (opening(&PEOPLE, 0), twice.rows[0].proof.clone());
    twice.rows[2].opening = opening;
    twice.rows[2].pdf = Ok(paper(&proof));
    twice.rows[2].proof = proof;
    assert_eq!(
        refused(twice),
        [
            ("learners/001/entry.json".to_owned(), Code::Twice),
            ("learners/003/entry.json".to_owned(), Code::Twice)
        ]
    );
    let mut elsewhere = input([FILM_MS; 3]);
    elsewhere.class = Named {
        id: ClassId(id(4_444)),
        ..elsewhere.class
    };
    let codes: Vec<Code> = refused(elsewhere)
        .into_iter()
        .map(|(_, code)| code)
        .collect();
    assert_eq!(codes, [Code::OtherClass; 3]);
}

#[test]
fn a_seal_of_another_manifest_or_a_chosen_sample_is_seen() {
    let mut files = pack();
    let mut other = input([FILM_MS; 3]);
    other.sealed_at = Timestamp(START + 61_000_000);
    files.insert(
        SEAL.into(),
        sealed_pack(other).unwrap().remove(SEAL).unwrap(),
    );
    let report = verify(&files, &anchors());
    assert_eq!(red(&report), [SEAL]);
    assert_eq!(report.faults[0].code, Code::Seal);
    let mut files = pack();
    let seal = String::from_utf8(files[SEAL].clone().unwrap()).unwrap();
    let chosen = seal.replace("\"sample\": [\n    1,", "\"sample\": [\n    2,");
    assert_ne!(seal, chosen);
    files.insert(SEAL.into(), Some(chosen.into_bytes()));
    let report = verify(&files, &anchors());
    assert_eq!(report.faults[0].code, Code::Sample);
    assert_eq!(red(&report), [SEAL]);
}

#[test]
fn a_foreign_issuer_is_unknown_and_a_rewritten_manifest_is_found() {
    let report = verify(&pack(), &TrustAnchors::default());
    assert_eq!(report.verdict, Verdict::UnknownIssuer);
    assert_eq!(report.all_faults(), []);
    // Somebody adds a class hour, and says so everywhere.
    let mut files = pack();
    let manifest = String::from_utf8(files[MANIFEST].clone().unwrap()).unwrap();
    let more = manifest.replace("\"class_hours\": 1", "\"class_hours\": 2");
    files.insert(MANIFEST.into(), Some(more.into_bytes()));
    let report = verify(&files, &anchors());
    assert_eq!(red(&report), [MANIFEST]);
    let places: Vec<String> = report
        .faults
        .iter()
        .filter_map(|fault| Some(fault.place.as_ref()?.to_string()))
        .collect();
    let place = "/credentialSubject/learners/0/class_hours".to_owned();
    assert!(places.contains(&place), "{places:?}");
}

/// The pack whose first learner has this sheet.
fn with_sheet(pdf: Result<Vec<u8>, NoPdf>) -> PackInput {
    let mut input = input([FILM_MS; 3]);
    input.rows[0].pdf = pdf;
    input
}

const SHEET: &str = "learners/001/proof.pdf";

#[test]
fn a_sheet_carries_the_proof_of_its_row() {
    let report = verify(&pack(), &anchors());
    assert!(
        report
            .learners
            .iter()
            .all(|row| row.has_pdf && row.no_pdf.is_none())
    );
    assert!(report.not_checked.contains(&Unchecked::Page));
    // Of somebody else.
    let other = input([FILM_MS; 3]).rows[1].proof.clone();
    let faults = refused(with_sheet(Ok(paper(&other))));
    assert_eq!(faults, [(SHEET.to_owned(), Code::OtherProof)]);
    // One that says more than the proof beside it: where it does is named.
    let proof = input([FILM_MS; 3]).rows[0].proof.clone();
    let mut more: Value = serde_json::from_str(&proof).unwrap();
    let hours = "/credentialSubject/class_hours";
    *more.pointer_mut(hours).unwrap() = json!(7);
    let Err(NotBuilt::DoesNotVerify(faults)) =
        sealed_pack(with_sheet(Ok(paper(&more.to_string()))))
    else {
        panic!("sealed")
    };
    assert_eq!(faults[0].place, Some(Place::Pointer(hours.into())));
    assert_eq!(
        (faults[0].expected.as_deref(), faults[0].found.as_deref()),
        (Some("1"), Some("7"))
    );
    // Written otherwise it is the same proof: its digest is.
    let proof: Value = serde_json::from_str(&proof).unwrap();
    let pretty = serde_json::to_string_pretty(&proof).unwrap();
    assert!(sealed_pack(with_sheet(Ok(paper(&pretty)))).is_ok());
}

#[test]
fn a_sheet_without_a_proof_is_none() {
    for pdf in ["%PDF-1.7\nnothing", "{}", ""] {
        let Err(NotBuilt::DoesNotVerify(faults)) =
            sealed_pack(with_sheet(Ok(pdf.as_bytes().to_vec())))
        else {
            panic!("sealed")
        };
        assert_eq!(faults.len(), 1);
        assert_eq!(faults[0].file, SHEET);
        let inner = faults[0].document.as_ref().unwrap();
        assert_eq!(inner.code, FaultCode::NoAttachment);
    }
}

#[test]
fn a_row_without_a_sheet_says_why_and_takes_none() {
    let why = NoPdf::GlyphMissing {
        character: "𫗦".into(),
        place: "/credentialSubject/name".into(),
    };
    let files = sealed_pack(with_sheet(Err(why.clone()))).unwrap();
    assert!(!files.contains_key(SHEET));
    let report = verify(&files, &anchors());
    assert_eq!(
        (report.verdict, report.all_faults()),
        (Verdict::Valid, vec![])
    );
    assert!(!report.learners[0].has_pdf);
    assert_eq!(report.learners[0].no_pdf, Some(why));
    // Somebody puts one there.
    let mut more = files.clone();
    let proof = String::from_utf8(files["learners/001/proof.json"].clone().unwrap()).unwrap();
    more.insert(SHEET.into(), Some(paper(&proof)));
    let report = verify(&more, &anchors());
    assert_eq!(red(&report), ["learners/001/"]);
    let codes: Vec<Code> = report.all_faults().iter().map(|fault| fault.code).collect();
    assert_eq!(codes, [Code::NotListed]);
}

/// Two sheets in each other's place concern their two rows, and say so of the field, too.
#[test]
fn exchanged_sheets_are_seen() {
    let mut files = pack();
    let (one, two) = (
        files[SHEET].clone(),
        files["learners/002/proof.pdf"].clone(),
    );
    files.insert(SHEET.into(), two);
    files.insert("learners/002/proof.pdf".into(), one);
    let report = verify(&files, &anchors());
    assert_eq!(red(&report), ["learners/001/", "learners/002/"]);
    let codes: Vec<Code> = report.learners[0]
        .faults
        .iter()
        .map(|fault| fault.code)
        .collect();
    assert_eq!(codes, [Code::Changed, Code::OtherProof]);
}

/// The packs that were committed once still verify, whatever the code has become.
#[cfg(not(target_arch = "wasm32"))]
#[test]
fn packs_from_the_past_still_verify() {
    let golden = |name: &str| {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
        archive::read(&std::fs::read(folder.join(name)).unwrap()).unwrap()
    };
    // From before there were sheets: what lies in their place carries no proof, and the manifest names none.
    let report = verify(&golden("claim_pack_1.zip"), &anchors());
    assert_eq!(
        (report.verdict, report.all_faults()),
        (Verdict::Valid, vec![])
    );
    // With real sheets but for one learner whose name the font lacks; made by the tests of the crate `sheet`.
    let files = golden("claim_pack_2.zip");
    let report = verify(&files, &anchors());
    assert_eq!(
        (report.verdict, report.all_faults()),
        (Verdict::Valid, vec![])
    );
    let there: Vec<bool> = report.learners.iter().map(|row| row.has_pdf).collect();
    assert_eq!(there, [true, true, false]);
    assert!(report.learners[2].no_pdf.is_some());
    // Any byte of a sheet: its row turns red, and no other. Each 997th of some hundred thousand.
    let bytes = files[SHEET].as_ref().unwrap();
    assert!(bytes.len() > 30_000, "{}", bytes.len());
    for at in (0..bytes.len()).step_by(997) {
        let mut changed = files.clone();
        changed.get_mut(SHEET).unwrap().as_mut().unwrap()[at] ^= 1;
        let report = verify(&changed, &anchors());
        assert_eq!(red(&report), ["learners/001/"], "at {at}");
    }
}

#[test]
fn a_status_list_turns_the_row_of_a_revoked_proof_red() {
    const LIST: &str = "https://zhenxue.example/status/0";
    let records = studied([FILM_MS; 3]);
    let (ledger, evidence) = in_ledger(&records);
    let mut input = input([FILM_MS; 3]);
    for (place, row) in (0_u64..).zip(&mut input.rows).take(2) {
        let at = usize::try_from(place).unwrap();
        let mut statement = statement(ledger.clone(), evidence[at * 3..at * 3 + 3].to_vec());
        let stated: StudyProof = serde_json::from_str(&row.proof).unwrap();
        statement.proof = stated.uuid().unwrap();
        statement.name = stated.subject.name;
        statement.id_number = stated.subject.id_number;
        statement.identity = stated.subject.identity;
        statement.person = stated.subject.person;
        statement.status = Some(StatusEntry::new(LIST, place));
        row.proof = seal_proof(statement, &issuer()).unwrap().document;
        row.pdf = Ok(paper(&row.proof));
    }
    let files = sealed_pack(input).unwrap();
    let report = verify(&files, &anchors());
    assert_eq!(report.verdict, Verdict::Valid);
    let states = |report: &PackReport| -> Vec<Revocation> {
        let rows = report.learners.iter();
        rows.map(|row| row.revocation.clone()).collect()
    };
    let unasked = [
        Revocation::NotAsked,
        Revocation::NotAsked,
        Revocation::NoList,
    ];
    assert_eq!(states(&report), unasked);
    let mut bits = Bits::none_set();
    bits.set(1);
    let now = Timestamp(START + 70_000_000);
    let statement = StatusStatement {
        address: LIST.into(),
        valid_from: now,
        valid_until: now,
        bits,
    };
    let list = status::sealing::seal(statement, &issuer()).unwrap();
    let asked = report.with_status(&[StatusList::read(list.as_bytes())], now);
    let verdicts: Vec<Verdict> = asked.learners.iter().map(|row| row.verdict).collect();
    assert_eq!(verdicts, [Verdict::Valid, Verdict::Revoked, Verdict::Valid]);
    assert_eq!(asked.verdict, Verdict::Revoked);
    assert_eq!(asked.totals.learners, 2);
    assert_eq!(states(&asked)[2], Revocation::NoList);
    // One of them could not be asked about.
    assert!(asked.not_checked.contains(&Unchecked::Revocation));
}
