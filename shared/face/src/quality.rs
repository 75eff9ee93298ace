//! Is a frame good enough, and if not, what should the person change? Hints for people, never a verdict on them.

use serde::{Deserialize, Serialize};

use crate::detect::FoundFace;
use crate::geometry::Rect;
use crate::image::Picture;
use crate::landmarks::FacePoints;
use crate::pose::Pose;

/// What is wrong with a frame; the most helpful one first in a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hint {
    /// The picture is of one colour: lens covered, shutter closed, camera gives black.
    CameraCovered,
    /// No face is to be seen.
    NoFace,
    /// More than one face of similar size.
    SeveralFaces,
    /// Something like a face, but unclear: covered, masked, or badly lit.
    FaceUnclear,
    /// The face is too dark.
    TooDark,
    /// The face is too bright.
    TooBright,
    /// Too far from the camera.
    TooFar,
    /// Too near to the camera.
    TooNear,
    /// The face reaches over the picture's edge.
    CutOff,
    /// Turned to the side.
    TurnedAway,
    /// Tilted to a shoulder.
    Tilted,
}

/// From where on a frame gets a hint. Policy, passed in.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QualityRules {
    /// A picture whose brightness spreads less (standard deviation, 0 to 127) shows nothing.
    pub spread_min: f32,
    /// Mean brightness of the face, 0 to 255: lowest.
    pub face_luma_min: f32,
    /// Mean brightness of the face: highest.
    pub face_luma_max: f32,
    /// Distance between the eyes in pixels: smallest. Below it the chip is blown up and distances grow.
    pub eye_distance_min_px: f32,
    /// Height of the face as a share of the picture's height: largest.
    pub face_height_max: f32,
    /// Share of the face's box that must lie inside the picture.
    pub inside_min: f32,
    /// Largest yaw ratio either way.
    pub yaw_ratio_max: f32,
    /// Largest tilt either way, in degrees.
    pub roll_max_deg: f32,
    /// A further face counts if it is at least this share of the first one's height.
    pub second_height_min: f32,
}

impl QualityRules {
    /// For shots that a template is made of.
    ///
    /// First guesses, set on the pictures in `tests/` and on what the measurements of the recogniser say: brightness halved
    /// doubles the rejections; yaw 0.41 is a head turned 5 to 10 degrees by a face mesh; 32 pixels between the eyes fill the
    /// recogniser's chip to half its detail. To be set anew on real cameras.
    pub const ENROLMENT: Self = Self {
        spread_min: 6.0,
        face_luma_min: 50.0,
        face_luma_max: 225.0,
        eye_distance_min_px: 40.0,
        face_height_max: 0.8,
        inside_min: 0.95,
        yaw_ratio_max: 0.45,
        roll_max_deg: 20.0,
        second_height_min: 0.4,
    };
    /// For frames of a check: looser, since a turned head may be what was asked for.
    pub const CHECK: Self = Self {
        face_luma_min: 35.0,
        face_luma_max: 235.0,
        eye_distance_min_px: 32.0,
        face_height_max: 0.9,
        inside_min: 0.85,
        yaw_ratio_max: 1.6,
        roll_max_deg: 35.0,
        ..Self::ENROLMENT
    };
}

/// What is known of the first face.
#[derive(Clone, Copy, Debug)]
pub struct SeenFace<'a> {
    /// Its box.
    pub area: Rect,
    /// Its points.
    pub points: &'a FacePoints,
    /// Its pose.
    pub pose: Pose,
}

/// All hints for a frame. `faces` are those found at least weakly, largest first; `sure` is the score of a certain face.
#[must_use]
pub fn hints(
    picture: &Picture,
    faces: &[FoundFace],
    sure: f32,
    first: Option<SeenFace<'_>>,
    rules: &QualityRules,
) -> Vec<Hint> {
    let whole = Rect {
        x: 0.0,
        y: 0.0,
        width: picture.width as f32,
        height: picture.height as f32,
    };
    if light(picture, whole).spread < rules.spread_min {
        return vec![Hint::CameraCovered];
    }
    let Some(first) = first else {
        return vec![if faces.is_empty() {
            Hint::NoFace
        } else {
            Hint::FaceUnclear
        }];
    };
    let mut hints = Vec::new();
    let second = faces
        .iter()
        .filter(|face| face.score >= sure && face.area != first.area)
        .any(|face| face.area.height >= rules.second_height_min * first.area.height);
    let inside = first.area.inside(whole.width, whole.height);
    let light = light(picture, inside);
    let facts = [
        (second, Hint::SeveralFaces),
        (light.mean < rules.face_luma_min, Hint::TooDark),
        (light.mean > rules.face_luma_max, Hint::TooBright),
        (
            first.points.eye_distance() < rules.eye_distance_min_px,
            Hint::TooFar,
        ),
        (
            first.area.height > rules.face_height_max * whole.height,
            Hint::TooNear,
        ),
        (
            inside.area() < rules.inside_min * first.area.area(),
            Hint::CutOff,
        ),
        (
            first.pose.yaw_ratio.abs() > rules.yaw_ratio_max,
            Hint::TurnedAway,
        ),
        (first.pose.roll_deg.abs() > rules.roll_max_deg, Hint::Tilted),
    ];
    hints.extend(
        facts
            .into_iter()
            .filter(|(found, _)| *found)
            .map(|(_, hint)| hint),
    );
    hints
}

/// Brightness within a part of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Light {
    /// Mean, 0 to 255.
    pub mean: f32,
    /// Standard deviation.
    pub spread: f32,
}

/// Measure a part on a mesh of at most 60 × 60 points.
#[must_use]
pub fn light(picture: &Picture, part: Rect) -> Light {
    const MESH: usize = 60;
    let whole = |share: f32, length: usize| whole_pixel(share).min(length.saturating_sub(1));
    let place = |column: usize, row: usize| {
        let x = part.x + part.width * (column as f32 + 0.5) / MESH as f32;
        let y = part.y + part.height * (row as f32 + 0.5) / MESH as f32;
        picture.luma(whole(x, picture.width), whole(y, picture.height))
    };
    let (mut sum, mut squares) = (0.0_f32, 0.0_f32);
    for row in 0..MESH {
        for column in 0..MESH {
            let luma = place(column, row);
            sum += luma;
            squares += luma * luma;
        }
    }
    let n = (MESH * MESH) as f32;
    let mean = sum / n;
    Light {
        mean,
        spread: (squares / n - mean * mean).max(0.0).sqrt(),
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a negative or huge value saturates, which is meant"
)]
fn whole_pixel(coordinate: f32) -> usize {
    coordinate as usize
}
