//! `did:key` names for Ed25519 keys: the key itself, in multibase.

use ledger::PublicKey;

/// Multicodec of an Ed25519 public key.
const ED25519_PUB: [u8; 2] = [0xed, 0x01];
const PREFIX: &str = "did:key:z";

/// The `did:key` of a key.
#[must_use]
pub fn of(key: &PublicKey) -> String {
    let mut bytes = ED25519_PUB.to_vec();
    bytes.extend(key.to_bytes());
    format!("{PREFIX}{}", bs58::encode(bytes).into_string())
}

/// The key of a `did:key`, or `None` where it is not one of Ed25519.
#[must_use]
pub fn key(did: &str) -> Option<PublicKey> {
    let bytes = bs58::decode(did.strip_prefix(PREFIX)?).into_vec().ok()?;
    let key = bytes.strip_prefix(&ED25519_PUB)?.try_into().ok()?;
    PublicKey::from_bytes(key).ok()
}

/// The one verification method of a `did:key`.
#[must_use]
pub fn verification_method(did: &str) -> String {
    let key = did.strip_prefix("did:key:").unwrap_or(did);
    format!("{did}#{key}")
}
