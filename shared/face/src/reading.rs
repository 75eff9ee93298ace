//! The whole way of one frame: bytes in, everything the nets see in it out.

use std::num::NonZeroUsize;
use std::sync::Arc;

use rten::ThreadPool;
use serde::{Deserialize, Serialize};

use crate::detect::{FoundFace, detect};
use crate::embed::{Embedding, embed};
use crate::image::{DecodeError, Limits, Picture, decode};
use crate::landmarks::{FacePoints, N_POINTS};
use crate::manifest::{Manifest, ManifestError, ModelFile, sha256};
use crate::net::{Net, NetError};
use crate::pose::{Pose, pose};
use crate::quality::{Hint, QualityRules, SeenFace, hints};
use crate::repeat::{Fingerprint, Thumbnail};
use crate::sample::Pyramid;
use crate::{align, landmarks};

/// The three nets, loaded and checked against their manifest.
#[derive(Debug)]
pub struct FaceNets {
    manifest: Manifest,
    manifest_sha256: String,
    detector: Net,
    landmarks: Net,
    recogniser: Net,
}

/// Why the nets did not load. The product then refuses to start its face checks.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The manifest, or a file's hash.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// A file could not be had.
    #[error("{file} could not be read: {cause}")]
    File {
        /// Which file.
        file: String,
        /// What the reader said.
        cause: String,
    },
    /// A file has the right hash but does not load.
    #[error("{file}: {cause}")]
    Net {
        /// Which file.
        file: String,
        /// Why.
        cause: NetError,
    },
}

/// Why a frame could not be read. A frame without a face is no error.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// The bytes are no picture within the limits.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// A net stopped.
    #[error(transparent)]
    Net(#[from] NetError),
}

/// What was seen in one frame.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    /// SHA-256 of the JPEG's bytes, hex.
    pub jpeg_sha256: String,
    /// Survives re-encoding; to find frames seen before.
    pub fingerprint: Fingerprint,
    /// To be sure of them.
    pub thumbnail: Thumbnail,
    /// Pixels in a row.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// All faces, weak ones too, the largest first.
    pub faces: Vec<FoundFace>,
    /// The largest certain face; `None` if there is none.
    pub face: Option<FaceReading>,
    /// What the person should change; empty if the frame is good.
    pub hints: Vec<Hint>,
}

/// What was seen of the largest certain face.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FaceReading {
    /// Its box and score.
    pub found: FoundFace,
    /// Its 68 points.
    pub points: FacePoints,
    /// Its turn and tilt.
    pub pose: Pose,
    /// Who it is.
    pub embedding: Embedding,
}

impl FaceNets {
    /// Load the nets. `read` fetches the bytes of a model file; nothing runs unless every byte is as the manifest says.
    ///
    /// `threads` is how many cores all readings together may use; the worker in the page has one.
    ///
    /// # Errors
    /// If the manifest is refused, a file is missing or changed, or a net does not load.
    pub fn load(
        manifest_json: &[u8],
        threads: NonZeroUsize,
        mut read: impl FnMut(&ModelFile) -> Result<Vec<u8>, String>,
    ) -> Result<Self, LoadError> {
        let manifest = Manifest::parse(manifest_json)?;
        let threads = Arc::new(ThreadPool::with_num_threads(threads.get()));
        let mut load = |model: &ModelFile, input: &crate::manifest::InputSpec, values: usize| {
            let file = || model.file.clone();
            let bytes = read(model).map_err(|cause| LoadError::File {
                file: file(),
                cause,
            })?;
            model.check(&bytes)?;
            Net::load(bytes, input.clone(), values, Arc::clone(&threads)).map_err(|cause| {
                LoadError::Net {
                    file: file(),
                    cause,
                }
            })
        };
        let Manifest {
            detector,
            landmarks,
            recogniser,
            ..
        } = &manifest;
        let grid = detector.anchors.len() * 5 * detector.cells * detector.cells;
        Ok(Self {
            detector: load(&detector.model, &detector.input, grid)?,
            landmarks: load(&landmarks.model, &landmarks.input, 2 * N_POINTS)?,
            recogniser: load(&recogniser.model, &recogniser.input, recogniser.values)?,
            manifest_sha256: sha256(manifest_json),
            manifest,
        })
    }

    /// Load manifest and models from the folder that the set-up filled.
    ///
    /// # Errors
    /// As [`FaceNets::load`].
    #[cfg(not(target_arch = "wasm32"))]
    pub fn load_folder(folder: &std::path::Path, threads: NonZeroUsize) -> Result<Self, LoadError> {
        let file = |name: &str| std::fs::read(folder.join(name)).map_err(|error| error.to_string());
        let name = "manifest.json";
        let manifest = file(name).map_err(|cause| LoadError::File {
            file: name.into(),
            cause,
        })?;
        Self::load(&manifest, threads, |model| file(&model.file))
    }

    /// What is loaded.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// SHA-256 of the manifest's bytes, hex: names all models and thresholds at once, in each piece of face evidence.
    #[must_use]
    pub fn manifest_sha256(&self) -> &str {
        &self.manifest_sha256
    }

    /// Read one frame.
    ///
    /// # Errors
    /// If the bytes are no picture within the limits, or a net stops.
    pub fn read(
        &self,
        jpeg: &[u8],
        limits: Limits,
        rules: &QualityRules,
    ) -> Result<Reading, ReadError> {
        let picture = decode(jpeg, limits)?;
        Ok(self.read_picture(picture, sha256(jpeg), rules)?)
    }

    /// Read a decoded picture.
    ///
    /// # Errors
    /// If a net stops.
    pub fn read_picture(
        &self,
        picture: Picture,
        jpeg_sha256: String,
        rules: &QualityRules,
    ) -> Result<Reading, NetError> {
        let mut pyramid = Pyramid::new(picture);
        let faces = detect(&mut pyramid, &self.detector, &self.manifest.detector)?;
        let sure = self.manifest.detector.score_sure;
        let face = match faces.iter().find(|face| face.score >= sure) {
            Some(found) => self.read_face(&mut pyramid, *found)?,
            None => None,
        };
        let seen = face.as_ref().map(|face| SeenFace {
            area: face.found.area,
            points: &face.points,
            pose: face.pose,
        });
        let picture = pyramid.picture();
        Ok(Reading {
            jpeg_sha256,
            fingerprint: Fingerprint::of(picture),
            thumbnail: Thumbnail::of(picture),
            width: picture.width,
            height: picture.height,
            hints: hints(picture, &faces, sure, seen, rules),
            faces,
            face,
        })
    }

    /// Points, pose and embedding of a face already found. `None` if its points make no face.
    ///
    /// # Errors
    /// If a net stops.
    pub fn read_face(
        &self,
        pyramid: &mut Pyramid,
        found: FoundFace,
    ) -> Result<Option<FaceReading>, NetError> {
        let points = landmarks::find(pyramid, found.area, &self.landmarks)?;
        let spec = &self.manifest.recogniser;
        let chip = align::chip(pyramid, &points, spec.input.size, spec.chip_padding);
        let (Some(pose), Some(chip)) = (pose(&points), chip) else {
            return Ok(None);
        };
        let embedding = embed(&chip, &self.recogniser, spec)?;
        Ok(Some(FaceReading {
            found,
            points,
            pose,
            embedding,
        }))
    }

    /// The detector, to compare it with the original.
    #[must_use]
    pub fn detector(&self) -> &Net {
        &self.detector
    }

    /// The landmark net, to compare it with the original.
    #[must_use]
    pub fn landmark_net(&self) -> &Net {
        &self.landmarks
    }

    /// The recogniser, to compare it with the original.
    #[must_use]
    pub fn recogniser(&self) -> &Net {
        &self.recogniser
    }
}

impl Reading {
    /// Faces that are certain and at least the given share of the first one's height, the first included.
    #[must_use]
    pub fn n_faces(&self, sure: f32, height_share_min: f32) -> usize {
        let Some(first) = &self.face else { return 0 };
        let large =
            |face: &&FoundFace| face.area.height >= height_share_min * first.found.area.height;
        self.faces
            .iter()
            .filter(|face| face.score >= sure)
            .filter(large)
            .count()
    }
}
