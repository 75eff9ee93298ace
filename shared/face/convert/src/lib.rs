//! Turns the face-api weights of the pinned npm package into ONNX files, the same bytes on every machine.
//!
//! Reading order: [`weights`] (what the package ships), [`layers`] (what a net is made of), the nets, [`onnx`] (the file).

use std::path::{Path, PathBuf};

use face::manifest::{Manifest, ModelFile};
use sha2::{Digest as _, Sha256};

pub mod layers;
mod nets;
pub mod onnx;
pub mod weights;

use weights::Weights;

/// Why a conversion stopped.
#[derive(Debug, thiserror::Error)]
pub enum ConvertError {
    /// A file could not be read or written.
    #[error("{path}: {source}")]
    File {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The list of a net's tensors does not parse.
    #[error("the list of tensors of {net} does not parse: {source}")]
    List {
        /// Which net.
        net: String,
        /// Where it stops.
        source: serde_json::Error,
    },
    /// The bytes are fewer or more than the list says.
    #[error("the weights of {net} are not as long as their list says")]
    Short {
        /// Which net.
        net: String,
    },
    /// The net wants a tensor that is not there.
    #[error("no tensor named {name}")]
    Tensor {
        /// Which tensor.
        name: String,
    },
    /// The net left tensors unused, so it is not the net we know.
    #[error("{net} has tensors that no layer uses: {names}")]
    Unused {
        /// Which net.
        net: String,
        /// Which tensors.
        names: String,
    },
    /// A convolution's filters are not of four lengths.
    #[error("a convolution's filters have the shape {shape:?}, not four lengths")]
    Shape {
        /// The shape found.
        shape: Vec<usize>,
    },
    /// A filter has no byte for zero, so `DequantizeLinear` could not give its exact values.
    #[error("a filter's range holds no exact zero")]
    NoZero,
    /// The manifest does not parse.
    #[error("the manifest does not parse: {0}")]
    Manifest(#[from] face::manifest::ManifestError),
    /// The manifest could not be written.
    #[error("the manifest could not be written: {0}")]
    Write(serde_json::Error),
    /// The package's file is not the one the manifest was made from.
    #[error(
        "{file} has the SHA-256 {found}, the manifest wants {wanted}: is it another version of the package?"
    )]
    Source {
        /// Which file of the package.
        file: String,
        /// SHA-256 of the file found.
        found: String,
        /// SHA-256 in the manifest.
        wanted: String,
    },
    /// The result differs from the manifest: the converter changed without `--renew`.
    #[error("{file} came out with the SHA-256 {found}, the manifest wants {wanted}")]
    Result {
        /// Which model.
        file: String,
        /// SHA-256 of the result.
        found: String,
        /// SHA-256 in the manifest.
        wanted: String,
    },
}

/// One ONNX file made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Converted {
    /// File name, as the manifest has it.
    pub file: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Make the three ONNX files from the package's model folder. Pure apart from reading that folder.
///
/// # Errors
/// If a file is missing or is not the net we know.
pub fn convert(from: &Path) -> Result<[Converted; 3], ConvertError> {
    type Make = fn(&mut Weights) -> Result<onnx::Graph, ConvertError>;
    let one = |name: &str, make: Make| {
        let mut weights = Weights::read(from, name)?;
        let bytes = make(&mut weights)?.to_onnx();
        let left = weights.left();
        if left.is_empty() {
            Ok(Converted {
                file: format!("{name}.onnx"),
                bytes,
            })
        } else {
            Err(ConvertError::Unused {
                net: name.into(),
                names: left.join(", "),
            })
        }
    };
    Ok([
        one("tiny_face_detector", nets::tiny_face_detector)?,
        one("face_landmark_68_tiny", nets::face_landmark_68_tiny)?,
        one("face_recognition", nets::face_recognition)?,
    ])
}

/// Check the package against the manifest, convert, check the result, and lay models and manifest into `to`.
///
/// # Errors
/// If the package or the result is not what the manifest says, or a file cannot be read or written.
pub fn convert_into(from: &Path, to: &Path, manifest: &Path) -> Result<(), ConvertError> {
    convert_as(from, to, manifest, |model| model.file.clone())
}

/// As [`convert_into`], for a web server: each model is named with its hash, so that it may be cached for ever.
///
/// # Errors
/// As [`convert_into`].
pub fn convert_for_page(from: &Path, to: &Path, manifest: &Path) -> Result<(), ConvertError> {
    convert_as(from, to, manifest, ModelFile::name_with_hash)
}

fn convert_as(
    from: &Path,
    to: &Path,
    manifest: &Path,
    name: impl Fn(&ModelFile) -> String,
) -> Result<(), ConvertError> {
    let text = read(manifest)?;
    let wanted = Manifest::parse(&text)?;
    for source in &wanted.source.files {
        let found = sha256(&read(&from.join(&source.file))?);
        if found != source.sha256 {
            return Err(ConvertError::Source {
                file: source.file.clone(),
                found,
                wanted: source.sha256.clone(),
            });
        }
    }
    std::fs::create_dir_all(to).map_err(|source| ConvertError::File {
        path: to.into(),
        source,
    })?;
    for (model, wanted) in convert(from)?.iter().zip(wanted.models()) {
        let found = sha256(&model.bytes);
        if found != wanted.sha256 || model.file != wanted.file {
            return Err(ConvertError::Result {
                file: model.file.clone(),
                found,
                wanted: wanted.sha256.clone(),
            });
        }
        write(&to.join(name(wanted)), &model.bytes)?;
    }
    write(&to.join("manifest.json"), &text)
}

/// Write the hashes and lengths of the package's files and of the results into the manifest.
///
/// For the one who changes the converter or the package; the difference is then reviewed like any other.
///
/// # Errors
/// If a file cannot be read or written, or the manifest does not parse.
pub fn renew(from: &Path, manifest: &Path) -> Result<(), ConvertError> {
    let mut renewed = Manifest::parse(&read(manifest)?)?;
    for source in &mut renewed.source.files {
        source.sha256 = sha256(&read(&from.join(&source.file))?);
    }
    for (model, entry) in convert(from)?.iter().zip(renewed.models_mut()) {
        *entry = ModelFile {
            file: model.file.clone(),
            bytes: model.bytes.len() as u64,
            sha256: sha256(&model.bytes),
        };
    }
    let mut text = serde_json::to_vec_pretty(&renewed).map_err(ConvertError::Write)?;
    text.push(b'\n');
    write(manifest, &text)
}

fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

pub(crate) fn read(path: &Path) -> Result<Vec<u8>, ConvertError> {
    std::fs::read(path).map_err(|source| ConvertError::File {
        path: path.into(),
        source,
    })
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), ConvertError> {
    std::fs::write(path, bytes).map_err(|source| ConvertError::File {
        path: path.into(),
        source,
    })
}
