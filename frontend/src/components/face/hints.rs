//! What the person can do better, in words.

use crate::i18n::{Locale, td_string};
use contract::face::FaceHint;

/// The hint, without blame.
#[must_use]
pub fn words(locale: Locale, hint: FaceHint) -> &'static str {
    match hint {
        FaceHint::CameraCovered => td_string!(locale, hint.camera_covered),
        FaceHint::NoFace => td_string!(locale, hint.no_face),
        FaceHint::SeveralFaces => td_string!(locale, hint.several_faces),
        FaceHint::FaceUnclear => td_string!(locale, hint.face_unclear),
        FaceHint::TooDark => td_string!(locale, hint.too_dark),
        FaceHint::TooBright => td_string!(locale, hint.too_bright),
        FaceHint::TooFar => td_string!(locale, hint.too_far),
        FaceHint::TooNear => td_string!(locale, hint.too_near),
        FaceHint::CutOff => td_string!(locale, hint.cut_off),
        FaceHint::TurnedAway => td_string!(locale, hint.turned_away),
        FaceHint::Tilted => td_string!(locale, hint.tilted),
        FaceHint::ActionNotSeen => td_string!(locale, hint.action_not_seen),
        FaceHint::NotAlike => td_string!(locale, hint.not_alike),
        FaceHint::FramesAlike => td_string!(locale, hint.frames_alike),
    }
}
