//! What the evidence says about a person's study, against what the beats came to; and every proof against its own evidence.

use super::{ReplayKeys, Summary, beats::Replayed};
use crate::store::{
    classes, digest,
    entities::{class, evidence},
    evidence as records, json, number, proofs,
    rules_book::RulesBook,
    status_entries, time, to_json,
};
use contract::{
    Digest,
    face::seed_hash,
    record::{ChecksPlanned, ChecksRevealed, ProofIssued, Record, Segment, SessionStarted},
    verify::{TrustAnchors, Verdict, verify},
};
use sea_orm::{ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter};
use std::collections::HashMap;
use study::{ClassId, LeaseNumber, Millis, PersonId, SessionId, Timestamp, UnitId};
use uuid::Uuid;

/// Compares the records of each session with its replay.
pub(super) async fn compare(
    tx: &DatabaseTransaction,
    keys: &ReplayKeys,
    person: PersonId,
    study: &[Replayed],
    summary: &mut Summary,
) -> Result<(), DbErr> {
    let pseudonym = keys.master.pseudonym(person);
    for replayed in study {
        let session = SessionId(replayed.session.id);
        let mut started = false;
        let mut next_seq = 1;
        let mut ended = false;
        let (mut planned, mut revealed) = (0, 0);
        for row in records::of_session(tx, session).await? {
            let record: Record = json(&row.record)?;
            summary.expect(to_json(&record)? == row.record, || {
                format!("record {}: not in canonical form", row.id)
            });
            match record {
                Record::SessionStarted(record) => {
                    started = true;
                    let same = record == start_of(replayed, pseudonym)?;
                    summary.expect(same, || {
                        format!("session {session}: the record of its start says something else")
                    });
                }
                Record::Segment(record) => {
                    let expected = segment_of(replayed, pseudonym, next_seq, &record)?;
                    next_seq = record.to_seq.saturating_add(1);
                    ended = record.ended;
                    summary.expect(Some(&record) == expected.as_ref(), || {
                        format!(
                            "session {session}: its record up to beat {} says something else than its beats",
                            record.to_seq
                        )
                    });
                }
                Record::ChecksPlanned(record) => {
                    planned += 1;
                    let same = replayed.drawn.is_some()
                        && record == planned_of(keys, replayed, pseudonym)?;
                    summary.expect(same, || {
                        format!(
                            "session {session}: the record of its seed's hash says something else"
                        )
                    });
                }
                Record::ChecksRevealed(record) => {
                    revealed += 1;
                    let same = record == revealed_of(keys, replayed, pseudonym, record.at);
                    summary.expect(same, || {
                        format!("session {session}: the record of its seed says something else")
                    });
                }
                // Compared with the checks themselves.
                Record::CheckDrawn(_) | Record::CheckSettled(_) => {}
                Record::ProofIssued(_)
                | Record::WayChosen(_)
                | Record::FaceEnrolled(_)
                | Record::EnrolmentDecided(_)
                | Record::FaceKeyDestroyed(_)
                | Record::AppealFiled(_)
                | Record::AppealAnswered(_)
                | Record::RollCalled(_)
                | Record::PointerMoved(_)
                | Record::ProofRevoked(_)
                | Record::ClaimEntered(_)
                | Record::ClaimSealed(_)
                | Record::ClaimWithdrawn(_)
                | Record::ClaimRowReviewed(_)
                | Record::ClaimDecided(_)
                | Record::ClassDeleted(_) => {
                    summary.differs(|| format!("session {session}: a record that is not about it"));
                }
            }
        }
        summary.expect(started, || {
            format!("session {session}: the record of its start is missing")
        });
        let checked = usize::from(replayed.drawn.is_some());
        let over = checked * usize::from(replayed.ended);
        summary.expect(planned == checked && revealed == over, || {
            format!(
                "session {session}: {planned} records of its seed's hash and {revealed} of its seed"
            )
        });
        let last_seq = next_seq.saturating_sub(1);
        summary.expect(
            last_seq == replayed.segment_seq && ended == replayed.ended,
            || {
                format!(
                    "session {session}: its records go up to beat {last_seq}, but {} is stored",
                    replayed.segment_seq
                )
            },
        );
    }
    Ok(())
}

fn start_of(replayed: &Replayed, person: Digest) -> Result<SessionStarted, DbErr> {
    let (session, unit) = (&replayed.session, &replayed.unit);
    Ok(SessionStarted {
        session: SessionId(session.id),
        person,
        class: ClassId(session.class_id),
        unit: UnitId(session.unit_id),
        film: digest(&unit.film)?,
        film_ms: Millis(number(unit.film_ms)),
        rules: digest(&session.rules_hash)?,
        lease: LeaseNumber(number(session.lease)),
        nonce: digest(&session.nonce)?,
        started_at: time(session.started_at),
    })
}

fn planned_of(
    keys: &ReplayKeys,
    replayed: &Replayed,
    person: Digest,
) -> Result<ChecksPlanned, DbErr> {
    let session = SessionId(replayed.session.id);
    Ok(ChecksPlanned {
        session,
        person,
        class: ClassId(replayed.session.class_id),
        rules: digest(&replayed.session.rules_hash)?,
        seed_hash: seed_hash(&keys.master.check_seed(session)),
        at: time(replayed.session.started_at),
    })
}

fn revealed_of(
    keys: &ReplayKeys,
    replayed: &Replayed,
    person: Digest,
    at: Timestamp,
) -> ChecksRevealed {
    let session = SessionId(replayed.session.id);
    ChecksRevealed {
        session,
        person,
        class: ClassId(replayed.session.class_id),
        seed: keys.master.check_seed(session),
        drawn: replayed.drawn.unwrap_or(0),
        at,
    }
}

/// What the segment should say; `None` where it is about beats that are not there.
fn segment_of(
    replayed: &Replayed,
    person: Digest,
    from_seq: u64,
    record: &Segment,
) -> Result<Option<Segment>, DbErr> {
    let start = start_of(replayed, person)?;
    let step = usize::try_from(record.to_seq)
        .ok()
        .and_then(|seq| replayed.steps.get(seq));
    Ok(step.map(|step| Segment {
        session: start.session,
        person: start.person,
        class: start.class,
        unit: start.unit,
        film: start.film,
        film_ms: start.film_ms,
        rules: start.rules,
        lease: start.lease,
        from_seq,
        to_seq: record.to_seq,
        chain: step.chain,
        credited: step.covered.clone(),
        started_at: start.started_at,
        at: record.at,
        ended: record.ended,
    }))
}

/// Verifies every proof as anybody would, and compares it with the record of its issue and with the class page.
pub(super) async fn proofs(
    tx: &DatabaseTransaction,
    book: &RulesBook,
    keys: &ReplayKeys,
    summary: &mut Summary,
) -> Result<(), DbErr> {
    let anchors = TrustAnchors::from(keys.public.clone());
    let mut issued: HashMap<Uuid, ProofIssued> = HashMap::new();
    for row in evidence::Entity::find()
        .filter(evidence::Column::Kind.eq("proof_issued/1"))
        .all(tx)
        .await?
    {
        if let Record::ProofIssued(record) = json(&row.record)? {
            issued.insert(record.proof, record);
        }
    }
    let places: HashMap<Uuid, String> = status_entries::all(tx)
        .await?
        .into_iter()
        .map(|row| (row.proof_id, format!("/status/{}#{}", row.list, row.idx)))
        .collect();
    for row in proofs::all(tx).await? {
        summary.proofs += 1;
        let id = row.id;
        let report = verify(row.document.as_bytes(), &anchors);
        summary.expect(report.verdict == Verdict::Valid, || {
            let faults: Vec<String> = report
                .faults
                .iter()
                .map(|fault| format!("{:?} at {}", fault.code, fault.place))
                .collect();
            format!("proof {id} is not valid: {}", faults.join(", "))
        });
        let status = report
            .proof
            .as_ref()
            .and_then(|proof| proof.status.as_ref());
        let in_place = match (status, places.get(&id)) {
            (Some(entry), Some(place)) => entry.id.ends_with(place.as_str()),
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        };
        summary.expect(in_place, || {
            format!("proof {id}: it does not name the place that is kept for it in the status list")
        });
        let Some(record) = issued.remove(&id) else {
            summary.differs(|| format!("proof {id}: the record of its issue is missing"));
            continue;
        };
        let same = report.digest == Some(record.credential)
            && digest(&row.digest)? == record.credential
            && number(row.credited_ms) == record.credited_ms.0
            && time(row.issued_at) == record.issued_at
            && record.class.0 == row.class_id
            && record.person == keys.master.pseudonym(PersonId(row.person_id));
        summary.expect(same, || {
            format!("proof {id}: the record of its issue says something else")
        });
        let class = class::Entity::find_by_id(row.class_id)
            .one(tx)
            .await?
            .ok_or_else(|| DbErr::RecordNotFound(format!("the class of proof {id}")))?;
        let now: u64 = classes::credited(tx, book, PersonId(row.person_id), &class)
            .await?
            .values()
            .map(|covered| covered.len().0)
            .sum();
        summary.expect(number(row.credited_ms) <= now, || {
            format!(
                "proof {id}: it states {} ms, but only {now} ms are credited",
                row.credited_ms
            )
        });
    }
    for proof in issued.keys() {
        summary.differs(|| format!("proof {proof} was issued, but it is not stored"));
    }
    Ok(())
}
