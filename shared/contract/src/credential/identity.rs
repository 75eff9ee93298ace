//! Whom a proof is about: masked for everybody, opened by the holder for whom they choose.

use super::StudyProof;
use crate::{
    canonical::{self, NotCanonical},
    digest::Digest,
    id_number::IdNumber,
    record::Salt,
};
use serde::{Deserialize, Serialize};

const PREFIX: &[u8] = b"zhenxue-identity-v1\n";

/// What the holder shows beside a proof so that a reviewer sees whom it is about. Deliberately without `Debug`: it must not reach a log.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Opening {
    /// Full name.
    pub name: String,
    /// Full ID number, upper case.
    pub id_number: String,
    /// The salt of the digest.
    pub salt: Salt,
}

#[derive(Serialize)]
struct Identity<'a> {
    name: &'a str,
    id_number: &'a str,
}

impl Opening {
    /// The digest that stands in the proof: `SHA-256(zhenxue-identity-v1\n ‖ salt ‖ {"id_number":…,"name":…})`.
    ///
    /// # Errors
    /// Never: both are text.
    pub fn digest(&self) -> Result<Digest, NotCanonical> {
        let identity = canonical::bytes(&Identity {
            name: &self.name,
            id_number: &self.id_number,
        })?;
        Ok(Digest::of(&[PREFIX, &self.salt.0, &identity]))
    }

    /// Whether this is the person of `proof`. Says nothing about the proof itself: verify that first.
    #[must_use]
    pub fn opens(&self, proof: &StudyProof) -> bool {
        self.digest()
            .is_ok_and(|digest| digest == proof.subject.identity)
            && mask_name(&self.name) == proof.subject.name
            && IdNumber::parse(&self.id_number)
                .is_ok_and(|number| number.masked() == proof.subject.id_number)
    }
}

/// The form of a name that may be shown: first and last character, `王*明`; of two characters the first, `王*`.
#[must_use]
pub fn mask_name(name: &str) -> String {
    let last = name.chars().count().saturating_sub(1);
    name.chars()
        .enumerate()
        .map(|(position, c)| match position {
            0 => c,
            shown if shown == last && last > 1 => c,
            _ => '*',
        })
        .collect()
}
