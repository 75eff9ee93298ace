//! The cryptosuite `eddsa-jcs-2022` (W3C VC Data Integrity EdDSA 1.0, section 3.3), over any JSON document.

use crate::{canonical, canonical::NotCanonical, digest::Digest};
use serde_json::Value;

/// Name of the suite.
pub(crate) const NAME: &str = "eddsa-jcs-2022";

/// What is signed: the digest of the proof without its value, then the digest of the document without its proof.
pub(crate) fn signing_input(proof: &Value, document: &Value) -> Result<Vec<u8>, NotCanonical> {
    let without = |value: &Value, name: &str| {
        let mut value = value.clone();
        if let Value::Object(members) = &mut value {
            members.remove(name);
        }
        value
    };
    let proof: Digest = canonical::digest(&without(proof, "proofValue"))?;
    let document: Digest = canonical::digest(&without(document, "proof"))?;
    Ok([proof.0, document.0].concat())
}

/// A signature as multibase text.
pub(crate) fn encode(signature: &[u8; 64]) -> String {
    format!("z{}", bs58::encode(signature).into_string())
}

/// The signature of a multibase text.
pub(crate) fn decode(proof_value: &str) -> Option<Vec<u8>> {
    bs58::decode(proof_value.strip_prefix('z')?).into_vec().ok()
}
