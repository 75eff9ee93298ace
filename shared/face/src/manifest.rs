//! The manifest: which models, with which hashes, what goes in, what comes out, and which distances mean what.
//!
//! The recogniser is a slot. Another model with its own manifest changes no code, only what this file says.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::compare::Thresholds;

/// The format this code reads.
pub const FORMAT: u32 = 1;

/// Everything said about the models. Its own SHA-256 goes into each piece of face evidence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Must be [`FORMAT`].
    pub format: u32,
    /// Where the weights come from.
    pub source: Source,
    /// Finds faces.
    pub detector: Detector,
    /// Finds 68 points on a face.
    pub landmarks: Landmarks,
    /// Turns an aligned face into numbers.
    pub recogniser: Recogniser,
}

/// The package that carries the weights.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Package name.
    pub package: String,
    /// Exact version.
    pub version: String,
    /// SPDX expression, and what is known beyond it.
    pub licence: String,
    /// The package's files that the models are made from.
    pub files: Vec<SourceFile>,
}

/// One file of the package.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceFile {
    /// Name within the package's model folder.
    pub file: String,
    /// SHA-256, hex.
    pub sha256: String,
}

/// One ONNX file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelFile {
    /// File name, no folder.
    pub file: String,
    /// Length in bytes.
    pub bytes: u64,
    /// SHA-256, hex.
    pub sha256: String,
}

/// What a net takes: one square picture, each value `(v - mean) * scale`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InputSpec {
    /// Side in pixels.
    pub size: usize,
    /// Mean of red, green and blue, 0 to 255.
    pub mean_rgb: [f32; 3],
    /// Factor after the mean is taken off.
    pub scale: f32,
    /// Which colour comes first.
    pub order: ChannelOrder,
}

/// Which colour comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChannelOrder {
    /// Red first.
    Rgb,
    /// Blue first, as nets trained with OpenCV want it.
    Bgr,
}

/// The detector: a grid of cells, each with some anchors of x, y, width, height and score.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Detector {
    /// The file.
    pub model: ModelFile,
    /// What goes in: the whole picture, in the upper left corner of the square.
    pub input: InputSpec,
    /// Cells in a row, and rows.
    pub cells: usize,
    /// Width and height of each anchor, in cells.
    pub anchors: Vec<[f32; 2]>,
    /// A face from here on.
    pub score_sure: f32,
    /// Perhaps a face from here on: dark, covered or turned.
    pub score_weak: f32,
    /// Of two boxes that overlap more (intersection over union), the weaker goes.
    pub overlap_max: f32,
}

/// The landmark net.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Landmarks {
    /// The file.
    pub model: ModelFile,
    /// What goes in: the face's box, centred in the square.
    pub input: InputSpec,
}

/// The recogniser.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recogniser {
    /// Its name, as it stands on evidence and proofs.
    pub name: String,
    /// The file.
    pub model: ModelFile,
    /// What goes in: the aligned chip.
    pub input: InputSpec,
    /// Border around the face in the chip, as a share of the face (dlib's own is 0.25).
    pub chip_padding: f32,
    /// How many numbers come out.
    pub values: usize,
    /// Whether embeddings are brought to length 1 before they are compared.
    pub unit_length: bool,
    /// What distances mean. Euclidean, between means of embeddings.
    pub thresholds: Thresholds,
    /// What is known about its weakness; shown wherever its numbers are.
    pub known_weakness: String,
}

/// Why a manifest or a model file was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ManifestError {
    /// It does not parse.
    #[error("the manifest of the face models does not parse: {0}")]
    Parse(String),
    /// It is of another format.
    #[error(
        "the manifest of the face models has format {found}; this program reads format {FORMAT}"
    )]
    Format {
        /// Format found.
        found: u32,
    },
    /// It parses but cannot be meant.
    #[error("the manifest of the face models makes no sense: {0}")]
    Value(&'static str),
    /// The file's bytes are not those that the manifest names.
    #[error("{file} is not the model that the manifest names (SHA-256 {found}, wanted {wanted})")]
    Hash {
        /// Which file.
        file: String,
        /// SHA-256 of the bytes given.
        found: String,
        /// SHA-256 in the manifest.
        wanted: String,
    },
}

impl Manifest {
    /// Read and check a manifest.
    ///
    /// # Errors
    /// If it does not parse, is of another format, or holds values that cannot be meant.
    pub fn parse(json: &[u8]) -> Result<Self, ManifestError> {
        let manifest: Self = serde_json::from_slice(json)
            .map_err(|error| ManifestError::Parse(error.to_string()))?;
        if manifest.format != FORMAT {
            return Err(ManifestError::Format {
                found: manifest.format,
            });
        }
        let sound = |holds: bool, what| {
            if holds {
                Ok(())
            } else {
                Err(ManifestError::Value(what))
            }
        };
        for input in [
            &manifest.detector.input,
            &manifest.landmarks.input,
            &manifest.recogniser.input,
        ] {
            sound(
                (16..=1024).contains(&input.size),
                "an input's side is not 16 to 1024 pixels",
            )?;
            sound(
                input.scale.is_finite() && input.scale > 0.0,
                "an input's scale is not positive",
            )?;
        }
        let detector = &manifest.detector;
        sound(
            detector.cells > 0 && !detector.anchors.is_empty(),
            "the detector has no cells or anchors",
        )?;
        sound(
            0.0 < detector.score_weak
                && detector.score_weak <= detector.score_sure
                && detector.score_sure < 1.0,
            "the detector's scores are not 0 < weak ≤ sure < 1",
        )?;
        sound(
            (1..=4096).contains(&manifest.recogniser.values),
            "the recogniser gives no or too many values",
        )?;
        sound(
            (0.0..=2.0).contains(&manifest.recogniser.chip_padding),
            "the chip's padding is not 0 to 2",
        )?;
        manifest
            .recogniser
            .thresholds
            .check()
            .map_err(ManifestError::Value)?;
        Ok(manifest)
    }

    /// The model files: detector, landmarks, recogniser.
    #[must_use]
    pub fn models(&self) -> [&ModelFile; 3] {
        [
            &self.detector.model,
            &self.landmarks.model,
            &self.recogniser.model,
        ]
    }

    /// The model files, to be renewed by the converter.
    pub fn models_mut(&mut self) -> [&mut ModelFile; 3] {
        [
            &mut self.detector.model,
            &mut self.landmarks.model,
            &mut self.recogniser.model,
        ]
    }
}

impl ModelFile {
    /// Its name where it is served: with the first 16 digits of its hash, so that it may be cached for ever.
    #[must_use]
    pub fn name_with_hash(&self) -> String {
        let (stem, ending) = self
            .file
            .rsplit_once('.')
            .unwrap_or((self.file.as_str(), "onnx"));
        let hash = self.sha256.get(..16).unwrap_or(&self.sha256);
        format!("{stem}-{hash}.{ending}")
    }

    /// Are these the bytes that the manifest names?
    ///
    /// # Errors
    /// If a single bit differs.
    pub fn check(&self, bytes: &[u8]) -> Result<(), ManifestError> {
        let found = sha256(bytes);
        if found == self.sha256 {
            Ok(())
        } else {
            Err(ManifestError::Hash {
                file: self.file.clone(),
                found,
                wanted: self.sha256.clone(),
            })
        }
    }
}

/// SHA-256 as hex.
#[must_use]
pub fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}
