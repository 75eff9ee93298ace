//! Our nets against the original library: what @vladmandic/face-api 1.7.15 itself saw stands in `golden/original.json`.
//!
//! Each stage is fed exactly what the original fed it (its own crops, its own resizing), so that only the nets are compared.

use crate::support::{nets, root};
use face::detect::faces;
use face::image::decode;
use face::sample::Patch;
use face::{Limits, Picture};
use serde::Deserialize;

#[derive(Deserialize)]
struct Golden {
    pictures: Vec<GoldenPicture>,
}

#[derive(Deserialize)]
struct GoldenPicture {
    picture: String,
    rgb_sha256: String,
    faces: Vec<GoldenFace>,
}

#[derive(Deserialize)]
struct GoldenFace {
    score: f32,
    #[serde(rename = "box")]
    area: [f32; 4],
    points: Vec<f32>,
    aligned: [f32; 4],
    descriptor: Vec<f32>,
}

#[test]
fn the_nets_see_what_the_original_library_sees() {
    let golden: Golden = serde_json::from_str(include_str!("../golden/original.json")).unwrap();
    let (mut n_faces, mut box_error, mut point_error, mut descriptor_error) =
        (0, 0.0_f32, 0.0_f32, 0.0_f32);
    for picture in &golden.pictures {
        let jpeg = std::fs::read(root().join(&picture.picture)).expect("run `npm ci` first");
        let decoded = decode(&jpeg, Limits::PHOTO).unwrap();
        assert_eq!(
            face::manifest::sha256(&decoded.rgb),
            picture.rgb_sha256,
            "{} decodes differently",
            picture.picture
        );
        let found = detect(&decoded);
        assert_eq!(found.len(), picture.faces.len(), "{}", picture.picture);
        for face in &picture.faces {
            let near = found
                .iter()
                .map(|found| difference(found, &[&face.area[..], &[face.score]].concat()));
            box_error = box_error.max(near.fold(f32::INFINITY, f32::min));
            point_error = point_error.max(difference(&points(&decoded, face.area), &face.points));
            let descriptor = nets()
                .recogniser()
                .run(&centred(&crop(&decoded, face.aligned), 150))
                .unwrap();
            let squares: f32 = descriptor
                .iter()
                .zip(&face.descriptor)
                .map(|(one, other)| (one - other).powi(2))
                .sum();
            descriptor_error = descriptor_error.max(squares.sqrt());
            n_faces += 1;
        }
    }
    println!(
        "{n_faces} faces: box {box_error} px, points {point_error} px, descriptor L2 {descriptor_error}"
    );
    assert!(n_faces >= 20, "only {n_faces} faces");
    assert!(box_error < 0.05, "boxes differ by {box_error} px");
    assert!(point_error < 0.05, "points differ by {point_error} px");
    assert!(
        descriptor_error < 1e-4,
        "descriptors differ by {descriptor_error}"
    );
}

/// Boxes (x, y, width, height) and scores from the original's own input.
fn detect(picture: &Picture) -> Vec<Vec<f32>> {
    let spec = &nets().manifest().detector;
    let side = picture.width.max(picture.height);
    let square = Crop::of(picture, 0, 0, picture.width, picture.height).padded(0, 0, side);
    // The original rounds the shrunken picture's sides to whole pixels before it scales back, and so errs by up to 0.2 %.
    let rounding = |length: usize| {
        let shrunken = (length * spec.input.size) as f32 / side as f32;
        shrunken / shrunken.round()
    };
    let grid = nets()
        .detector()
        .run(&square.resized(spec.input.size))
        .unwrap();
    faces(&grid, spec, side as f32)
        .into_iter()
        .filter(|face| face.score > 0.5)
        .map(|face| {
            let [x, width] =
                [face.area.x, face.area.width].map(|length| length * rounding(picture.width));
            let [y, height] =
                [face.area.y, face.area.height].map(|length| length * rounding(picture.height));
            vec![x, y, width, height, face.score]
        })
        .collect()
}

/// Landmarks as the original places them: relative to its rounded crop, shifted by its unrounded box.
fn points(picture: &Picture, area: [f32; 4]) -> Vec<f32> {
    let crop = crop(picture, area);
    let (width, height) = (crop.width as f32, crop.height as f32);
    let side = width.max(height);
    let values = nets().landmark_net().run(&centred(&crop, 112)).unwrap();
    let place = |value: f32, length: f32, start: f32| value * side - (side - length) / 2.0 + start;
    values
        .chunks_exact(2)
        .flat_map(|pair| {
            [
                place(pair[0], width, area[0]),
                place(pair[1], height, area[1]),
            ]
        })
        .collect()
}

fn difference(one: &[f32], other: &[f32]) -> f32 {
    one.iter()
        .zip(other)
        .map(|(one, other)| (one - other).abs())
        .fold(0.0, f32::max)
}

/// The original's crop: cut at the picture's edge, then rounded down.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "cut at zero and at the picture's size"
)]
fn crop(picture: &Picture, [x, y, width, height]: [f32; 4]) -> Crop {
    let (left, top) = (x.max(0.0), y.max(0.0));
    let width = (x + width - left).min(picture.width as f32 - left);
    let height = (y + height - top).min(picture.height as f32 - top);
    Crop::of(
        picture,
        left as usize,
        top as usize,
        width as usize,
        height as usize,
    )
}

/// The original's centred square, black beside the crop, resized.
fn centred(crop: &Crop, size: usize) -> Patch {
    let (side, difference) = (
        crop.width.max(crop.height),
        crop.width.abs_diff(crop.height),
    );
    // `Math.round(difference / 2)` goes behind, the rest before.
    let before = difference - difference.div_ceil(2);
    let (left, top) = if crop.height > crop.width {
        (before, 0)
    } else {
        (0, before)
    };
    crop.padded(left, top, side).resized(size)
}

struct Crop {
    width: usize,
    height: usize,
    rgb: Vec<f32>,
}

impl Crop {
    fn of(picture: &Picture, left: usize, top: usize, width: usize, height: usize) -> Self {
        let rows = (top..top + height).map(|y| 3 * (y * picture.width + left));
        let rgb = rows
            .flat_map(|at| {
                picture.rgb[at..at + 3 * width]
                    .iter()
                    .copied()
                    .map(f32::from)
            })
            .collect();
        Self { width, height, rgb }
    }

    fn padded(&self, left: usize, top: usize, side: usize) -> Self {
        let mut rgb = vec![0.0; 3 * side * side];
        for (y, row) in self.rgb.chunks_exact(3 * self.width).enumerate() {
            let at = 3 * ((y + top) * side + left);
            rgb[at..at + row.len()].copy_from_slice(row);
        }
        Self {
            width: side,
            height: side,
            rgb,
        }
    }

    /// tfjs `resizeBilinear` with neither aligned corners nor half-pixel centres.
    fn resized(&self, size: usize) -> Patch {
        let scale = self.width as f32 / size as f32;
        let place = |at: usize| {
            let source = at as f32 * scale;
            let low = (0..self.width)
                .rev()
                .find(|&cell| cell as f32 <= source)
                .unwrap();
            (low, (low + 1).min(self.width - 1), source - low as f32)
        };
        let places: Vec<_> = (0..size).map(place).collect();
        let mut rgb = Vec::with_capacity(3 * size * size);
        for &(top, bottom, down) in &places {
            for &(left, right, along) in &places {
                for channel in 0..3 {
                    let at = |x: usize, y: usize| self.rgb[3 * (y * self.width + x) + channel];
                    let upper = at(left, top) + (at(right, top) - at(left, top)) * along;
                    let lower = at(left, bottom) + (at(right, bottom) - at(left, bottom)) * along;
                    rgb.push(upper + (lower - upper) * down);
                }
            }
        }
        Patch { size, rgb }
    }
}
