//! Says what the nets see in pictures or in films of concatenated JPEGs (`.mjpeg`), one line for each frame: to look at a
//! camera, or at a clip made for the journeys.

use std::num::NonZeroUsize;
use std::path::Path;

use face::quality::QualityRules;
use face::{Embedding, FaceNets, Limits, Reading};

const USAGE: &str = "usage: read MODELS-FOLDER FILE.jpg|FILE.mjpeg …";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let models = arguments.next().ok_or(USAGE)?;
    let nets = FaceNets::load_folder(Path::new(&models), NonZeroUsize::MIN)?;
    let mut first: Option<Embedding> = None;
    let mut last: Option<Embedding> = None;
    println!("file frame yaw roll height from-first from-last faces hints");
    for path in arguments {
        let bytes = std::fs::read(&path)?;
        for (at, jpeg) in pictures(&bytes).into_iter().enumerate() {
            let seen = nets.read(jpeg, Limits::FRAME, &QualityRules::CHECK)?;
            let name = Path::new(&path).file_name().unwrap_or_default();
            print!("{} {at} ", name.to_string_lossy());
            say(&seen, first.as_ref(), last.as_ref())?;
            if let Some(face) = seen.face {
                first.get_or_insert_with(|| face.embedding.clone());
                last = Some(face.embedding);
            }
        }
    }
    Ok(())
}

fn say(
    seen: &Reading,
    first: Option<&Embedding>,
    last: Option<&Embedding>,
) -> Result<(), Box<dyn std::error::Error>> {
    match &seen.face {
        None => print!("- - - - -"),
        Some(face) => {
            let from = |other: Option<&Embedding>| {
                other.map_or(Ok(0.0), |other| face.embedding.distance(other))
            };
            print!(
                "{:.2} {:.1} {:.0} {:.3} {:.3}",
                face.pose.yaw_ratio,
                face.pose.roll_deg,
                face.found.area.height,
                from(first)?,
                from(last)?,
            );
        }
    }
    println!(" {} {:?}", seen.faces.len(), seen.hints);
    Ok(())
}

/// Cuts a film into its JPEGs: each begins where another one has just ended.
fn pictures(bytes: &[u8]) -> Vec<&[u8]> {
    let mut starts: Vec<usize> = bytes
        .windows(4)
        .enumerate()
        .filter(|(_, four)| *four == [0xff, 0xd9, 0xff, 0xd8])
        .map(|(at, _)| at + 2)
        .collect();
    starts.insert(0, 0);
    starts.push(bytes.len());
    starts
        .windows(2)
        .map(|pair| &bytes[pair[0]..pair[1]])
        .collect()
}
