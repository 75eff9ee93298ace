//! The slip: what a QR code can hold of a study proof. A whole proof is ten to a hundred times too big for a code that an ordinary phone
//! reads, so the code holds whom it is about, what it comes to, and the digest of the proof, signed by the issuer.
//!
//! A slip shows that the issuer said this. It shows nothing else: no record is in it, so nothing is recomputed and no ledger is asked.
//! Whoever has to be sure takes the proof with the same digest (the JSON, or the PDF that carries it) and verifies that.
//!
//! It travels behind the `#` of an address, which browsers send to nobody, so that no server's log learns whom it is about.

use crate::{
    credential::{EvidenceClass, StudyProof, did},
    digest::Digest,
    verify::{TrustAnchors, Verdict},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use ledger::{PublicKey, Signer, sign::CannotSign};
use study::{ClassHours, Millis, Timestamp};
use uuid::Uuid;

/// What a fragment begins with that holds a slip.
pub const PREFIX: &str = "slip=";
/// What the issuer signs begins with this, so that no slip is ever taken for anything else that the same key signs.
const DOMAIN: &[u8] = b"zhenxue-slip-v1\n";
/// First byte: the form of the rest.
const VERSION: u8 = 1;
/// Longest name in bytes; a longer one is cut, and ends in `…`. With five of them the code stays one that a phone reads from paper.
const NAME_BYTES_MAX: usize = 60;
/// Longest fragment that is read.
const FRAGMENT_BYTES_MAX: usize = 2_048;
const SIGNATURE: usize = 64;

/// What stands in a slip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slip {
    /// Name of the proof.
    pub proof: Uuid,
    /// Digest of the proof, the same on all its faces.
    pub digest: Digest,
    /// `did:key` of the issuer.
    pub issuer: String,
    /// When the proof was issued.
    pub issued_at: Timestamp,
    /// Masked name.
    pub name: String,
    /// Masked ID number.
    pub id_number: String,
    /// Who trained, in Chinese.
    pub institution: String,
    /// The class, in Chinese.
    pub class: String,
    /// The course, in Chinese.
    pub course: String,
    /// Credit of all units together.
    pub credited_ms: Millis,
    /// Whole class hours.
    pub class_hours: ClassHours,
    /// How far identity was checked.
    pub evidence_class: EvidenceClass,
}

/// What reading a slip says. Never more than that the issuer signed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SlipReport {
    /// [`Verdict::Valid`] here means: signed by an issuer that is trusted here, and whole.
    pub verdict: Verdict,
    /// What stands in it, where it could be read. Not to be believed where the verdict is [`Verdict::Invalid`].
    pub slip: Option<Slip>,
}

/// Why there is no slip.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoSlip {
    /// The proof has no name or its issuer no key.
    #[error("this is no proof of ours")]
    NotOurs,
    /// The key did not sign.
    #[error(transparent)]
    CannotSign(#[from] CannotSign),
}

impl Slip {
    /// The slip of `proof`, whose digest is `digest`.
    #[must_use]
    pub fn of(proof: &StudyProof, digest: Digest) -> Option<Self> {
        let subject = &proof.subject;
        Some(Self {
            proof: proof.uuid()?,
            digest,
            issuer: proof.issuer.clone(),
            issued_at: proof.valid_from.0,
            name: cut(&subject.name),
            id_number: cut(&subject.id_number),
            institution: cut(&subject.institution.zh),
            class: cut(&subject.class.zh),
            course: cut(&subject.course.zh),
            credited_ms: subject.credited_ms,
            class_hours: subject.class_hours,
            evidence_class: subject.evidence_class,
        })
    }

    /// The bytes before the signature.
    fn bytes(&self) -> Option<Vec<u8>> {
        let mut bytes = vec![VERSION];
        bytes.extend(self.proof.as_bytes());
        bytes.extend(self.digest.0);
        bytes.extend(did::key(&self.issuer)?.to_bytes());
        bytes.extend(self.issued_at.0.to_be_bytes());
        bytes.extend(self.credited_ms.0.to_be_bytes());
        bytes.extend(self.class_hours.0.to_be_bytes());
        bytes.push(match self.evidence_class {
            EvidenceClass::None => 0,
            EvidenceClass::Face => 1,
            EvidenceClass::Supervised => 2,
            EvidenceClass::Mixed => 3,
        });
        for text in self.texts() {
            bytes.push(u8::try_from(text.len()).ok()?);
            bytes.extend(text.as_bytes());
        }
        Some(bytes)
    }

    fn texts(&self) -> [&str; 5] {
        [
            &self.name,
            &self.id_number,
            &self.institution,
            &self.class,
            &self.course,
        ]
    }

    fn parse(bytes: &[u8]) -> Option<Self> {
        let mut rest = Rest(bytes);
        if rest.array::<1>()? != [VERSION] {
            return None;
        }
        let proof = Uuid::from_bytes(rest.array()?);
        let digest = Digest(rest.array()?);
        let issuer = did::of(&PublicKey::from_bytes(&rest.array()?).ok()?);
        let issued_at = Timestamp(u64::from_be_bytes(rest.array()?));
        let credited_ms = Millis(u64::from_be_bytes(rest.array()?));
        let class_hours = ClassHours(u64::from_be_bytes(rest.array()?));
        let evidence_class = match rest.array::<1>()? {
            [0] => EvidenceClass::None,
            [1] => EvidenceClass::Face,
            [2] => EvidenceClass::Supervised,
            [3] => EvidenceClass::Mixed,
            _ => return None,
        };
        let slip = Self {
            proof,
            digest,
            issuer,
            issued_at,
            credited_ms,
            class_hours,
            evidence_class,
            name: rest.text()?,
            id_number: rest.text()?,
            institution: rest.text()?,
            class: rest.text()?,
            course: rest.text()?,
        };
        rest.0.is_empty().then_some(slip)
    }
}

/// The signed slip of `proof` as a fragment, without the `#`.
///
/// # Errors
/// [`NoSlip`]
pub fn seal(proof: &StudyProof, digest: Digest, issuer: &dyn Signer) -> Result<String, NoSlip> {
    let mut bytes = Slip::of(proof, digest)
        .and_then(|slip| slip.bytes())
        .ok_or(NoSlip::NotOurs)?;
    let signature = issuer.sign(&[DOMAIN, &bytes].concat())?;
    bytes.extend(signature);
    Ok(format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes)))
}

/// Whether `fragment` means to be a slip, so that a page can tell it from an ordinary anchor.
#[must_use]
pub fn is_slip(fragment: &str) -> bool {
    fragment.starts_with(PREFIX)
}

/// Reads a fragment, with or without the address before it.
#[must_use]
pub fn read(fragment: &str, anchors: &TrustAnchors) -> SlipReport {
    let invalid = SlipReport {
        verdict: Verdict::Invalid,
        slip: None,
    };
    let fragment = fragment
        .split_once('#')
        .map_or(fragment, |(_, after)| after);
    if fragment.len() > FRAGMENT_BYTES_MAX {
        return invalid;
    }
    let Some(bytes) = fragment
        .strip_prefix(PREFIX)
        .and_then(|text| URL_SAFE_NO_PAD.decode(text).ok())
    else {
        return invalid;
    };
    let Some((body, signature)) = bytes
        .len()
        .checked_sub(SIGNATURE)
        .map(|at| bytes.split_at(at))
    else {
        return invalid;
    };
    let Some(slip) = Slip::parse(body) else {
        return invalid;
    };
    let signed =
        did::key(&slip.issuer).is_some_and(|key| key.verifies(&[DOMAIN, body].concat(), signature));
    let verdict = match (signed, anchors.issuer_dids.contains(&slip.issuer)) {
        (false, _) => Verdict::Invalid,
        (true, false) => Verdict::UnknownIssuer,
        (true, true) => Verdict::Valid,
    };
    SlipReport {
        verdict,
        slip: Some(slip),
    }
}

fn cut(text: &str) -> String {
    if text.len() <= NAME_BYTES_MAX {
        return text.to_owned();
    }
    let end = '…'.len_utf8();
    let mut cut = String::new();
    for c in text.chars() {
        if cut.len() + c.len_utf8() + end > NAME_BYTES_MAX {
            break;
        }
        cut.push(c);
    }
    cut.push('…');
    cut
}

/// What is left to read.
struct Rest<'a>(&'a [u8]);

impl Rest<'_> {
    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (first, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*first)
    }

    fn text(&mut self) -> Option<String> {
        let [len] = self.array::<1>()?;
        let (text, rest) = self.0.split_at_checked(usize::from(len))?;
        self.0 = rest;
        String::from_utf8(text.to_vec()).ok()
    }
}
