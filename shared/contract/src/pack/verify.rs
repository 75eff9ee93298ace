//! Verifying a pack, without I/O and without a clock. Each row stands by its own files: what is damaged in one concerns that row only.

use super::{
    Files, MANIFEST, SEAL, files,
    manifest::{Listed, PackFile, PackManifest, Seal, Totals},
    report::{LearnerReport, PackFault, PackReport},
    row,
};
use crate::{
    digest::Digest,
    verify::{TrustAnchors, Unchecked, Verdict},
};
use std::collections::BTreeMap;

/// Verifies the files of a pack against the keys in `anchors`.
#[must_use]
pub fn verify(files: &Files, anchors: &TrustAnchors) -> PackReport {
    let mut run = Verification::begin(files, anchors);
    while run.next_row() {}
    run.finish()
}

/// A verification under way, row by row, for whoever shows how far it is.
pub struct Verification<'a> {
    files: &'a Files,
    anchors: &'a TrustAnchors,
    manifest: Option<PackManifest>,
    digest: Option<Digest>,
    faults: Vec<PackFault>,
    /// Faults of files in a learner's folder that the list has found.
    by_folder: BTreeMap<String, Vec<PackFault>>,
    rows: Vec<(String, Option<Listed>)>,
    learners: Vec<LearnerReport>,
}

impl<'a> Verification<'a> {
    /// Checks the manifest, and every file against it.
    #[must_use]
    pub fn begin(all: &'a Files, anchors: &'a TrustAnchors) -> Self {
        let mut faults = Vec::new();
        let (manifest, digest) = files::manifest(all, &mut faults);
        // Hashes and rows are believed only from a manifest that is as it was signed. Where it is not, every row still stands by itself.
        let sealed = manifest.as_ref().filter(|_| faults.is_empty());
        let listed: BTreeMap<&str, &PackFile> = sealed
            .map(|manifest| &manifest.subject.files)
            .into_iter()
            .flatten()
            .map(|file| (file.path.as_str(), file))
            .collect();
        let rows = files::rows(all, sealed);
        let sealed = sealed.is_some();
        let by_folder = files::against_the_list(all, sealed, &listed, &mut faults);
        if let (Some(manifest), Some(digest), true) = (&manifest, digest, sealed) {
            files::seal(all, manifest, digest, anchors, &mut faults);
        }
        Self {
            files: all,
            anchors,
            manifest,
            digest,
            faults,
            by_folder,
            learners: Vec::with_capacity(rows.len()),
            rows,
        }
    }

    /// How many rows there are.
    #[must_use]
    pub const fn rows(&self) -> usize {
        self.rows.len()
    }

    /// How many of them are verified.
    #[must_use]
    pub const fn done(&self) -> usize {
        self.learners.len()
    }

    /// Verifies one more row; `false` where there is none.
    pub fn next_row(&mut self) -> bool {
        let Some((folder, row)) = self.rows.get(self.learners.len()).cloned() else {
            return false;
        };
        let found = self.by_folder.remove(&folder).unwrap_or_default();
        // Rows come from a believed manifest only.
        let sealed = self.manifest.as_ref().filter(|_| row.is_some());
        self.learners.push(row::learner(
            self.files,
            folder,
            row.as_ref(),
            sealed,
            found,
            self.anchors,
        ));
        true
    }

    /// What all of it comes to; rows that were not verified are left out.
    #[must_use]
    pub fn finish(self) -> PackReport {
        let Self {
            files,
            anchors,
            manifest,
            digest,
            faults,
            mut learners,
            ..
        } = self;
        row::once(&mut learners);
        let known = manifest
            .as_ref()
            .is_none_or(|manifest| anchors.issuer_dids.contains(&manifest.issuer));
        let holding: Vec<Listed> = learners.iter().filter_map(stated).collect();
        let mut not_checked: Vec<Unchecked> = learners
            .iter()
            .filter_map(|row| row.proof.as_deref())
            .flat_map(Unchecked::of)
            // The pack names everybody in full.
            .filter(|one| *one != Unchecked::Holder)
            .chain(
                learners
                    .iter()
                    .any(|row| row.has_pdf)
                    .then_some(Unchecked::Page),
            )
            .collect();
        not_checked.sort_unstable();
        not_checked.dedup();
        let of_files = match (faults.is_empty(), known) {
            (true, true) => Verdict::Valid,
            (true, false) => Verdict::UnknownIssuer,
            (false, _) => Verdict::Invalid,
        };
        PackReport {
            verdict: learners.iter().map(|row| row.verdict).fold(of_files, worse),
            totals: Totals::of(&holding),
            digest,
            sample: sampled(files, &faults),
            manifest: manifest.map(Box::new),
            faults,
            learners,
            not_checked,
        }
    }
}

/// The rows of the sample, where the seal holds.
fn sampled(files: &Files, faults: &[PackFault]) -> Vec<u32> {
    let broken = |path: &str| faults.iter().any(|fault| fault.file == path);
    if broken(SEAL) || broken(MANIFEST) {
        return Vec::new();
    }
    files
        .get(SEAL)
        .and_then(|bytes| serde_json::from_slice::<Seal>(bytes.as_deref()?).ok())
        .map(|seal| seal.sample)
        .unwrap_or_default()
}

pub(super) const fn worse(one: Verdict, other: Verdict) -> Verdict {
    match (one, other) {
        (Verdict::Invalid, _) | (_, Verdict::Invalid) => Verdict::Invalid,
        (Verdict::Revoked, _) | (_, Verdict::Revoked) => Verdict::Revoked,
        (Verdict::UnknownIssuer, _) | (_, Verdict::UnknownIssuer) => Verdict::UnknownIssuer,
        (Verdict::Valid, Verdict::Valid) => Verdict::Valid,
    }
}

/// What a row that holds states, by its own proof.
pub(super) fn stated(row: &LearnerReport) -> Option<Listed> {
    let proof = row.proof.as_deref()?;
    let holds = matches!(row.verdict, Verdict::Valid | Verdict::UnknownIssuer);
    holds.then(|| Listed {
        number: row.number.unwrap_or_default(),
        person: proof.subject.person,
        proof: Digest([0; 32]),
        credited_ms: proof.subject.credited_ms,
        class_hours: proof.subject.class_hours,
        pdf: None,
        no_pdf: None,
    })
}
