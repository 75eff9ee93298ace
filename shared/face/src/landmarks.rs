//! 68 points on a face, in the order of the iBUG 300-W set: jaw 0–16, brows 17–26, nose 27–35, eyes 36–47, mouth 48–67.

use serde::{Deserialize, Serialize};

use crate::geometry::{Point, Rect, Similarity};
use crate::net::{Net, NetError};
use crate::sample::Pyramid;

/// How many points there are.
pub const N_POINTS: usize = 68;

/// The points of one face in picture pixels; always [`N_POINTS`] of them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Vec<Point>")]
pub struct FacePoints(Vec<Point>);

impl TryFrom<Vec<Point>> for FacePoints {
    type Error = &'static str;

    fn try_from(points: Vec<Point>) -> Result<Self, Self::Error> {
        if points.len() == N_POINTS {
            Ok(Self(points))
        } else {
            Err("a face has 68 points")
        }
    }
}

impl FacePoints {
    /// All points.
    #[must_use]
    pub fn all(&self) -> &[Point] {
        &self.0
    }

    /// Middle of the eye that is left in the picture (the person's right one, if the picture is not mirrored).
    #[must_use]
    pub fn left_eye(&self) -> Point {
        mean(&self.0[36..42])
    }

    /// Middle of the eye that is right in the picture.
    #[must_use]
    pub fn right_eye(&self) -> Point {
        mean(&self.0[42..48])
    }

    /// Tip of the nose.
    #[must_use]
    pub fn nose_tip(&self) -> Point {
        self.0[30]
    }

    /// Distance between the middles of the eyes, in pixels.
    #[must_use]
    pub fn eye_distance(&self) -> f32 {
        let (left, right) = (self.left_eye(), self.right_eye());
        (right.x - left.x).hypot(right.y - left.y)
    }
}

fn mean(points: &[Point]) -> Point {
    Point::mean(points).unwrap_or(Point { x: 0.0, y: 0.0 })
}

/// Find the points of the face in a box.
///
/// # Errors
/// If the net stops.
pub fn find(pyramid: &mut Pyramid, area: Rect, net: &Net) -> Result<FacePoints, NetError> {
    let (width, height) = (
        pyramid.picture().width as f32,
        pyramid.picture().height as f32,
    );
    // The net was trained on boxes cut at the picture's edge, centred in a square.
    let area = area.inside(width, height);
    let square = area.width.max(area.height).max(1.0);
    let (left, top) = (
        area.x + (area.width - square) / 2.0,
        area.y + (area.height - square) / 2.0,
    );
    let size = net.input().size;
    let mut patch = pyramid.patch(size, Similarity::upright(square / size as f32, left, top));
    blacken_outside(&mut patch.rgb, size, area, square);
    let values = net.run(&patch)?;
    let points = values
        .chunks_exact(2)
        .map(|pair| Point {
            x: left + pair[0] * square,
            y: top + pair[1] * square,
        })
        .collect::<Vec<_>>();
    let found = points.len();
    points.try_into().map_err(|_| NetError::Output {
        found: 2 * found,
        wanted: 2 * N_POINTS,
    })
}

/// Beside a box that is not square the net expects black bars, not what the picture shows there.
fn blacken_outside(rgb: &mut [f32], size: usize, area: Rect, square: f32) {
    let bar = |side: f32| (1.0 - side / square) / 2.0 * size as f32;
    let (bar_x, bar_y) = (bar(area.width), bar(area.height));
    for (at, pixel) in rgb.chunks_exact_mut(3).enumerate() {
        let (x, y) = ((at % size) as f32 + 0.5, (at / size) as f32 + 0.5);
        let end = size as f32;
        if x < bar_x || x > end - bar_x || y < bar_y || y > end - bar_y {
            pixel.fill(0.0);
        }
    }
}
