//! Making a status list: the bits, signed like a proof.

use super::{
    Bits, LIST_TYPES, PURPOSE, SUBJECT_TYPE, StatusList, StatusListCredential, StatusListSubject,
};
use crate::{
    canonical::NotCanonical,
    credential::{CONTEXTS, IssuerProof, Moment, did, suite},
    status::ListFault,
};
use ledger::{Signer, sign::CannotSign};
use study::Timestamp;

/// What an issuer says of a list.
#[derive(Clone, Debug)]
pub struct StatusStatement {
    /// Address of the list.
    pub address: String,
    /// As of when.
    pub valid_from: Timestamp,
    /// From when on a newer one is to be asked.
    pub valid_until: Timestamp,
    /// Which places are revoked.
    pub bits: Bits,
}

/// Why no list was made.
#[derive(Debug, thiserror::Error)]
pub enum NotSealed {
    /// The bits were not packed.
    #[error(transparent)]
    NotPacked(#[from] std::io::Error),
    /// A value has no canonical form.
    #[error(transparent)]
    NotCanonical(#[from] NotCanonical),
    /// The document is not JSON.
    #[error("the status list cannot be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// The key did not sign.
    #[error(transparent)]
    CannotSign(#[from] CannotSign),
    /// The finished list does not verify. It is not given out.
    #[error("the finished status list does not verify: {0}")]
    DoesNotVerify(#[from] ListFault),
}

/// Makes a list, as indented JSON. What comes back has been read by the same code that everybody else uses.
///
/// # Errors
/// [`NotSealed`]
pub fn seal(statement: StatusStatement, issuer: &dyn Signer) -> Result<String, NotSealed> {
    let did = did::of(&issuer.public_key());
    let contexts: Vec<String> = CONTEXTS.map(String::from).into();
    let valid_from = Moment(statement.valid_from);
    let mut list = StatusListCredential {
        context: contexts.clone(),
        types: LIST_TYPES.map(String::from).into(),
        valid_from,
        valid_until: Moment(statement.valid_until),
        credential_subject: StatusListSubject {
            id: format!("{}#list", statement.address),
            kind: SUBJECT_TYPE.into(),
            status_purpose: PURPOSE.into(),
            encoded_list: statement.bits.encode()?,
        },
        id: statement.address,
        proof: IssuerProof {
            context: contexts,
            kind: "DataIntegrityProof".into(),
            cryptosuite: suite::NAME.into(),
            created: valid_from,
            verification_method: did::verification_method(&did),
            proof_purpose: "assertionMethod".into(),
            proof_value: String::new(),
        },
        issuer: did,
    };
    let document = serde_json::to_value(&list)?;
    let input = suite::signing_input(&serde_json::to_value(&list.proof)?, &document)?;
    list.proof.proof_value = suite::encode(&issuer.sign(&input)?);
    let document = serde_json::to_string_pretty(&list)?;
    StatusList::read(document.as_bytes())?;
    Ok(document)
}
