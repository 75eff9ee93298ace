//! How far apart two faces are, and what that distance means here.

use serde::{Deserialize, Serialize};

use crate::embed::{Embedding, EmbeddingError};

/// What distances mean, from the manifest of the recogniser.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Thresholds {
    /// Up to here the same person.
    pub pass_max: f32,
    /// Up to here worth another try.
    pub retry_max: f32,
    /// Two frames nearer than this are one frame shown twice.
    pub repeat_below: f32,
    /// Two frontal frames of one check farther apart than this are perhaps two persons; with a turned one, `retry_max` counts.
    pub change_above: f32,
    /// Browser and server may differ this much on the same bytes; beyond it the browser's program was changed.
    pub machines_max: f32,
}

impl Thresholds {
    pub(crate) fn check(&self) -> Result<(), &'static str> {
        let ordered = [0.0, self.repeat_below, self.pass_max, self.retry_max];
        let rising = |pair: &[f32]| pair[0] < pair[1];
        if !ordered.windows(2).all(rising) {
            return Err("the thresholds are not 0 < repeat_below < pass_max < retry_max");
        }
        if !(self.change_above > self.repeat_below && self.machines_max > 0.0) {
            return Err("change_above or machines_max is too small");
        }
        Ok(())
    }
}

/// What happens next. There is no "not this person": that is for a human to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// The same person, really there, as far as can be seen.
    Pass,
    /// Ask once more, with another action.
    Retry,
    /// A human looks at it; until then nothing is lost and nothing confirmed.
    Review,
}

/// The enrolled face: the mean of some gated shots.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Template {
    /// Mean embedding.
    pub mean: Embedding,
    /// How many shots it rests on.
    pub n_shots: usize,
}

impl Template {
    /// Make a template from enrolment shots.
    ///
    /// # Errors
    /// If there are no shots, or they come from different recognisers.
    pub fn from_shots(shots: &[&Embedding]) -> Result<Self, EmbeddingError> {
        Ok(Self {
            mean: Embedding::mean(shots)?,
            n_shots: shots.len(),
        })
    }

    /// Distance from the mean of some frames to this template.
    ///
    /// # Errors
    /// If there are no frames, or they come from another recogniser.
    pub fn distance(&self, frames: &[&Embedding]) -> Result<f32, EmbeddingError> {
        self.mean.distance(&Embedding::mean(frames)?)
    }
}

/// What a distance alone allows, with so many tries left.
#[must_use]
pub fn decide(distance: f32, thresholds: &Thresholds, retries_left: u32) -> Decision {
    // Written so that a distance that is not a number goes to review.
    if distance <= thresholds.pass_max {
        Decision::Pass
    } else if distance <= thresholds.retry_max && retries_left > 0 {
        Decision::Retry
    } else {
        Decision::Review
    }
}

/// How many templates of a cohort lie nearer to a face than the person's own does: 0 is best.
///
/// A signal that calibrates itself to the people at hand: on a population the recogniser knows badly all are near, and then
/// being near to the own template says little.
///
/// # Errors
/// If templates come from different recognisers.
pub fn cohort_rank(
    face: &Embedding,
    own: &Template,
    others: &[Template],
) -> Result<usize, EmbeddingError> {
    let own_distance = face.distance(&own.mean)?;
    let mut rank = 0;
    for other in others {
        rank += usize::from(face.distance(&other.mean)? < own_distance);
    }
    Ok(rank)
}

#[cfg(test)]
mod tests {
    use super::*;

    const THRESHOLDS: Thresholds = Thresholds {
        pass_max: 0.42,
        retry_max: 0.5,
        repeat_below: 0.01,
        change_above: 0.35,
        machines_max: 0.01,
    };

    #[test]
    fn a_distance_passes_is_retried_or_reviewed() {
        for (distance, retries_left, expected) in [
            (0.0, 0, Decision::Pass),
            (0.42, 0, Decision::Pass),
            (0.43, 2, Decision::Retry),
            (0.43, 0, Decision::Review),
            (0.5, 1, Decision::Retry),
            (0.51, 2, Decision::Review),
            (f32::NAN, 2, Decision::Review),
        ] {
            assert_eq!(
                decide(distance, &THRESHOLDS, retries_left),
                expected,
                "{distance} with {retries_left} left"
            );
        }
    }

    #[test]
    fn thresholds_out_of_order_are_refused() {
        assert_eq!(THRESHOLDS.check(), Ok(()));
        assert!(
            Thresholds {
                pass_max: 0.6,
                ..THRESHOLDS
            }
            .check()
            .is_err()
        );
        assert!(
            Thresholds {
                repeat_below: f32::NAN,
                ..THRESHOLDS
            }
            .check()
            .is_err()
        );
        assert!(
            Thresholds {
                machines_max: 0.0,
                ..THRESHOLDS
            }
            .check()
            .is_err()
        );
    }

    #[test]
    fn rank_counts_who_is_nearer() {
        let at = |x: f32| Embedding::try_from(vec![x, 0.0]).unwrap();
        let template = |x| Template {
            mean: at(x),
            n_shots: 1,
        };
        let others = [template(0.1), template(0.3), template(9.0)];
        assert_eq!(cohort_rank(&at(0.0), &template(0.2), &others), Ok(1));
        assert_eq!(cohort_rank(&at(0.0), &template(0.05), &others), Ok(0));
    }
}
