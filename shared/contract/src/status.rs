//! Which proofs were taken back: a status list (W3C Bitstring Status List v1.0) holds one bit for each proof of an issuer, signed, and a
//! proof names its place in one. Whoever asks fetches the whole list, so that nobody learns which proof was asked for.
//!
//! Reading order: this file (what stands in a proof and in a list), `bits` (how the bits are packed), [`sealing`] (how a list is made),
//! [`asking`] (what a list says of a proof). The last three are there with the feature `status`.

#[cfg(feature = "status")]
pub mod asking;
#[cfg(feature = "status")]
pub mod bits;
#[cfg(feature = "status")]
pub mod sealing;

#[cfg(feature = "status")]
pub use {asking::StatusList, bits::Bits, sealing::StatusStatement};

use crate::{
    credential::{IssuerProof, Moment, StudyProof},
    verify::{Fault, FaultCode, report::Faults},
};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Places of a list: as few as the specification allows, so that nobody is told by the length of a list how many proofs there are.
pub const LIST_ENTRIES: u64 = 131_072;
/// The type of a place.
pub const ENTRY_TYPE: &str = "BitstringStatusListEntry";
/// The types of a list's document.
pub const LIST_TYPES: [&str; 2] = ["VerifiableCredential", "BitstringStatusListCredential"];
/// The type of what is in it.
pub const SUBJECT_TYPE: &str = "BitstringStatusList";
/// What a set bit means here, and once set it stays.
pub const PURPOSE: &str = "revocation";

/// The place of a proof in a status list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct StatusEntry {
    /// The list's address, `#`, and the place.
    pub id: String,
    /// [`ENTRY_TYPE`]
    #[serde(rename = "type")]
    pub kind: String,
    /// [`PURPOSE`]
    pub status_purpose: String,
    /// Which bit, from 0; digits in a string, as the specification wants it.
    pub status_list_index: String,
    /// Address of the list.
    pub status_list_credential: String,
}

impl StatusEntry {
    /// Place `index` of the list at the address `list`.
    #[must_use]
    pub fn new(list: &str, index: u64) -> Self {
        Self {
            id: format!("{list}#{index}"),
            kind: ENTRY_TYPE.into(),
            status_purpose: PURPOSE.into(),
            status_list_index: index.to_string(),
            status_list_credential: list.into(),
        }
    }

    /// Which bit; `None` where it is not written as a whole number is.
    #[must_use]
    pub fn index(&self) -> Option<u64> {
        let index: u64 = self.status_list_index.parse().ok()?;
        (index.to_string() == self.status_list_index).then_some(index)
    }

    /// Whether all of it is as [`Self::new`] writes it.
    fn is_ours(&self) -> bool {
        let list = &self.status_list_credential;
        (list.starts_with("https://") || list.starts_with("http://"))
            && self
                .index()
                .is_some_and(|index| *self == Self::new(list, index))
    }
}

/// Adds a fault where a proof names a place that is not of our form: whoever asks would be led astray.
pub(crate) fn check_form(proof: &StudyProof, faults: &mut Faults) {
    if let Some(entry) = &proof.status {
        faults.unless(entry.is_ours(), || {
            Fault::at("/credentialStatus", FaultCode::Shape)
                .expected(ENTRY_TYPE)
                .found(&entry.id)
        });
    }
}

/// A status list as a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct StatusListCredential {
    /// [`crate::credential::CONTEXTS`]
    #[serde(rename = "@context")]
    pub context: Vec<String>,
    /// Its address.
    pub id: String,
    /// [`LIST_TYPES`]
    #[serde(rename = "type")]
    pub types: Vec<String>,
    /// `did:key` of the issuer, the same as of the proofs.
    pub issuer: String,
    /// As of when it says this.
    pub valid_from: Moment,
    /// From when on a newer one is to be asked.
    pub valid_until: Moment,
    /// The bits.
    pub credential_subject: StatusListSubject,
    /// The issuer's signature.
    pub proof: IssuerProof,
}

/// The bits of a status list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct StatusListSubject {
    /// The list's address and `#list`.
    pub id: String,
    /// [`SUBJECT_TYPE`]
    #[serde(rename = "type")]
    pub kind: String,
    /// [`PURPOSE`]
    pub status_purpose: String,
    /// The bits: gzip, then base64url, behind a `u`. Place 0 is the most significant bit of the first byte.
    pub encoded_list: String,
}

/// What is known of the revocation of a proof.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Revocation {
    /// The proof names no list, so nobody can be asked this way: it is from before there were any.
    NoList,
    /// Nobody was asked.
    NotAsked,
    /// The issuer had not revoked it.
    NotRevoked {
        /// As of when.
        as_of: Moment,
    },
    /// The issuer has revoked it.
    Revoked {
        /// As of when; it may have been long before.
        as_of: Moment,
    },
    /// What was given is no answer.
    ListInvalid {
        /// Why.
        why: ListFault,
    },
    /// The list does not say that it is revoked, and is too old to be relied on.
    ListTooOld {
        /// As of when it said so.
        as_of: Moment,
        /// Until when it was to be relied on.
        until: Moment,
    },
}

impl Revocation {
    /// What is known of `proof` while nobody is asked.
    #[must_use]
    pub const fn unasked(proof: &StudyProof) -> Self {
        match proof.status {
            Some(_) => Self::NotAsked,
            None => Self::NoList,
        }
    }

    /// Whether the issuer has answered.
    #[must_use]
    pub const fn is_answered(&self) -> bool {
        matches!(self, Self::NotRevoked { .. } | Self::Revoked { .. })
    }
}

/// Why a document is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ListFault {
    /// It is no status list about revocation.
    NotAList,
    /// It is not as its issuer signed it.
    Signature,
    /// The bits cannot be unpacked, or are fewer than a list has.
    Bits,
    /// It is the list of another issuer.
    OtherIssuer,
    /// It is another list than the proof names.
    OtherList,
    /// It has no such place.
    NoSuchPlace,
}

impl fmt::Display for ListFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotAList => "this is no status list about revocation",
            Self::Signature => "it is not as its issuer signed it",
            Self::Bits => "its bits cannot be unpacked, or are too few",
            Self::OtherIssuer => "it is the list of another issuer",
            Self::OtherList => "it is another list than the proof names",
            Self::NoSuchPlace => "it does not have the place that the proof names",
        })
    }
}

impl std::error::Error for ListFault {}
