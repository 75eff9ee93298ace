//! The files that are no learner's: manifest, list, seal; and how any file is read.

use super::{
    Files, MANIFEST, SEAL,
    build::pretty,
    folder,
    manifest::{Listed, PackFile, PackManifest, Seal, TYPES, Totals},
    report::{PackFault, PackFaultCode as Code},
    sample, split,
};
use crate::{
    canonical,
    credential::EVIDENCE_TYPE,
    digest::Digest,
    record::{Record, leaf_entry},
    verify::{TrustAnchors, json as strict, report::Faults, seals},
};
use ledger::{Checkpoint, Hash, VerifierKey, verify as in_tree};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The manifest: its signature, its form, its sums.
pub(super) fn manifest(
    files: &Files,
    faults: &mut Vec<PackFault>,
) -> (Option<PackManifest>, Option<Digest>) {
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
    as_written(files, MANIFEST, &manifest, faults);
    if manifest.types != TYPES {
        faults.push(PackFault::of(MANIFEST, Code::Shape).at("/type"));
    }
    let subject = &manifest.subject;
    let numbered = (1_u32..).zip(&subject.learners);
    if numbered.clone().any(|(number, row)| row.number != number) {
        faults.push(PackFault::of(MANIFEST, Code::Shape).at("/credentialSubject/learners"));
    }
    let both = |row: &Listed| row.pdf.is_some() && row.no_pdf.is_some();
    if let Some(idx) = subject.learners.iter().position(both) {
        let place = format!("/credentialSubject/learners/{idx}/no_pdf");
        faults.push(PackFault::of(MANIFEST, Code::Shape).at(place));
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
pub(super) fn against_the_list(
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
pub(super) fn rows(files: &Files, sealed: Option<&PackManifest>) -> Vec<(String, Option<Listed>)> {
    let listed = sealed.map(|manifest| &manifest.subject.learners);
    let mut rows: Vec<(String, Option<Listed>)> = listed
        .into_iter()
        .flatten()
        .map(|row| (folder(row.number), Some(row.clone())))
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

/// The seal: the record is in the ledger, it is about this manifest, and the sample follows from the ledger.
pub(super) fn seal(
    files: &Files,
    manifest: &PackManifest,
    digest: Digest,
    anchors: &TrustAnchors,
    faults: &mut Vec<PackFault>,
) {
    let Some(value) = json(files, SEAL, faults) else {
        return;
    };
    let Some(seal) = typed::<Seal>(&value, SEAL, faults) else {
        return;
    };
    as_written(files, SEAL, &seal, faults);
    let about_this = seal.evidence.types == [EVIDENCE_TYPE]
        && matches!(
            &seal.evidence.record,
            Record::ClaimSealed(record)
                if record.manifest == digest && manifest.id == format!("urn:uuid:{}", record.claim)
        );
    if !about_this {
        faults.push(PackFault::of(SEAL, Code::Seal).at("/evidence/record"));
        return;
    }
    let checkpoint = seal
        .ledger
        .vkey
        .parse::<VerifierKey>()
        .ok()
        .and_then(|vkey| Checkpoint::open(&seal.ledger.checkpoint, &vkey).ok());
    let Some(checkpoint) = checkpoint else {
        faults.push(PackFault::of(SEAL, Code::Seal).at("/ledger/checkpoint"));
        return;
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
        return;
    }
    let issuer_known = anchors.issuer_dids.contains(&manifest.issuer);
    if issuer_known && !anchors.ledger_vkeys.contains(&seal.ledger.vkey) {
        // A ledger of one's own could be made to draw any sample.
        faults.push(PackFault::of(SEAL, Code::Seal).at("/ledger/vkey"));
        return;
    }
    if seal.sample != sample::draw(digest, &checkpoint, &manifest.subject.learners) {
        faults.push(PackFault::of(SEAL, Code::Sample).at("/sample"));
    }
}

/// Reads a file strictly; says what is wrong with it.
pub(super) fn json(files: &Files, path: &str, faults: &mut Vec<PackFault>) -> Option<Value> {
    match files.get(path) {
        None => {
            faults.push(PackFault::of(path, Code::Gone));
            None
        }
        Some(None) => {
            faults.push(PackFault::of(path, Code::Damaged));
            None
        }
        Some(Some(bytes)) => match strict::parse(bytes) {
            Ok(value) => Some(value),
            Err(fault) => {
                faults.push(PackFault::document(path, fault));
                None
            }
        },
    }
}

/// These two files are what all others are held against, and no digest holds them: signature and record are about what they say. So another
/// way to write the same, a space or a capital digit, is a changed byte that only this finds.
fn as_written<T: Serialize>(files: &Files, path: &str, read: &T, faults: &mut Vec<PackFault>) {
    let there = files.get(path).and_then(Option::as_ref);
    if let (Some(there), Ok(ours)) = (there, pretty(read))
        && *there != ours
    {
        faults.push(
            PackFault::of(path, Code::Changed)
                .expected(Digest::of(&[&ours]))
                .found(Digest::of(&[there])),
        );
    }
}

pub(super) fn typed<T: DeserializeOwned>(
    value: &Value,
    path: &str,
    faults: &mut Vec<PackFault>,
) -> Option<T> {
    match serde_path_to_error::deserialize(value) {
        Ok(read) => Some(read),
        Err(error) => {
            let place = strict::pointer(error.path());
            faults.push(
                PackFault::of(path, Code::Shape)
                    .at(place)
                    .found(error.inner()),
            );
            None
        }
    }
}
