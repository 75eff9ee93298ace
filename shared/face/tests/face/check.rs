//! Whole checks on real faces: who passes, who is asked again, who goes to a human.

use crate::support::{mirrored, nets, noisy, picture, read, read_made, recoloured};
use face::check::{judge, machines_disagree};
use face::quality::QualityRules;
use face::{CheckOutcome, CheckRules, Decision, HeadAction, Picture, Reading, Signal, Template};

fn template(shots: &[&str]) -> Template {
    let shots: Vec<Reading> = shots.iter().map(|name| read(name)).collect();
    let embeddings: Vec<_> = shots
        .iter()
        .map(|shot| &shot.face.as_ref().unwrap().embedding)
        .collect();
    Template::from_shots(&embeddings).unwrap()
}

fn outcome(
    frames: &[Picture],
    asked: HeadAction,
    template: &Template,
    retries_left: u32,
) -> CheckOutcome {
    let frames: Vec<Reading> = frames
        .iter()
        .map(|frame| read_made(frame.clone(), &QualityRules::CHECK))
        .collect();
    let outcome = judge(
        &frames,
        asked,
        template,
        nets().manifest(),
        &CheckRules::MEASURED,
        retries_left,
    )
    .unwrap();
    println!("{asked:?}: {outcome:?}");
    outcome
}

/// Frames as a camera gives them: never twice the same.
fn film(frames: &[Picture]) -> Vec<Picture> {
    frames
        .iter()
        .zip(0..)
        .map(|(frame, seed)| noisy(frame, seed, 14.0))
        .collect()
}

/// One person straight ahead, twice, and then really turned to the own right (or, in the mirror, to the own left).
fn turning(asked: HeadAction) -> Vec<Picture> {
    let frames = ["obama-1", "obama-1", "obama-2"].map(picture);
    film(&if asked == HeadAction::TurnRight {
        frames
    } else {
        frames.map(|frame| mirrored(&frame))
    })
}

#[test]
fn the_right_person_turning_as_asked_passes() {
    let enrolled = template(&["obama-1", "obama-2", "obama-3"]);
    let pass = outcome(
        &turning(HeadAction::TurnRight),
        HeadAction::TurnRight,
        &enrolled,
        0,
    );
    assert_eq!(pass.decision, Decision::Pass, "{pass:?}");
    assert!(pass.signals.is_empty() && pass.turned >= 0.6);
    // The mirrored pictures only show the sign: the landmark net reads this head turned a little less in the mirror (0.57).
    let mirrored = outcome(
        &turning(HeadAction::TurnLeft),
        HeadAction::TurnLeft,
        &enrolled,
        0,
    );
    assert!(
        mirrored.turned > 0.5 && mirrored.distance.unwrap() < 0.42,
        "{mirrored:?}"
    );
    let straight = film(&["obama-1"; 3].map(picture));
    assert_eq!(
        outcome(&straight, HeadAction::None, &enrolled, 0).decision,
        Decision::Pass
    );
}

#[test]
fn turning_the_wrong_way_or_not_at_all_does_not_pass() {
    let enrolled = template(&["obama-1"]);
    for frames in [
        turning(HeadAction::TurnRight),
        film(&["obama-1"; 3].map(picture)),
    ] {
        let seen = outcome(&frames, HeadAction::TurnLeft, &enrolled, 1);
        assert_eq!(seen.decision, Decision::Retry);
        assert!(
            matches!(seen.signals[..], [Signal::HeadActionNotSeen { turned, .. }] if turned < 0.6),
            "{seen:?}"
        );
        assert_eq!(
            outcome(&frames, HeadAction::TurnLeft, &enrolled, 0).decision,
            Decision::Review
        );
    }
}

#[test]
fn a_picture_held_still_shows_as_one_frame_repeated() {
    let still = picture("obama-1");
    let seen = outcome(
        &[still.clone(), still.clone(), still],
        HeadAction::None,
        &template(&["obama-1"]),
        0,
    );
    assert_eq!(seen.decision, Decision::Review);
    let repeats = seen
        .signals
        .iter()
        .filter(|signal| matches!(signal, Signal::RepeatedFrame { .. }))
        .count();
    assert_eq!(repeats, 3, "three pairs of the same frame: {seen:?}");
}

#[test]
fn somebody_else_never_passes() {
    let enrolled = template(&["obama-1", "obama-2", "obama-3"]);
    for other in ["biden-1", "collins-1"] {
        let seen = outcome(
            &film(&[other; 3].map(picture)),
            HeadAction::None,
            &enrolled,
            2,
        );
        assert_eq!(seen.decision, Decision::Review, "{other}: {seen:?}");
        assert!(seen.distance.unwrap() > 0.5);
    }
}

#[test]
fn a_change_of_persons_between_frames_is_told() {
    let frames = film(&["obama-1", "obama-1", "biden-1"].map(picture));
    let seen = outcome(&frames, HeadAction::None, &template(&["obama-1"]), 0);
    assert_ne!(seen.decision, Decision::Pass);
    assert!(
        seen.signals
            .iter()
            .any(|signal| matches!(signal, Signal::PersonChanged { second: 2, .. })),
        "{seen:?}"
    );
}

#[test]
fn somebody_else_cannot_do_the_turning() {
    // The accomplice looks to the side, so that frame does not count for the comparison with the template.
    let frames = film(&["obama-1", "obama-1", "biden-1"].map(picture));
    let seen = outcome(&frames, HeadAction::TurnLeft, &template(&["obama-1"]), 0);
    assert_ne!(seen.decision, Decision::Pass);
    assert!(
        seen.signals
            .iter()
            .any(|signal| matches!(signal, Signal::PersonChanged { .. })),
        "{seen:?}"
    );
}

#[test]
fn frames_without_a_face_are_told_and_do_not_pass() {
    let dark = recoloured(&picture("obama-1"), |_, _| 0.0);
    let enrolled = template(&["obama-1"]);
    let seen = outcome(
        &[dark.clone(), dark.clone(), dark.clone()],
        HeadAction::None,
        &enrolled,
        1,
    );
    assert_eq!((seen.decision, seen.distance), (Decision::Retry, None));
    assert!(seen.signals.contains(&Signal::TooFewFrames {
        found: 0,
        wanted: 3
    }));
    assert_eq!(
        outcome(&[dark], HeadAction::None, &enrolled, 0).decision,
        Decision::Review
    );
    assert_eq!(
        outcome(&[], HeadAction::None, &enrolled, 0).decision,
        Decision::Review
    );
}

#[test]
fn a_second_face_is_told_and_hinders_nothing() {
    // Two people side by side in one frame.
    let (one, other) = (picture("obama-1"), picture("biden-1"));
    let beside = |at: usize, value: f32| {
        let (x, y) = (at / 3 % 640, at / 3 / 640);
        let column = if x < 320 { x + 180 } else { x - 190 };
        let from = if x < 320 { &one } else { &other };
        value * 0.0 + f32::from(from.rgb[3 * (y * 640 + column) + at % 3])
    };
    let both = recoloured(&one, beside);
    let frames: Vec<Picture> = (0..3).map(|seed| noisy(&both, seed, 14.0)).collect();
    let seen = outcome(&frames, HeadAction::None, &template(&["obama-1"]), 0);
    assert_eq!(seen.decision, Decision::Pass);
    assert_eq!(
        seen.signals
            .iter()
            .filter(|signal| matches!(signal, Signal::SecondFace { .. }))
            .count(),
        3,
        "{seen:?}"
    );
}

#[test]
fn a_browser_that_says_something_else_than_its_frames_is_found_out() {
    let [one, other] = ["obama-1", "biden-1"].map(|name| read(name).face.unwrap().embedding);
    assert!(!machines_disagree(&one, &one, nets().manifest()).unwrap());
    assert!(machines_disagree(&other, &one, nets().manifest()).unwrap());
}
