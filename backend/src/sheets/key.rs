//! The key that signs sheets, and its certificate: two PEM files beside the other keys. An operator who has a certificate from an
//! authority puts it and its key in their place.
//!
//! It is not the issuer's key: readers of PDFs want X.509 and know no Ed25519, and a credential is believed for the issuer's signature
//! alone. So another key here changes nothing about any proof.

use crate::keys::{random, write_private};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use ring::{
    rand::SystemRandom,
    rsa,
    signature::{
        self, ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P384_SHA384_ASN1_SIGNING, EcdsaKeyPair,
        KeyPair as _, RsaKeyPair,
    },
};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _};
use sheet::{
    Algorithm, SheetSigner,
    certificate::{Certificate, self_issued},
};
use std::{io, path::Path};
use study::{Millis, Timestamp};

/// File of the key: PKCS #8 (or PKCS #1) as PEM.
pub const KEY_FILE: &str = "sheet.key.pem";
/// File of its certificate and of those above it, in that order, as PEM.
pub const CERTIFICATE_FILE: &str = "sheet.crt.pem";

/// How long a certificate of our own lasts: what was issued on its last day is kept for five years more (clause A38), and a signature
/// is looked at again then.
const LASTS: Millis = Millis(20 * 365 * 86_400_000);
/// Clocks differ: what is signed at once must not be from before the certificate.
const SLACK: Millis = Millis(3_600_000);

enum Pair {
    Ecdsa(EcdsaKeyPair, Algorithm),
    Rsa(RsaKeyPair),
}

/// A key and its certificates. Deliberately without `Debug`.
pub struct SheetKey {
    pair: Pair,
    certificates: Vec<Vec<u8>>,
    random: SystemRandom,
}

impl SheetKey {
    /// Reads the key from `folder`, or makes it and a certificate for `issuer` where there is neither.
    ///
    /// # Errors
    /// What is wrong and what to do, for the person who starts the server.
    pub fn load(folder: &Path, issuer: &str, now: Timestamp) -> Result<Self, String> {
        let (key, certificate) = (folder.join(KEY_FILE), folder.join(CERTIFICATE_FILE));
        let failed = |error: &dyn std::fmt::Display| {
            format!(
                "the key that signs PDFs ({}) and its certificate ({}) cannot be used: {error}. Put the right files back, or take both \
                 away to have new ones made; no proof depends on them",
                key.display(),
                certificate.display()
            )
        };
        if !key.exists() && certificate.exists() {
            return Err(failed(&"the certificate is there, its key is not"));
        }
        if !key.exists() {
            let made =
                EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &SystemRandom::new());
            let made = made.map_err(|error| failed(&error))?;
            let text = pem("PRIVATE KEY", made.as_ref());
            match write_private(folder, KEY_FILE, &text) {
                // Another server on the same folder was faster; its key is as good.
                Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                    return Err(failed(&error));
                }
                _ => {}
            }
        }
        let pair = pair(&key).map_err(|error| failed(&error))?;
        if !certificate.exists() {
            let Pair::Ecdsa(pair, Algorithm::EcdsaSha256) = &pair else {
                return Err(failed(&"the key is there, its certificate is not"));
            };
            let made = own_certificate(pair, issuer, now).map_err(|error| failed(&error))?;
            match write_private(folder, CERTIFICATE_FILE, &pem("CERTIFICATE", &made)) {
                Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                    return Err(failed(&error));
                }
                _ => {}
            }
        }
        let certificates: Vec<Vec<u8>> = CertificateDer::pem_file_iter(&certificate)
            .and_then(Iterator::collect::<Result<Vec<_>, _>>)
            .map_err(|error| failed(&error))?
            .into_iter()
            .map(|certificate| certificate.to_vec())
            .collect();
        let key = Self {
            pair,
            certificates,
            random: SystemRandom::new(),
        };
        let own = key.certificates.first().map(Vec::as_slice);
        if !own.is_some_and(|own| holds(own, key.public_key())) {
            return Err(failed(&"the first certificate is about another key"));
        }
        Ok(key)
    }

    fn public_key(&self) -> &[u8] {
        match &self.pair {
            Pair::Ecdsa(pair, _) => pair.public_key().as_ref(),
            Pair::Rsa(pair) => pair.public_key().as_ref(),
        }
    }
}

impl SheetSigner for SheetKey {
    fn certificates(&self) -> &[Vec<u8>] {
        &self.certificates
    }

    fn algorithm(&self) -> Algorithm {
        match &self.pair {
            Pair::Ecdsa(_, algorithm) => *algorithm,
            Pair::Rsa(_) => Algorithm::RsaSha256,
        }
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, String> {
        let failed = |_| "the key refused".to_owned();
        match &self.pair {
            Pair::Ecdsa(pair, _) => {
                let signature = pair.sign(&self.random, message).map_err(failed)?;
                Ok(signature.as_ref().to_vec())
            }
            Pair::Rsa(pair) => {
                let mut bytes = vec![0; pair.public().modulus_len()];
                let padding = &signature::RSA_PKCS1_SHA256;
                pair.sign(padding, &self.random, message, &mut bytes)
                    .map_err(failed)?;
                Ok(bytes)
            }
        }
    }
}

fn pair(file: &Path) -> Result<Pair, String> {
    let random = SystemRandom::new();
    let key = PrivateKeyDer::from_pem_file(file).map_err(|error| error.to_string())?;
    let rsa = |pair: Result<RsaKeyPair, ring::error::KeyRejected>| {
        pair.map(Pair::Rsa).map_err(|error| error.to_string())
    };
    match key {
        PrivateKeyDer::Pkcs1(key) => rsa(rsa::KeyPair::from_der(key.secret_pkcs1_der())),
        PrivateKeyDer::Pkcs8(key) => {
            let der = key.secret_pkcs8_der();
            for (curve, algorithm) in [
                (&ECDSA_P256_SHA256_ASN1_SIGNING, Algorithm::EcdsaSha256),
                (&ECDSA_P384_SHA384_ASN1_SIGNING, Algorithm::EcdsaSha384),
            ] {
                if let Ok(pair) = EcdsaKeyPair::from_pkcs8(curve, der, &random) {
                    return Ok(Pair::Ecdsa(pair, algorithm));
                }
            }
            rsa(RsaKeyPair::from_pkcs8(der))
        }
        _ => Err(
            "this form of key is not known here; `openssl pkcs8 -topk8 -nocrypt` makes one that is"
                .into(),
        ),
    }
}

fn own_certificate(pair: &EcdsaKeyPair, issuer: &str, now: Timestamp) -> Result<Vec<u8>, String> {
    let certificate = Certificate {
        serial: &random::<16>().map_err(|error| error.to_string())?,
        common_name: issuer,
        organization: "Zhenxue (self-issued)",
        public_key: pair.public_key().as_ref(),
        not_before: Timestamp(now.0.saturating_sub(SLACK.0)),
        not_after: now.plus(LASTS),
    };
    self_issued(&certificate, |body| {
        pair.sign(&SystemRandom::new(), body)
            .map(|signature| signature.as_ref().to_vec())
            .map_err(|_| "the key refused".to_owned())
    })
}

/// Whether a certificate is about this key: its bytes stand in it.
fn holds(certificate: &[u8], public_key: &[u8]) -> bool {
    certificate
        .windows(public_key.len().max(1))
        .any(|window| window == public_key)
}

fn pem(kind: &str, der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let mut pem = format!("-----BEGIN {kind}-----\n");
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at(rest.len().min(64));
        pem.push_str(line);
        pem.push('\n');
        rest = after;
    }
    pem + &format!("-----END {kind}-----\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    const NOW: Timestamp = Timestamp(1_795_406_400_000);

    #[test]
    fn a_key_is_made_once_and_kept_private() {
        let folder = tempfile::tempdir().unwrap();
        let first = SheetKey::load(folder.path(), "did:key:z6Mk", NOW).unwrap();
        let second = SheetKey::load(folder.path(), "did:key:z6Mk", NOW).unwrap();
        assert_eq!(first.certificates, second.certificates);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = fs::metadata(folder.path().join(KEY_FILE))
                .unwrap()
                .permissions()
                .mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }

    #[test]
    fn files_that_do_not_belong_together_are_refused_with_what_to_do() {
        let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        for folder in [&one, &two] {
            SheetKey::load(folder.path(), "did:key:z6Mk", NOW).unwrap();
        }
        let file = |name| one.path().join(name);
        fs::copy(two.path().join(KEY_FILE), file(KEY_FILE)).unwrap();
        let wrong = SheetKey::load(one.path(), "did:key:z6Mk", NOW)
            .err()
            .unwrap();
        assert!(wrong.contains("about another key"), "{wrong}");
        fs::remove_file(file(KEY_FILE)).unwrap();
        let wrong = SheetKey::load(one.path(), "did:key:z6Mk", NOW)
            .err()
            .unwrap();
        assert!(wrong.contains("its key is not"), "{wrong}");
        // A certificate that was lost alone is made again.
        fs::remove_file(two.path().join(CERTIFICATE_FILE)).unwrap();
        assert!(SheetKey::load(two.path(), "did:key:z6Mk", NOW).is_ok());
    }
}
