//! Joins the frames of one face check into one outcome: is it this person, and did a live head do what was asked?
//!
//! Signals are told with their numbers. Those that say that no live person may have done as asked keep a check from passing by
//! itself; none of them condemns anybody. A child that walks through the picture is told and hinders nothing.

use serde::{Deserialize, Serialize};

use crate::compare::{Decision, Template, decide};
use crate::embed::{Embedding, EmbeddingError};
use crate::manifest::Manifest;
use crate::quality::Hint;
use crate::reading::{FaceReading, Reading};

/// What the person is asked to do with their head, drawn by the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HeadAction {
    /// Look straight ahead.
    None,
    /// Turn to the own left.
    TurnLeft,
    /// Turn to the own right.
    TurnRight,
}

/// Policy of a check.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckRules {
    /// Fewest frames with a face.
    pub frames_min: usize,
    /// The head must turn this far (yaw ratio) from its straightest frame. A flat photo swung by 30 to 40 degrees moved 0.49
    /// at most (n = 122 each), so 0.6 asks for a head.
    pub turn_min: f32,
    /// Frames turned less than this count for the comparison; if there are none, the straightest frame does.
    pub frontal_max: f32,
    /// A further face counts if it is at least this share of the first one's height.
    pub second_height_min: f32,
}

impl CheckRules {
    /// The values measured for the models in the manifest.
    pub const MEASURED: Self = Self {
        frames_min: 3,
        turn_min: 0.6,
        frontal_max: 0.45,
        second_height_min: 0.4,
    };
}

/// Something a reviewer should see. Frames are counted from 0.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Signal {
    /// Fewer frames with a face than asked for.
    TooFewFrames {
        /// Frames with a face.
        found: usize,
        /// Frames asked for.
        wanted: usize,
    },
    /// The head did not turn as asked.
    HeadActionNotSeen {
        /// Turn in the right direction, as a yaw ratio.
        turned: f32,
        /// Turn asked for.
        wanted: f32,
    },
    /// Two frames are one and the same.
    RepeatedFrame {
        /// The earlier one.
        first: usize,
        /// The later one.
        second: usize,
    },
    /// Two frames perhaps show two persons.
    PersonChanged {
        /// The earlier one.
        first: usize,
        /// The later one.
        second: usize,
        /// Distance between them.
        distance: f32,
    },
    /// Somebody else is in the picture.
    SecondFace {
        /// In which frame.
        frame: usize,
    },
    /// A frame shows no certain face.
    NoFace {
        /// Which frame.
        frame: usize,
        /// What was the matter.
        hints: Vec<Hint>,
    },
}

impl Signal {
    /// Whether a check with this cannot pass by itself. A second face is no hindrance while the largest one matches, and a frame
    /// without a face none while enough others have one.
    #[must_use]
    pub const fn hinders(&self) -> bool {
        match self {
            Self::TooFewFrames { .. }
            | Self::HeadActionNotSeen { .. }
            | Self::RepeatedFrame { .. }
            | Self::PersonChanged { .. } => true,
            Self::SecondFace { .. } | Self::NoFace { .. } => false,
        }
    }
}

/// What came of a check.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CheckOutcome {
    /// What happens next.
    pub decision: Decision,
    /// Distance between the mean of the frontal frames and the template; `None` without a face.
    pub distance: Option<f32>,
    /// How far the head turned, from the straightest frame to the farthest in the direction asked for.
    pub turned: f32,
    /// What a reviewer should see.
    pub signals: Vec<Signal>,
}

/// Judge the frames of one check, in the order they were taken.
///
/// # Errors
/// If the template comes from another recogniser.
pub fn judge(
    frames: &[Reading],
    asked: HeadAction,
    template: &Template,
    manifest: &Manifest,
    rules: &CheckRules,
    retries_left: u32,
) -> Result<CheckOutcome, EmbeddingError> {
    let faces: Vec<(usize, &FaceReading)> = frames
        .iter()
        .enumerate()
        .filter_map(|(at, frame)| Some((at, frame.face.as_ref()?)))
        .collect();
    let mut signals = Vec::new();
    for (at, frame) in frames.iter().enumerate() {
        match frame.n_faces(manifest.detector.score_sure, rules.second_height_min) {
            0 => signals.push(Signal::NoFace {
                frame: at,
                hints: frame.hints.clone(),
            }),
            1 => {}
            _ => signals.push(Signal::SecondFace { frame: at }),
        }
    }
    if faces.len() < rules.frames_min {
        signals.push(Signal::TooFewFrames {
            found: faces.len(),
            wanted: rules.frames_min,
        });
    }
    let turned = turned(&faces, asked);
    if asked != HeadAction::None && turned < rules.turn_min {
        signals.push(Signal::HeadActionNotSeen {
            turned,
            wanted: rules.turn_min,
        });
    }
    signals.extend(between_frames(frames, &faces, manifest, rules)?);

    let distance = match frontal(&faces, rules.frontal_max)[..] {
        [] => None,
        ref frontal => Some(template.distance(frontal)?),
    };
    // Without a single face there is nothing to review in the frames: asking again is the kind way, as long as tries are left.
    let by_distance = match distance {
        Some(distance) => decide(distance, &manifest.recogniser.thresholds, retries_left),
        None if retries_left > 0 => Decision::Retry,
        None => Decision::Review,
    };
    let hindered = signals.iter().any(Signal::hinders);
    let decision = match by_distance {
        Decision::Pass if hindered && retries_left > 0 => Decision::Retry,
        Decision::Pass if hindered => Decision::Review,
        decision @ (Decision::Pass | Decision::Retry | Decision::Review) => decision,
    };
    Ok(CheckOutcome {
        decision,
        distance,
        turned,
        signals,
    })
}

/// Turn in the direction asked for, counted from the straightest frame; never negative.
fn turned(faces: &[(usize, &FaceReading)], asked: HeadAction) -> f32 {
    let yaws = || faces.iter().map(|(_, face)| face.pose.yaw_ratio);
    let Some(straightest) = yaws().min_by(|one, other| one.abs().total_cmp(&other.abs())) else {
        return 0.0;
    };
    let towards = match asked {
        HeadAction::None => {
            return yaws()
                .map(|yaw| (yaw - straightest).abs())
                .fold(0.0, f32::max);
        }
        HeadAction::TurnLeft => 1.0,
        HeadAction::TurnRight => -1.0,
    };
    yaws()
        .map(|yaw| towards * (yaw - straightest))
        .fold(0.0, f32::max)
}

/// Embeddings to compare with the template: a turned head is a worse likeness.
fn frontal<'a>(faces: &[(usize, &'a FaceReading)], frontal_max: f32) -> Vec<&'a Embedding> {
    let frontal: Vec<&Embedding> = faces
        .iter()
        .filter(|(_, face)| face.pose.yaw_ratio.abs() <= frontal_max)
        .map(|(_, face)| &face.embedding)
        .collect();
    if !frontal.is_empty() {
        return frontal;
    }
    let straightest = faces.iter().min_by(|one, other| {
        one.1
            .pose
            .yaw_ratio
            .abs()
            .total_cmp(&other.1.pose.yaw_ratio.abs())
    });
    straightest
        .map(|(_, face)| &face.embedding)
        .into_iter()
        .collect()
}

fn between_frames(
    frames: &[Reading],
    faces: &[(usize, &FaceReading)],
    manifest: &Manifest,
    rules: &CheckRules,
) -> Result<Vec<Signal>, EmbeddingError> {
    let thresholds = &manifest.recogniser.thresholds;
    let frontal = |face: &FaceReading| face.pose.yaw_ratio.abs() <= rules.frontal_max;
    let mut signals = Vec::new();
    for (at, (first, one)) in faces.iter().enumerate() {
        for (second, other) in &faces[at + 1..] {
            let distance = one.embedding.distance(&other.embedding)?;
            let (first, second) = (*first, *second);
            if distance < thresholds.repeat_below
                || frames[first].jpeg_sha256 == frames[second].jpeg_sha256
            {
                signals.push(Signal::RepeatedFrame { first, second });
            }
            // A turned head lies farther from itself, but must not become a way to let somebody else do the turning.
            let change_above = if frontal(one) && frontal(other) {
                thresholds.change_above
            } else {
                thresholds.retry_max
            };
            if distance > change_above {
                signals.push(Signal::PersonChanged {
                    first,
                    second,
                    distance,
                });
            }
        }
    }
    Ok(signals)
}

/// Do browser and server disagree on the same bytes? Then the browser's program was changed.
///
/// # Errors
/// If the two come from different recognisers.
pub fn machines_disagree(
    browser: &Embedding,
    server: &Embedding,
    manifest: &Manifest,
) -> Result<bool, EmbeddingError> {
    Ok(browser.distance(server)? > manifest.recogniser.thresholds.machines_max)
}
