//! C2SP `tlog-proof`: one text that proves offline that an entry is in the log.

use crate::{
    checkpoint::{Checkpoint, NotBelieved},
    hash::Hash,
    note::VerifierKey,
    verify,
};
use std::fmt;

const HEADER: &str = "c2sp.org/tlog-proof@v1";
/// No tree of 2^64 leaves is deeper.
const HASHES_MAX: usize = 64;

/// Proof that the entry at `index` is in the log. Print it to get the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProofText {
    /// Index of the entry.
    pub index: u64,
    /// Siblings from the leaf to the root.
    pub inclusion: Vec<Hash>,
    /// The signed checkpoint.
    pub checkpoint: String,
}

/// Why a proof is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotProven {
    /// The text is not a proof.
    #[error("not a tlog-proof")]
    Text,
    /// Its checkpoint is not believed.
    #[error(transparent)]
    Checkpoint(#[from] NotBelieved),
    /// It does not lead from this entry to the checkpoint.
    #[error(transparent)]
    Inclusion(#[from] verify::NotProven),
}

impl fmt::Display for ProofText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{HEADER}\nindex {}\n", self.index)?;
        for hash in &self.inclusion {
            writeln!(f, "{hash}")?;
        }
        write!(f, "\n{}", self.checkpoint)
    }
}

impl ProofText {
    /// Reads a proof. Unauthenticated `extra` data is allowed by the format and skipped.
    ///
    /// # Errors
    /// [`NotProven::Text`]
    pub fn parse(text: &str) -> Result<Self, NotProven> {
        let read = || -> Option<Self> {
            let body = text.strip_prefix(HEADER)?.strip_prefix('\n')?;
            let body = match body.strip_prefix("extra ") {
                Some(extra) => extra.split_once('\n')?.1,
                None => body,
            };
            let (head, checkpoint) = body.split_once("\n\n")?;
            let mut lines = head.split('\n');
            let index = lines.next()?.strip_prefix("index ")?;
            let index_number: u64 = index.parse().ok()?;
            (index_number.to_string() == index).then_some(())?;
            let inclusion = lines
                .map(|line| line.parse().ok())
                .collect::<Option<Vec<Hash>>>()?;
            (inclusion.len() <= HASHES_MAX).then(|| Self {
                index: index_number,
                inclusion,
                checkpoint: checkpoint.to_owned(),
            })
        };
        read().ok_or(NotProven::Text)
    }

    /// Checks that `entry` is in the log of `vkey`, and returns the checkpoint that says so.
    ///
    /// # Errors
    /// [`NotProven`]
    pub fn verify(&self, entry: &[u8], vkey: &VerifierKey) -> Result<Checkpoint, NotProven> {
        let checkpoint = Checkpoint::open(&self.checkpoint, vkey)?;
        verify::inclusion(
            Hash::leaf(entry),
            self.index,
            checkpoint.size,
            &self.inclusion,
            checkpoint.root,
        )?;
        Ok(checkpoint)
    }
}
