//! Was this very picture, or nearly this picture, seen before?
//!
//! Three nets of different mesh: the same bytes (SHA-256), the same picture re-encoded ([`Fingerprint`]), and the same
//! embedding ([`crate::Thresholds::repeat_below`]). A live camera never gives the same frame twice: measured 0.05 to 0.08 between
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

/// Mean brightness of one of 9 × 8 fields, from every fourth pixel of every fourth row.
fn field(picture: &Picture, column: usize, row: usize) -> f32 {
    let span = |at: usize, n: usize, length: usize| {
        at * length / n..((at + 1) * length / n).max(at * length / n + 1)
    };
    let (mut sum, mut n) = (0.0, 0.0);
    for y in span(row, 8, picture.height).step_by(4) {
        for x in span(column, 9, picture.width).step_by(4) {
            sum += picture.luma(x.min(picture.width - 1), y.min(picture.height - 1));
            n += 1.0;
        }
    }
    sum / n
}
