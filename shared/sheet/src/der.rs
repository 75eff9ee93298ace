//! As much of DER (ITU-T X.690) as a certificate and a signature need: writing, and walking what was written elsewhere.

/// SEQUENCE
pub(crate) const SEQUENCE: u8 = 0x30;
/// SET
pub(crate) const SET: u8 = 0x31;
const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const OCTET_STRING: u8 = 0x04;
const OID: u8 = 0x06;
const UTF8: u8 = 0x0c;
const GENERALIZED_TIME: u8 = 0x18;

/// One value: tag, length, content.
pub(crate) fn tlv(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut bytes = vec![tag];
    let len = content.len();
    match u8::try_from(len) {
        Ok(short @ 0..=0x7f) => bytes.push(short),
        _ => {
            let all = len.to_be_bytes();
            let skip = all.iter().take_while(|byte| **byte == 0).count();
            let long = all.get(skip..).unwrap_or_default();
            bytes.push(0x80 | u8::try_from(long.len()).unwrap_or_default());
            bytes.extend(long);
        }
    }
    bytes.extend(content);
    bytes
}

/// Values one after the other in one.
pub(crate) fn nest(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    tlv(tag, &parts.concat())
}

/// A SET OF: its members in the order of their bytes.
pub(crate) fn set_of(tag: u8, mut members: Vec<Vec<u8>>) -> Vec<u8> {
    members.sort();
    tlv(tag, &members.concat())
}

/// A positive INTEGER.
pub(crate) fn integer(bytes: &[u8]) -> Vec<u8> {
    let skip = bytes.iter().take_while(|byte| **byte == 0).count();
    let bytes = bytes.get(skip..).unwrap_or_default();
    // A set first bit would make it negative; nothing at all is no integer.
    let sign: &[u8] = match bytes.first() {
        Some(0..=0x7f) => &[],
        _ => &[0],
    };
    nest(INTEGER, &[sign, bytes])
}

pub(crate) fn octets(bytes: &[u8]) -> Vec<u8> {
    tlv(OCTET_STRING, bytes)
}

pub(crate) fn bits(bytes: &[u8]) -> Vec<u8> {
    nest(BIT_STRING, &[&[0], bytes])
}

pub(crate) fn utf8(text: &str) -> Vec<u8> {
    tlv(UTF8, text.as_bytes())
}

/// GeneralizedTime: `20261123063320Z`.
pub(crate) fn time(text: &str) -> Vec<u8> {
    tlv(GENERALIZED_TIME, text.as_bytes())
}

/// An OBJECT IDENTIFIER.
pub(crate) fn oid(arcs: &[u32]) -> Vec<u8> {
    let mut content = Vec::new();
    let (first, rest) = match arcs {
        [first, second, rest @ ..] => (first * 40 + second, rest),
        _ => (0, arcs),
    };
    for arc in std::iter::once(first).chain(rest.iter().copied()) {
        let mut groups = vec![u8::try_from(arc & 0x7f).unwrap_or_default()];
        let mut left = arc >> 7;
        while left > 0 {
            groups.push(0x80 | u8::try_from(left & 0x7f).unwrap_or_default());
            left >>= 7;
        }
        content.extend(groups.iter().rev());
    }
    tlv(OID, &content)
}

/// One value that was read: what it is, and its bytes with and without head.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Value<'a> {
    pub(crate) tag: u8,
    pub(crate) whole: &'a [u8],
    pub(crate) content: &'a [u8],
}

/// Takes the first value off `bytes`.
pub(crate) fn next<'a>(bytes: &mut &'a [u8]) -> Option<Value<'a>> {
    let all: &'a [u8] = bytes;
    let (&tag, &first) = (all.first()?, all.get(1)?);
    let (head, len) = if first < 0x80 {
        (2, usize::from(first))
    } else {
        let n = usize::from(first & 0x7f);
        let digits = all.get(2..2 + n).filter(|_| (1..=4).contains(&n))?;
        let len = digits
            .iter()
            .fold(0_usize, |len, digit| len << 8 | usize::from(*digit));
        (2 + n, len)
    };
    let (whole, rest) = all.split_at_checked(head.checked_add(len)?)?;
    *bytes = rest;
    Some(Value {
        tag,
        whole,
        content: whole.get(head..)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        for len in [0, 1, 127, 128, 255, 256, 70_000] {
            let written = octets(&vec![7; len]);
            let mut rest = &written[..];
            let value = next(&mut rest).unwrap();
            assert_eq!(
                (value.tag, value.content.len(), rest.len()),
                (OCTET_STRING, len, 0)
            );
            assert!(next(&mut &written[..written.len() - 1]).is_none());
        }
    }

    #[test]
    fn integers_are_positive_and_short() {
        assert_eq!(integer(&[0, 0, 0x80]), [2, 2, 0, 0x80]);
        assert_eq!(integer(&[0, 1]), [2, 1, 1]);
        assert_eq!(integer(&[]), [2, 1, 0]);
    }

    #[test]
    fn object_identifiers_are_those_of_the_standard() {
        // rsaEncryption (RFC 8017).
        let rsa = [6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1];
        assert_eq!(oid(&[1, 2, 840, 113_549, 1, 1, 1]), rsa);
    }
}
