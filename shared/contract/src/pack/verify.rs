//! Verifying a pack, without I/O and without a clock. Each row stands by its own files: what is damaged in one concerns that row only.

use super::{
    ENTRY, Entry, Files, MANIFEST, PROOF, SEAL, folder,
    manifest::{Listed, PackFile, PackManifest, Seal, TYPES, Totals},
    report::{LearnerReport, PackFault, PackFaultCode as Code, PackReport},
    sample, split,
};
use crate::{
    canonical,
    claim::THEORY_PERMILLE_MIN,
    credential::{EVIDENCE_TYPE, StudyProof},
    digest::Digest,
    record::{Record, leaf_entry},
    verify::{TrustAnchors, Verdict, report::Faults, seals, verify as verify_proof},
};
use ledger::{Checkpoint, Hash, VerifierKey, verify as in_tree};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Verifies the files of a pack against the keys in `anchors`.
#[must_use]
pub fn verify(files: &Files, anchors: &TrustAnchors) -> PackReport {
    let mut faults = Vec::new();
    let (manifest, digest) = manifest(files, &mut faults);
    // Hashes and rows are believed only from a manifest that is as it was signed. Where it is not, every row still stands by itself.
    let sealed = manifest.as_ref().filter(|_| faults.is_empty());
    let known = manifest
        .as_ref()
        .is_none_or(|manifest| anchors.issuer_dids.contains(&manifest.issuer));
    let listed: BTreeMap<&str, &PackFile> = sealed
        .map(|manifest| &manifest.subject.files)
        .into_iter()
        .flatten()
        .map(|file| (file.path.as_str(), file))
        .collect();
    let mut by_folder = against_the_list(files, sealed.is_some(), &listed, &mut faults);
    let rows = rows(files, sealed);
    let mut learners: Vec<LearnerReport> = rows
        .into_iter()
        .map(|(path, row)| {
            let found = by_folder.remove(&path).unwrap_or_default();
            learner(files, path, row, sealed, found, anchors)
        })
        .collect();
    once(&mut learners);
    let sample = match (&manifest, digest) {
        (Some(manifest), Some(digest)) if sealed.is_some() => {
            seal(files, manifest, digest, anchors, &mut faults)
        }
        _ => Vec::new(),
    };
    let holding: Vec<Listed> = learners.iter().filter_map(stated).collect();
    let mut not_checked: Vec<_> = learners
        .iter()
        .filter_map(|row| row.proof.as_deref())
        .flat_map(crate::verify::Unchecked::of)
        // The pack names everybody in full.
        .filter(|one| *one != crate::verify::Unchecked::Holder)
        .collect();
    not_checked.sort_unstable();
    not_checked.dedup();
    let worst = learners.iter().map(|row| row.verdict).fold(
        match (faults.is_empty(), known) {
            (true, true) => Verdict::Valid,
            (true, false) => Verdict::UnknownIssuer,
            (false, _) => Verdict::Invalid,
        },
        worse,
    );
    PackReport {
        verdict: worst,
        totals: Totals::of(&holding),
        digest,
        manifest: manifest.map(Box::new),
        faults,
        learners,
        sample,
        not_checked,
    }
}

const fn worse(one: Verdict, other: Verdict) -> Verdict {
    match (one, other) {
        (Verdict::Invalid, _) | (_, Verdict::Invalid) => Verdict::Invalid,
        (Verdict::UnknownIssuer, _) | (_, Verdict::UnknownIssuer) => Verdict::UnknownIssuer,
        (Verdict::Valid, Verdict::Valid) => Verdict::Valid,
    }
}

/// What a row that holds states, by its own proof.
fn stated(row: &LearnerReport) -> Option<Listed> {
    let proof = row.proof.as_deref()?;
    (row.verdict != Verdict::Invalid).then(|| Listed {
        number: row.number.unwrap_or_default(),
        person: proof.subject.person,
        proof: Digest([0; 32]),
        credited_ms: proof.subject.credited_ms,
        class_hours: proof.subject.class_hours,
    })
}

/// The manifest: its signature, its form, its sums.
fn manifest(files: &Files, faults: &mut Vec<PackFault>) -> (Option<PackManifest>, Option<Digest>) {
    let Some(value) = json(files, MANIFEST, faults) else {
        return (None, None);
    };
    let mut of_document = Faults::default();
    seals::check(&value, &mut of_document);
    faults.extend(
        of_document
            .into_list()
            .into_iter()
            .map(|fault| PackFault::document(MANIFEST, fault)),
    );
    let digest = canonical::digest(&value).ok();
    let Some(manifest) = typed::<PackManifest>(&value, MANIFEST, faults) else {
        return (None, digest);
    };
    if manifest.types != TYPES {
        faults.push(PackFault::of(MANIFEST, Code::Shape).at("/type"));
    }
    let subject = &manifest.subject;
    let numbered = (1_u32..).zip(&subject.learners);
    if numbered.clone().any(|(number, row)| row.number != number) {
        faults.push(PackFault::of(MANIFEST, Code::Shape).at("/credentialSubject/learners"));
    }
    let sums = Totals::of(&subject.learners);
    if sums != subject.totals {
        faults.push(
            PackFault::of(MANIFEST, Code::Totals)
                .at("/credentialSubject/totals")
                .expected(sums.class_hours.0)
                .found(subject.totals.class_hours.0),
        );
    }
    (Some(manifest), digest)
}

/// Compares every file with the list. Faults of a learner's file are given by their folder, the others go to `faults`.
fn against_the_list(
    files: &Files,
    sealed: bool,
    listed: &BTreeMap<&str, &PackFile>,
    faults: &mut Vec<PackFault>,
) -> BTreeMap<String, Vec<PackFault>> {
    let mut by_folder: BTreeMap<String, Vec<PackFault>> = BTreeMap::new();
    let mut add = |fault: PackFault| match split(&fault.file) {
        Some((folder, _)) => by_folder.entry(folder.to_owned()).or_default().push(fault),
        None => faults.push(fault),
    };
    for (path, bytes) in files {
        let by_itself = path == MANIFEST || path == SEAL;
        match (bytes, listed.get(path.as_str())) {
            (None, _) if !by_itself => add(PackFault::of(path, Code::Damaged)),
            (Some(bytes), Some(file)) if Digest::of(&[bytes]) != file.sha256 => {
                add(PackFault::of(path, Code::Changed)
                    .expected(file.sha256)
                    .found(Digest::of(&[bytes])));
            }
            (Some(_), None) if sealed && !by_itself => add(PackFault::of(path, Code::NotListed)),
            _ => {}
        }
    }
    for path in listed.keys() {
        if !files.contains_key(*path) {
            add(PackFault::of(*path, Code::Gone));
        }
    }
    by_folder
}

/// The rows: as a believed manifest lists them, and each other folder that is there.
fn rows<'a>(files: &Files, sealed: Option<&'a PackManifest>) -> Vec<(String, Option<&'a Listed>)> {
    let listed = sealed.map(|manifest| &manifest.subject.learners);
    let mut rows: Vec<(String, Option<&Listed>)> = listed
        .into_iter()
        .flatten()
        .map(|row| (folder(row.number), Some(row)))
        .collect();
    let there: BTreeSet<String> = rows.iter().map(|(folder, _)| folder.clone()).collect();
    let others: BTreeSet<&str> = files
        .keys()
        .filter_map(|path| split(path))
        .map(|(folder, _)| folder)
        .filter(|folder| !there.contains(*folder))
        .collect();
    rows.extend(others.into_iter().map(|folder| (folder.to_owned(), None)));
    rows
}

fn learner(
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
        folder,
        faults,
        entry,
        proof,
    }
}

/// Says that a file which every row has is not there, unless the list has said so already.
fn gone(path: &str, faults: &mut Vec<PackFault>) {
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
            crate::claim::ClaimItem::Practical => "/facts/practical",
            crate::claim::ClaimItem::Certificate => "/facts/certificate",
            crate::claim::ClaimItem::Receipt => "/facts/receipt",
            crate::claim::ClaimItem::Theory | crate::claim::ClaimItem::Proof => "/facts",
        };
        faults.push(PackFault::of(path, Code::Fact).at(pointer));
    }
}

/// Nobody is claimed for twice: by their pseudonym, and by their ID number.
fn once(learners: &mut [LearnerReport]) {
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

/// The seal: the record is in the ledger, it is about this manifest, and the sample follows from the ledger. Gives the sample.
fn seal(
    files: &Files,
    manifest: &PackManifest,
    digest: Digest,
    anchors: &TrustAnchors,
    faults: &mut Vec<PackFault>,
) -> Vec<u32> {
    let Some(value) = json(files, SEAL, faults) else {
        return Vec::new();
    };
    let Some(seal) = typed::<Seal>(&value, SEAL, faults) else {
        return Vec::new();
    };
    let about_this = seal.evidence.types == [EVIDENCE_TYPE]
        && matches!(
            &seal.evidence.record,
            Record::ClaimSealed(record)
                if record.manifest == digest && manifest.id == format!("urn:uuid:{}", record.claim)
        );
    if !about_this {
        faults.push(PackFault::of(SEAL, Code::Seal).at("/evidence/record"));
        return Vec::new();
    }
    let checkpoint = seal
        .ledger
        .vkey
        .parse::<VerifierKey>()
        .ok()
        .and_then(|vkey| Checkpoint::open(&seal.ledger.checkpoint, &vkey).ok());
    let Some(checkpoint) = checkpoint else {
        faults.push(PackFault::of(SEAL, Code::Seal).at("/ledger/checkpoint"));
        return Vec::new();
    };
    // The record is hashed as it stands in the file, not as we would write it.
    let there = value
        .pointer("/evidence/record")
        .and_then(|record| canonical::bytes(record).ok())
        .is_some_and(|record| {
            in_tree::inclusion(
                Hash::leaf(&leaf_entry(&seal.evidence.salt, &record)),
                seal.evidence.index,
                checkpoint.size,
                &seal.evidence.inclusion,
                checkpoint.root,
            )
            .is_ok()
        });
    if !there {
        faults.push(PackFault::of(SEAL, Code::Seal).at("/evidence"));
        return Vec::new();
    }
    let issuer_known = anchors.issuer_dids.contains(&manifest.issuer);
    if issuer_known && !anchors.ledger_vkeys.contains(&seal.ledger.vkey) {
        // A ledger of one's own could be made to draw any sample.
        faults.push(PackFault::of(SEAL, Code::Seal).at("/ledger/vkey"));
        return Vec::new();
    }
    let sample = sample::draw(digest, &checkpoint, &manifest.subject.learners);
    if sample != seal.sample {
        faults.push(PackFault::of(SEAL, Code::Sample).at("/sample"));
    }
    sample
}

/// Reads a file strictly; says what is wrong with it.
fn json(files: &Files, path: &str, faults: &mut Vec<PackFault>) -> Option<Value> {
    match files.get(path) {
        None => {
            faults.push(PackFault::of(path, Code::Gone));
            None
        }
        Some(None) => {
            faults.push(PackFault::of(path, Code::Damaged));
            None
        }
        Some(Some(bytes)) => match crate::verify::json::parse(bytes) {
            Ok(value) => Some(value),
            Err(fault) => {
                faults.push(PackFault::document(path, fault));
                None
            }
        },
    }
}

fn typed<T: DeserializeOwned>(value: &Value, path: &str, faults: &mut Vec<PackFault>) -> Option<T> {
    match serde_path_to_error::deserialize(value) {
        Ok(read) => Some(read),
        Err(error) => {
            let place = crate::verify::json::pointer(error.path());
            faults.push(
                PackFault::of(path, Code::Shape)
                    .at(place)
                    .found(error.inner()),
            );
            None
        }
    }
}
