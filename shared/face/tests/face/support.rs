//! What several tests need: the real nets, the pictures, and ways to spoil or move a picture.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use face::quality::QualityRules;
use face::{FaceNets, Limits, Picture, Reading};

/// Root of the repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The committed manifest.
pub fn manifest() -> Vec<u8> {
    std::fs::read(root().join("assets/models/manifest.json")).unwrap()
}

/// The three models, converted here and now from the pinned package.
pub fn models() -> &'static [face_models::Converted; 3] {
    static MODELS: LazyLock<[face_models::Converted; 3]> = LazyLock::new(|| {
        face_models::convert(&root().join("node_modules/@vladmandic/face-api/model")).expect(
            "the face models come from npm: run `npm ci` at the root of the repository first",
        )
    });
    &MODELS
}

/// The nets, loaded through the committed manifest and its hashes.
pub fn nets() -> &'static FaceNets {
    static NETS: LazyLock<FaceNets> = LazyLock::new(|| load(&manifest()).unwrap());
    &NETS
}

/// Load the real models under a manifest.
pub fn load(manifest: &[u8]) -> Result<FaceNets, face::LoadError> {
    FaceNets::load(manifest, NonZeroUsize::new(2).unwrap(), |model| {
        let found = models()
            .iter()
            .find(|converted| converted.file == model.file);
        found
            .map(|converted| converted.bytes.clone())
            .ok_or_else(|| "not there".into())
    })
}

/// The bytes of a committed picture.
pub fn jpeg(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/people/{name}.jpg")))
        .unwrap()
}

/// A committed picture.
pub fn picture(name: &str) -> Picture {
    face::image::decode(&jpeg(name), Limits::FRAME).unwrap()
}

/// Read a committed picture.
pub fn read(name: &str) -> Reading {
    nets()
        .read(&jpeg(name), Limits::FRAME, &QualityRules::CHECK)
        .unwrap()
}

/// Read a picture made in a test.
pub fn read_made(picture: Picture, rules: &QualityRules) -> Reading {
    let name = face::manifest::sha256(&picture.rgb);
    nets().read_picture(picture, name, rules).unwrap()
}

/// A picture made pixel by pixel from another: `from` says which place of the old one each new pixel shows.
pub fn moved(old: &Picture, from: impl Fn(f32, f32) -> (f32, f32)) -> Picture {
    let mut rgb = Vec::with_capacity(old.rgb.len());
    for y in 0..old.height {
        for x in 0..old.width {
            let (fx, fy) = from(x as f32, y as f32);
            let (fx, fy) = (
                fx.clamp(0.0, old.width as f32 - 1.001),
                fy.clamp(0.0, old.height as f32 - 1.001),
            );
            let (left, top) = (whole(fx), whole(fy));
            let (right_share, bottom_share) = (fx - left as f32, fy - top as f32);
            for channel in 0..3 {
                let at = |x: usize, y: usize| {
                    let (x, y) = (x.min(old.width - 1), y.min(old.height - 1));
                    f32::from(old.rgb[3 * (y * old.width + x) + channel])
                };
                let upper = at(left, top) * (1.0 - right_share) + at(left + 1, top) * right_share;
                let lower =
                    at(left, top + 1) * (1.0 - right_share) + at(left + 1, top + 1) * right_share;
                rgb.push(byte(upper * (1.0 - bottom_share) + lower * bottom_share));
            }
        }
    }
    Picture { rgb, ..*old }
}

/// Each byte changed by a function of its value and place.
pub fn recoloured(old: &Picture, change: impl Fn(usize, f32) -> f32) -> Picture {
    let rgb = old
        .rgb
        .iter()
        .enumerate()
        .map(|(at, &value)| byte(change(at, f32::from(value))))
        .collect();
    Picture { rgb, ..*old }
}

/// The picture as in a mirror: left and right change places.
pub fn mirrored(old: &Picture) -> Picture {
    moved(old, |x, y| (old.width as f32 - 1.0 - x, y))
}

/// Sensor noise: the same for the same seed, never more than `strength` either way.
pub fn noisy(old: &Picture, seed: u32, strength: f32) -> Picture {
    recoloured(old, |at, value| {
        let mut state =
            (u32::try_from(at).unwrap()).wrapping_mul(0x9e37_79b9) ^ seed.wrapping_mul(0x85eb_ca6b);
        state ^= state >> 15;
        state = state.wrapping_mul(0x2c1b_3c6d);
        state ^= state >> 12;
        value + strength * (f32::from(state.to_le_bytes()[0]) / 127.5 - 1.0)
    })
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to a byte"
)]
fn byte(value: f32) -> u8 {
    value.round().clamp(0.0, 255.0) as u8
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to the picture"
)]
fn whole(value: f32) -> usize {
    value as usize
}
