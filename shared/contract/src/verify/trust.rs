//! Which keys are believed.

use super::report::{Fault, FaultCode, Faults};
use crate::credential::{StudyProof, did};
use ledger::VerifierKey;
use serde::{Deserialize, Serialize};

/// The public keys of one server, as `/ledger/key` gives them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PublicKeys {
    /// The ledger's verifier key (C2SP signed-note).
    pub ledger_vkey: String,
    /// The issuer of proofs, a `did:key`.
    pub issuer_did: String,
}

/// Whose signatures are believed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrustAnchors {
    /// Issuers, each a `did:key`.
    pub issuer_dids: Vec<String>,
    /// Ledgers, each a verifier key.
    pub ledger_vkeys: Vec<String>,
}

/// Text that names no key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "no key in {0:?}: expected the JSON of /ledger/key, or a did:key and a verifier key (name+hash+key), one to a line"
)]
pub struct NoKey(String);

impl From<PublicKeys> for TrustAnchors {
    fn from(keys: PublicKeys) -> Self {
        Self {
            issuer_dids: vec![keys.issuer_did],
            ledger_vkeys: vec![keys.ledger_vkey],
        }
    }
}

impl TrustAnchors {
    /// Believes what `other` believes, too.
    pub fn extend(&mut self, other: Self) {
        self.issuer_dids.extend(other.issuer_dids);
        self.ledger_vkeys.extend(other.ledger_vkeys);
    }

    /// Reads the JSON of `/ledger/key`, the JSON of these anchors, or lines that are each a `did:key` or a verifier key.
    ///
    /// # Errors
    /// [`NoKey`]
    pub fn parse(text: &str) -> Result<Self, NoKey> {
        if let Ok(keys) = serde_json::from_str::<PublicKeys>(text) {
            return Self::from(keys).checked();
        }
        if let Ok(anchors) = serde_json::from_str::<Self>(text) {
            return anchors.checked();
        }
        let mut anchors = Self::default();
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
            if line.starts_with("did:key:") {
                anchors.issuer_dids.push(line.to_owned());
            } else {
                anchors.ledger_vkeys.push(line.to_owned());
            }
        }
        anchors.checked()
    }

    /// Refuses what is no key: a typo in a trusted key should not read as "issuer unknown".
    fn checked(self) -> Result<Self, NoKey> {
        let wrong = self
            .issuer_dids
            .iter()
            .find(|text| did::key(text).is_none())
            .or_else(|| {
                self.ledger_vkeys
                    .iter()
                    .find(|text| text.parse::<VerifierKey>().is_err())
            });
        match wrong {
            Some(text) => Err(NoKey(text.clone())),
            None if self.issuer_dids.is_empty() && self.ledger_vkeys.is_empty() => {
                Err(NoKey(String::new()))
            }
            None => Ok(self),
        }
    }
}

/// Adds a fault for the issuer and for the ledger where they are not among `anchors`.
pub(super) fn check(proof: &StudyProof, anchors: &TrustAnchors, faults: &mut Faults) {
    faults.unless(anchors.issuer_dids.contains(&proof.issuer), || {
        Fault::at("/issuer", FaultCode::UnknownIssuer).found(&proof.issuer)
    });
    faults.unless(anchors.ledger_vkeys.contains(&proof.ledger.vkey), || {
        Fault::at("/ledger/vkey", FaultCode::UnknownLedger).found(&proof.ledger.vkey)
    });
}
