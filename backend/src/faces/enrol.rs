//! Shots become a template: are they good enough, all of one person, and is there somebody who looks like them?

use super::{pool::Readings, verdict::face_hint};
use contract::face::FaceHint;
use face::{Embedding, Manifest, Reading, Template, embed::EmbeddingError};

/// Shots that make no template, each with its hints, so that the page can say which one to take again.
#[derive(Clone, Debug, PartialEq)]
pub struct NotUsable(pub Vec<(usize, Vec<FaceHint>)>);

/// What a template was made of.
#[derive(Clone, Debug)]
pub struct Shots {
    /// What was read of each.
    pub readings: Vec<Reading>,
    /// Their mean.
    pub template: Template,
}

/// Makes a template of shots that were read with the quality rules of an enrolment.
///
/// # Errors
/// [`NotUsable`]: which shots, and why.
pub fn template(readings: Readings, manifest: &Manifest) -> Result<Shots, NotUsable> {
    let mut wrong = Vec::new();
    let mut good = Vec::new();
    for (place, reading) in readings.into_iter().enumerate() {
        match reading {
            Err(_) => wrong.push((place, vec![FaceHint::FaceUnclear])),
            Ok(reading) if reading.face.is_none() || !reading.hints.is_empty() => {
                let mut hints: Vec<FaceHint> =
                    reading.hints.iter().copied().map(face_hint).collect();
                if hints.is_empty() {
                    hints.push(FaceHint::FaceUnclear);
                }
                wrong.push((place, hints));
            }
            Ok(reading) => good.push(reading),
        }
    }
    if !wrong.is_empty() {
        return Err(NotUsable(wrong));
    }
    let thresholds = &manifest.recogniser.thresholds;
    let faces: Vec<&Embedding> = good
        .iter()
        .filter_map(|reading| reading.face.as_ref())
        .map(|face| &face.embedding)
        .collect();
    for (second, other) in faces.iter().enumerate() {
        for one in faces.iter().take(second) {
            let hint = match one.distance(other) {
                // Two shots of a live person are never the same.
                Ok(distance) if distance < thresholds.repeat_below => FaceHint::FramesAlike,
                Ok(distance) if distance <= thresholds.change_above => continue,
                Ok(_) | Err(_) => FaceHint::NotAlike,
            };
            wrong.push((second, vec![hint]));
            break;
        }
    }
    if !wrong.is_empty() {
        return Err(NotUsable(wrong));
    }
    match Template::from_shots(&faces) {
        Ok(template) => Ok(Shots {
            template,
            readings: good,
        }),
        Err(_) => Err(NotUsable(vec![(0, vec![FaceHint::NoFace])])),
    }
}

/// Whether somebody else's template is nearer than strangers should be.
///
/// # Errors
/// Where templates come from different recognisers.
pub fn look_alike(
    template: &Template,
    others: &[Template],
    manifest: &Manifest,
) -> Result<bool, EmbeddingError> {
    for other in others {
        if template.mean.distance(&other.mean)? <= manifest.recogniser.thresholds.pass_max {
            return Ok(true);
        }
    }
    Ok(false)
}
