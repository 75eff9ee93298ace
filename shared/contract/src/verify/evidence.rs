//! Each record against the ledger, against the statement, and against real time.

use super::report::{Fault, FaultCode, Faults};
use crate::{
    canonical,
    credential::{Evidence, StudyProof},
    record::{CheckSettled, Record, Segment, leaf_entry},
};
use ledger::{Checkpoint, Hash, VerifierKey, verify};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use study::{Coverage, Interval, Millis, SessionId, UnitId};

pub(super) fn check(proof: &StudyProof, document: &Value, faults: &mut Faults) {
    let checkpoint = checkpoint(proof, faults);
    for (position, evidence) in proof.evidence.iter().enumerate() {
        let place = format!("/evidence/{position}");
        if let Some(checkpoint) = &checkpoint {
            let found = is_in_ledger(evidence, document, &place, checkpoint);
            faults.unless(found, || Fault::at(&*place, FaultCode::NotInLedger));
        }
        match &evidence.record {
            Record::Segment(segment) => {
                belongs(segment, proof, &format!("{place}/record"), faults);
            }
            Record::CheckSettled(check) => {
                settles(check, proof, &format!("{place}/record"), faults);
            }
            Record::SessionStarted(_)
            | Record::ProofIssued(_)
            | Record::ChecksPlanned(_)
            | Record::ChecksRevealed(_)
            | Record::CheckDrawn(_)
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
                faults.add(Fault::at(
                    format!("{place}/record/kind"),
                    FaultCode::OtherRecord,
                ));
            }
        }
    }
    sessions(proof, faults);
    settled_once(proof, faults);
}

fn checkpoint(proof: &StudyProof, faults: &mut Faults) -> Option<Checkpoint> {
    let Ok(vkey) = proof.ledger.vkey.parse::<VerifierKey>() else {
        faults.add(Fault::at("/ledger/vkey", FaultCode::LedgerKey).found(&proof.ledger.vkey));
        return None;
    };
    match Checkpoint::open(&proof.ledger.checkpoint, &vkey) {
        Ok(checkpoint) => Some(checkpoint),
        Err(reason) => {
            faults.add(Fault::at("/ledger/checkpoint", FaultCode::Checkpoint).found(reason));
            None
        }
    }
}

/// The record is hashed as it stands in the document, not as we would write it.
fn is_in_ledger(
    evidence: &Evidence,
    document: &Value,
    place: &str,
    checkpoint: &Checkpoint,
) -> bool {
    let record = document.pointer(&format!("{place}/record"));
    record
        .and_then(|record| canonical::bytes(record).ok())
        .is_some_and(|record| {
            verify::inclusion(
                Hash::leaf(&leaf_entry(&evidence.salt, &record)),
                evidence.index,
                checkpoint.size,
                &evidence.inclusion,
                checkpoint.root,
            )
            .is_ok()
        })
}

/// Checks that a segment is about what the statement is about.
fn belongs(segment: &Segment, proof: &StudyProof, place: &str, faults: &mut Faults) {
    let subject = &proof.subject;
    let mut expect = |fine: bool, member: &str, code: FaultCode| {
        faults.unless(fine, || Fault::at(format!("{place}/{member}"), code));
    };
    expect(
        segment.person == subject.person,
        "person",
        FaultCode::OtherPerson,
    );
    expect(
        segment.class == subject.class.id,
        "class",
        FaultCode::OtherClass,
    );
    expect(
        segment.rules == subject.rules_hash,
        "rules",
        FaultCode::OtherRules,
    );
    match subject.units.iter().find(|unit| unit.unit == segment.unit) {
        None => expect(false, "unit", FaultCode::OtherUnit),
        Some(unit) => {
            expect(segment.film == unit.film, "film", FaultCode::OtherFilm);
            expect(
                segment.film_ms == unit.film_ms,
                "film_ms",
                FaultCode::OtherFilm,
            );
        }
    }
    let inside = segment
        .credited
        .intervals()
        .iter()
        .all(|interval| interval.to <= segment.film_ms);
    expect(inside, "credited", FaultCode::OutsideFilm);
    let elapsed = segment.at.since(segment.started_at);
    expect(
        segment.credited.len() <= elapsed,
        "credited",
        FaultCode::MoreThanRealTime,
    );
}

fn segments(proof: &StudyProof) -> impl Iterator<Item = (usize, &Segment)> {
    proof
        .evidence
        .iter()
        .enumerate()
        .filter_map(|(position, evidence)| match &evidence.record {
            Record::Segment(segment) => Some((position, segment)),
            _ => None,
        })
}

fn checks(proof: &StudyProof) -> impl Iterator<Item = (usize, &CheckSettled)> {
    proof
        .evidence
        .iter()
        .enumerate()
        .filter_map(|(position, evidence)| match &evidence.record {
            Record::CheckSettled(check) => Some((position, check)),
            _ => None,
        })
}

/// Checks that a settled face check is about what the statement is about.
fn settles(check: &CheckSettled, proof: &StudyProof, place: &str, faults: &mut Faults) {
    let subject = &proof.subject;
    for (fine, member, code) in [
        (
            check.person == subject.person,
            "person",
            FaultCode::OtherPerson,
        ),
        (
            check.class == subject.class.id,
            "class",
            FaultCode::OtherClass,
        ),
        (
            check.rules == subject.rules_hash,
            "rules",
            FaultCode::OtherRules,
        ),
    ] {
        faults.unless(fine, || Fault::at(format!("{place}/{member}"), code));
    }
}

/// Checks that what the face checks settled was earned in the sessions that they name, each millisecond settled by one check, and
/// each check told of once.
fn settled_once(proof: &StudyProof, faults: &mut Faults) {
    let mut left: BTreeMap<SessionId, (UnitId, Coverage)> = segments(proof)
        .map(|(_, segment)| (segment.session, (segment.unit, segment.credited.clone())))
        .collect();
    let mut seen = BTreeSet::new();
    for (position, check) in checks(proof) {
        let place = format!("/evidence/{position}/record");
        faults.unless(seen.insert(check.check), || {
            Fault::at(format!("{place}/check"), FaultCode::SessionTwice)
        });
        for (number, stretch) in check.stretches.iter().enumerate() {
            let earned = left
                .get_mut(&stretch.session)
                .filter(|(unit, _)| *unit == stretch.unit)
                .is_some_and(|(_, credited)| take(credited, &stretch.media));
            faults.unless(earned, || {
                Fault::at(format!("{place}/stretches/{number}"), FaultCode::NotEarned)
            });
        }
    }
}

/// Takes `media` out of `credited`; `false` where not all of it is there.
fn take(credited: &mut Coverage, media: &Coverage) -> bool {
    let there = media
        .intervals()
        .iter()
        .all(|interval| credited.missing(*interval).is_empty());
    *credited = credited
        .intervals()
        .iter()
        .flat_map(|interval| media.missing(*interval))
        .collect();
    there
}

/// Checks all sessions together: none twice, leases in order, and no more credit than time in which any of them ran.
fn sessions(proof: &StudyProof, faults: &mut Faults) {
    let mut segments: Vec<(usize, &Segment)> = segments(proof).collect();
    segments.sort_by_key(|(_, segment)| segment.lease);
    let mut seen = BTreeSet::new();
    let mut earlier: Option<&Segment> = None;
    for (position, segment) in &segments {
        let place = format!("/evidence/{position}/record");
        faults.unless(seen.insert(segment.session), || {
            Fault::at(format!("{place}/session"), FaultCode::SessionTwice)
        });
        let in_order = earlier.is_none_or(|earlier| {
            earlier.lease < segment.lease && earlier.started_at <= segment.started_at
        });
        faults.unless(in_order, || {
            Fault::at(format!("{place}/lease"), FaultCode::LeaseOrder)
        });
        earlier = Some(segment);
    }
    let ran: Coverage = segments
        .iter()
        .map(|(_, segment)| Interval {
            from: Millis(segment.started_at.0),
            to: Millis(segment.at.0),
        })
        .collect();
    let credited = segments.iter().fold(Millis::ZERO, |sum, (_, segment)| {
        sum.saturating_add(segment.credited.len())
    });
    faults.unless(credited <= ran.len(), || {
        Fault::at("/evidence", FaultCode::MoreThanRealTime)
            .expected(ran.len().0)
            .found(credited.0)
    });
}
