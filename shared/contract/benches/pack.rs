//! Time to verify a claim pack of 10, 100 and 1,000 learners, each with 36 study sessions, and the size of its archive; the last column
//! compares the time of one row.
#![expect(clippy::unwrap_used, reason = "a measurement fails as a test does")]

#[path = "../tests/world/mod.rs"]
mod world;

use contract::{
    claim::{Certificate, CertificateKind, Entered, Facts, Practical, Receipt},
    credential::{Opening, identity::mask_name, seal as seal_proof},
    id_number::IdNumber,
    pack::{Files, PackInput, PackRow, archive, build, seal, verify},
    record::{ClaimSealed, Record},
    verify::Verdict,
};
use std::{hint::black_box, time::Instant};
use study::{Day, Timestamp};
use world::{
    FILM_MS, START, anchors, claim::paper, digest, id, in_ledger, issuer, salt, segment, statement,
};

/// Sessions of one learner in one unit.
const SESSIONS: u64 = 12;
/// Packs are verified so often; the median counts.
const ROUNDS: usize = 5;

/// A well-formed ID number, another one for each `n` below a thousand.
fn id_number(n: usize) -> IdNumber {
    "0123456789X"
        .chars()
        .find_map(|check| IdNumber::parse(&format!("21010219900307{n:03}{check}")).ok())
        .unwrap()
}

fn entered<T>(fact: T) -> Option<Entered<T>> {
    Some(Entered {
        fact,
        source: "实训签到表 2026-11".into(),
        by: "刘老师".into(),
        at: Timestamp(START),
    })
}

fn row(n: usize) -> PackRow {
    let person = format!("learner {n}");
    let mut records = Vec::new();
    for unit in 0..3_u32 {
        for session in 0..SESSIONS {
            let number = 1 + u64::from(unit) * SESSIONS + session;
            let from = FILM_MS / SESSIONS * session;
            let to = from + FILM_MS / SESSIONS;
            let one = segment(&person, u128::from(unit), number, from, to);
            records.push(Record::Segment(one));
        }
    }
    let (ledger, evidence) = in_ledger(&records);
    let mut statement = statement(ledger, evidence);
    let number = id_number(n);
    let opening = Opening {
        name: format!("学员{n}号"),
        id_number: number.as_str().to_owned(),
        salt: salt(n),
    };
    statement.proof = id(10_000 + u128::try_from(n).unwrap());
    statement.name = mask_name(&opening.name);
    statement.id_number = number.masked();
    statement.identity = opening.digest().unwrap();
    statement.person = digest(&person);
    let proof = seal_proof(statement, &issuer()).unwrap().document;
    PackRow {
        facts: Facts {
            practical: entered(Practical {
                planned: 16,
                done: 16,
            }),
            certificate: entered(Certificate {
                kind: CertificateKind::SkillLevel,
                number: format!("Y0021 0100 {n:04}"),
                issuer: "沈阳示例评价机构".into(),
                issued_on: Day(20_780),
            }),
            receipt: entered(Receipt {
                number: format!("LN-{n:06}"),
            }),
        },
        opening,
        pdf: Ok(sheet(n, &proof)),
        proof,
    }
}

/// What a sheet has beside the proof: pictures of characters that no packing makes smaller.
const DRAWING_BYTES: usize = 40_000;

/// As long as a sheet, and carries the proof as one does; the drawing itself nobody verifies.
fn sheet(n: usize, proof: &str) -> Vec<u8> {
    let mut pdf = paper(proof);
    let mut block = digest(&format!("drawing {n}"));
    while pdf.len() < proof.len() + DRAWING_BYTES {
        pdf.extend(block.0);
        block = contract::Digest::of(&[&block.0]);
    }
    pdf
}

fn pack(learners: usize) -> Files {
    let stated = world::sealed().proof.subject;
    let sealed_at = Timestamp(START + 100_000_000);
    let class = stated.class.id;
    let input = PackInput {
        claim: id(900),
        sealed_at,
        institution: stated.institution,
        class: stated.class,
        course: stated.course,
        rows: (0..learners).map(row).collect(),
        excluded: Vec::new(),
        others: Vec::new(),
    };
    let (mut files, manifest) = build(input, &issuer()).unwrap();
    let sealed = Record::ClaimSealed(ClaimSealed {
        claim: id(900),
        class,
        manifest,
        learners: u64::try_from(learners).unwrap(),
        by: digest("admin"),
        at: sealed_at,
    });
    let (ledger, mut evidence) = in_ledger(&[sealed]);
    seal(&mut files, evidence.pop().unwrap(), ledger, &anchors()).unwrap();
    files
}

fn main() {
    println!("| learners | verified in | one row | ratio | archive |");
    println!("|--:|--:|--:|--:|--:|");
    let mut first = 0.0;
    for learners in [10_u32, 100, 1_000] {
        let files = pack(usize::try_from(learners).unwrap());
        let bytes = archive::write(&files).unwrap();
        let mut rounds: Vec<f64> = (0..ROUNDS)
            .map(|_| {
                let started = Instant::now();
                let read = archive::read(black_box(&bytes)).unwrap();
                let report = verify(&read, &anchors());
                assert_eq!(report.verdict, Verdict::Valid);
                started.elapsed().as_secs_f64() * 1_000.0
            })
            .collect();
        rounds.sort_by(f64::total_cmp);
        let whole = rounds[ROUNDS / 2];
        let each = whole / f64::from(learners);
        if learners == 10 {
            first = each;
        }
        println!(
            "| {learners} | {whole:.0} ms | {each:.2} ms | {:.2} | {} KB |",
            each / first,
            bytes.len() / 1_000
        );
    }
}
