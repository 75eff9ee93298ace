//! What stands in a pack.

use crate::{
    claim::Facts,
    credential::{Evidence, IssuerProof, LedgerHead, Locator, Moment, Named, Opening},
    digest::Digest,
    text::Text,
};
use serde::{Deserialize, Serialize};
use study::{ClassHours, ClassId, CourseId, InstitutionId, Millis};

/// The types of every manifest.
pub const TYPES: [&str; 2] = ["VerifiableCredential", "ZhenxueClaimPack"];

/// The manifest: a W3C Verifiable Credential about a claim, signed as study proofs are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PackManifest {
    /// As in a study proof.
    #[serde(rename = "@context")]
    pub context: Vec<String>,
    /// `urn:uuid:` and the name of the claim.
    pub id: String,
    /// [`TYPES`]
    #[serde(rename = "type")]
    pub types: Vec<String>,
    /// What this document is called.
    pub title: Text,
    /// `did:key` of the issuer.
    pub issuer: String,
    /// When the claim was sealed.
    #[serde(rename = "validFrom")]
    pub valid_from: Moment,
    /// What is claimed.
    #[serde(rename = "credentialSubject")]
    pub subject: Claimed,
    /// Digests of the parts, to find a change again.
    pub locator: Locator,
    /// The issuer's signature.
    pub proof: IssuerProof,
}

/// What is claimed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claimed {
    /// Who trained, and claims.
    pub institution: Named<InstitutionId>,
    /// The class.
    pub class: Named<ClassId>,
    /// The course.
    pub course: Named<CourseId>,
    /// For whom.
    pub learners: Vec<Listed>,
    /// Who of the class is left out, and why.
    pub excluded: Vec<Excluded>,
    /// All learners together.
    pub totals: Totals,
    /// Every other file but the seal.
    pub files: Vec<PackFile>,
}

/// A learner who is claimed for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listed {
    /// Number of the row, from 1, and of the folder.
    pub number: u32,
    /// Pseudonym of the person in the ledger.
    pub person: Digest,
    /// Digest of their study proof, the same on all its faces.
    pub proof: Digest,
    /// Credit that it states.
    pub credited_ms: Millis,
    /// Whole class hours of it.
    pub class_hours: ClassHours,
    /// SHA-256 of its sheet (PDF). A pack from before there were sheets in it has neither this nor a reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pdf: Option<Digest>,
    /// Why there is no sheet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub no_pdf: Option<NoPdf>,
}

/// Why a learner's folder has no sheet. The study proof itself is whole all the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "reason", rename_all = "snake_case", deny_unknown_fields)]
pub enum NoPdf {
    /// The font lacks a character, which would be printed as an empty box.
    GlyphMissing {
        /// The character.
        character: String,
        /// Where in the study proof it stands, as a JSON pointer.
        place: String,
    },
}

/// Somebody of the class who is not claimed for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Excluded {
    /// Pseudonym of the person in the ledger.
    pub person: Digest,
    /// Masked name.
    pub name: String,
    /// The reason that the institution gave, or what was missing.
    pub reason: String,
}

/// Sums of a claim.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Totals {
    /// Learners.
    pub learners: u64,
    /// Credit of all together.
    pub credited_ms: Millis,
    /// Whole class hours of each, added up.
    pub class_hours: ClassHours,
}

impl Totals {
    /// The sums of these rows.
    #[must_use]
    pub fn of(rows: &[Listed]) -> Self {
        rows.iter().fold(Self::default(), |sum, row| Self {
            learners: sum.learners + 1,
            credited_ms: sum.credited_ms.saturating_add(row.credited_ms),
            class_hours: ClassHours(sum.class_hours.0.saturating_add(row.class_hours.0)),
        })
    }
}

/// A file of the pack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PackFile {
    /// Where it lies.
    pub path: String,
    /// How long it is.
    pub bytes: u64,
    /// SHA-256 of its bytes.
    pub sha256: Digest,
}

/// `entry.json`: who a row is about, and what the institution entered. Deliberately without `Debug`: it must not reach a log.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Number of the row.
    pub number: u32,
    /// Name and ID number, with the salt that shows them to be those of the study proof.
    pub opening: Opening,
    /// What was entered, with its sources.
    pub facts: Facts,
}

/// `seal.json`: made after the manifest, so that nobody could know the sample when it was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seal {
    /// The record of the sealing, with its way into the ledger.
    pub evidence: Evidence,
    /// The ledger that holds it.
    pub ledger: LedgerHead,
    /// Rows that [`super::sample`] draws from the ledger's root.
    pub sample: Vec<u32>,
}
