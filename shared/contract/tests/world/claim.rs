//! A claim for three learners, and its sealed pack.

use super::{FILM_MS, START, anchors, digest, id, in_ledger, issuer, salt, segment, statement};
use contract::{
    claim::{Certificate, CertificateKind, Entered, Facts, Practical, Receipt},
    credential::{Opening, identity::mask_name, seal as seal_proof},
    id_number::IdNumber,
    pack::{Files, NotBuilt, PackInput, PackRow, build, seal},
    record::{ClaimSealed, Record},
};
use study::{ClassId, Day, SessionId, Timestamp};

/// Pseudonym, name and ID number of three learners.
pub type People = [(&'static str, &'static str, &'static str); 3];

/// Three learners of the class, with ID numbers that hold.
pub const PEOPLE: People = [
    ("wang", "王小明", "210102199003070038"),
    ("li", "李四", "21010219900307002X"),
    ("zhangsan", "张三丰", "210102199003070011"),
];

/// The records of everybody's study: each saw all three units up to `to`.
pub fn studied(to: [u64; 3]) -> Vec<Record> {
    let mut records = Vec::new();
    for ((place, (person, ..)), to) in (0..).zip(PEOPLE).zip(to) {
        for unit in 0..3_u32 {
            let mut one = segment(
                person,
                u128::from(unit),
                1 + place * 3 + u64::from(unit),
                0,
                to,
            );
            one.session = SessionId(id(5_000 + u128::from(place) * 10 + u128::from(unit)));
            records.push(Record::Segment(one));
        }
    }
    records
}

/// What opens the masked name of one of `people`.
pub fn opening(people: &People, place: usize) -> Opening {
    let (_, name, number) = people[place];
    Opening {
        name: name.into(),
        id_number: number.into(),
        salt: salt(90 + place),
    }
}

pub fn entered<T>(fact: T) -> Option<Entered<T>> {
    Some(Entered {
        fact,
        source: "实训签到表 2026-11".into(),
        by: "刘老师".into(),
        at: Timestamp(START),
    })
}

pub fn facts(number: usize) -> Facts {
    Facts {
        practical: entered(Practical {
            planned: 16,
            done: 16,
        }),
        certificate: entered(Certificate {
            kind: CertificateKind::SkillLevel,
            number: format!("Y0021 0100 {number:04}"),
            issuer: "沈阳示例评价机构".into(),
            issued_on: Day(20_780),
        }),
        receipt: entered(Receipt {
            number: format!("LN-{number:06}"),
        }),
    }
}

/// The input of a claim for everybody, who saw their films up to `to`.
pub fn input(to: [u64; 3]) -> PackInput {
    input_for(&PEOPLE, to)
}

/// The same for other names. What stands for a sheet is [`paper`].
pub fn input_for(people: &People, to: [u64; 3]) -> PackInput {
    let records = studied(to);
    let (ledger, evidence) = in_ledger(&records);
    let rows = (0..3)
        .map(|place| {
            let mine = evidence[place * 3..place * 3 + 3].to_vec();
            let mut statement = statement(ledger.clone(), mine);
            let opening = opening(people, place);
            statement.proof = id(700 + u128::try_from(place).unwrap());
            statement.name = mask_name(&opening.name);
            statement.id_number = IdNumber::parse(&opening.id_number)
                .unwrap_or_else(|_| panic!("well formed"))
                .masked();
            statement.identity = opening.digest().unwrap();
            statement.person = digest(people[place].0);
            let proof = seal_proof(statement, &issuer()).unwrap().document;
            PackRow {
                opening,
                facts: facts(place),
                pdf: Ok(paper(&proof)),
                proof,
            }
        })
        .collect();
    let stated = super::sealed().proof.subject;
    PackInput {
        claim: id(900),
        sealed_at: Timestamp(START + 60_000_000),
        institution: stated.institution,
        class: stated.class,
        course: stated.course,
        rows,
        excluded: Vec::new(),
        others: vec![("roster.csv".into(), "编号,姓名\n1,王*明\n".into())],
    }
}

/// The sealed pack of `input`, as far as it can be made.
pub fn sealed_pack(input: PackInput) -> Result<Files, NotBuilt> {
    let (claim, at) = (input.claim, input.sealed_at);
    let class = ClassId(input.class.id.0);
    let (mut files, manifest) = build(input, &issuer())?;
    let mut records = studied([FILM_MS; 3]);
    records.push(Record::ClaimSealed(ClaimSealed {
        claim,
        class,
        manifest,
        learners: 3,
        by: digest("admin"),
        at,
    }));
    let (ledger, mut evidence) = in_ledger(&records);
    seal(&mut files, evidence.pop().unwrap(), ledger, &anchors())?;
    Ok(files)
}

/// The least that carries a proof as a sheet does: a PDF with nothing in it but the attachment.
pub fn paper(document: &str) -> Vec<u8> {
    let length = document.len();
    format!(
        "%PDF-1.7\n1 0 obj\n<</Type/EmbeddedFile/Length {length}>>\nstream\n{document}\nendstream\nendobj\n"
    )
    .into_bytes()
}
