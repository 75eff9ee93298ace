//! The demo course under `assets/course`, carried inside the binary: three films with captions.

use super::NotLoaded;
use contract::{Digest, Text};
use rust_embed::RustEmbed;
use serde::Deserialize;
use std::{fs, io, path::Path};
use study::Millis;

#[derive(RustEmbed)]
#[folder = "../assets/course"]
#[include = "course.json"]
#[include = "*.mp4"]
#[include = "*.vtt"]
struct Files;

/// What `course.json` says.
#[derive(Deserialize)]
pub struct Course {
    /// Its title.
    pub title: Text,
    /// Its units in order.
    pub units: Vec<Unit>,
}

/// One film.
#[derive(Deserialize)]
pub struct Unit {
    /// Its title.
    pub title: Text,
    film: String,
    /// Content hash of the film.
    pub sha256: Digest,
    /// Length of the film.
    pub duration_ms: Millis,
    captions: Vec<Captions>,
}

#[derive(Deserialize)]
struct Captions {
    language: String,
    file: String,
    sha256: Digest,
}

/// The course of this binary.
///
/// # Errors
/// Where a file is missing, or is not what `course.json` says.
pub fn read() -> Result<Course, NotLoaded> {
    let file = Files::get("course.json").ok_or_else(|| {
        NotLoaded::Files(
            "this server was built without the demo course (assets/course/course.json)".into(),
        )
    })?;
    serde_json::from_slice(&file.data)
        .map_err(|error| NotLoaded::Files(format!("course.json: {error}")))
}

impl Unit {
    /// Content hash of the captions in `language` (the part before a `-`).
    ///
    /// # Errors
    /// Where there are none.
    pub fn captions(&self, language: &str) -> Result<Digest, NotLoaded> {
        self.captions
            .iter()
            .find(|captions| captions.language.split('-').next() == Some(language))
            .map(|captions| captions.sha256)
            .ok_or_else(|| NotLoaded::Files(format!("{} has no captions in {language}", self.film)))
    }
}

impl Course {
    /// Puts films and captions where the server serves them from, under their content hashes.
    ///
    /// # Errors
    /// Where the disk refuses, or a file is not what `course.json` says.
    pub fn write_films(&self, data: &Path) -> Result<(), NotLoaded> {
        for unit in &self.units {
            write(data, &unit.film, unit.sha256, "mp4")?;
            for captions in &unit.captions {
                write(data, &captions.file, captions.sha256, "vtt")?;
            }
        }
        Ok(())
    }
}

fn write(data: &Path, name: &str, sha256: Digest, ending: &str) -> Result<(), NotLoaded> {
    let file = Files::get(name)
        .ok_or_else(|| NotLoaded::Files(format!("this server was built without {name}")))?;
    if Digest::of(&[&file.data]) != sha256 {
        return Err(NotLoaded::Files(format!(
            "{name} is not the file that course.json describes"
        )));
    }
    keep(data, sha256, ending, &file.data)?;
    Ok(())
}

/// Writes a film or captions under their content hash, unless they are there already.
///
/// # Errors
/// Where the disk refuses.
pub fn keep(data: &Path, sha256: Digest, ending: &str, bytes: &[u8]) -> io::Result<()> {
    let folder = data.join("films");
    let path = folder.join(format!("{sha256}.{ending}"));
    if fs::metadata(&path).is_ok_and(|known| u64::try_from(bytes.len()) == Ok(known.len())) {
        return Ok(());
    }
    // Never half a film under its full name.
    let draft = folder.join(format!(".{sha256}.{ending}.{}", std::process::id()));
    fs::write(&draft, bytes)?;
    fs::rename(&draft, &path)
}
