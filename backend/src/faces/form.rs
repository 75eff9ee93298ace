//! The form of frames, before anything is taken: a malformed body must not cost a learner their check.

use super::{models::Models, pool::survives};
use contract::{
    error::{FieldError, FieldProblem},
    face::Frame,
};
use face::{
    Embedding, Limits,
    image::{DecodeError, check_header},
};

/// Longest name of a camera.
const CAMERA_MAX: usize = 120;
/// No challenge runs for days: whatever is beyond this is no time since it was shown.
const AT_MS_MAX: u64 = 1 << 40;

/// What is wrong with the frames and the camera's name; empty where nothing is.
#[must_use]
pub fn problems(
    frames: &[Frame],
    camera: &str,
    models: &Models,
    n_frames: std::ops::RangeInclusive<usize>,
) -> Vec<FieldError> {
    let mut problems = Vec::new();
    let mut add = |field: String, problem| problems.push(FieldError { field, problem });
    if frames.len() < *n_frames.start() {
        add("frames".into(), FieldProblem::TooShort);
    }
    if frames.len() > *n_frames.end() {
        add("frames".into(), FieldProblem::TooLong);
    }
    if camera.chars().count() > CAMERA_MAX {
        add("camera".into(), FieldProblem::TooLong);
    }
    if camera.chars().any(char::is_control) {
        add("camera".into(), FieldProblem::Form);
    }
    // More are refused already; they are not looked at.
    for (place, frame) in frames.iter().take(*n_frames.end()).enumerate() {
        if let Some(problem) = picture(&frame.jpeg.0) {
            add(format!("frames.{place}.jpeg"), problem);
        }
        if frame.at_ms.0 > AT_MS_MAX {
            add(format!("frames.{place}.at_ms"), FieldProblem::Range);
        }
        let values = models.manifest().recogniser.values;
        let is_embedding = |bytes: &[u8]| {
            Embedding::from_bytes(bytes).is_ok_and(|embedding| embedding.values().len() == values)
        };
        if frame
            .embedding
            .as_ref()
            .is_some_and(|bytes| !is_embedding(&bytes.0))
        {
            add(format!("frames.{place}.embedding"), FieldProblem::Form);
        }
    }
    problems
}

fn picture(jpeg: &[u8]) -> Option<FieldProblem> {
    match survives(|| check_header(jpeg, Limits::FRAME)) {
        Some(Ok(())) => None,
        Some(Err(DecodeError::TooManyBytes { .. })) => Some(FieldProblem::TooLong),
        Some(Err(DecodeError::TooManyPixels { .. })) => Some(FieldProblem::Range),
        Some(Err(DecodeError::NotJpeg(_))) | None => Some(FieldProblem::Form),
    }
}

/// What is wrong with a reason that staff give.
#[must_use]
pub fn reason(text: &str, min: usize) -> Option<FieldProblem> {
    let n = text.trim().chars().count();
    if n < min {
        Some(FieldProblem::Missing)
    } else if n > 200 {
        Some(FieldProblem::TooLong)
    } else if text.chars().any(char::is_control) {
        Some(FieldProblem::Form)
    } else {
        None
    }
}
