//! One answer to a check, judged: what the frames show, how they were taken, and whether they were seen before.
//!
//! Pure: readings and memories come in, a verdict comes out. Signals are told to whoever reviews; those that say that no live
//! person may have done what was asked lead to another try and then to a human. None of them is ever "not this person".

use super::{pool::NotRead, seen::Seen};
use contract::{
    Digest,
    face::{FaceHint, HeadAction, SignalSeen},
};
use face::{
    CheckRules, Decision, Embedding, Manifest, Reading, Signal, Template,
    check::{judge, machines_disagree},
    compare::cohort_rank,
    embed::EmbeddingError,
    quality::Hint,
};
use study::RandomChecks;

/// Words in the names of cameras that are programs. Anybody can rename one, so it is a signal and nothing more.
const VIRTUAL_CAMERAS: [&str; 12] = [
    "virtual",
    "obs",
    "manycam",
    "xsplit",
    "snap camera",
    "droidcam",
    "iriun",
    "epoccam",
    "e2esoft",
    "vcam",
    "fake",
    "虚拟",
];

/// What the page said about an answer: claims, which serve only to notice a changed page.
#[derive(Clone, Debug, PartialEq)]
pub struct Claims {
    /// When each frame was taken, in milliseconds since the challenge was shown.
    pub at_ms: Vec<u64>,
    /// What the page's worker made of each frame.
    pub embeddings: Vec<Option<Embedding>>,
    /// Whether the page's own verdict was good.
    pub passed: bool,
    /// How the camera calls itself.
    pub camera: String,
    /// Hash of the manifest that the page judged with.
    pub models: Digest,
}

/// What an answer is judged by.
pub struct Question<'a> {
    /// What the head was to do.
    pub asked: HeadAction,
    /// The enrolled face.
    pub template: &'a Template,
    /// Other people's enrolled faces, a sample.
    pub others: &'a [Template],
    /// How many more tries there are.
    pub retries_left: u32,
    /// The policy of the class.
    pub rules: &'a RandomChecks,
    /// The models here.
    pub manifest: &'a Manifest,
    /// Their hash.
    pub models: Digest,
}

/// What came of an answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// What happens next.
    pub decision: Decision,
    /// Distance to the template in millionths, where a face was seen.
    pub distance_ppm: Option<u64>,
    /// What was conspicuous.
    pub signals: Vec<SignalSeen>,
    /// What the learner can do better, most helpful first.
    pub hints: Vec<FaceHint>,
}

/// Judges one answer. `seen` says for each frame whether it was seen before this check.
///
/// # Errors
/// Where template and frames come from different recognisers: the person has to enrol again.
pub fn verdict(
    readings: &[Result<Reading, NotRead>],
    claims: &Claims,
    seen: &[Seen],
    question: &Question<'_>,
) -> Result<Verdict, EmbeddingError> {
    let mut signals = Signals::default();
    let mut hints = Vec::new();
    // Frames that cannot be read are left out of the judgement, so its numbers are those of the readable ones.
    let mut places = Vec::new();
    let mut frames = Vec::new();
    for (place, reading) in readings.iter().enumerate() {
        match reading {
            Ok(reading) => {
                places.push(place);
                frames.push(reading.clone());
            }
            Err(_) => signals.add("frame_unreadable", place),
        }
    }
    let rules = CheckRules {
        frames_min: usize::try_from(question.rules.frames_min).unwrap_or(usize::MAX),
        ..CheckRules::MEASURED
    };
    let outcome = judge(
        &frames,
        head_action(question.asked),
        question.template,
        question.manifest,
        &rules,
        question.retries_left,
    )?;
    let mut hindered = false;
    for signal in &outcome.signals {
        let (name, place, hint) = told(signal);
        signals.push(name, place.and_then(|at| places.get(at).copied()));
        hints.extend(hint);
        if let Signal::NoFace { hints: why, .. } = signal {
            hints.extend(why.iter().copied().map(face_hint));
        }
    }
    let too_close = claims
        .at_ms
        .windows(2)
        .any(|pair| pair[1].saturating_sub(pair[0]) < question.rules.frame_gap_ms.0);
    if too_close {
        signals.push("frames_too_close", None);
        hints.push(FaceHint::FramesAlike);
        hindered = true;
    }
    for (place, seen) in seen.iter().enumerate() {
        let name = match seen {
            Seen::New => continue,
            Seen::Same => "frame_seen_before",
            Seen::LikeOwn => "frame_like_before",
            Seen::LikeAnother => "frame_like_another_persons",
        };
        signals.add(name, place);
        hints.push(FaceHint::FramesAlike);
        hindered = true;
    }
    for (reading, place) in frames.iter().zip(&places) {
        let claim = claims.embeddings.get(*place).and_then(Option::as_ref);
        let own = reading.face.as_ref().map(|face| &face.embedding);
        let disagree = match (claim, own) {
            // A page without its worker says nothing; the server judges all the same.
            (None, _) => false,
            (Some(_), None) => true,
            (Some(claim), Some(own)) => machines_disagree(claim, own, question.manifest)?,
        };
        if disagree {
            signals.add("machines_disagree", *place);
            hindered = true;
        }
    }
    if claims.models != question.models {
        signals.push("other_models", None);
    }
    if is_virtual(&claims.camera) {
        signals.push("virtual_camera", None);
    }
    if nearer_to_another(&frames, question)? {
        signals.push("nearer_to_another", None);
    }
    let decision = match outcome.decision {
        Decision::Pass if hindered && question.retries_left > 0 => Decision::Retry,
        Decision::Pass if hindered => Decision::Review,
        decision @ (Decision::Pass | Decision::Retry | Decision::Review) => decision,
    };
    if claims.passed && decision != Decision::Pass {
        signals.push("page_said_passed", None);
    }
    let far = outcome
        .distance
        .is_some_and(|distance| distance > question.manifest.recogniser.thresholds.pass_max);
    if far {
        hints.push(FaceHint::NotAlike);
    }
    if decision != Decision::Pass {
        let shown = frames.iter().flat_map(|frame| &frame.hints);
        hints.extend(
            shown
                .copied()
                .filter(|hint| !matches!(hint, Hint::TurnedAway))
                .map(face_hint),
        );
    }
    Ok(Verdict {
        decision,
        distance_ppm: outcome.distance.map(millionths),
        signals: signals.0,
        hints: most_helpful_first(hints),
    })
}

/// A signal's name, the frame it is about, and what the learner can do about it.
fn told(signal: &Signal) -> (&'static str, Option<usize>, Option<FaceHint>) {
    match signal {
        Signal::TooFewFrames { .. } => ("too_few_frames", None, None),
        Signal::HeadActionNotSeen { .. } => {
            ("head_action_not_seen", None, Some(FaceHint::ActionNotSeen))
        }
        Signal::RepeatedFrame { second, .. } => {
            ("repeated_frame", Some(*second), Some(FaceHint::FramesAlike))
        }
        Signal::PersonChanged { second, .. } => {
            ("person_changed", Some(*second), Some(FaceHint::NotAlike))
        }
        Signal::SecondFace { frame } => ("second_face", Some(*frame), Some(FaceHint::SeveralFaces)),
        Signal::NoFace { frame, .. } => ("no_face", Some(*frame), None),
    }
}

/// Whether another enrolled face is nearer to these frames than the person's own.
fn nearer_to_another(frames: &[Reading], question: &Question<'_>) -> Result<bool, EmbeddingError> {
    let faces: Vec<&Embedding> = frames
        .iter()
        .filter_map(|frame| frame.face.as_ref())
        .filter(|face| face.pose.yaw_ratio.abs() <= CheckRules::MEASURED.frontal_max)
        .map(|face| &face.embedding)
        .collect();
    if faces.is_empty() {
        return Ok(false);
    }
    let face = Embedding::mean(&faces)?;
    Ok(cohort_rank(&face, question.template, question.others)? > 0)
}

/// Whether a camera calls itself like one that is a program.
#[must_use]
pub fn is_virtual(camera: &str) -> bool {
    let camera = camera.to_lowercase();
    // "obs" alone would be found in "observer".
    let is_word = |word: &str| {
        camera
            .split(|letter: char| !letter.is_alphanumeric())
            .any(|part| part == word)
    };
    VIRTUAL_CAMERAS.iter().any(|word| {
        if *word == "obs" {
            is_word(word)
        } else {
            camera.contains(word)
        }
    })
}

/// The hint as it travels.
#[must_use]
pub const fn face_hint(hint: Hint) -> FaceHint {
    match hint {
        Hint::CameraCovered => FaceHint::CameraCovered,
        Hint::NoFace => FaceHint::NoFace,
        Hint::SeveralFaces => FaceHint::SeveralFaces,
        Hint::FaceUnclear => FaceHint::FaceUnclear,
        Hint::TooDark => FaceHint::TooDark,
        Hint::TooBright => FaceHint::TooBright,
        Hint::TooFar => FaceHint::TooFar,
        Hint::TooNear => FaceHint::TooNear,
        Hint::CutOff => FaceHint::CutOff,
        Hint::TurnedAway => FaceHint::TurnedAway,
        Hint::Tilted => FaceHint::Tilted,
    }
}

const fn head_action(action: HeadAction) -> face::HeadAction {
    match action {
        HeadAction::None => face::HeadAction::None,
        HeadAction::TurnLeft => face::HeadAction::TurnLeft,
        HeadAction::TurnRight => face::HeadAction::TurnRight,
    }
}

/// A distance in whole millionths, as evidence has it.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "distances are finite, positive and small; anything else saturates"
)]
fn millionths(distance: f32) -> u64 {
    (f64::from(distance) * 1e6).round() as u64
}

/// Each hint once; those about light and place before those that follow from them.
fn most_helpful_first(mut hints: Vec<FaceHint>) -> Vec<FaceHint> {
    // The order in which the contract lists them is the order of help.
    hints.sort_unstable();
    hints.dedup();
    hints
}

/// Signals in the making.
#[derive(Default)]
struct Signals(Vec<SignalSeen>);

impl Signals {
    fn add(&mut self, signal: &str, frame: usize) {
        self.push(signal, Some(frame));
    }

    fn push(&mut self, signal: &str, frame: Option<usize>) {
        let seen = SignalSeen {
            signal: signal.into(),
            frame: frame.and_then(|frame| u32::try_from(frame).ok()),
        };
        if !self.0.contains(&seen) {
            self.0.push(seen);
        }
    }
}
