//! A small province for the tests: two learners, a course of three units, a ledger with everybody's records in it.
#![allow(
    clippy::allow_attributes,
    dead_code,
    reason = "each test file uses its part"
)]

pub mod claim;

use contract::{
    Digest, Text, canonical,
    credential::{
        Evidence, LedgerHead, Named, Opening, Sealed, Statement, identity::mask_name, seal,
        seal::StatedUnit,
    },
    id_number::IdNumber,
    issuing::RevocationReason,
    record::{
        ClassDeleted, ProofIssued, ProofRevoked, Record, Salt, Segment, SessionStarted, leaf_entry,
    },
    status::StatusEntry,
    verify::TrustAnchors,
};
use ledger::{Checkpoint, Hash, Node, SecretKey, Signer, VerifierKey, tree};
use study::{
    ClassHours, ClassId, CourseId, InstitutionId, Interval, LeaseNumber, Millis, Rules, SessionId,
    Timestamp, UnitId,
};
use uuid::Uuid;

pub const ORIGIN: &str = "zhenxue.example/ledger";
/// 2026-11-23T01:00:00Z
pub const START: u64 = 1_795_395_600_000;

pub fn id(n: u128) -> Uuid {
    Uuid::from_u128(0x2026_0000_4000_8000_0000_0000_0000_0000 + n)
}

pub fn digest(of: &str) -> Digest {
    Digest::of(&[of.as_bytes()])
}

pub fn issuer() -> SecretKey {
    SecretKey::from_seed(&[1; 32])
}

pub fn ledger_key() -> SecretKey {
    SecretKey::from_seed(&[2; 32])
}

pub fn vkey() -> String {
    VerifierKey::new(ORIGIN, ledger_key().public_key())
        .unwrap()
        .to_string()
}

pub fn anchors() -> TrustAnchors {
    TrustAnchors {
        issuer_dids: vec![contract::credential::did::of(&issuer().public_key())],
        ledger_vkeys: vec![vkey()],
    }
}

pub fn rules() -> Rules {
    Rules::liaoning_2026()
}

pub const FILM_MS: u64 = 1_200_000;

/// A segment of `person` in `unit`, credited with `from..to` of the film; its `n` is lease, session and place in time.
pub fn segment(person: &str, unit: u128, n: u64, from: u64, to: u64) -> Segment {
    let started_at = Timestamp(START + n * 2_000_000);
    Segment {
        session: SessionId(id(u128::from(n) + 1_000 * u128::from(person.len() as u64))),
        person: digest(person),
        class: ClassId(id(1)),
        unit: UnitId(id(10 + unit)),
        film: digest(&format!("film {unit}")),
        film_ms: Millis(FILM_MS),
        rules: canonical::digest(&rules()).unwrap(),
        lease: LeaseNumber(n),
        from_seq: 1,
        to_seq: 60,
        chain: digest(&format!("chain {person} {n}")),
        credited: [Interval {
            from: Millis(from),
            to: Millis(to),
        }]
        .into_iter()
        .collect(),
        started_at,
        at: started_at.plus(Millis(to - from + 3_000)),
        ended: true,
    }
}

pub fn salt(n: usize) -> Salt {
    Salt(digest(&format!("salt {n}")).0)
}

/// Puts all records into one ledger, and returns the evidence of each.
pub fn in_ledger(records: &[Record]) -> (LedgerHead, Vec<Evidence>) {
    let leaves: Vec<Hash> = records
        .iter()
        .enumerate()
        .map(|(n, record)| Hash::leaf(&leaf_entry(&salt(n), &record.bytes().unwrap())))
        .collect();
    let hash_of = |node: Node| {
        let from = usize::try_from(node.index << node.level).unwrap();
        let mut row = leaves.get(from..from + (1 << node.level))?.to_vec();
        while row.len() > 1 {
            row = row
                .chunks(2)
                .map(|pair| Hash::node(pair[0], pair[1]))
                .collect();
        }
        row.first().copied()
    };
    let size = u64::try_from(leaves.len()).unwrap();
    let checkpoint = Checkpoint {
        origin: ORIGIN.into(),
        size,
        root: tree::root(size, hash_of).unwrap(),
    };
    let head = LedgerHead {
        vkey: vkey(),
        checkpoint: checkpoint.sign(&ledger_key()).unwrap(),
    };
    let evidence = records
        .iter()
        .zip(0..)
        .map(|(record, index)| {
            let proof = tree::inclusion(index, size, hash_of).unwrap();
            let position = usize::try_from(index).unwrap();
            Evidence::new(record.clone(), salt(position), index, proof)
        })
        .collect();
    (head, evidence)
}

/// Everybody's records: those of `wang` first, then one of `li`.
pub fn records() -> Vec<Record> {
    [
        segment("wang", 0, 1, 0, 900_000),
        segment("wang", 0, 2, 900_000, 1_200_000),
        segment("wang", 1, 3, 0, 1_150_500),
        segment("wang", 2, 4, 300_000, 750_000),
        segment("li", 2, 5, 0, 1_200_000),
    ]
    .map(Record::Segment)
    .into()
}

pub fn opening() -> Opening {
    Opening {
        name: "王小明".into(),
        id_number: "210102199003070038".into(),
        salt: salt(99),
    }
}

/// What the server would state for `wang` with this evidence.
pub fn statement(ledger: LedgerHead, evidence: Vec<Evidence>) -> Statement {
    let text = |zh: &str, en: &str| Text {
        zh: zh.into(),
        en: en.into(),
    };
    let opening = opening();
    Statement {
        proof: id(77),
        issued_at: Timestamp(START + 20_000_000),
        name: mask_name(&opening.name),
        id_number: IdNumber::parse(&opening.id_number)
            .unwrap_or_else(|_| panic!("well formed"))
            .masked(),
        identity: opening.digest().unwrap(),
        person: digest("wang"),
        institution: Named::new(
            InstitutionId(id(2)),
            text("沈阳示例培训学校", "Shenyang Example School"),
        ),
        class: Named::new(ClassId(id(1)), text("电工一班", "Electricians 1")),
        course: Named::new(CourseId(id(3)), text("安全用电", "Electrical safety")),
        units: (0..3)
            .map(|n| StatedUnit {
                unit: UnitId(id(10 + n)),
                title: text(&format!("第{n}课"), &format!("Unit {n}")),
                film: digest(&format!("film {n}")),
                film_ms: Millis(FILM_MS),
            })
            .collect(),
        rules: rules(),
        evidence,
        ledger,
        status: None,
    }
}

/// The proof of `wang`.
pub fn sealed() -> Sealed {
    let (ledger, mut evidence) = in_ledger(&records());
    evidence.truncate(4);
    seal(statement(ledger, evidence), &issuer()).unwrap()
}

/// The proof of `wang` with the place `index` in the status list at `list`.
pub fn sealed_with_status(list: &str, index: u64) -> Sealed {
    let (ledger, mut evidence) = in_ledger(&records());
    evidence.truncate(4);
    let statement = Statement {
        status: Some(StatusEntry::new(list, index)),
        ..statement(ledger, evidence)
    };
    seal(statement, &issuer()).unwrap()
}

/// A small proof of `wang`: one unit, one session, and one of somebody else beside it in the ledger.
pub fn sealed_small() -> Sealed {
    let records = records();
    let (ledger, mut evidence) = in_ledger(&[records[0].clone(), records[4].clone()]);
    evidence.truncate(1);
    let mut statement = statement(ledger, evidence);
    statement.units.truncate(1);
    seal(statement, &issuer()).unwrap()
}

pub fn session_started() -> Record {
    let segment = segment("wang", 0, 1, 0, 900_000);
    Record::SessionStarted(SessionStarted {
        session: segment.session,
        person: segment.person,
        class: segment.class,
        unit: segment.unit,
        film: segment.film,
        film_ms: segment.film_ms,
        rules: segment.rules,
        lease: segment.lease,
        nonce: digest("nonce"),
        started_at: segment.started_at,
    })
}

pub fn proof_revoked() -> Record {
    Record::ProofRevoked(ProofRevoked {
        act: id(78),
        proof: id(77),
        credential: digest("credential"),
        person: digest("wang"),
        class: ClassId(id(1)),
        reason: RevocationReason::HoursCorrected,
        words: digest("words"),
        by: digest("admin"),
        at: Timestamp(START + 30_000_000),
    })
}

pub fn class_deleted() -> Record {
    Record::ClassDeleted(ClassDeleted {
        class: ClassId(id(1)),
        counted_from: Timestamp(1_795_000_000_000),
        learners: 30,
        people: 29,
        packs: 2,
        words: 95,
        by: "operator".into(),
        at: Timestamp(1_952_800_000_000),
    })
}

pub fn proof_issued() -> Record {
    Record::ProofIssued(ProofIssued {
        proof: id(77),
        person: digest("wang"),
        class: ClassId(id(1)),
        identity: opening().digest().unwrap(),
        credential: digest("credential"),
        credited_ms: Millis(2_800_500),
        class_hours: ClassHours(1),
        issued_at: Timestamp(START + 20_000_000),
    })
}
