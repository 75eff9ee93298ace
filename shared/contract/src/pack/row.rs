//! One row: the study proof, who it is, and what was entered.

use super::{
    ENTRY, Entry, Files, PROOF, PROOF_PDF,
    files::{json, typed},
    manifest::{Listed, PackManifest},
    report::{LearnerReport, PackFault, PackFaultCode as Code},
    sheet,
};
use crate::{
    canonical,
    claim::{ClaimItem, THEORY_PERMILLE_MIN},
    credential::StudyProof,
    status::Revocation,
    verify::{TrustAnchors, Verdict, verify as verify_proof},
};
use std::collections::{BTreeMap, BTreeSet};

/// Verifies a row; `faults` are those that the list of files has found in its folder.
pub(super) fn learner(
    files: &Files,
    folder: String,
    row: Option<&Listed>,
    sealed: Option<&PackManifest>,
    mut faults: Vec<PackFault>,
    anchors: &TrustAnchors,
) -> LearnerReport {
    let (proof_path, entry_path) = (format!("{folder}{PROOF}"), format!("{folder}{ENTRY}"));
    let mut known = true;
    let mut proof: Option<Box<StudyProof>> = None;
    match files.get(&proof_path) {
        Some(Some(bytes)) => {
            let report = verify_proof(bytes, anchors);
            known = report.verdict != Verdict::UnknownIssuer;
            if report.verdict == Verdict::Invalid {
                let found = report.faults.into_iter();
                faults.extend(found.map(|fault| PackFault::document(&proof_path, fault)));
            }
            proof = report.proof;
        }
        Some(None) => {}
        None => gone(&proof_path, &mut faults),
    }
    let entry: Option<Entry> = match files.get(&entry_path) {
        Some(Some(_)) => json(files, &entry_path, &mut faults)
            .and_then(|value| typed(&value, &entry_path, &mut faults)),
        Some(None) => None,
        None => {
            gone(&entry_path, &mut faults);
            None
        }
    };
    let pdf_path = format!("{folder}{PROOF_PDF}");
    // What a proof that does not hold itself should be, nobody can say.
    let holds = !faults.iter().any(|fault| fault.file == proof_path);
    let beside = files.get(&proof_path).and_then(Option::as_deref);
    sheet::check(files, &pdf_path, row, beside.filter(|_| holds), &mut faults);
    if let (Some(proof), true) = (&proof, faults.is_empty()) {
        of_proof(proof, &proof_path, row, sealed, &mut faults);
        if let Some(entry) = &entry {
            of_entry(entry, &entry_path, proof, row, &mut faults);
        }
    }
    LearnerReport {
        number: row.map(|row| row.number),
        verdict: match (faults.is_empty(), known) {
            (true, true) => Verdict::Valid,
            (true, false) => Verdict::UnknownIssuer,
            (false, _) => Verdict::Invalid,
        },
        has_pdf: files.contains_key(&pdf_path),
        no_pdf: row.and_then(|row| row.no_pdf.clone()),
        folder,
        faults,
        entry,
        revocation: proof
            .as_deref()
            .map_or(Revocation::NotAsked, Revocation::unasked),
        proof,
    }
}

/// Says that a file which every row has is not there, unless the list has said so already.
pub(super) fn gone(path: &str, faults: &mut Vec<PackFault>) {
    if !faults.iter().any(|fault| fault.file == path) {
        faults.push(PackFault::of(path, Code::Gone));
    }
}

/// The proof against what is claimed.
fn of_proof(
    proof: &StudyProof,
    path: &str,
    row: Option<&Listed>,
    sealed: Option<&PackManifest>,
    faults: &mut Vec<PackFault>,
) {
    let subject = &proof.subject;
    if let Some(manifest) = sealed
        && (subject.class != manifest.subject.class || subject.course != manifest.subject.course)
    {
        faults.push(
            PackFault::of(path, Code::OtherClass)
                .at("/credentialSubject/class")
                .expected(manifest.subject.class.id.0)
                .found(subject.class.id.0),
        );
    }
    if let Some(row) = row {
        if subject.person != row.person || canonical::digest(proof).ok() != Some(row.proof) {
            faults.push(PackFault::of(path, Code::OtherProof));
        }
        if (subject.credited_ms, subject.class_hours) != (row.credited_ms, row.class_hours) {
            faults.push(
                PackFault::of(path, Code::Hours)
                    .at("/credentialSubject/class_hours")
                    .expected(row.class_hours.0)
                    .found(subject.class_hours.0),
            );
        }
    }
    for (idx, unit) in subject.units.iter().enumerate() {
        if unit.credited_ms.0.saturating_mul(1_000)
            < unit.film_ms.0.saturating_mul(THEORY_PERMILLE_MIN)
        {
            faults.push(
                PackFault::of(path, Code::Theory)
                    .at(format!("/credentialSubject/units/{idx}"))
                    .expected(unit.film_ms.0)
                    .found(unit.credited_ms.0),
            );
        }
    }
}

/// What was entered against the proof and against what a claim needs.
fn of_entry(
    entry: &Entry,
    path: &str,
    proof: &StudyProof,
    row: Option<&Listed>,
    faults: &mut Vec<PackFault>,
) {
    if row.is_some_and(|row| row.number != entry.number) {
        faults.push(PackFault::of(path, Code::Shape).at("/number"));
    }
    if !entry.opening.opens(proof) {
        faults.push(PackFault::of(path, Code::OtherPerson).at("/opening"));
    }
    for missing in entry.facts.missing() {
        let pointer = match missing.item() {
            ClaimItem::Practical => "/facts/practical",
            ClaimItem::Certificate => "/facts/certificate",
            ClaimItem::Receipt => "/facts/receipt",
            ClaimItem::Theory | ClaimItem::Proof => "/facts",
        };
        faults.push(PackFault::of(path, Code::Fact).at(pointer));
    }
}

/// Nobody is claimed for twice: by their pseudonym, and by their ID number.
pub(super) fn once(learners: &mut [LearnerReport]) {
    let mut seen: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (place, row) in learners.iter().enumerate() {
        if row.verdict == Verdict::Invalid {
            continue;
        }
        let person = row
            .proof
            .as_ref()
            .map(|proof| proof.subject.person.to_string());
        let number = row
            .entry
            .as_ref()
            .map(|entry| entry.opening.id_number.clone());
        for name in person.into_iter().chain(number) {
            seen.entry(name).or_default().push(place);
        }
    }
    let twice: BTreeSet<usize> = seen
        .into_values()
        .filter(|places| places.len() > 1)
        .flatten()
        .collect();
    for place in twice {
        if let Some(row) = learners.get_mut(place) {
            let file = format!("{}{ENTRY}", row.folder);
            row.faults
                .push(PackFault::of(file, Code::Twice).at("/opening"));
            row.verdict = Verdict::Invalid;
        }
    }
}
