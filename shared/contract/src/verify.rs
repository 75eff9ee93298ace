//! Verifying a study proof: from bytes and trusted keys to a report. No I/O and no clock, so that the page, the command line and a file
//! opened from disk run the same code.
//!
//! Reading order: [`report`] (what comes out), [`trust`] (which keys are believed), `json` (strict reading), `seals` (signature, where
//! a change is), `evidence` (each record against the ledger), `totals` (what is stated against what the records say). Whether a proof was
//! revoked no document can say of itself: [`Report::with_status`] adds what a status list says.

pub mod report;
pub mod trust;

mod evidence;
pub(crate) mod json;
pub(crate) mod seals;
pub(crate) mod sheet;
mod totals;

pub use report::{Check, Fault, FaultCode, Place, Report, Unchecked, Verdict};
pub use trust::{PublicKeys, TrustAnchors};

use crate::{
    canonical,
    credential::StudyProof,
    status::{self, Revocation},
};
use report::Faults;
use serde_json::Value;

/// Longest document that is read: a year of daily study needs less than a tenth of it.
pub const DOCUMENT_BYTES_MAX: usize = 16 << 20;

/// Verifies `document` against the keys in `anchors`. Of a study sheet (PDF) it verifies the credential inside.
#[must_use]
pub fn verify(document: &[u8], anchors: &TrustAnchors) -> Report {
    let mut faults = Faults::default();
    let is_sheet = sheet::is_pdf(document);
    let document = match is_sheet.then(|| sheet::attached(document)) {
        None => document,
        Some(Some(attached)) => attached,
        Some(None) => {
            faults.add(Fault::at("", FaultCode::NoAttachment));
            return Report::of_unreadable(faults);
        }
    };
    let value = match json::parse(document) {
        Ok(value) => value,
        Err(fault) => {
            faults.add(fault);
            return Report::of_unreadable(faults);
        }
    };
    seals::check(&value, &mut faults);
    let proof = read(&value, &mut faults);
    let mut checked = vec![Check::Form, Check::Signature];
    if let Some(proof) = &proof {
        evidence::check(proof, &value, &mut faults);
        totals::check(proof, &mut faults);
        status::check_form(proof, &mut faults);
        checked.extend([
            Check::Checkpoint,
            Check::Inclusion,
            Check::Records,
            Check::RealTime,
            Check::Totals,
            Check::Rules,
        ]);
    }
    let intact = faults.is_empty();
    if let Some(proof) = &proof {
        trust::check(proof, anchors, &mut faults);
        checked.push(Check::Issuer);
    }
    let verdict = match (intact, faults.is_empty()) {
        (true, true) => Verdict::Valid,
        (true, false) => Verdict::UnknownIssuer,
        (false, _) => Verdict::Invalid,
    };
    let mut not_checked = proof.as_ref().map(Unchecked::of).unwrap_or_default();
    if is_sheet && proof.is_some() {
        not_checked.push(Unchecked::Page);
        not_checked.sort_unstable();
    }
    Report {
        verdict,
        faults: faults.into_list(),
        digest: canonical::digest(&value).ok(),
        not_checked,
        revocation: proof
            .as_ref()
            .map_or(Revocation::NotAsked, Revocation::unasked),
        proof: proof.map(Box::new),
        checked,
    }
}

/// Reads the document into its type, which refuses members that should not be there.
fn read(value: &Value, faults: &mut Faults) -> Option<StudyProof> {
    match serde_path_to_error::deserialize(value) {
        Ok(proof) => Some(proof),
        Err(error) => {
            let place = json::pointer(error.path());
            faults.add(Fault::at(place, FaultCode::Shape).found(error.inner()));
            None
        }
    }
}
