//! Reads a net's weights as face-api ships them: one list of tensors in JSON and their bytes in one file.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use crate::ConvertError;

/// One tensor.
#[derive(Clone, Debug)]
pub struct Weight {
    /// Lengths in TensorFlow's order (height, width, in, out for a convolution).
    pub shape: Vec<usize>,
    /// The values, last axis fastest.
    pub values: Values,
}

/// A tensor's values as the package stores them.
#[derive(Clone, Debug)]
pub enum Values {
    /// Stored as they are.
    Floats(Vec<f32>),
    /// One byte each: `value = byte * scale + min`.
    Bytes {
        /// The bytes.
        bytes: Vec<u8>,
        /// Step between two neighbouring values.
        scale: f32,
        /// Value of byte 0.
        min: f32,
    },
}

impl Weight {
    /// The values as floats, by the original library's own formula.
    #[must_use]
    pub fn floats(&self) -> Vec<f32> {
        match &self.values {
            Values::Floats(floats) => floats.clone(),
            Values::Bytes { bytes, scale, min } => bytes
                .iter()
                .map(|&byte| f32::from(byte) * scale + min)
                .collect(),
        }
    }
}

/// The byte that stands for 0.0, if there is one, as `DequantizeLinear` needs.
#[must_use]
pub fn zero_point(scale: f32, min: f32) -> Option<u8> {
    let exact = f64::from(-min) / f64::from(scale);
    // The file's scale and min are decimal doubles cut to f32 here, so a whole number shows up to about 1e-5.
    (0..=u8::MAX).find(|&byte| (f64::from(byte) - exact).abs() < 1e-3)
}

/// All weights of one net by name.
#[derive(Debug)]
pub struct Weights(BTreeMap<String, Weight>);

impl Weights {
    /// Read `NAME_model-weights_manifest.json` and `NAME_model.bin` from the package's model folder.
    ///
    /// # Errors
    /// If a file is missing, does not parse, or the bytes do not match the list.
    pub fn read(folder: &Path, name: &str) -> Result<Self, ConvertError> {
        let list = crate::read(&folder.join(format!("{name}_model-weights_manifest.json")))?;
        let bytes = crate::read(&folder.join(format!("{name}_model.bin")))?;
        let groups: Vec<Group> =
            serde_json::from_slice(&list).map_err(|source| ConvertError::List {
                net: name.into(),
                source,
            })?;
        let mut rest = &bytes[..];
        let mut weights = BTreeMap::new();
        for entry in groups.into_iter().flat_map(|group| group.weights) {
            let length: usize = entry.shape.iter().product();
            let width = if entry.quantization.is_some() {
                1
            } else {
                size_of::<f32>()
            };
            let (own, after) = rest
                .split_at_checked(width * length)
                .ok_or_else(|| ConvertError::Short { net: name.into() })?;
            rest = after;
            let values = match entry.quantization {
                Some(Quantization { scale, min }) => Values::Bytes {
                    bytes: own.to_vec(),
                    scale,
                    min,
                },
                None => Values::Floats(
                    own.as_chunks()
                        .0
                        .iter()
                        .map(|&float| f32::from_le_bytes(float))
                        .collect(),
                ),
            };
            weights.insert(
                entry.name,
                Weight {
                    shape: entry.shape,
                    values,
                },
            );
        }
        if rest.is_empty() {
            Ok(Self(weights))
        } else {
            Err(ConvertError::Short { net: name.into() })
        }
    }

    /// Take one tensor out; at the end none may be left.
    ///
    /// # Errors
    /// If the net has no tensor of that name.
    pub fn take(&mut self, name: &str) -> Result<Weight, ConvertError> {
        self.0
            .remove(name)
            .ok_or_else(|| ConvertError::Tensor { name: name.into() })
    }

    /// Names of tensors that nobody took.
    #[must_use]
    pub fn left(&self) -> Vec<&str> {
        self.0.keys().map(String::as_str).collect()
    }
}

#[derive(Deserialize)]
struct Group {
    weights: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    name: String,
    shape: Vec<usize>,
    quantization: Option<Quantization>,
}

#[derive(Deserialize)]
struct Quantization {
    scale: f32,
    min: f32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tensor_whose_range_holds_no_zero_has_no_zero_point() {
        assert_eq!(zero_point(0.000_526_064_95, -0.071_018_77), Some(135));
        assert_eq!(zero_point(1.0, 0.0), Some(0));
        assert_eq!(zero_point(0.068_144_16, 5.788_674), None);
    }
}
