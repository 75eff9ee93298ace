//! The CMS (RFC 5652) that stands in a PDF signature, with the attributes that PAdES B-B asks for: content type, digest, and which
//! certificate signs (RFC 5035). The time is the dictionary's, as PAdES wants it.

use crate::{
    der::{self, SEQUENCE, SET},
    sign::{NotSigned, SheetSigner},
};
use sha2::{Digest as _, Sha256};

const CONTEXT_0: u8 = 0xa0;
const DATA: [u32; 7] = [1, 2, 840, 113_549, 1, 7, 1];
const SIGNED_DATA: [u32; 7] = [1, 2, 840, 113_549, 1, 7, 2];
const CONTENT_TYPE: [u32; 7] = [1, 2, 840, 113_549, 1, 9, 3];
const MESSAGE_DIGEST: [u32; 7] = [1, 2, 840, 113_549, 1, 9, 4];
const SIGNING_CERTIFICATE_V2: [u32; 9] = [1, 2, 840, 113_549, 1, 9, 16, 2, 47];
const SHA256: [u32; 9] = [2, 16, 840, 1, 101, 3, 4, 2, 1];

/// A detached signature over whatever has this SHA-256.
pub(crate) fn signed_data(digest: &[u8], signer: &dyn SheetSigner) -> Result<Vec<u8>, NotSigned> {
    let certificate = signer
        .certificates()
        .first()
        .ok_or(NotSigned::Certificate)?;
    let attributes = vec![
        attribute(&CONTENT_TYPE, &der::oid(&DATA)),
        attribute(&MESSAGE_DIGEST, &der::octets(digest)),
        attribute(&SIGNING_CERTIFICATE_V2, &this_certificate(certificate)),
    ];
    // Signed as a SET, sent under another tag (RFC 5652, 5.4).
    let to_sign = der::set_of(SET, attributes.clone());
    let signature = signer.sign(&to_sign).map_err(NotSigned::CannotSign)?;
    let sha256 = der::nest(SEQUENCE, &[&der::oid(&SHA256)]);
    let version = der::integer(&[1]);
    let signer_info = der::nest(
        SEQUENCE,
        &[
            &version,
            &issuer_and_serial(certificate).ok_or(NotSigned::Certificate)?,
            &sha256,
            &der::set_of(CONTEXT_0, attributes),
            &signer.algorithm().identifier(),
            &der::octets(&signature),
        ],
    );
    let signed = der::nest(
        SEQUENCE,
        &[
            &version,
            &der::nest(SET, &[&sha256]),
            &der::nest(SEQUENCE, &[&der::oid(&DATA)]),
            &der::set_of(CONTEXT_0, signer.certificates().to_vec()),
            &der::nest(SET, &[&signer_info]),
        ],
    );
    Ok(der::nest(
        SEQUENCE,
        &[&der::oid(&SIGNED_DATA), &der::nest(CONTEXT_0, &[&signed])],
    ))
}

fn attribute(kind: &[u32], value: &[u8]) -> Vec<u8> {
    der::nest(SEQUENCE, &[&der::oid(kind), &der::nest(SET, &[value])])
}

/// ESSCertIDv2 with its default hash, SHA-256.
fn this_certificate(certificate: &[u8]) -> Vec<u8> {
    let hash = der::octets(&Sha256::digest(certificate));
    let id = der::nest(SEQUENCE, &[&hash]);
    der::nest(SEQUENCE, &[&der::nest(SEQUENCE, &[&id])])
}

/// Who issued a certificate, and its number.
fn issuer_and_serial(certificate: &[u8]) -> Option<Vec<u8>> {
    let mut whole = certificate;
    let mut certificate = der::next(&mut whole)?.content;
    let mut body = der::next(&mut certificate)?.content;
    let mut serial = der::next(&mut body)?;
    // The version stands first, unless it is the oldest.
    if serial.tag == CONTEXT_0 {
        serial = der::next(&mut body)?;
    }
    let _algorithm = der::next(&mut body)?;
    let issuer = der::next(&mut body)?;
    Some(der::nest(SEQUENCE, &[issuer.whole, serial.whole]))
}
