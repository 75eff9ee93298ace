//! The sample of a claim: which rows a reviewer looks into first.
//!
//! It follows from the manifest and from the root of the ledger after the sealing, which nobody knows before: other people's evidence is
//! in it too. Whoever seals cannot choose the sample, and anybody can draw it again.

use super::manifest::Listed;
use crate::digest::Digest;
use ledger::Checkpoint;

/// What every draw begins with.
const PREFIX: &[u8] = b"zhenxue-claim-sample-v1\n";
/// One row in so many, rounded up.
const ONE_IN: usize = 10;
/// Least rows, where there are so many.
const LEAST: usize = 3;

/// The numbers of the rows that are drawn, in ascending order: those with the smallest
/// `SHA-256(zhenxue-claim-sample-v1\n ‖ manifest ‖ root ‖ person)`.
#[must_use]
pub fn draw(manifest: Digest, checkpoint: &Checkpoint, rows: &[Listed]) -> Vec<u32> {
    let mut lots: Vec<(Digest, u32)> = rows
        .iter()
        .map(|row| {
            let lot = Digest::of(&[PREFIX, &manifest.0, &checkpoint.root.0, &row.person.0]);
            (lot, row.number)
        })
        .collect();
    lots.sort_unstable();
    lots.truncate(rows.len().div_ceil(ONE_IN).max(LEAST));
    let mut drawn: Vec<u32> = lots.into_iter().map(|(_, number)| number).collect();
    drawn.sort_unstable();
    drawn
}
