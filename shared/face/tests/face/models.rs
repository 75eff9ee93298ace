//! Models are what the manifest says, or nothing runs; and the recogniser is a slot.

use std::num::NonZeroUsize;

use crate::support::{jpeg, load, manifest, models, nets, root};
use face::manifest::{ManifestError, sha256};
use face::quality::QualityRules;
use face::{FaceNets, Limits, LoadError};
use face_models::layers::Builder;
use face_models::weights::{Values, Weight};

#[test]
fn a_flipped_bit_in_a_model_refuses_to_load() {
    for broken in 0..3 {
        for at in 0..3 {
            let result = FaceNets::load(&manifest(), NonZeroUsize::MIN, |model| {
                let at_file = models()
                    .iter()
                    .position(|converted| converted.file == model.file)
                    .unwrap();
                let mut bytes = models()[at_file].bytes.clone();
                if at_file == broken {
                    let place = [0, bytes.len() / 2, bytes.len() - 1][at];
                    bytes[place] ^= 1;
                }
                Ok(bytes)
            });
            match result {
                Err(LoadError::Manifest(ManifestError::Hash { file, .. })) => {
                    assert_eq!(file, models()[broken].file)
                }
                other => panic!("a flipped bit in model {broken} gave {other:?}"),
            }
        }
    }
}

#[test]
fn a_missing_model_and_a_senseless_manifest_are_refused_with_words() {
    let missing = FaceNets::load(&manifest(), NonZeroUsize::MIN, |_| {
        Err("no such file".into())
    });
    let words = missing.unwrap_err().to_string();
    assert_eq!(
        words,
        "tiny_face_detector.onnx could not be read: no such file"
    );
    for (from, to, expected) in [
        ("\"format\": 1", "\"format\": 2", "has format 2"),
        ("\"pass_max\": 0.42", "\"pass_max\": 0.9", "thresholds"),
        ("\"size\": 150", "\"size\": 0", "side"),
        ("\"order\": \"rgb\"", "\"order\": \"hsv\"", "does not parse"),
    ] {
        let text = String::from_utf8(manifest()).unwrap();
        assert!(text.contains(from), "{from} is not in the manifest");
        let words = load(text.replace(from, to).as_bytes())
            .unwrap_err()
            .to_string();
        assert!(words.contains(expected), "{to}: {words}");
    }
}

#[test]
fn converting_checks_the_package_and_gives_the_committed_hashes() {
    let folder = std::env::temp_dir().join(format!("face-models-{}", std::process::id()));
    let from = root().join("node_modules/@vladmandic/face-api/model");
    face_models::convert_into(&from, &folder, &root().join("assets/models/manifest.json")).unwrap();
    let nets = FaceNets::load_folder(&folder, NonZeroUsize::MIN).unwrap();
    assert_eq!(nets.manifest_sha256(), sha256(&manifest()));

    let package = folder.join("package");
    std::fs::create_dir(&package).unwrap();
    for source in &nets.manifest().source.files {
        std::fs::copy(from.join(&source.file), package.join(&source.file)).unwrap();
    }
    let weights = package.join("tiny_face_detector_model.bin");
    let mut bytes = std::fs::read(&weights).unwrap();
    bytes[1000] ^= 1;
    std::fs::write(&weights, bytes).unwrap();
    let refused = face_models::convert_into(
        &package,
        &folder,
        &root().join("assets/models/manifest.json"),
    );
    assert!(
        refused
            .unwrap_err()
            .to_string()
            .contains("tiny_face_detector_model.bin"),
        "a changed package passes"
    );
    std::fs::remove_dir_all(&folder).unwrap();
}

/// A recogniser of quite another make: 112 pixels, blue first, 64 numbers of length 1, thresholds of its own.
#[test]
fn another_recogniser_goes_into_the_slot_by_manifest_alone() {
    let mut net = Builder::new("second", 112);
    net.average_pool(14, 14);
    net.flatten();
    let bytes = (0..192 * 64_u32)
        .map(|n| (n.wrapping_mul(2_654_435_761) >> 24).to_le_bytes()[0])
        .collect();
    net.dense(
        &Weight {
            shape: vec![192, 64],
            values: Values::Bytes {
                bytes,
                scale: 0.01,
                min: -1.28,
            },
        },
        None,
    )
    .unwrap();
    let onnx = net.finish(&[1, 64]).to_onnx();

    let mut second = nets().manifest().clone();
    second.recogniser.name = "second".into();
    second.recogniser.model = face::manifest::ModelFile {
        file: "second.onnx".into(),
        bytes: onnx.len() as u64,
        sha256: sha256(&onnx),
    };
    second.recogniser.input = face::manifest::InputSpec {
        size: 112,
        mean_rgb: [127.5; 3],
        scale: 1.0 / 127.5,
        order: face::manifest::ChannelOrder::Bgr,
    };
    (
        second.recogniser.values,
        second.recogniser.unit_length,
        second.recogniser.chip_padding,
    ) = (64, true, 0.1);
    let json = serde_json::to_vec(&second).unwrap();
    let slotted = FaceNets::load(&json, NonZeroUsize::MIN, |model| {
        let real = models()
            .iter()
            .find(|converted| converted.file == model.file);
        Ok(real.map_or_else(|| onnx.clone(), |converted| converted.bytes.clone()))
    })
    .unwrap();

    assert_ne!(
        slotted.manifest_sha256(),
        nets().manifest_sha256(),
        "evidence must name another manifest"
    );
    let read = |nets: &FaceNets| {
        nets.read(&jpeg("biden-1"), Limits::FRAME, &QualityRules::CHECK)
            .unwrap()
            .face
            .unwrap()
    };
    let (first, second) = (read(nets()), read(&slotted));
    assert_eq!(
        first.points, second.points,
        "detector and landmarks are the same"
    );
    assert_eq!(
        (
            first.embedding.values().len(),
            second.embedding.values().len()
        ),
        (128, 64)
    );
    let length: f32 = second
        .embedding
        .values()
        .iter()
        .map(|value| value * value)
        .sum();
    assert!((length - 1.0).abs() < 1e-5, "length {length}");
    assert!(
        first.embedding.distance(&second.embedding).is_err(),
        "embeddings of two recognisers must not be compared"
    );
}
