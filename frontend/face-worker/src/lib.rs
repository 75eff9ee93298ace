//! Reads camera frames in the page's web worker. The page shows what it says as hints; the server judges the same bytes again,
//! and only its verdict counts.

use face::{
    FaceNets, Limits,
    manifest::ModelFile,
    quality::{Hint, QualityRules},
};
use serde::Serialize;
use std::num::NonZeroUsize;
use wasm_bindgen::{JsError, prelude::wasm_bindgen};

/// What the page learns about one frame.
#[derive(Debug, Serialize)]
struct Seen {
    /// What the person should change, most helpful first.
    hints: Vec<Hint>,
    /// Turn of the head, see `face::pose`; `None` without a certain face.
    yaw: Option<f32>,
    /// Who it is, as 32-bit floats, little endian, in hex; `None` without a certain face.
    embedding: Option<String>,
}

/// The three nets, ready to read.
#[wasm_bindgen]
#[derive(Debug)]
pub struct FaceReader {
    nets: FaceNets,
}

#[wasm_bindgen]
impl FaceReader {
    /// Takes the manifest and the bytes of the three models. Nothing loads unless every byte is as the manifest says.
    ///
    /// # Errors
    /// Whatever `face::FaceNets::load` refuses, in words for the console.
    #[wasm_bindgen(constructor)]
    pub fn new(
        manifest: &[u8],
        detector: Vec<u8>,
        landmarks: Vec<u8>,
        recogniser: Vec<u8>,
    ) -> Result<FaceReader, JsError> {
        // `load` asks in this order; each file's hash says whether it is the right one.
        let mut files = [detector, landmarks, recogniser].into_iter();
        let read = |file: &ModelFile| files.next().ok_or_else(|| file.file.clone());
        let nets = FaceNets::load(manifest, NonZeroUsize::MIN, read)?;
        Ok(Self { nets })
    }

    /// SHA-256 of the manifest, hex: goes with each answer.
    #[must_use]
    pub fn models(&self) -> String {
        self.nets.manifest_sha256().into()
    }

    /// Reads one JPEG; `enrolment` asks for more than a check does. The answer is JSON: `{hints, yaw, embedding}`.
    ///
    /// # Errors
    /// Where the bytes are no JPEG within the limits.
    pub fn read(&self, jpeg: &[u8], enrolment: bool) -> Result<String, JsError> {
        let rules = if enrolment {
            QualityRules::ENROLMENT
        } else {
            QualityRules::CHECK
        };
        let reading = self.nets.read(jpeg, Limits::FRAME, &rules)?;
        let face = reading.face.as_ref();
        Ok(serde_json::to_string(&Seen {
            yaw: face.map(|face| face.pose.yaw_ratio),
            embedding: face.map(|face| hex::encode(face.embedding.to_bytes())),
            hints: reading.hints,
        })?)
    }
}
