//! Was this very picture, or nearly this picture, seen before?
//!
//! Nets of different mesh: the same bytes (SHA-256), the same picture re-encoded ([`Fingerprint`] to find it, [`Thumbnail`] to be
//! sure), and the same embedding ([`crate::Thresholds::repeat_below`]). A live camera never gives the same frame twice: measured 0.05 to 0.08 between
//! neighbours, exactly 0 for a repeated one.

use serde::{Deserialize, Serialize};

use crate::image::Picture;

/// 64 bits that survive scaling and re-encoding: is each of 8 × 8 fields brighter than its right neighbour?
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Fingerprint(pub u64);

impl Fingerprint {
    /// Of a whole picture.
    #[must_use]
    pub fn of(picture: &Picture) -> Self {
        let mut bits = 0;
        for row in 0..8 {
            let brightness: [f32; 9] = std::array::from_fn(|column| field(picture, column, row));
            for pair in brightness.windows(2) {
                bits = bits << 1 | u64::from(pair[0] > pair[1]);
            }
        }
        Self(bits)
    }

    /// In how many of the 64 fields two pictures differ. Re-encoding changes a few; another scene about 32.
    #[must_use]
    pub fn difference(self, other: Self) -> u32 {
        (self.0 ^ other.0).count_ones()
    }
}

/// Fields in a row of a [`Thumbnail`], and rows.
const FIELDS: (usize, usize) = (32, 24);

/// The picture in 32 × 24 fields of mean brightness: what encoding again leaves as it is, while whatever moves, if only by a few
/// pixels, changes the fields at its edges.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<u8>", into = "Vec<u8>")]
pub struct Thumbnail(Vec<u8>);

impl std::fmt::Debug for Thumbnail {
    /// Says nothing: it is a small picture of a face.
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Thumbnail")
    }
}

/// Bytes of another number than a thumbnail has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a thumbnail has {} bytes", Thumbnail::BYTES)]
pub struct NoThumbnail;

impl TryFrom<Vec<u8>> for Thumbnail {
    type Error = NoThumbnail;

    fn try_from(bytes: Vec<u8>) -> Result<Self, NoThumbnail> {
        if bytes.len() == Self::BYTES {
            Ok(Self(bytes))
        } else {
            Err(NoThumbnail)
        }
    }
}

impl From<Thumbnail> for Vec<u8> {
    fn from(thumbnail: Thumbnail) -> Self {
        thumbnail.0
    }
}

impl Thumbnail {
    /// How many bytes it has.
    pub const BYTES: usize = FIELDS.0 * FIELDS.1;

    /// Of a whole picture.
    #[must_use]
    pub fn of(picture: &Picture) -> Self {
        let fields = (0..FIELDS.1)
            .flat_map(|row| (0..FIELDS.0).map(move |column| (column, row)))
            .map(|(column, row)| byte(mean(picture, (column, FIELDS.0), (row, FIELDS.1), 2)));
        Self(fields.collect())
    }

    /// Its bytes, row by row.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// Largest difference between two fields, 0 to 255, once one picture is made as bright as the other.
    #[must_use]
    pub fn difference(&self, other: &Self) -> f32 {
        let pairs = || self.0.iter().zip(&other.0);
        let apart = |(one, other): (&u8, &u8)| f32::from(*one) - f32::from(*other);
        let brighter = pairs().map(apart).sum::<f32>() / Self::BYTES as f32;
        pairs()
            .map(|pair| (apart(pair) - brighter).abs())
            .fold(0.0, f32::max)
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a mean of brightness lies between 0 and 255"
)]
fn byte(value: f32) -> u8 {
    value.round() as u8
}

/// Mean brightness of one of 9 × 8 fields, from every fourth pixel of every fourth row.
fn field(picture: &Picture, column: usize, row: usize) -> f32 {
    mean(picture, (column, 9), (row, 8), 4)
}

/// Mean brightness of column `.0` of `.1` and row `.0` of `.1`, from every `step`th pixel of every `step`th row.
fn mean(picture: &Picture, column: (usize, usize), row: (usize, usize), step: usize) -> f32 {
    let span = |(at, n): (usize, usize), length: usize| {
        at * length / n..((at + 1) * length / n).max(at * length / n + 1)
    };
    let (mut sum, mut n) = (0.0, 0.0);
    for y in span(row, picture.height).step_by(step) {
        for x in span(column, picture.width).step_by(step) {
            sum += picture.luma(x.min(picture.width - 1), y.min(picture.height - 1));
            n += 1.0;
        }
    }
    sum / n
}
