//! Turns, scales and shifts a face so that eyes, nose and mouth lie where the recogniser learnt them.
//!
//! This is dlib's `get_face_chip_details`, not face-api's upright crop: with the same weights it rejects far fewer tilted faces.

use crate::geometry::{Point, Similarity};
use crate::landmarks::FacePoints;
use crate::sample::{Patch, Pyramid};

/// Number of the first point in [`MEAN_FACE`].
const FIRST: usize = 17;

/// Mean places of points 17 to 67 in a face of side 1, from dlib's `image_transforms/interpolation.h`.
const MEAN_FACE: [[f32; 2]; 51] = [
    [0.000_213_256, 0.106_454],
    [0.075_262_2, 0.038_915],
    [0.181_13, 0.018_748_2],
    [0.290_77, 0.034_489_1],
    [0.393_397, 0.077_390_6],
    [0.586_856, 0.077_390_6],
    [0.689_483, 0.034_489_1],
    [0.799_124, 0.018_748_2],
    [0.904_991, 0.038_915],
    [0.980_04, 0.106_454],
    [0.490_127, 0.203_352],
    [0.490_127, 0.307_009],
    [0.490_127, 0.409_805],
    [0.490_127, 0.515_625],
    [0.366_88, 0.587_326],
    [0.426_036, 0.609_345],
    [0.490_127, 0.628_106],
    [0.554_217, 0.609_345],
    [0.613_373, 0.587_326],
    [0.121_737, 0.216_423],
    [0.187_122, 0.178_758],
    [0.265_825, 0.179_852],
    [0.334_606, 0.231_733],
    [0.260_918, 0.245_099],
    [0.182_743, 0.244_077],
    [0.645_647, 0.231_733],
    [0.714_428, 0.179_852],
    [0.793_132, 0.178_758],
    [0.858_516, 0.216_423],
    [0.797_51, 0.244_077],
    [0.719_335, 0.245_099],
    [0.254_149, 0.780_233],
    [0.340_985, 0.745_405],
    [0.428_858, 0.727_388],
    [0.490_127, 0.742_578],
    [0.551_395, 0.727_388],
    [0.639_268, 0.745_405],
    [0.726_104, 0.780_233],
    [0.642_159, 0.864_805],
    [0.556_721, 0.902_192],
    [0.490_127, 0.909_281],
    [0.423_532, 0.902_192],
    [0.338_094, 0.864_805],
    [0.290_379, 0.784_792],
    [0.428_096, 0.778_746],
    [0.490_127, 0.785_343],
    [0.552_157, 0.778_746],
    [0.689_874, 0.784_792],
    [0.553_364, 0.824_182],
    [0.490_127, 0.831_803],
    [0.426_89, 0.824_182],
];

/// Where each point of a chip of `size` pixels lies in the picture. `None` for points that are all the same.
///
/// `padding` is the border around the face as a share of the face.
#[must_use]
pub fn chip_to_picture(points: &FacePoints, size: usize, padding: f32) -> Option<Similarity> {
    let in_chip = |share: f32| (padding + share) / (2.0 * padding + 1.0) * size as f32;
    let pairs: Vec<(Point, Point)> = MEAN_FACE
        .iter()
        .zip(FIRST..)
        // dlib leaves out brows and lower lip: they move with the face's expression.
        .filter(|(_, number)| !matches!(number, 17..=26 | 55..=59 | 65..=67))
        .map(|([x, y], number)| {
            (
                Point {
                    x: in_chip(*x),
                    y: in_chip(*y),
                },
                points.all()[number],
            )
        })
        .collect();
    Similarity::fit(&pairs)
}

/// Cut the aligned chip out of the picture.
#[must_use]
pub fn chip(
    pyramid: &mut Pyramid,
    points: &FacePoints,
    size: usize,
    padding: f32,
) -> Option<Patch> {
    let map = chip_to_picture(points, size, padding)?;
    Some(pyramid.patch(size, map))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The mean face itself as a face in a picture, turned and scaled.
    fn face(place: Similarity) -> FacePoints {
        let unseen = [[0.0, 0.0]; FIRST];
        let points: Vec<Point> = unseen
            .iter()
            .chain(&MEAN_FACE)
            .map(|&[x, y]| place.apply(Point { x, y }))
            .collect();
        points.try_into().unwrap()
    }

    #[test]
    fn a_tilted_face_comes_out_upright() {
        let place = Similarity {
            a: 80.0,
            b: 40.0,
            dx: 200.0,
            dy: 150.0,
        };
        let map = chip_to_picture(&face(place), 150, 0.25).unwrap();
        // Chip pixels: face from 25 to 125, so one face side is 100 pixels of the chip.
        assert!(
            (map.a - 0.8).abs() < 1e-3 && (map.b - 0.4).abs() < 1e-3,
            "{map:?}"
        );
        let origin = map.apply(Point { x: 25.0, y: 25.0 });
        assert!(
            (origin.x - 200.0).abs() < 0.01 && (origin.y - 150.0).abs() < 0.01,
            "{origin:?}"
        );
    }

    #[test]
    fn points_all_in_one_place_give_no_chip() {
        let place = Similarity {
            a: 0.0,
            b: 0.0,
            dx: 5.0,
            dy: 5.0,
        };
        // The picture's points carry no size, so the chip would be one pixel blown up.
        let map = chip_to_picture(&face(place), 150, 0.25).unwrap();
        assert!(map.scale() < 1e-6);
    }
}
