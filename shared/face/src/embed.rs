//! The numbers that stand for a face.

use serde::{Deserialize, Serialize};

use crate::manifest::Recogniser;
use crate::net::{Net, NetError};
use crate::sample::Patch;

/// What the recogniser makes of one aligned face. Biometric data: keep it only where face evidence may be kept.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Vec<f32>")]
pub struct Embedding(Vec<f32>);

impl std::fmt::Debug for Embedding {
    /// Says only its length: embeddings do not belong in logs.
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Embedding({} values)", self.0.len())
    }
}

/// Why numbers are no embedding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EmbeddingError {
    /// There are none.
    #[error("an embedding has at least one value")]
    Empty,
    /// One of them is infinite or not a number.
    #[error("an embedding holds a value that is not a finite number")]
    NotFinite,
    /// The bytes are not a whole number of floats.
    #[error("an embedding's bytes are not a multiple of four")]
    Bytes,
    /// Embeddings of different lengths come from different recognisers.
    #[error("embeddings of {0} and {1} values come from different recognisers")]
    Lengths(usize, usize),
}

impl TryFrom<Vec<f32>> for Embedding {
    type Error = EmbeddingError;

    fn try_from(values: Vec<f32>) -> Result<Self, EmbeddingError> {
        if values.is_empty() {
            Err(EmbeddingError::Empty)
        } else if values.iter().all(|value| value.is_finite()) {
            Ok(Self(values))
        } else {
            Err(EmbeddingError::NotFinite)
        }
    }
}

impl Embedding {
    /// The values.
    #[must_use]
    pub fn values(&self) -> &[f32] {
        &self.0
    }

    /// Four bytes for each value, little-endian: the form in evidence. Nothing is rounded.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        self.0
            .iter()
            .flat_map(|value| value.to_le_bytes())
            .collect()
    }

    /// Read back what [`Embedding::to_bytes`] wrote.
    ///
    /// # Errors
    /// If the bytes are not whole finite floats.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, EmbeddingError> {
        let (floats, rest) = bytes.as_chunks();
        if !rest.is_empty() {
            return Err(EmbeddingError::Bytes);
        }
        floats
            .iter()
            .map(|&float| f32::from_le_bytes(float))
            .collect::<Vec<_>>()
            .try_into()
    }

    /// Euclidean distance.
    ///
    /// # Errors
    /// If the two are of different lengths.
    pub fn distance(&self, other: &Self) -> Result<f32, EmbeddingError> {
        if self.0.len() != other.0.len() {
            return Err(EmbeddingError::Lengths(self.0.len(), other.0.len()));
        }
        Ok(self
            .0
            .iter()
            .zip(&other.0)
            .map(|(one, two)| (one - two) * (one - two))
            .sum::<f32>()
            .sqrt())
    }

    /// The mean of several embeddings of one person, which lies closer to each further one than any single one does.
    ///
    /// # Errors
    /// If there are none, or they are of different lengths.
    pub fn mean(embeddings: &[&Self]) -> Result<Self, EmbeddingError> {
        let first = embeddings.first().ok_or(EmbeddingError::Empty)?;
        let mut sum = vec![0.0_f32; first.0.len()];
        for embedding in embeddings {
            if embedding.0.len() != sum.len() {
                return Err(EmbeddingError::Lengths(sum.len(), embedding.0.len()));
            }
            sum.iter_mut()
                .zip(&embedding.0)
                .for_each(|(sum, value)| *sum += value);
        }
        let n = embeddings.len() as f32;
        sum.iter_mut().for_each(|sum| *sum /= n);
        sum.try_into()
    }
}

/// Embed an aligned chip.
///
/// # Errors
/// If the net stops.
pub fn embed(chip: &Patch, net: &Net, spec: &Recogniser) -> Result<Embedding, NetError> {
    let mut values = net.run(chip)?;
    if spec.unit_length {
        let length = values
            .iter()
            .map(|value| value * value)
            .sum::<f32>()
            .sqrt()
            .max(f32::MIN_POSITIVE);
        values.iter_mut().for_each(|value| *value /= length);
    }
    values
        .try_into()
        .map_err(|error: EmbeddingError| NetError::Run(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_and_back_lose_nothing() {
        let embedding = Embedding::try_from(vec![0.1, -1e-30, 7.0]).unwrap();
        assert_eq!(
            Embedding::from_bytes(&embedding.to_bytes()).unwrap(),
            embedding
        );
        assert_eq!(Embedding::from_bytes(&[0; 7]), Err(EmbeddingError::Bytes));
        assert_eq!(
            Embedding::from_bytes(&f32::NAN.to_le_bytes()),
            Err(EmbeddingError::NotFinite)
        );
    }

    #[test]
    fn embeddings_of_other_recognisers_are_not_compared() {
        let (two, three) = (Embedding(vec![0.0, 0.0]), Embedding(vec![0.0, 3.0, 4.0]));
        assert_eq!(two.distance(&three), Err(EmbeddingError::Lengths(2, 3)));
        assert_eq!(
            Embedding::mean(&[&two, &three]),
            Err(EmbeddingError::Lengths(2, 3))
        );
        assert_eq!(three.distance(&Embedding(vec![0.0; 3])), Ok(5.0));
        assert_eq!(Embedding::mean(&[]), Err(EmbeddingError::Empty));
    }

    #[test]
    fn an_embedding_does_not_show_itself_in_logs() {
        assert_eq!(
            format!("{:?}", Embedding(vec![0.25])),
            "Embedding(1 values)"
        );
    }
}
