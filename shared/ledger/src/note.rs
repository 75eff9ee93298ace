//! C2SP `signed-note`: a text, a blank line, and signature lines that name their key.

use crate::sign::{CannotSign, PublicKey, Signer};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use sha2::{Digest as _, Sha256};
use std::{fmt, str::FromStr};

/// Signature type of plain Ed25519.
const ED25519: u8 = 0x01;
/// Most signature lines of a note that is read. The format leaves the limit to the reader.
const SIGNATURES_MAX: usize = 100;

/// Whose signatures are believed: a name and a key, in one line (`<name>+<hash>+<key>`, a "vkey").
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    key: PublicKey,
}

/// A vkey, a name or a note that breaks the format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// A key name is empty or holds a space or a plus.
    #[error("a key name is not empty and holds neither spaces nor a plus sign")]
    Name,
    /// A vkey is not of the form `<name>+<hash>+<key>`, or its hash is not that of name and key.
    #[error(
        "not a verifier key: expected <name>+<8 hexadecimal digits>+<base64 of the Ed25519 key>"
    )]
    VerifierKey,
    /// A note is not text, a blank line and signature lines.
    #[error("not a signed note: expected text, a blank line, and signature lines")]
    Note,
}

impl VerifierKey {
    /// Puts a name to a key.
    ///
    /// # Errors
    /// [`Malformed::Name`].
    pub fn new(name: &str, key: PublicKey) -> Result<Self, Malformed> {
        if name.is_empty()
            || name.contains(|c: char| c == '+' || c.is_whitespace() || c.is_control())
        {
            return Err(Malformed::Name);
        }
        Ok(Self {
            name: name.to_owned(),
            key,
        })
    }

    /// The name that signature lines carry.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The key.
    #[must_use]
    pub const fn key(&self) -> PublicKey {
        self.key
    }

    /// `SHA-256(name ‖ 0x0A ‖ type ‖ key)[:4]`
    fn id(&self) -> [u8; 4] {
        let mut hasher = Sha256::new();
        hasher.update(&self.name);
        hasher.update([b'\n', ED25519]);
        hasher.update(self.key.to_bytes());
        let [a, b, c, d, ..] = <[u8; 32]>::from(hasher.finalize());
        [a, b, c, d]
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut key = vec![ED25519];
        key.extend(self.key.to_bytes());
        write!(
            f,
            "{}+{:08x}+{}",
            self.name,
            u32::from_be_bytes(self.id()),
            BASE64_STANDARD.encode(key)
        )
    }
}

impl FromStr for VerifierKey {
    type Err = Malformed;
    /// # Errors
    /// [`Malformed`]
    fn from_str(text: &str) -> Result<Self, Malformed> {
        let mut parts = text.splitn(3, '+');
        let (Some(name), Some(_), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(Malformed::VerifierKey);
        };
        let bytes = BASE64_STANDARD
            .decode(key)
            .map_err(|_| Malformed::VerifierKey)?;
        let Some((&ED25519, bytes)) = bytes.split_first() else {
            return Err(Malformed::VerifierKey);
        };
        let bytes: &[u8; 32] = bytes.try_into().map_err(|_| Malformed::VerifierKey)?;
        let key = PublicKey::from_bytes(bytes).map_err(|_| Malformed::VerifierKey)?;
        let vkey = Self::new(name, key)?;
        // One spelling only, which also checks the hash in the middle.
        if vkey.to_string() == text {
            Ok(vkey)
        } else {
            Err(Malformed::VerifierKey)
        }
    }
}

/// A note as it was read. Nothing in it is believed before [`Note::is_signed_by`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    text: String,
    signatures: Vec<Line>,
}

/// A signature line: the key's name and id, and the signature, of whatever type.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Line {
    name: String,
    id: [u8; 4],
    signature: Vec<u8>,
}

impl Note {
    /// The signed text, with its last newline.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Reads a note.
    ///
    /// # Errors
    /// [`Malformed::Note`]
    pub fn parse(note: &str) -> Result<Self, Malformed> {
        let read = || -> Option<Self> {
            if note.chars().any(|c| c.is_ascii_control() && c != '\n') {
                return None;
            }
            let split = note.rfind("\n\n")?;
            let (text, lines) = (note.get(..=split)?, note.get(split + 2..)?);
            let lines = lines.strip_suffix('\n')?;
            if lines.matches('\n').count() >= SIGNATURES_MAX {
                return None;
            }
            let signatures = lines
                .split('\n')
                .map(Line::parse)
                .collect::<Option<Vec<Line>>>()?;
            Some(Self {
                text: text.to_owned(),
                signatures,
            })
        };
        read().ok_or(Malformed::Note)
    }

    /// Whether one of the lines is `vkey`'s signature of the text. Lines of other keys are ignored, as the format wants; two lines
    /// of this key are not believed.
    #[must_use]
    pub fn is_signed_by(&self, vkey: &VerifierKey) -> bool {
        let id = vkey.id();
        let mut lines = self
            .signatures
            .iter()
            .filter(|line| line.name == vkey.name && line.id == id);
        match (lines.next(), lines.next()) {
            (Some(line), None) => vkey.key.verifies(self.text.as_bytes(), &line.signature),
            _ => false,
        }
    }
}

impl Line {
    fn parse(line: &str) -> Option<Self> {
        let (name, signature) = line.strip_prefix("— ")?.split_once(' ')?;
        if name.is_empty() || name.contains(|c: char| c == '+' || c.is_whitespace()) {
            return None;
        }
        let bytes = BASE64_STANDARD.decode(signature).ok()?;
        let (id, signature) = bytes.split_first_chunk::<4>()?;
        (!signature.is_empty()).then(|| Self {
            name: name.to_owned(),
            id: *id,
            signature: signature.to_vec(),
        })
    }
}

/// Why a text was not signed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotSigned {
    /// The text or the name breaks the format.
    #[error(transparent)]
    Malformed(#[from] Malformed),
    /// The key did not sign.
    #[error(transparent)]
    CannotSign(#[from] CannotSign),
}

/// Signs `text`, which ends with a newline, as `name`.
///
/// # Errors
/// [`NotSigned`]
pub fn sign(text: &str, name: &str, signer: &dyn Signer) -> Result<String, NotSigned> {
    let vkey = VerifierKey::new(name, signer.public_key())?;
    let mut line = vkey.id().to_vec();
    line.extend(signer.sign(text.as_bytes())?);
    let note = format!("{text}\n— {name} {}\n", BASE64_STANDARD.encode(line));
    // Reading it back is what proves that the text keeps the format, and that the signer answers for the key it names.
    if Note::parse(&note)?.text() != text || !Note::parse(&note)?.is_signed_by(&vkey) {
        return Err(Malformed::Note.into());
    }
    Ok(note)
}
