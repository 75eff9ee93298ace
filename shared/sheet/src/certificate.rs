//! A certificate that a server issues to itself (X.509, RFC 5280), for as long as its operator has given it no other. Readers of PDFs
//! then say that the file is whole and that nobody vouches for the signer, which is the truth.

use crate::{
    der::{self, SEQUENCE, SET},
    sign::{Algorithm, compact},
};
use study::Timestamp;

const EC_PUBLIC_KEY: [u32; 6] = [1, 2, 840, 10_045, 2, 1];
const P256: [u32; 7] = [1, 2, 840, 10_045, 3, 1, 7];
const COMMON_NAME: [u32; 4] = [2, 5, 4, 3];
const ORGANIZATION: [u32; 4] = [2, 5, 4, 10];
const KEY_USAGE: [u32; 4] = [2, 5, 29, 15];
const BASIC_CONSTRAINTS: [u32; 4] = [2, 5, 29, 19];

/// What stands in a certificate.
#[derive(Clone, Copy, Debug)]
pub struct Certificate<'a> {
    /// A number that no other certificate of this issuer has.
    pub serial: &'a [u8; 16],
    /// Who signs.
    pub common_name: &'a str,
    /// Which organisation.
    pub organization: &'a str,
    /// The point of a P-256 key, uncompressed.
    pub public_key: &'a [u8],
    /// From when.
    pub not_before: Timestamp,
    /// Until when.
    pub not_after: Timestamp,
}

/// The certificate in DER, signed by `sign` with the very key that it is about (ECDSA, SHA-256).
///
/// # Errors
/// What `sign` says.
pub fn self_issued<E>(
    certificate: &Certificate<'_>,
    sign: impl FnOnce(&[u8]) -> Result<Vec<u8>, E>,
) -> Result<Vec<u8>, E> {
    let algorithm = Algorithm::EcdsaSha256.identifier();
    let name = der::nest(
        SEQUENCE,
        &[
            &name(&ORGANIZATION, certificate.organization),
            &name(&COMMON_NAME, certificate.common_name),
        ],
    );
    let key = der::nest(
        SEQUENCE,
        &[
            &der::nest(SEQUENCE, &[&der::oid(&EC_PUBLIC_KEY), &der::oid(&P256)]),
            &der::bits(certificate.public_key),
        ],
    );
    let valid = der::nest(
        SEQUENCE,
        &[&date(certificate.not_before), &date(certificate.not_after)],
    );
    // digitalSignature and nonRepudiation: bits 0 and 1 of two, so six are unused.
    let usage = extension(&KEY_USAGE, &[0x03, 0x02, 0x06, 0xc0]);
    // No authority: whoever trusts it trusts this key, and none that it would vouch for.
    let constraints = extension(&BASIC_CONSTRAINTS, &der::nest(SEQUENCE, &[]));
    let body = der::nest(
        SEQUENCE,
        &[
            // Version 3.
            &der::nest(0xa0, &[&der::integer(&[2])]),
            &der::integer(&positive(certificate.serial)),
            &algorithm,
            &name,
            &valid,
            &name,
            &key,
            &der::nest(0xa3, &[&der::nest(SEQUENCE, &[&usage, &constraints])]),
        ],
    );
    let signature = sign(&body)?;
    Ok(der::nest(
        SEQUENCE,
        &[&body, &algorithm, &der::bits(&signature)],
    ))
}

/// Until 2049 a certificate has to write its dates with two digits for the year (RFC 5280, 4.1.2.5).
fn date(at: Timestamp) -> Vec<u8> {
    let text = compact(at);
    match text.get(2..).filter(|_| text.as_str() < "2050") {
        Some(short) => der::tlv(0x17, short.as_bytes()),
        None => der::time(&text),
    }
}

/// A serial number is neither zero nor longer than 20 bytes.
fn positive(serial: &[u8; 16]) -> Vec<u8> {
    [&[1][..], serial].concat()
}

fn name(kind: &[u32], text: &str) -> Vec<u8> {
    der::nest(
        SET,
        &[&der::nest(SEQUENCE, &[&der::oid(kind), &der::utf8(text)])],
    )
}

/// A critical one.
fn extension(kind: &[u32], value: &[u8]) -> Vec<u8> {
    let critical = [1, 1, 0xff];
    der::nest(SEQUENCE, &[&der::oid(kind), &critical, &der::octets(value)])
}
