//! `face-models convert`: the set-up step that lays the face models into `target/models`.

use std::path::PathBuf;
use std::process::ExitCode;

const USAGE: &str = "\
face-models convert [--from node_modules/@vladmandic/face-api/model] [--to target/models] [--manifest assets/models/manifest.json]
    Check the package's weights against the manifest, convert them to ONNX, check the result, write it.
face-models lay [--from …] [--to frontend/dist/face] [--manifest …]
    The same for the built page, where each model is named with its hash.
face-models renew [--from …] [--manifest …]
    Write the hashes of the package's files and of the results into the manifest (after a change of converter or package).";

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
    let mut from = PathBuf::from("node_modules/@vladmandic/face-api/model");
    let mut to: Option<PathBuf> = None;
    let mut manifest = PathBuf::from("assets/models/manifest.json");
    let mut arguments = std::env::args().skip(1);
    let command = arguments.next().ok_or(USAGE)?;
    while let Some(name) = arguments.next() {
        let value = PathBuf::from(arguments.next().ok_or(USAGE)?);
        match name.as_str() {
            "--from" => from = value,
            "--to" => to = Some(value),
            "--manifest" => manifest = value,
            _ => return Err(USAGE.into()),
        }
    }
    match command.as_str() {
        "convert" => {
            let to = to.unwrap_or_else(|| PathBuf::from("target/models"));
            face_models::convert_into(&from, &to, &manifest).map_err(|error| error.to_string())?;
            println!("face models are in {}", to.display());
        }
        "lay" => {
            let to = to.unwrap_or_else(|| PathBuf::from("frontend/dist/face"));
            face_models::convert_for_page(&from, &to, &manifest)
                .map_err(|error| error.to_string())?;
            println!("face models are in {}", to.display());
        }
        "renew" => {
            face_models::renew(&from, &manifest).map_err(|error| error.to_string())?;
            println!("{} is up to date", manifest.display());
        }
        _ => return Err(USAGE.into()),
    }
    Ok(())
}
