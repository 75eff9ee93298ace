//! C2SP `tlog-checkpoint`: the head of the tree as three lines of text inside a signed note.

use crate::{
    hash::Hash,
    note::{self, NotSigned, Note, VerifierKey},
    sign::Signer,
};
use std::fmt;

/// The head of a log: who, how many leaves, which root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Unique name of the log; also the name of its key.
    pub origin: String,
    /// Number of leaves.
    pub size: u64,
    /// Root of the tree of that size.
    pub root: Hash,
}

/// Why a checkpoint is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotBelieved {
    /// It is not a signed note.
    #[error(transparent)]
    Note(#[from] note::Malformed),
    /// The log's key has not signed it.
    #[error("the log's key has not signed this checkpoint")]
    Signature,
    /// The text is not a checkpoint.
    #[error(
        "not a checkpoint: expected the log's origin, the tree size and the root, each in its line"
    )]
    Text,
    /// It is the checkpoint of another log.
    #[error("this is the checkpoint of another log")]
    Origin,
}

impl fmt::Display for Checkpoint {
    /// The text that is signed.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n{}\n{}\n", self.origin, self.size, self.root)
    }
}

impl Checkpoint {
    /// The checkpoint as a note signed by the log, named by its origin.
    ///
    /// # Errors
    /// [`NotSigned`]
    pub fn sign(&self, signer: &dyn Signer) -> Result<String, NotSigned> {
        note::sign(&self.to_string(), &self.origin, signer)
    }

    /// Reads a signed checkpoint of the log that `vkey` names and believes it.
    ///
    /// # Errors
    /// [`NotBelieved`]
    pub fn open(note: &str, vkey: &VerifierKey) -> Result<Self, NotBelieved> {
        let note = Note::parse(note)?;
        if !note.is_signed_by(vkey) {
            return Err(NotBelieved::Signature);
        }
        let checkpoint = Self::parse(note.text()).ok_or(NotBelieved::Text)?;
        if checkpoint.origin == vkey.name() {
            Ok(checkpoint)
        } else {
            Err(NotBelieved::Origin)
        }
    }

    /// Reads the text of a checkpoint. Extension lines are allowed by the format and skipped.
    fn parse(text: &str) -> Option<Self> {
        let mut lines = text.strip_suffix('\n')?.split('\n');
        let (origin, size, root) = (lines.next()?, lines.next()?, lines.next()?);
        if origin.is_empty() || lines.any(str::is_empty) {
            return None;
        }
        let size_number: u64 = size.parse().ok()?;
        (size_number.to_string() == size).then_some(())?;
        Some(Self {
            origin: origin.to_owned(),
            size: size_number,
            root: root.parse().ok()?,
        })
    }
}
