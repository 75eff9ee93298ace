//! Pictures of people on disk: a folder for each person, or a list of pairs.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::embed::Embedding;
use crate::eval::pairs::Distances;
use crate::image::Limits;
use crate::quality::QualityRules;
use crate::reading::FaceNets;

/// What was read, and what had to be left out.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Gathered {
    /// All distances.
    pub distances: Distances,
    /// How many persons gave at least one picture; 0 for a list of pairs, which does not say.
    pub n_people: usize,
    /// How many pictures were used.
    pub n_pictures: usize,
    /// Pictures left out, with the reason. They are failures to enrol and stand in the report.
    pub left_out: Vec<(PathBuf, String)>,
}

/// Why an evaluation stopped.
#[derive(Debug, thiserror::Error)]
pub enum EvalError {
    /// A folder or list could not be read.
    #[error("{path}: {source}")]
    File {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A line of the list is not understood.
    #[error(
        "line {line} is not `same FILE FILE` or `different FILE FILE`, separated by tabs or commas"
    )]
    Line {
        /// Counted from 1.
        line: usize,
    },
    /// There is nothing to compare.
    #[error("{path} holds no picture with exactly one face to compare with another")]
    Nothing {
        /// Where we looked.
        path: PathBuf,
    },
    /// Embeddings do not fit together.
    #[error(transparent)]
    Embedding(#[from] crate::embed::EmbeddingError),
}

/// Compare each picture with each other: pictures in one folder show one person.
///
/// # Errors
/// If a folder cannot be read or nothing can be compared.
pub fn gather_folder(nets: &FaceNets, folder: &Path) -> Result<Gathered, EvalError> {
    let mut gathered = Gathered::default();
    let mut people: Vec<Vec<Embedding>> = Vec::new();
    for person in entries(folder)?.into_iter().filter(|path| path.is_dir()) {
        let mut own = Vec::new();
        for picture in entries(&person)?.into_iter().filter(|path| is_jpeg(path)) {
            match embedding(nets, &picture) {
                Ok(embedding) => own.push(embedding),
                Err(reason) => gathered.left_out.push((picture, reason)),
            }
        }
        gathered.n_pictures += own.len();
        people.extend((!own.is_empty()).then_some(own));
    }
    gathered.n_people = people.len();
    gathered.distances = Distances::between_people(&people)?;
    some(gathered, folder)
}

/// Compare the pairs of a list: lines of `same` or `different` and two files, relative to the list's own folder.
///
/// # Errors
/// If the list cannot be read or understood, or nothing can be compared.
pub fn gather_pairs_file(nets: &FaceNets, list: &Path) -> Result<Gathered, EvalError> {
    let text = std::fs::read_to_string(list).map_err(|source| EvalError::File {
        path: list.into(),
        source,
    })?;
    let folder = list.parent().unwrap_or(Path::new(""));
    let mut read: BTreeMap<PathBuf, Result<Embedding, String>> = BTreeMap::new();
    let mut distances = Distances::default();
    for (at, line) in text
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'))
    {
        let wrong = || EvalError::Line { line: at + 1 };
        let fields: Vec<&str> = line.split(['\t', ',']).map(str::trim).collect();
        let &[relation, one, other] = &fields[..] else {
            return Err(wrong());
        };
        let same = match relation {
            "same" => true,
            "different" => false,
            _ => return Err(wrong()),
        };
        let paths = [folder.join(one), folder.join(other)];
        for path in &paths {
            read.entry(path.clone())
                .or_insert_with(|| embedding(nets, path));
        }
        if let [Some(Ok(one)), Some(Ok(other))] = paths.map(|path| read.get(&path)) {
            distances.add(same, one.distance(other)?);
        }
    }
    let n_pictures = read.values().filter(|result| result.is_ok()).count();
    let left_out = read
        .into_iter()
        .filter_map(|(path, result)| Some((path, result.err()?)))
        .collect();
    some(
        Gathered {
            distances,
            n_people: 0,
            n_pictures,
            left_out,
        },
        list,
    )
}

fn some(gathered: Gathered, path: &Path) -> Result<Gathered, EvalError> {
    let Distances { same, different } = &gathered.distances;
    if same.is_empty() && different.is_empty() {
        Err(EvalError::Nothing { path: path.into() })
    } else {
        Ok(gathered)
    }
}

/// The embedding of the one face in a picture, or why there is none.
fn embedding(nets: &FaceNets, picture: &Path) -> Result<Embedding, String> {
    let jpeg = std::fs::read(picture).map_err(|error| error.to_string())?;
    let rules = QualityRules::ENROLMENT;
    let reading = nets
        .read(&jpeg, Limits::PHOTO, &rules)
        .map_err(|error| error.to_string())?;
    match reading.n_faces(nets.manifest().detector.score_sure, rules.second_height_min) {
        0 => Err("no face found".into()),
        1 => reading
            .face
            .map(|face| face.embedding)
            .ok_or_else(|| "no face found".into()),
        n => Err(format!("{n} faces found")),
    }
}

/// What a folder holds, in a fixed order.
fn entries(folder: &Path) -> Result<Vec<PathBuf>, EvalError> {
    let file = |source| EvalError::File {
        path: folder.into(),
        source,
    };
    let mut entries = std::fs::read_dir(folder)
        .map_err(file)?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<Vec<_>, _>>()
        .map_err(file)?;
    entries.sort();
    Ok(entries)
}

fn is_jpeg(path: &Path) -> bool {
    path.extension()
        .is_some_and(|end| end.eq_ignore_ascii_case("jpg") || end.eq_ignore_ascii_case("jpeg"))
}
