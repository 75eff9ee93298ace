//! The bits of a status list, and how they are packed: gzip, then base64url without padding, behind the `u` of multibase.

use super::LIST_ENTRIES;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use flate2::{Compression, read::GzDecoder, write::GzEncoder};
use std::io::{Read as _, Write as _};

/// Most bytes that are unpacked: eight million places. What is packed can be a thousand times smaller than what comes out.
const UNPACKED_BYTES_MAX: u64 = 1 << 20;
/// Multibase of base64url without padding.
const PREFIX: char = 'u';

/// One bit for each place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bits(Vec<u8>);

impl Bits {
    /// [`LIST_ENTRIES`] places, none of them set.
    #[must_use]
    pub fn none_set() -> Self {
        let bytes = usize::try_from(LIST_ENTRIES / 8).unwrap_or_default();
        Self(vec![0; bytes])
    }

    /// Sets a bit; a place that the list does not have stays unset.
    pub fn set(&mut self, index: u64) {
        let (byte, mask) = at(index);
        if let Some(byte) = byte.and_then(|byte| self.0.get_mut(byte)) {
            *byte |= mask;
        }
    }

    /// Whether a bit is set; `None` for a place that the list does not have.
    #[must_use]
    pub fn get(&self, index: u64) -> Option<bool> {
        let (byte, mask) = at(index);
        Some(self.0.get(byte?)? & mask != 0)
    }

    /// Packs them.
    ///
    /// # Errors
    /// Never in memory.
    pub fn encode(&self) -> std::io::Result<String> {
        let mut packer = GzEncoder::new(Vec::new(), Compression::best());
        packer.write_all(&self.0)?;
        Ok(format!(
            "{PREFIX}{}",
            URL_SAFE_NO_PAD.encode(packer.finish()?)
        ))
    }

    /// Unpacks them; `None` for anything else, and for fewer than a list must have.
    #[must_use]
    pub fn decode(text: &str) -> Option<Self> {
        let packed = URL_SAFE_NO_PAD.decode(text.strip_prefix(PREFIX)?).ok()?;
        let mut bytes = Vec::new();
        GzDecoder::new(&*packed)
            .take(UNPACKED_BYTES_MAX + 1)
            .read_to_end(&mut bytes)
            .ok()?;
        let n = u64::try_from(bytes.len()).ok()?;
        (LIST_ENTRIES / 8..=UNPACKED_BYTES_MAX)
            .contains(&n)
            .then_some(Self(bytes))
    }
}

/// The byte that holds a place, and which of its bits it is: place 0 is the most significant bit of the first byte.
fn at(index: u64) -> (Option<usize>, u8) {
    (usize::try_from(index / 8).ok(), 0x80 >> (index % 8))
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    /// A list of 131 072 unset places as other software packs it.
    const EMPTY: &str = "uH4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA";

    #[test]
    fn the_first_place_is_the_most_significant_bit_of_the_first_byte() {
        let mut bits = Bits::none_set();
        for index in [0, 9, 131_071] {
            bits.set(index);
        }
        assert_eq!(bits.0.len(), 16_384);
        assert_eq!(&bits.0[..3], [0b1000_0000, 0b0100_0000, 0]);
        assert_eq!(bits.0.last(), Some(&1));
        assert_eq!(bits.get(0), Some(true));
        assert_eq!(bits.get(1), Some(false));
        assert_eq!(bits.get(131_072), None);
        assert_eq!(bits.get(u64::MAX), None);
        let n: u32 = bits.0.iter().map(|byte| byte.count_ones()).sum();
        bits.set(131_072);
        assert_eq!(n, 3);
        assert_eq!(bits.0.iter().map(|byte| byte.count_ones()).sum::<u32>(), 3);
    }

    #[test]
    fn what_is_packed_is_unpacked_again_and_by_others() {
        let mut bits = Bits::none_set();
        (0..131_072).step_by(7).for_each(|index| bits.set(index));
        assert_eq!(Bits::decode(&bits.encode().unwrap()), Some(bits));
        assert_eq!(Bits::decode(EMPTY), Some(Bits::none_set()));
    }

    #[test]
    fn what_is_not_a_list_is_none() {
        let packed = |n: usize| Bits(vec![0; n]).encode().unwrap();
        assert!(Bits::decode(&packed(16_384)).is_some());
        // Too few, a bomb, no multibase, not base64, not gzip, cut off.
        let cut = packed(16_384);
        for text in [
            &packed(16_383),
            &packed(2 << 20),
            &cut[1..],
            "u!!",
            "uAAAA",
            "",
            &cut[..cut.len() - 12],
        ] {
            assert_eq!(Bits::decode(text), None, "{text}");
        }
    }
}
