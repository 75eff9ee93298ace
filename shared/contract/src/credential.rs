//! The study proof (学习凭证): one signed document that says what a person earned in a class and carries its own way back into
//! the ledger.
//!
//! A W3C Verifiable Credential 2.0 with an `eddsa-jcs-2022` proof, so that foreign software can check the signature. What is
//! stated is recomputed from the ledger records inside, by [`crate::verify`]. Reading order: this file (what stands in it),
//! [`mod@seal`] (how one is made), [`identity`] (whom it is about, masked), [`locator`] (how a change is found again).

pub mod did;
pub mod identity;
pub mod locator;
pub mod moment;
pub mod seal;
pub mod settled;
pub(crate) mod suite;

pub use identity::Opening;
pub use locator::Locator;
pub use moment::Moment;
pub use seal::{NotSealed, Sealed, StatedUnit, Statement, seal};
pub use settled::Settled;

use crate::{
    digest::Digest,
    record::{Record, Salt, Segment},
    status::StatusEntry,
    text::Text,
};
use ledger::proof_text::ProofText;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use study::{ClassHours, ClassId, CourseId, Coverage, InstitutionId, Millis, Rules, UnitId};
use uuid::Uuid;

/// The contexts of every proof: the second says that our own terms are not defined as linked data.
pub const CONTEXTS: [&str; 2] = [
    "https://www.w3.org/ns/credentials/v2",
    "https://www.w3.org/ns/credentials/undefined-terms/v2",
];
/// The types of every proof.
pub const TYPES: [&str; 2] = ["VerifiableCredential", "ZhenxueStudyProof"];
/// The type of every piece of evidence.
pub const EVIDENCE_TYPE: &str = "ZhenxueLedgerRecord";

/// What a proof is called.
#[must_use]
pub fn title() -> Text {
    Text {
        zh: "线上学习电子化凭证".into(),
        en: "Online study proof".into(),
    }
}

/// What a proof is not.
#[must_use]
pub fn notice() -> Text {
    Text {
        zh: "本凭证只说明线上学习时间,不是职业资格证书、职业技能等级证书或培训合格证书,不能代替考核评价。".into(),
        en: "This document states online study time only. It is not a vocational qualification, skill level or training \
             certificate and does not stand in for an assessment."
            .into(),
    }
}

/// The document. Terms of the W3C data model are spelled as there, all others as everywhere in this project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct StudyProof {
    /// [`CONTEXTS`]
    #[serde(rename = "@context")]
    pub context: Vec<String>,
    /// `urn:uuid:…`
    pub id: String,
    /// [`TYPES`]
    #[serde(rename = "type")]
    pub types: Vec<String>,
    /// What this document is called.
    pub title: Text,
    /// What this document is not.
    pub notice: Text,
    /// `did:key` of the issuer.
    pub issuer: String,
    /// When it was issued.
    #[serde(rename = "validFrom")]
    pub valid_from: Moment,
    /// Who earned what.
    #[serde(rename = "credentialSubject")]
    pub subject: Subject,
    /// Where to ask whether it was revoked; `None` in proofs from before there were status lists.
    #[serde(
        rename = "credentialStatus",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub status: Option<StatusEntry>,
    /// What nobody checked before this was issued.
    pub not_checked: Vec<NotChecked>,
    /// The ledger records it rests on: the last segment of each study session, and the last word about each face check.
    pub evidence: Vec<Evidence>,
    /// The ledger they are in.
    pub ledger: LedgerHead,
    /// Digests of the parts, to find a change again.
    pub locator: Locator,
    /// The issuer's signature.
    pub proof: IssuerProof,
}

impl StudyProof {
    /// The name of the proof, out of its `id`; `None` where that is not `urn:uuid:` and a UUID.
    #[must_use]
    pub fn uuid(&self) -> Option<Uuid> {
        self.id.strip_prefix("urn:uuid:")?.parse().ok()
    }
}

/// Who earned what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Subject {
    /// Masked name, e.g. `王*明`.
    pub name: String,
    /// Masked ID number, e.g. `2101************23`.
    pub id_number: String,
    /// Salted digest of the full name and ID number: the holder's [`Opening`] shows that it is them.
    pub identity: Digest,
    /// Pseudonym of the person in the ledger.
    pub person: Digest,
    /// Who trained.
    pub institution: Named<InstitutionId>,
    /// The class.
    pub class: Named<ClassId>,
    /// The course.
    pub course: Named<CourseId>,
    /// What was earned, unit by unit, in the order of the course.
    pub units: Vec<UnitCredit>,
    /// Credit of all units together.
    pub credited_ms: Millis,
    /// Whole class hours of `credited_ms`, rounded down.
    pub class_hours: ClassHours,
    /// How far the person's identity was checked while studying.
    pub evidence_class: EvidenceClass,
    /// The face checks, as the records inside say; `None` under rules without any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checks: Option<CheckCounts>,
    /// The rules that judged.
    pub rules: Rules,
    /// Their hash, as it stands in the records.
    pub rules_hash: Digest,
}

/// Something with an identifier and a name in both languages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Named<Id> {
    /// Identifier.
    pub id: Id,
    /// 中文
    pub zh: String,
    /// English
    pub en: String,
}

impl<Id> Named<Id> {
    /// Puts a name to an identifier.
    #[must_use]
    pub fn new(id: Id, name: Text) -> Self {
        Self {
            id,
            zh: name.zh,
            en: name.en,
        }
    }
}

/// What was earned in one unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UnitCredit {
    /// The unit.
    pub unit: UnitId,
    /// Its title.
    pub title: Text,
    /// SHA-256 of the film.
    pub film: Digest,
    /// Length of the film.
    pub film_ms: Millis,
    /// Which parts of the film were credited.
    pub credited: Coverage,
    /// How long they are together.
    pub credited_ms: Millis,
}

/// How far identity was checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum EvidenceClass {
    /// Not at all: the account's password only.
    None,
    /// By face checks.
    Face,
    /// By a teacher, without face data.
    Supervised,
    /// Partly by face checks, partly by a teacher.
    Mixed,
}

impl EvidenceClass {
    /// What a proof of this class must say that nobody checked.
    #[must_use]
    pub const fn must_declare(self) -> &'static [NotChecked] {
        match self {
            Self::None => &[NotChecked::Identity, NotChecked::Presence],
            Self::Face => &[NotChecked::FaceAccuracy, NotChecked::PresentationAttacks],
            // Between two confirmations nobody looked.
            Self::Supervised => &[NotChecked::Presence],
            Self::Mixed => &[
                NotChecked::Presence,
                NotChecked::FaceAccuracy,
                NotChecked::PresentationAttacks,
            ],
        }
    }
}

/// What nobody checked before a proof was issued.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum NotChecked {
    /// Whether it was this person who studied: no face check was made.
    Identity,
    /// Whether anybody sat before the screen.
    Presence,
    /// Whether the person learned anything: no test is part of this proof.
    Learning,
    /// How often the face comparison is wrong for the people here: it was measured on other faces, and is known to be weak on
    /// East-Asian ones where it is set loosely.
    FaceAccuracy,
    /// Whether a photo, a film, a mask or a made-up face was held before the camera: no level of detection is claimed.
    PresentationAttacks,
}

/// A ledger record with the way to the checkpoint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// [`EVIDENCE_TYPE`]
    #[serde(rename = "type")]
    pub types: Vec<String>,
    /// The record.
    pub record: Record,
    /// The salt of its leaf.
    pub salt: Salt,
    /// Its place in the ledger.
    pub index: u64,
    /// Siblings from the leaf to the root (RFC 6962), in base64.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<String>))]
    pub inclusion: Vec<ledger::Hash>,
}

impl Evidence {
    /// Puts a record beside its way into the ledger.
    #[must_use]
    pub fn new(record: Record, salt: Salt, index: u64, inclusion: Vec<ledger::Hash>) -> Self {
        Self {
            types: vec![EVIDENCE_TYPE.into()],
            record,
            salt,
            index,
            inclusion,
        }
    }

    /// This piece of evidence as a C2SP `tlog-proof`, for tools that know the ledger's formats but not ours.
    #[must_use]
    pub fn proof_text(&self, ledger: &LedgerHead) -> ProofText {
        ProofText {
            index: self.index,
            inclusion: self.inclusion.clone(),
            checkpoint: ledger.checkpoint.clone(),
        }
    }
}

/// The ledger as it stood when the proof was issued.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct LedgerHead {
    /// The ledger's verifier key (C2SP signed-note).
    pub vkey: String,
    /// Its signed checkpoint (C2SP tlog-checkpoint).
    pub checkpoint: String,
}

/// A W3C Data Integrity proof.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct IssuerProof {
    /// [`CONTEXTS`] again, as the suite wants it.
    #[serde(rename = "@context")]
    pub context: Vec<String>,
    /// `DataIntegrityProof`
    #[serde(rename = "type")]
    pub kind: String,
    /// `eddsa-jcs-2022`
    pub cryptosuite: String,
    /// The same as `validFrom`.
    pub created: Moment,
    /// The issuer's key.
    pub verification_method: String,
    /// `assertionMethod`
    pub proof_purpose: String,
    /// The signature: `z` and base58.
    pub proof_value: String,
}

/// What came of the face checks and of what stands beside them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CheckCounts {
    /// Passed by the machine.
    pub passed: u64,
    /// Confirmed by a teacher without face data.
    pub supervised: u64,
    /// Missed, and made up in time.
    pub made_up: u64,
    /// Missed.
    pub missed: u64,
    /// Decided by people, either way.
    pub by_people: u64,
    /// Waiting for people.
    pub waiting: u64,
}

/// The union of what the segments were credited with, by unit. The totals of every proof come from here, when it is made and when it
/// is verified.
#[must_use]
pub fn coverage_by_unit<'a>(
    segments: impl IntoIterator<Item = &'a Segment>,
) -> BTreeMap<UnitId, Coverage> {
    let mut units: BTreeMap<UnitId, Coverage> = BTreeMap::new();
    for segment in segments {
        let covered = units.entry(segment.unit).or_default();
        for interval in segment.credited.intervals() {
            covered.insert(*interval);
        }
    }
    units
}
