//! What stands before the camera: real faces, moving a little and turning as a head does, drawn from still pictures.

use face::{Limits, Picture, image::decode};
use jpeg_encoder::{ColorType, Encoder};
use std::{
    collections::HashMap,
    path::Path,
    sync::{Arc, LazyLock, Mutex},
};

/// Where the face is in a picture: its middle, half its width and half its height in pixels; and how far it is turned, so that the
/// nets read a yaw ratio of at least 0.7 either way.
#[derive(Clone, Copy)]
pub struct Someone {
    file: &'static str,
    middle: [f32; 2],
    half: [f32; 2],
    far: f32,
}

/// The learner of most tests.
pub const OBAMA: Someone = Someone {
    file: "obama-1",
    middle: [331.0, 262.0],
    half: [125.0, 165.0],
    far: 0.34,
};
/// A friend who would sit down instead.
pub const BIDEN: Someone = Someone {
    file: "biden-1",
    middle: [345.0, 225.0],
    half: [105.0, 150.0],
    far: 0.2,
};
/// Another learner.
pub const COLLINS: Someone = Someone {
    file: "collins-1",
    middle: [322.0, 158.0],
    half: [66.0, 92.0],
    far: 0.28,
};

/// Which way the head is turned.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub enum Turn {
    Straight,
    Left,
    Right,
}

/// One frame: somebody, turned or not, as the camera sees them at moment `seed`. Never twice the same for two seeds.
pub fn frame(who: Someone, turn: Turn, seed: u32) -> Vec<u8> {
    let still = head(who, turn);
    let Picture { width, height, .. } = *still;
    let (dx, dy) = (seed * 7 % 9, seed * 5 % 7);
    let mut rgb = Vec::with_capacity(still.rgb.len());
    for y in 0..height {
        for x in 0..width {
            let from_x = (x + dx as usize).min(width - 1);
            let from_y = (y + dy as usize).min(height - 1);
            let at = 3 * (from_y * width + from_x);
            let grain = noise(x, y, seed);
            rgb.extend(
                still.rgb[at..at + 3]
                    .iter()
                    .map(|value| value.saturating_add(grain).saturating_sub(8)),
            );
        }
    }
    encoded(width, height, &rgb)
}

/// A picture as a JPEG.
pub fn encoded(width: usize, height: usize, rgb: &[u8]) -> Vec<u8> {
    let mut jpeg = Vec::new();
    Encoder::new(&mut jpeg, 85)
        .encode(
            rgb,
            u16::try_from(width).unwrap(),
            u16::try_from(height).unwrap(),
            ColorType::Rgb,
        )
        .unwrap();
    jpeg
}

/// Sensor noise, 0 to 15.
fn noise(x: usize, y: usize, seed: u32) -> u8 {
    let mut state = u32::try_from(y * 4_096 + x)
        .unwrap()
        .wrapping_mul(0x9e37_79b9)
        ^ seed.wrapping_mul(0x85eb_ca6b);
    state ^= state >> 15;
    state = state.wrapping_mul(0x2c1b_3c6d);
    state ^= state >> 12;
    state.to_le_bytes()[0] >> 4
}

/// Somebody's picture with the head turned; made once.
fn head(who: Someone, turn: Turn) -> Arc<Picture> {
    type Made = HashMap<(&'static str, Turn), Arc<Picture>>;
    static MADE: LazyLock<Mutex<Made>> = LazyLock::new(Mutex::default);
    let mut made = MADE
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    let head = made.entry((who.file, turn)).or_insert_with(|| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/face/tests/people");
        let jpeg = std::fs::read(folder.join(format!("{}.jpg", who.file))).unwrap();
        let picture = decode(&jpeg, Limits::FRAME).unwrap();
        Arc::new(match turn {
            Turn::Straight => picture,
            Turn::Left => turned(&picture, who, who.far),
            Turn::Right => turned(&picture, who, -who.far),
        })
    });
    Arc::clone(head)
}

/// What stands out, the nose most of all, moves sideways, as it does on a real head.
fn turned(from: &Picture, who: Someone, by: f32) -> Picture {
    let depth = |u: f32, v: f32| {
        let bump = (-(u / 0.3).powi(2) - ((v - 0.12) / 0.3).powi(2)).exp();
        (1.0 - u * u - v * v).max(0.0) + 0.4 * bump
    };
    let mut to = from.clone();
    for y in 0..from.height {
        let v = (y as f32 - who.middle[1]) / who.half[1];
        if v.abs() > 1.1 {
            continue;
        }
        for x in 0..from.width {
            let u = (x as f32 - who.middle[0]) / who.half[0];
            if u.abs() > 1.6 {
                continue;
            }
            let mut source = u;
            for _ in 0..6 {
                source = u - by * depth(source, v);
            }
            let exact = who.middle[0] + source * who.half[0];
            let exact = exact.clamp(0.0, from.width as f32 - 1.001);
            let (left, share) = (whole(exact), exact.fract());
            for channel in 0..3 {
                let at = |x: usize| f32::from(from.rgb[3 * (y * from.width + x) + channel]);
                let value = at(left) * (1.0 - share) + at(left + 1) * share;
                to.rgb[3 * (y * from.width + x) + channel] = byte(value);
            }
        }
    }
    to
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to the picture"
)]
fn whole(value: f32) -> usize {
    value as usize
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a mean of bytes"
)]
fn byte(value: f32) -> u8 {
    value.round() as u8
}
