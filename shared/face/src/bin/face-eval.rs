//! `face-eval DIR`: error rates of the face models on the people at hand. Nothing leaves the machine.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use face::FaceNets;
use face::eval::{Report, gather_folder, gather_pairs_file};

const USAGE: &str = "\
face-eval [--models target/models] DIR|PAIRS
    DIR holds a folder of JPEGs for each person; PAIRS is a text file with lines `same,FILE,FILE` or `different,FILE,FILE`.";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), String> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (models, target) = match &arguments[..] {
        [target] if !target.starts_with('-') => (PathBuf::from("target/models"), target),
        [flag, models, target] if flag == "--models" => (PathBuf::from(models), target),
        _ => return Err(USAGE.into()),
    };
    let threads = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let nets = FaceNets::load_folder(&models, threads).map_err(|error| {
        format!("{error}\nrun `face-models convert` first (the set-up does), or name the folder with --models")
    })?;
    let target = Path::new(target);
    let gathered = if target.is_dir() {
        gather_folder(&nets, target)
    } else {
        gather_pairs_file(&nets, target)
    };
    let gathered = gathered.map_err(|error| error.to_string())?;
    let report = Report {
        gathered: &gathered,
        manifest: nets.manifest(),
        manifest_sha256: nets.manifest_sha256(),
    };
    print!("{report}");
    Ok(())
}
