//! Points, boxes and similarity transforms in picture coordinates: x to the right, y down, pixel centres at .5.

use serde::{Deserialize, Serialize};

/// A point in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// To the right.
    pub x: f32,
    /// Down.
    pub y: f32,
}

impl Point {
    /// The mean of some points; `None` of none.
    #[must_use]
    pub fn mean(points: &[Self]) -> Option<Self> {
        let n = points.len() as f32;
        let sum = points
            .iter()
            .fold((0.0, 0.0), |(x, y), point| (x + point.x, y + point.y));
        (!points.is_empty()).then_some(Self {
            x: sum.0 / n,
            y: sum.1 / n,
        })
    }
}

/// An upright rectangle in pixels; it may reach over the picture's edge.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rect {
    /// Left edge.
    pub x: f32,
    /// Upper edge.
    pub y: f32,
    /// Width, never negative.
    pub width: f32,
    /// Height, never negative.
    pub height: f32,
}

impl Rect {
    /// Area in square pixels.
    #[must_use]
    pub fn area(&self) -> f32 {
        self.width * self.height
    }

    /// The part inside a picture of this size.
    #[must_use]
    pub fn inside(&self, width: f32, height: f32) -> Self {
        let (x, y) = (self.x.clamp(0.0, width), self.y.clamp(0.0, height));
        let (right, bottom) = (
            (self.x + self.width).clamp(0.0, width),
            (self.y + self.height).clamp(0.0, height),
        );
        Self {
            x,
            y,
            width: right - x,
            height: bottom - y,
        }
    }

    /// Intersection over union, 0 to 1.
    #[must_use]
    pub fn overlap(&self, other: &Self) -> f32 {
        let width = (self.x + self.width).min(other.x + other.width) - self.x.max(other.x);
        let height = (self.y + self.height).min(other.y + other.height) - self.y.max(other.y);
        let shared = width.max(0.0) * height.max(0.0);
        let union = self.area() + other.area() - shared;
        if union > 0.0 { shared / union } else { 0.0 }
    }
}

/// Turn, scale and shift: `(x, y) ↦ (a·x − b·y + dx, b·x + a·y + dy)`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Similarity {
    /// Scale × cosine.
    pub a: f32,
    /// Scale × sine.
    pub b: f32,
    /// Shift to the right.
    pub dx: f32,
    /// Shift down.
    pub dy: f32,
}

impl Similarity {
    /// Scale, then shift.
    #[must_use]
    pub fn upright(scale: f32, dx: f32, dy: f32) -> Self {
        Self {
            a: scale,
            b: 0.0,
            dx,
            dy,
        }
    }

    /// Where a point goes.
    #[must_use]
    pub fn apply(&self, point: Point) -> Point {
        Point {
            x: self.a * point.x - self.b * point.y + self.dx,
            y: self.b * point.x + self.a * point.y + self.dy,
        }
    }

    /// How many units of the target one unit of the source becomes.
    #[must_use]
    pub fn scale(&self) -> f32 {
        self.a.hypot(self.b)
    }

    /// The transform that takes `from` to `to` with the least squared error (no mirror image). `None` if the points do not
    /// say, because there are fewer than two different ones.
    #[must_use]
    pub fn fit(pairs: &[(Point, Point)]) -> Option<Self> {
        let (from, to): (Vec<_>, Vec<_>) = pairs.iter().copied().unzip();
        let (from_mean, to_mean) = (Point::mean(&from)?, Point::mean(&to)?);
        // With points as complex numbers the best factor is Σ conj(f)·t / Σ |f|².
        let (mut real, mut imaginary, mut square) = (0.0, 0.0, 0.0);
        for (f, t) in pairs {
            let (fx, fy) = (f.x - from_mean.x, f.y - from_mean.y);
            let (tx, ty) = (t.x - to_mean.x, t.y - to_mean.y);
            real += fx * tx + fy * ty;
            imaginary += fx * ty - fy * tx;
            square += fx * fx + fy * fy;
        }
        if square <= f32::EPSILON {
            return None;
        }
        let (a, b) = (real / square, imaginary / square);
        let dx = to_mean.x - (a * from_mean.x - b * from_mean.y);
        let dy = to_mean.y - (b * from_mean.x + a * from_mean.y);
        Some(Self { a, b, dx, dy })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fit_finds_the_transform_that_made_the_points() {
        let made = Similarity {
            a: 1.2,
            b: -0.7,
            dx: 30.0,
            dy: -4.0,
        };
        let points = [(0.0, 0.0), (10.0, 3.0), (-5.0, 8.0)].map(|(x, y)| Point { x, y });
        let found = Similarity::fit(&points.map(|point| (point, made.apply(point)))).unwrap();
        for (ours, theirs) in [
            (found.a, made.a),
            (found.b, made.b),
            (found.dx, made.dx),
            (found.dy, made.dy),
        ] {
            assert!((ours - theirs).abs() < 1e-4, "{found:?} is not {made:?}");
        }
        assert_eq!(
            Similarity::fit(&[(points[1], points[0])]),
            None,
            "one point says nothing about turn and scale"
        );
    }

    #[test]
    fn overlap_is_the_shared_part_of_both() {
        let rect = |x, y| Rect {
            x,
            y,
            width: 10.0,
            height: 10.0,
        };
        assert!((rect(0.0, 0.0).overlap(&rect(0.0, 5.0)) - 1.0 / 3.0).abs() < 1e-6);
        assert!(rect(0.0, 0.0).overlap(&rect(20.0, 0.0)) == 0.0);
    }
}
