//! What verification of a pack says: a verdict for each learner, and for each file that is nobody's.

use super::manifest::{Entry, NoPdf, PackManifest, Totals};
use crate::{
    credential::StudyProof,
    digest::Digest,
    status::Revocation,
    verify::{Fault, Place, Unchecked, Verdict},
};
use serde::Serialize;
use std::fmt;

/// The outcome.
#[derive(Clone, Serialize)]
pub struct PackReport {
    /// Valid where every row and every file is; unknown issuer where that is all that is missing.
    pub verdict: Verdict,
    /// The manifest, where it could be read. Not to be believed unless `manifest.json` has no fault.
    pub manifest: Option<Box<PackManifest>>,
    /// Its digest.
    pub digest: Option<Digest>,
    /// Faults of files that are no learner's: manifest, seal, files for readers, and files that should not be there.
    pub faults: Vec<PackFault>,
    /// One row for each learner, in the order of the pack.
    pub learners: Vec<LearnerReport>,
    /// Sums of the rows that hold, made anew from their proofs.
    pub totals: Totals,
    /// Rows of the sample, drawn anew.
    pub sample: Vec<u32>,
    /// What was not checked about any of the proofs.
    pub not_checked: Vec<Unchecked>,
}

impl PackReport {
    /// All faults, those of the learners too.
    #[must_use]
    pub fn all_faults(&self) -> Vec<PackFault> {
        let rows = self.learners.iter().flat_map(|row| row.faults.clone());
        self.faults.iter().cloned().chain(rows).collect()
    }
}

/// One row.
#[derive(Clone, Serialize)]
pub struct LearnerReport {
    /// Number of the row; `None` for a folder that the manifest does not list.
    pub number: Option<u32>,
    /// Where it lies.
    pub folder: String,
    /// Whether the row holds, by its own files.
    pub verdict: Verdict,
    /// What is wrong; empty for [`Verdict::Valid`].
    pub faults: Vec<PackFault>,
    /// Who it is, and what was entered, where it could be read.
    #[serde(skip)]
    pub entry: Option<Entry>,
    /// The study proof, where it could be read.
    pub proof: Option<Box<StudyProof>>,
    /// What is known of its revocation.
    pub revocation: Revocation,
    /// Whether there is a sheet of it.
    pub has_pdf: bool,
    /// Why there is none, where the manifest says so.
    pub no_pdf: Option<NoPdf>,
}

/// Something that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PackFault {
    /// In which file.
    pub file: String,
    /// What.
    pub code: PackFaultCode,
    /// Where in it, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// What should stand there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected: Option<String>,
    /// What stands there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub found: Option<String>,
    /// For [`PackFaultCode::Document`]: what verification of the signed document says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document: Option<Fault>,
}

impl PackFault {
    pub(super) fn of(file: impl Into<String>, code: PackFaultCode) -> Self {
        Self {
            file: file.into(),
            code,
            place: None,
            expected: None,
            found: None,
            document: None,
        }
    }

    pub(super) fn document(file: impl Into<String>, fault: Fault) -> Self {
        Self {
            place: Some(fault.place.clone()),
            expected: fault.expected.clone(),
            found: fault.found.clone(),
            document: Some(fault),
            ..Self::of(file, PackFaultCode::Document)
        }
    }

    pub(super) fn at(mut self, pointer: impl Into<String>) -> Self {
        self.place = Some(Place::Pointer(pointer.into()));
        self
    }

    pub(super) fn expected(mut self, expected: impl fmt::Display) -> Self {
        self.expected = Some(expected.to_string());
        self
    }

    pub(super) fn found(mut self, found: impl fmt::Display) -> Self {
        self.found = Some(found.to_string());
        self
    }
}

/// What can be wrong with a pack. The page has a sentence for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PackFaultCode {
    /// The manifest lists it, and it is not there.
    Gone,
    /// The archive holds it damaged.
    Damaged,
    /// Not the bytes that were sealed.
    Changed,
    /// The manifest does not list it.
    NotListed,
    /// Not of the form that it should have.
    Shape,
    /// A signed document does not hold; see `document`.
    Document,
    /// Name and ID number are not those of the study proof.
    OtherPerson,
    /// The study proof is not about the class that is claimed for.
    OtherClass,
    /// The study proof, or the one that the sheet carries, is not the one that the manifest lists.
    OtherProof,
    /// The hours that the manifest lists are not those of the study proof.
    Hours,
    /// A unit is not studied to its end.
    Theory,
    /// Something that a claim needs was not entered.
    Fact,
    /// The same person stands in another row, too.
    Twice,
    /// A total is not the sum of the rows.
    Totals,
    /// The ledger does not hold the sealing of this manifest.
    Seal,
    /// The sample is not the one that the ledger draws.
    Sample,
}
