//! Distances between pictures, and how often a threshold errs on them.

use crate::embed::{Embedding, EmbeddingError};
use crate::eval::interval::Rate;

/// Distances between pictures of the same person and of different persons.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Distances {
    /// Two pictures of one person.
    pub same: Vec<f32>,
    /// Pictures of two persons.
    pub different: Vec<f32>,
}

/// A threshold at which at most this share of different pairs may pass, the upper end of the interval counted.
pub const FAR_TARGETS: [f64; 2] = [0.01, 0.001];

impl Distances {
    /// Each picture against each other one.
    ///
    /// # Errors
    /// If embeddings come from different recognisers.
    pub fn between_people(people: &[Vec<Embedding>]) -> Result<Self, EmbeddingError> {
        let all: Vec<(usize, &Embedding)> = people
            .iter()
            .enumerate()
            .flat_map(|(person, own)| own.iter().map(move |shot| (person, shot)))
            .collect();
        let mut distances = Self::default();
        for (at, (person, shot)) in all.iter().enumerate() {
            for (other_person, other) in &all[at + 1..] {
                distances.add(person == other_person, shot.distance(other)?);
            }
        }
        Ok(distances)
    }

    /// Note one distance.
    pub fn add(&mut self, same: bool, distance: f32) {
        if same {
            &mut self.same
        } else {
            &mut self.different
        }
        .push(distance);
    }

    /// Different persons taken for one (false accepts) at a threshold.
    #[must_use]
    pub fn false_accepts(&self, threshold: f32) -> Rate {
        Rate::of(
            self.different
                .iter()
                .filter(|&&distance| distance <= threshold)
                .count(),
            self.different.len(),
        )
    }

    /// One person not recognised (false rejects) at a threshold.
    #[must_use]
    pub fn false_rejects(&self, threshold: f32) -> Rate {
        Rate::of(
            self.same
                .iter()
                .filter(|&&distance| distance > threshold)
                .count(),
            self.same.len(),
        )
    }

    /// The largest threshold in steps of 0.01 that these pictures show to keep false accepts at or below `far_max`: with
    /// the upper end of the 95 % interval, not with the count alone. `None` if there are too few pairs to show it.
    #[must_use]
    pub fn proposed(&self, far_max: f64) -> Option<f32> {
        (1..=100_u8)
            .rev()
            .map(|step| f32::from(step) / 100.0)
            .find(|&at| self.false_accepts(at).high <= far_max)
    }
}

/// How many pairs of different persons without a single false accept it takes to show a rate, at 95 % two-sided.
#[must_use]
pub fn pairs_needed(far_max: f64) -> usize {
    (1..)
        .find(|&n| Rate::of(0, n).high <= far_max)
        .unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn distances() -> Distances {
        Distances {
            same: vec![0.2, 0.3, 0.45, 0.6],
            different: (0..1000)
                .map(|n: u16| 0.5 + f32::from(n) / 2000.0)
                .collect(),
        }
    }

    #[test]
    fn rates_count_the_right_side_of_the_threshold() {
        assert_eq!(distances().false_rejects(0.45).count, 1);
        assert_eq!(distances().false_accepts(0.505).count, 11);
        assert_eq!(distances().false_accepts(0.499).count, 0);
    }

    #[test]
    fn a_proposal_needs_pairs_enough_to_carry_it() {
        // 1000 pairs, none below 0.5: at most 3 of 1000 show 1 % (0.87 %), and nothing shows 0.1 %.
        assert_eq!(distances().proposed(0.01), Some(0.5));
        assert_eq!(distances().proposed(0.001), None);
        assert_eq!(pairs_needed(0.01), 368);
        assert_eq!(pairs_needed(0.001), 3688);
    }

    #[test]
    fn each_picture_meets_each_other_once() {
        let shot = |x: f32| Embedding::try_from(vec![x]).unwrap();
        let people = [
            vec![shot(0.0), shot(0.1), shot(0.2)],
            vec![shot(1.0), shot(1.5)],
        ];
        let distances = Distances::between_people(&people).unwrap();
        assert_eq!((distances.same.len(), distances.different.len()), (4, 6));
    }
}
