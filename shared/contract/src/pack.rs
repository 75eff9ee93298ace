//! The claim pack (申领包): one archive that says for whom an institution claims, and carries all that shows it. Whoever opens it needs
//! nobody's word: [`fn@verify`] checks it from its bytes and two public keys, in the page, in the terminal and on a file opened from disk.
//!
//! What lies where:
//!
//! | file | what it is |
//! |---|---|
//! | `manifest.json` | class, learners, totals, and the hash of every other file, signed like a study proof |
//! | `learners/001/entry.json` | who it is, and what the institution entered, with its sources |
//! | `learners/001/proof.json` | the study proof |
//! | `learners/001/proof.pdf` | the same for people: the signed sheet, which carries the proof; where there is none, the manifest says why |
//! | `seal.json` | the ledger's word that this manifest was sealed, and the sample that followed from it |
//! | everything else | for readers: `README.txt`, `roster.csv`, `rules/…` |
//!
//! Each learner has a folder of their own, so that a damaged file concerns its row only. Reading order: [`manifest`], [`mod@build`],
//! [`report`], [`mod@verify`] with `files`, `row` and `sheet`, [`sample`].

pub mod build;
mod files;
pub mod manifest;
pub mod report;
mod row;
pub mod sample;
mod sheet;
pub mod verify;

#[cfg(feature = "archive")]
pub mod archive;
#[cfg(feature = "status")]
mod status;

pub use build::{NotBuilt, PackInput, PackRow, build, seal};
pub use manifest::{Entry, Excluded, Listed, NoPdf, PackFile, PackManifest, Seal, Totals};
pub use report::{LearnerReport, PackFault, PackFaultCode, PackReport};
pub use verify::{Verification, verify};

use std::collections::BTreeMap;

/// The files of a pack by their path. `None` for one that the archive holds but cannot give any more.
pub type Files = BTreeMap<String, Option<Vec<u8>>>;

/// The manifest.
pub const MANIFEST: &str = "manifest.json";
/// The ledger's word about it.
pub const SEAL: &str = "seal.json";
/// Where the learners are.
pub const LEARNERS: &str = "learners/";
/// Within a learner's folder: who it is and what was entered.
pub const ENTRY: &str = "entry.json";
/// Within a learner's folder: the study proof.
pub const PROOF: &str = "proof.json";
/// Within a learner's folder: the study proof for people.
pub const PROOF_PDF: &str = "proof.pdf";

/// The folder of a learner, with its slash: `learners/001/`.
#[must_use]
pub fn folder(number: u32) -> String {
    format!("{LEARNERS}{number:03}/")
}

/// The folder of a file within a learner's, and the rest of its path.
fn split(path: &str) -> Option<(&str, &str)> {
    let rest = path.strip_prefix(LEARNERS)?;
    let slash = rest.find('/')?;
    path.split_at_checked(LEARNERS.len() + slash + 1)
}
