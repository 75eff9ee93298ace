//! One learner's files.

use super::{Exported, Folder, NotExported, evidence};
use crate::{
    keys::Keys,
    proofs::opening,
    store::{
        classes, digest,
        entities::{beat, class, face_check, person, study_progress, study_session, unit},
        evidence as records, json as read_json, ledger, number, people, proofs, revocations,
        rules_book::RulesBook,
        time,
    },
};
use contract::{credential::Moment, id_number::IdNumber};
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder};
use serde_json::json;
use study::{ClassHours, ClassId, Coverage, Millis, PersonId, Timestamp};

/// Columns of `learners.csv`.
pub(super) const HEADS: [&str; 6] = [
    "number",
    "name",
    "id_number",
    "enrolled_at",
    "confirmed_ms",
    "class_hours",
];

/// Whom it is about.
pub(super) struct Learner<'a> {
    pub(super) number: usize,
    pub(super) row: &'a person::Model,
    pub(super) enrolled_at: Timestamp,
    pub(super) class: &'a class::Model,
    pub(super) head: Option<&'a ledger::Signed>,
}

/// Writes the learner's folder, and gives their line of `learners.csv`.
pub(super) async fn write(
    tx: &DatabaseTransaction,
    book: &RulesBook,
    keys: &Keys,
    learner: &Learner<'_>,
    folder: &mut Folder,
    exported: &mut Exported,
) -> Result<[String; 6], NotExported> {
    let at = format!("learners/{:03}", learner.number);
    let (person, class) = (PersonId(learner.row.id), ClassId(learner.class.id));
    let name = people::name(keys, learner.row)?;
    let id_number = people::id_number(keys, learner.row)?;
    let rules = book.get(tx, digest(&learner.class.rules_hash)?).await?;
    let confirmed_ms = classes::credited(tx, book, person, learner.class)
        .await?
        .values()
        .fold(Millis::ZERO, |sum, covered| {
            sum.saturating_add(covered.len())
        });
    let class_hours = ClassHours::of(confirmed_ms, &rules);
    folder.json(
        &format!("{at}/learner.json"),
        &json!({
            "number": learner.number,
            "name": name,
            "id_number": id_number,
            "id_number_masked": IdNumber::parse(&id_number).map(|number| number.masked()).ok(),
            "person": keys.pseudonym(person),
            "enrolled_at": Moment(learner.enrolled_at),
            "confirmed_ms": confirmed_ms,
            "class_hours": class_hours,
        }),
    )?;
    sessions(tx, person, class, &at, folder, exported).await?;
    face_checks(tx, person, class, &at, folder).await?;
    let evidence_rows = records::of_person_in_class(tx, person, class).await?;
    exported.records += evidence_rows.len();
    let lines = evidence::lines(tx, &evidence_rows, learner.head).await?;
    folder.text(&format!("{at}/evidence.jsonl"), &lines)?;
    for proof in proofs::of_class(tx, person, class).await? {
        let day: String = Moment(time(proof.issued_at))
            .to_string()
            .chars()
            .take(10)
            .collect();
        let path = format!("{at}/proofs/{day}-{}", proof.id);
        folder.text(&format!("{path}.json"), &proof.document)?;
        folder.json(
            &format!("{path}.opening.json"),
            &opening(keys, learner.row, &proof)?,
        )?;
        if let Some(row) = revocations::of_proof(tx, proof.id).await? {
            let revoked = revocations::shown(tx, keys, learner.row, &row).await?;
            folder.json(&format!("{path}.revoked.json"), &revoked)?;
        }
        exported.proofs += 1;
    }
    Ok([
        learner.number.to_string(),
        name,
        id_number,
        Moment(learner.enrolled_at).to_string(),
        confirmed_ms.0.to_string(),
        class_hours.0.to_string(),
    ])
}

/// `study_sessions.csv` and `beats.csv`.
async fn sessions(
    tx: &DatabaseTransaction,
    person: PersonId,
    class: ClassId,
    at: &str,
    folder: &mut Folder,
    exported: &mut Exported,
) -> Result<(), NotExported> {
    let found = study_session::Entity::find()
        .filter(study_session::Column::PersonId.eq(person.0))
        .filter(study_session::Column::ClassId.eq(class.0))
        .order_by_asc(study_session::Column::Lease)
        .all(tx)
        .await?;
    let (mut sessions, mut beats) = (Vec::with_capacity(found.len()), Vec::new());
    for session in found {
        let progress = study_progress::Entity::find_by_id(session.id)
            .one(tx)
            .await?;
        let unit = unit::Entity::find_by_id(session.unit_id).one(tx).await?;
        let credited = match &progress {
            Some(progress) => read_json::<Coverage>(&progress.covered)?.len(),
            None => Millis::ZERO,
        };
        let ended = progress.as_ref().and_then(|progress| progress.ended_at);
        sessions.push([
            session.id.to_string(),
            session.lease.to_string(),
            unit.map(|unit| unit.position.to_string())
                .unwrap_or_default(),
            session.device.clone(),
            Moment(time(session.started_at)).to_string(),
            ended
                .map(|at| Moment(time(at)).to_string())
                .unwrap_or_default(),
            credited.0.to_string(),
            digest(&session.rules_hash)?.to_string(),
        ]);
        let rows = beat::Entity::find()
            .filter(beat::Column::SessionId.eq(session.id))
            .order_by_asc(beat::Column::Seq)
            .all(tx)
            .await?;
        for beat in rows {
            beats.push([
                session.id.to_string(),
                beat.seq.to_string(),
                Moment(time(beat.received_at)).to_string(),
                beat.spans,
                beat.lease_current.to_string(),
                beat.listed.to_string(),
                beat.decision,
                number(beat.unit_credited_ms).to_string(),
                digest(&beat.digest)?.to_string(),
                digest(&beat.chain)?.to_string(),
            ]);
        }
    }
    exported.sessions += sessions.len();
    exported.beats += beats.len();
    let heads = [
        "session",
        "lease",
        "unit",
        "device",
        "started_at",
        "ended_at",
        "credited_ms",
        "rules_sha256",
    ];
    folder.csv(&format!("{at}/study_sessions.csv"), &heads, &sessions)?;
    let heads = [
        "session",
        "seq",
        "received_at",
        "spans",
        "lease_current",
        "within_class",
        "decision",
        "unit_credited_ms",
        "digest",
        "chain",
    ];
    folder.csv(&format!("{at}/beats.csv"), &heads, &beats)
}

/// `face_checks.csv`
async fn face_checks(
    tx: &DatabaseTransaction,
    person: PersonId,
    class: ClassId,
    at: &str,
    folder: &mut Folder,
) -> Result<(), NotExported> {
    let found = face_check::Entity::find()
        .filter(face_check::Column::PersonId.eq(person.0))
        .filter(face_check::Column::ClassId.eq(class.0))
        .order_by_asc(face_check::Column::DrawnAt)
        .order_by_asc(face_check::Column::Id)
        .all(tx)
        .await?;
    let moment = |at: Option<i64>| {
        at.map(|at| Moment(time(at)).to_string())
            .unwrap_or_default()
    };
    let rows: Vec<_> = found
        .into_iter()
        .map(|check| {
            [
                check.id.to_string(),
                check
                    .session_id
                    .map(|id| id.to_string())
                    .unwrap_or_default(),
                check.origin,
                check.action,
                moment(Some(check.drawn_at)),
                moment(Some(check.deadline_at)),
                moment(check.answered_at),
                moment(check.settled_at),
                check.outcome.unwrap_or_default(),
                check.standing.unwrap_or_default(),
                check.stretches,
            ]
        })
        .collect();
    let heads = [
        "check",
        "session",
        "origin",
        "action",
        "drawn_at",
        "deadline_at",
        "answered_at",
        "settled_at",
        "outcome",
        "standing",
        "stretches",
    ];
    folder.csv(&format!("{at}/face_checks.csv"), &heads, &rows)
}
