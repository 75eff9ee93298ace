//! The font of the sheets, and a key that signs them.

use ring::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _},
};
use sheet::{
    Algorithm, SheetFont, SheetSigner,
    certificate::{Certificate, self_issued},
};
use std::{fs, path::Path};
use study::{Millis, Timestamp};

pub const NOW: Timestamp = Timestamp(1_795_406_400_000);

pub fn font() -> SheetFont {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(
        "../../node_modules/@expo-google-fonts/noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf",
    );
    SheetFont::new(fs::read(file).unwrap().leak()).unwrap()
}

pub struct Key {
    key: EcdsaKeyPair,
    pub certificates: Vec<Vec<u8>>,
}

impl Key {
    pub fn new() -> Self {
        let random = SystemRandom::new();
        let algorithm = &ECDSA_P256_SHA256_ASN1_SIGNING;
        let document = EcdsaKeyPair::generate_pkcs8(algorithm, &random).unwrap();
        let key = EcdsaKeyPair::from_pkcs8(algorithm, document.as_ref(), &random).unwrap();
        let certificate = Certificate {
            serial: &[7; 16],
            common_name: "真学 tests",
            organization: "Zhenxue",
            public_key: key.public_key().as_ref(),
            not_before: Timestamp(NOW.0 - 86_400_000),
            not_after: NOW.plus(Millis(20 * 365 * 86_400_000)),
        };
        let signed = self_issued(&certificate, |body| {
            key.sign(&random, body)
                .map(|signature| signature.as_ref().to_vec())
        });
        let certificates = vec![signed.unwrap()];
        Self { key, certificates }
    }
}

impl SheetSigner for Key {
    fn certificates(&self) -> &[Vec<u8>] {
        &self.certificates
    }

    fn algorithm(&self) -> Algorithm {
        Algorithm::EcdsaSha256
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, String> {
        let signature = self.key.sign(&SystemRandom::new(), message);
        signature
            .map(|it| it.as_ref().to_vec())
            .map_err(|error| error.to_string())
    }
}
