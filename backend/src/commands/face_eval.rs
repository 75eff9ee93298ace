//! `zhenxue face-eval`: error rates of the face models on the people at hand. Nothing leaves the machine.

use crate::{
    faces::{ModelSource, models::Models},
    start::NotStarted,
};
use clap::Args;
use face::eval::{Report, gather_folder, gather_pairs_file};
use std::{num::NonZeroUsize, path::PathBuf};

/// What to measure.
#[derive(Debug, Args)]
pub struct FaceEvalArgs {
    /// A folder with a folder of JPEGs for each person, or a text file with lines `same,FILE,FILE` or `different,FILE,FILE`
    #[arg(value_name = "DIR|PAIRS")]
    people: PathBuf,

    /// Folder with other models than those built in: a manifest.json and the files that it names
    #[arg(long, env = "ZHENXUE_FACE_MODELS", value_name = "DIR")]
    models: Option<PathBuf>,
}

/// Measures, and prints the report.
///
/// # Errors
/// What cannot be read, or that there is nothing to compare.
pub fn run(args: &FaceEvalArgs) -> Result<(), NotStarted> {
    let source = args
        .models
        .clone()
        .map_or(ModelSource::BuiltIn, ModelSource::Folder);
    let threads = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let models = Models::open(&source, threads).map_err(|error| NotStarted(error.to_string()))?;
    let nets = models.nets().map_err(NotStarted)?;
    let gathered = if args.people.is_dir() {
        gather_folder(&nets, &args.people)
    } else {
        gather_pairs_file(&nets, &args.people)
    };
    let gathered = gathered.map_err(|error| NotStarted(error.to_string()))?;
    let report = Report {
        gathered: &gathered,
        manifest: nets.manifest(),
        manifest_sha256: nets.manifest_sha256(),
    };
    print!("{report}");
    Ok(())
}
