//! Where are faces? The whole picture in a small square, a grid of cells, the strongest boxes.

use serde::{Deserialize, Serialize};

use crate::geometry::{Rect, Similarity};
use crate::manifest::Detector;
use crate::net::{Net, NetError};
use crate::sample::Pyramid;

/// A box with a face in it, perhaps.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct FoundFace {
    /// Where, in picture pixels; it may reach over the edge.
    pub area: Rect,
    /// How sure the detector is, 0 to 1.
    pub score: f32,
}

/// All faces with at least the weak score, the largest first.
///
/// # Errors
/// If the net stops.
pub fn detect(
    pyramid: &mut Pyramid,
    net: &Net,
    spec: &Detector,
) -> Result<Vec<FoundFace>, NetError> {
    let longer_side = pyramid.picture().width.max(pyramid.picture().height) as f32;
    // The picture fills the square from its upper left corner; the rest is black.
    let scale = longer_side / spec.input.size as f32;
    let patch = pyramid.patch(spec.input.size, Similarity::upright(scale, 0.0, 0.0));
    Ok(faces(&net.run(&patch)?, spec, longer_side))
}

/// Read the grid: for each anchor five planes of `cells` × `cells` (x, y, width, height, score).
///
/// `square_side` is the side of the whole square in picture pixels.
#[must_use]
pub fn faces(grid: &[f32], spec: &Detector, square_side: f32) -> Vec<FoundFace> {
    let cells = spec.cells;
    let cell_side = square_side / cells as f32;
    let mut found = Vec::new();
    for (planes, [anchor_width, anchor_height]) in
        grid.chunks_exact(5 * cells * cells).zip(&spec.anchors)
    {
        for at in 0..cells * cells {
            let value = |plane: usize| planes[plane * cells * cells + at];
            let score = sigmoid(value(4));
            if score < spec.score_weak {
                continue;
            }
            let (width, height) = (
                value(2).exp() * anchor_width * cell_side,
                value(3).exp() * anchor_height * cell_side,
            );
            let centre_x = ((at % cells) as f32 + sigmoid(value(0))) * cell_side;
            let centre_y = ((at / cells) as f32 + sigmoid(value(1))) * cell_side;
            let area = Rect {
                x: centre_x - width / 2.0,
                y: centre_y - height / 2.0,
                width,
                height,
            };
            found.push(FoundFace { area, score });
        }
    }
    strongest(found, spec.overlap_max)
}

/// Of boxes over the same face keep the strongest; then the largest comes first.
fn strongest(mut found: Vec<FoundFace>, overlap_max: f32) -> Vec<FoundFace> {
    found.sort_by(|one, other| other.score.total_cmp(&one.score));
    let mut kept: Vec<FoundFace> = Vec::new();
    for face in found {
        if kept
            .iter()
            .all(|stronger| stronger.area.overlap(&face.area) <= overlap_max)
        {
            kept.push(face);
        }
    }
    kept.sort_by(|one, other| other.area.area().total_cmp(&one.area.area()));
    kept
}

fn sigmoid(value: f32) -> f32 {
    1.0 / (1.0 + (-value).exp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_two_boxes_over_one_face_the_stronger_stays() {
        let face = |x, score| FoundFace {
            area: Rect {
                x,
                y: 0.0,
                width: 10.0,
                height: 10.0,
            },
            score,
        };
        let kept = strongest(vec![face(0.0, 0.6), face(1.0, 0.9), face(40.0, 0.5)], 0.4);
        assert_eq!(kept, [face(1.0, 0.9), face(40.0, 0.5)]);
    }
}
