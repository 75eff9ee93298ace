//! The models of the face checks: where they come from, that they are the right ones, and how the page gets them.
//!
//! Every byte is compared with the manifest before the server starts; the nets themselves are loaded when the first frame is to be
//! read, since they take memory that a server without face checks should not pay for.

use crate::pages;
use contract::{Digest, face::FaceModels};
use face::{
    FaceNets,
    manifest::{Manifest, ModelFile},
};
use std::{
    borrow::Cow,
    num::NonZeroUsize,
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
};

/// Name of the manifest in a folder of models.
const MANIFEST: &str = "manifest.json";
/// Folder of the models in the built page.
const BUILT_IN: &str = "face";

/// Where the models come from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ModelSource {
    /// Those that were built in with the page. Where no page was built in, there are none.
    #[default]
    BuiltIn,
    /// A folder with a `manifest.json` and the files that it names: another recogniser, for example.
    Folder(PathBuf),
}

/// One file to serve.
struct ServedFile {
    /// Name below `/face/`, with its hash in it.
    name: String,
    /// Its name in the manifest, under which it is there, too.
    plain: String,
    /// SHA-256 of its bytes, as hexadecimal digits.
    sha256: String,
    /// Its bytes; borrowed from the program itself where they were built in.
    bytes: Cow<'static, [u8]>,
}

/// The models, checked against their manifest.
pub struct Models {
    manifest: Manifest,
    manifest_digest: Digest,
    /// The manifest first, then detector, landmarks, recogniser.
    files: Vec<ServedFile>,
    built_in: bool,
    threads: NonZeroUsize,
    nets: OnceLock<Result<Arc<FaceNets>, String>>,
}

/// A file of the models, as it is served.
pub struct Served<'a> {
    /// Its bytes.
    pub bytes: &'a [u8],
    /// SHA-256 of them, as hexadecimal digits.
    pub sha256: &'a str,
    /// Its name in the built page, where it has compressed twins.
    pub page_file: Option<String>,
    /// Whether the name that was asked for holds the hash of the content.
    pub names_hash: bool,
}

/// Why the models cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum NoModels {
    /// No page was built in, and so no models.
    #[error(
        "no models of the face checks are built in; build with `cargo xtask run`, or give --face-models DIR"
    )]
    None,
    /// A file is missing or not the one that the manifest names.
    #[error(
        "the face models in {place} cannot be used: {cause}. Build the server again (`cargo xtask build --fresh`), or put into \
         --face-models DIR the very files that its manifest.json names"
    )]
    Refused {
        /// Where they are.
        place: String,
        /// Which file, and what is wrong with it.
        cause: String,
    },
}

impl Models {
    /// Reads and checks them. Nets are run on at most `threads` cores at once.
    ///
    /// # Errors
    /// [`NoModels`]: a server does not start with models that are not those of its manifest.
    pub fn open(source: &ModelSource, threads: NonZeroUsize) -> Result<Self, NoModels> {
        match source {
            ModelSource::BuiltIn => {
                let manifest =
                    pages::file(&format!("{BUILT_IN}/{MANIFEST}")).ok_or(NoModels::None)?;
                Self::checked(manifest, true, threads, |model| {
                    pages::file(&format!("{BUILT_IN}/{}", model.name_with_hash()))
                        .ok_or_else(|| "it is not there".into())
                })
                .map_err(|cause| NoModels::Refused {
                    place: "this program".into(),
                    cause,
                })
            }
            ModelSource::Folder(folder) => Self::in_folder(folder, threads),
        }
    }

    fn in_folder(folder: &Path, threads: NonZeroUsize) -> Result<Self, NoModels> {
        let refused = |cause| NoModels::Refused {
            place: folder.display().to_string(),
            cause,
        };
        let read = |name: &str| {
            std::fs::read(folder.join(name))
                .map(Cow::Owned)
                .map_err(|error| error.to_string())
        };
        let manifest = read(MANIFEST).map_err(|cause| refused(format!("{MANIFEST}: {cause}")))?;
        Self::checked(manifest, false, threads, |model| read(&model.file)).map_err(refused)
    }

    fn checked(
        manifest_json: Cow<'static, [u8]>,
        built_in: bool,
        threads: NonZeroUsize,
        read: impl Fn(&ModelFile) -> Result<Cow<'static, [u8]>, String>,
    ) -> Result<Self, String> {
        let manifest = Manifest::parse(&manifest_json).map_err(|error| error.to_string())?;
        let manifest_digest = Digest::of(&[&manifest_json]);
        let hash = manifest_digest.to_string();
        let mut files = vec![ServedFile {
            name: format!("manifest-{}.json", hash.get(..16).unwrap_or(&hash)),
            plain: MANIFEST.into(),
            sha256: hash,
            bytes: manifest_json,
        }];
        for model in manifest.models() {
            let bytes = read(model).map_err(|cause| format!("{}: {cause}", model.file))?;
            model.check(&bytes).map_err(|error| error.to_string())?;
            files.push(ServedFile {
                name: model.name_with_hash(),
                plain: model.file.clone(),
                sha256: model.sha256.clone(),
                bytes,
            });
        }
        Ok(Self {
            manifest,
            manifest_digest,
            files,
            built_in,
            threads,
            nets: OnceLock::new(),
        })
    }

    /// What they are and what their numbers mean.
    #[must_use]
    pub const fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// SHA-256 of the manifest, which names them all in each piece of evidence.
    #[must_use]
    pub const fn digest(&self) -> Digest {
        self.manifest_digest
    }

    /// What the page is told of them.
    #[must_use]
    pub fn for_page(&self) -> FaceModels {
        let name = self.files.first().map_or(MANIFEST, |file| &file.name);
        FaceModels {
            manifest_url: format!("/face/{name}"),
            manifest: self.manifest_digest,
        }
    }

    /// What is served under a name below `/face/`.
    #[must_use]
    pub fn served(&self, name: &str) -> Option<Served<'_>> {
        let file = self
            .files
            .iter()
            .find(|file| file.name == name || file.plain == name)?;
        let stored = if file.plain == MANIFEST {
            MANIFEST
        } else {
            &file.name
        };
        Some(Served {
            bytes: &file.bytes,
            sha256: &file.sha256,
            page_file: self.built_in.then(|| format!("{BUILT_IN}/{stored}")),
            names_hash: file.name == name,
        })
    }

    /// The nets; loads them at the first call, which takes about 0.1 s.
    ///
    /// # Errors
    /// Where they do not load, in words for the log.
    pub fn nets(&self) -> Result<Arc<FaceNets>, String> {
        self.nets
            .get_or_init(|| {
                let manifest = self.files.first().map_or(&[][..], |file| &file.bytes);
                FaceNets::load(manifest, self.threads, |model| {
                    self.served(&model.name_with_hash())
                        .map(|served| served.bytes.to_vec())
                        .ok_or_else(|| "it is not there".into())
                })
                .map(Arc::new)
                .map_err(|error| error.to_string())
            })
            .clone()
    }
}
