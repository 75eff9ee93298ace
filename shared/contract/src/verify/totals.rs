//! What is stated against what the records and the rules say.

use super::report::{Fault, FaultCode, Faults};
use crate::{
    canonical,
    credential::{Settled, StudyProof},
};
use std::collections::BTreeSet;
use study::{ClassHours, Millis};

pub(super) fn check(proof: &StudyProof, faults: &mut Faults) {
    let subject = &proof.subject;
    faults.unless(
        canonical::digest(&subject.rules).is_ok_and(|digest| digest == subject.rules_hash),
        || {
            Fault::at("/credentialSubject/rules_hash", FaultCode::RulesHash)
                .found(subject.rules_hash)
        },
    );
    let records = proof.evidence.iter().map(|evidence| &evidence.record);
    let settled = Settled::of(records, &subject.rules);
    identity(proof, &settled, faults);
    units(proof, settled, faults);
    let sum = subject.units.iter().fold(Millis::ZERO, |sum, unit| {
        sum.saturating_add(unit.credited_ms)
    });
    faults.unless(sum == subject.credited_ms, || {
        Fault::at("/credentialSubject/credited_ms", FaultCode::Total)
            .expected(sum.0)
            .found(subject.credited_ms.0)
    });
    let hours = ClassHours::of(subject.credited_ms, &subject.rules);
    faults.unless(hours == subject.class_hours, || {
        Fault::at("/credentialSubject/class_hours", FaultCode::ClassHours)
            .expected(hours.0)
            .found(subject.class_hours.0)
    });
}

fn units(proof: &StudyProof, settled: Settled, faults: &mut Faults) {
    let mut covered = settled.confirmed;
    let mut seen = BTreeSet::new();
    for (position, unit) in proof.subject.units.iter().enumerate() {
        let place = format!("/credentialSubject/units/{position}");
        faults.unless(seen.insert(unit.unit), || {
            Fault::at(format!("{place}/unit"), FaultCode::UnitTwice)
        });
        let recorded = covered.remove(&unit.unit).unwrap_or_default();
        faults.unless(unit.credited == recorded, || {
            Fault::at(format!("{place}/credited"), FaultCode::UnitCredit)
        });
        faults.unless(unit.credited_ms == unit.credited.len(), || {
            Fault::at(format!("{place}/credited_ms"), FaultCode::Total)
                .expected(unit.credited.len().0)
                .found(unit.credited_ms.0)
        });
    }
}

/// A proof must say how far identity was checked, and what was not; under rules without face checks that nobody's was.
fn identity(proof: &StudyProof, settled: &Settled, faults: &mut Faults) {
    faults.unless(proof.subject.checks == settled.checks, || {
        Fault::at("/credentialSubject/checks", FaultCode::CheckCounts)
    });
    faults.unless(
        proof.subject.evidence_class == settled.evidence_class,
        || {
            Fault::at(
                "/credentialSubject/evidence_class",
                FaultCode::EvidenceClass,
            )
        },
    );
    faults.unless(
        settled
            .evidence_class
            .must_declare()
            .iter()
            .all(|one| proof.not_checked.contains(one)),
        || Fault::at("/not_checked", FaultCode::Undeclared),
    );
}
