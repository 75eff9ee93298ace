//! Our own pipeline on the committed people: the numbers of `golden/own.json`, and how far people lie apart.
//!
//! A change of these numbers changes what old templates mean. `FACE_RENEW=1 cargo test -p face --test own` writes them anew.

use std::collections::BTreeMap;
use std::path::Path;

use crate::support::{nets, read};
use face::Embedding;
use serde::{Deserialize, Serialize};

const PEOPLE: [&str; 5] = ["biden-1", "collins-1", "obama-1", "obama-2", "obama-3"];

#[derive(Serialize, Deserialize)]
struct Own {
    area: [f32; 4],
    yaw_ratio: f32,
    roll_deg: f32,
    embedding: Embedding,
}

#[test]
fn the_pipeline_gives_the_same_numbers_as_ever() {
    let now: BTreeMap<&str, Own> = PEOPLE
        .into_iter()
        .map(|name| {
            let face = read(name)
                .face
                .unwrap_or_else(|| panic!("no face in {name}"));
            let area = face.found.area;
            let own = Own {
                area: [area.x, area.y, area.width, area.height],
                yaw_ratio: face.pose.yaw_ratio,
                roll_deg: face.pose.roll_deg,
                embedding: face.embedding,
            };
            (name, own)
        })
        .collect();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/own.json");
    if std::env::var_os("FACE_RENEW").is_some() {
        std::fs::write(&path, serde_json::to_string(&now).unwrap() + "\n").unwrap();
    }
    let text = std::fs::read_to_string(&path).unwrap();
    let golden: BTreeMap<&str, Own> = serde_json::from_str(&text).unwrap();
    for (name, golden) in golden {
        let now = &now[name];
        let moved = golden
            .area
            .iter()
            .zip(now.area)
            .map(|(one, other)| (one - other).abs())
            .fold(0.0, f32::max);
        // Processors differ in the last bits of a sum; 1e-3 is a fortieth of what a repeated frame may differ.
        assert!(moved < 0.1, "{name}: the box moved by {moved} px");
        assert!(
            (golden.yaw_ratio - now.yaw_ratio).abs() < 1e-2,
            "{name}: yaw {} {}",
            golden.yaw_ratio,
            now.yaw_ratio
        );
        let distance = golden.embedding.distance(&now.embedding).unwrap();
        assert!(distance < 1e-3, "{name}: the embedding moved by {distance}");
    }
}

#[test]
fn one_person_lies_near_and_others_far() {
    let readings = PEOPLE.map(|name| (name, read(name).face.unwrap()));
    let (mut same, mut different) = (Vec::new(), Vec::new());
    for (at, (name, one)) in readings.iter().enumerate() {
        println!(
            "{name}: score {:.2} yaw {:.2} roll {:.1}",
            one.found.score, one.pose.yaw_ratio, one.pose.roll_deg
        );
        for (other_name, other) in &readings[at + 1..] {
            let distance = one.embedding.distance(&other.embedding).unwrap();
            println!("{name} {other_name}: {distance:.3}");
            let is_same = name.split('-').next() == other_name.split('-').next();
            if is_same { &mut same } else { &mut different }.push(distance);
        }
    }
    assert_eq!((same.len(), different.len()), (3, 7));
    let (farthest_same, nearest_different) = (
        same.into_iter().fold(0.0, f32::max),
        different.into_iter().fold(f32::MAX, f32::min),
    );
    let thresholds = &nets().manifest().recogniser.thresholds;
    assert!(
        nearest_different > thresholds.retry_max,
        "two people lie only {nearest_different} apart"
    );
    assert!(
        farthest_same < nearest_different,
        "one person lies {farthest_same} apart, two others {nearest_different}"
    );
}
