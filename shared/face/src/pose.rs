//! Which way the head points, from the landmarks alone.

use serde::{Deserialize, Serialize};

use crate::landmarks::FacePoints;

/// How a head is turned and tilted.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pose {
    /// Yaw as `ln(eye-to-nose left / nose-to-eye right)` along the line of the eyes: 0 is straight ahead, and it grows as the
    /// person turns to their own left, if the picture is not mirrored. About 0.4 at a slight turn, 0.8 at a clear one.
    pub yaw_ratio: f32,
    /// Tilt towards a shoulder in degrees, clockwise in the picture.
    pub roll_deg: f32,
}

/// Beyond a profile the nose leaves the span between the eyes; the ratio is then held here (`ln 25 ≈ 3.2`).
const SHARE_MIN: f32 = 0.04;

/// Read the pose; `None` if both eyes lie in one place.
#[must_use]
pub fn pose(points: &FacePoints) -> Option<Pose> {
    let (left, right, nose) = (points.left_eye(), points.right_eye(), points.nose_tip());
    let (dx, dy) = (right.x - left.x, right.y - left.y);
    let square = dx * dx + dy * dy;
    if square <= f32::EPSILON {
        return None;
    }
    // Place of the nose on the line of the eyes, so that a tilted head reads like an upright one.
    let share = ((nose.x - left.x) * dx + (nose.y - left.y) * dy) / square;
    let share = share.clamp(SHARE_MIN, 1.0 - SHARE_MIN);
    Some(Pose {
        yaw_ratio: (share / (1.0 - share)).ln(),
        roll_deg: dy.atan2(dx).to_degrees(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::Point;

    /// Eyes 60 apart with the nose at a share of the way, all turned by some degrees.
    fn face(share: f32, roll_deg: f32) -> FacePoints {
        let mut points = vec![Point { x: 0.0, y: 0.0 }; 68];
        points[42..48].fill(Point { x: 60.0, y: 0.0 });
        points[30] = Point {
            x: 60.0 * share,
            y: 30.0,
        };
        let (sin, cos) = roll_deg.to_radians().sin_cos();
        let turned = points.into_iter().map(|p| Point {
            x: p.x * cos - p.y * sin,
            y: p.x * sin + p.y * cos,
        });
        turned.collect::<Vec<_>>().try_into().unwrap()
    }

    #[test]
    fn yaw_is_a_log_ratio_and_tilt_does_not_change_it() {
        for roll_deg in [-30.0, 0.0, 25.0] {
            let straight = pose(&face(0.5, roll_deg)).unwrap();
            assert!(
                straight.yaw_ratio.abs() < 1e-3 && (straight.roll_deg - roll_deg).abs() < 1e-3,
                "{straight:?}"
            );
            let turned = pose(&face(2.0 / 3.0, roll_deg)).unwrap();
            assert!((turned.yaw_ratio - 2.0_f32.ln()).abs() < 1e-3, "{turned:?}");
            let other_way = pose(&face(1.0 / 3.0, roll_deg)).unwrap();
            assert!((turned.yaw_ratio + other_way.yaw_ratio).abs() < 1e-3);
        }
    }

    #[test]
    fn beyond_profile_stays_a_number() {
        let pose = pose(&face(1.4, 0.0)).unwrap();
        assert!((3.0..3.3).contains(&pose.yaw_ratio));
    }
}
