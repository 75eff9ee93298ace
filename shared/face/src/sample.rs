//! Takes a square patch out of a picture: turned, scaled, in Rust and not on a canvas, so that all machines see the same.

use crate::geometry::{Point, Similarity};
use crate::image::Picture;

/// A square of float pixels, 0 to 255, red green blue, row by row.
#[derive(Clone, Debug, PartialEq)]
pub struct Patch {
    /// Pixels in a row, and rows.
    pub size: usize,
    /// The values, `3 * size * size` of them.
    pub rgb: Vec<f32>,
}

/// A picture with its halves, made when first needed.
#[derive(Debug)]
pub struct Pyramid {
    levels: Vec<Picture>,
}

impl Pyramid {
    /// Start from a picture.
    #[must_use]
    pub fn new(picture: Picture) -> Self {
        Self {
            levels: vec![picture],
        }
    }

    /// The picture as it came.
    #[must_use]
    pub fn picture(&self) -> &Picture {
        &self.levels[0]
    }

    /// Take a patch; `to_picture` says where each of its points lies in the picture. What lies outside is black.
    ///
    /// Where the patch is coarser than half the picture, a halved picture is read, so that no pixel is skipped.
    pub fn patch(&mut self, size: usize, to_picture: Similarity) -> Patch {
        let (mut level, mut map) = (0, to_picture);
        while map.scale() >= 2.0 && self.levels[level].width.min(self.levels[level].height) > 1 {
            if self.levels.len() == level + 1 {
                let half = self.levels[level].halved();
                self.levels.push(half);
            }
            level += 1;
            map = Similarity {
                a: map.a / 2.0,
                b: map.b / 2.0,
                dx: map.dx / 2.0,
                dy: map.dy / 2.0,
            };
        }
        let picture = &self.levels[level];
        let mut rgb = Vec::with_capacity(3 * size * size);
        for row in 0..size {
            for column in 0..size {
                let centre = Point {
                    x: column as f32 + 0.5,
                    y: row as f32 + 0.5,
                };
                rgb.extend(bilinear(picture, map.apply(centre)));
            }
        }
        Patch { size, rgb }
    }
}

/// The colour between the four nearest pixel centres.
fn bilinear(picture: &Picture, at: Point) -> [f32; 3] {
    let (left, right_share) = cell(at.x - 0.5);
    let (top, bottom_share) = cell(at.y - 0.5);
    let mut colour = [0.0; 3];
    for (row, row_share) in [
        (top, 1.0 - bottom_share),
        (top.wrapping_add(1), bottom_share),
    ] {
        for (column, column_share) in [
            (left, 1.0 - right_share),
            (left.wrapping_add(1), right_share),
        ] {
            // A cell left of or above the picture wraps to a huge number and so counts as outside too.
            if row < picture.height && column < picture.width {
                let pixel = 3 * (row * picture.width + column);
                for (sum, &byte) in colour.iter_mut().zip(&picture.rgb[pixel..pixel + 3]) {
                    *sum += row_share * column_share * f32::from(byte);
                }
            }
        }
    }
    colour
}

/// The whole cell below a coordinate and the rest; a cell before the first wraps around.
#[expect(
    clippy::cast_possible_truncation,
    reason = "the float was rounded down and clamped to what i32 holds"
)]
fn cell(coordinate: f32) -> (usize, f32) {
    let floor = coordinate.floor().clamp(-1e6, 1e6);
    (
        (floor as i32 as isize).cast_unsigned(),
        (coordinate - floor).clamp(0.0, 1.0),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ramp(width: usize, height: usize) -> Picture {
        let rgb = (0..height)
            .flat_map(|_| (0..width).flat_map(|x| [u8::try_from(x).unwrap(); 3]))
            .collect();
        Picture { width, height, rgb }
    }

    #[test]
    fn the_same_size_gives_the_same_pixels() {
        let patch = Pyramid::new(ramp(8, 8)).patch(8, Similarity::upright(1.0, 0.0, 0.0));
        assert_eq!(
            patch.rgb[3 * 8 * 3..3 * 8 * 3 + 6],
            [0.0, 0.0, 0.0, 1.0, 1.0, 1.0]
        );
    }

    #[test]
    fn a_coarse_patch_sees_every_pixel() {
        // 64 pixels into 4: each holds the mean of 16, so 7.5, 23.5, 39.5, 55.5 (give or take the rounding of bytes).
        let patch = Pyramid::new(ramp(64, 64)).patch(4, Similarity::upright(16.0, 0.0, 0.0));
        for (column, mean) in [7.5, 23.5, 39.5, 55.5].into_iter().enumerate() {
            assert!(
                (patch.rgb[3 * column] - mean).abs() <= 1.0,
                "{} is not {mean}",
                patch.rgb[3 * column]
            );
        }
    }

    #[test]
    fn outside_is_black() {
        let patch = Pyramid::new(Picture {
            width: 2,
            height: 2,
            rgb: vec![200; 12],
        })
        .patch(4, Similarity::upright(1.0, -1.0, -1.0));
        assert!(patch.rgb[0] == 0.0 && patch.rgb[3 * (4 + 1)] == 200.0 && patch.rgb[3 * 15] == 0.0);
    }
}
