//! Which frames of a camera answer a face check, and when there are enough. Hints for the person, never a verdict: the server
//! judges the frames again.

use crate::browser::face_worker::Seen;
use contract::face::{Bytes, FRAMES_MAX, FaceHint, Frame, HeadAction};
use study::Millis;

/// The head must turn this far from its straightest frame; the server asks the same (`face::check::CheckRules::MEASURED`).
const TURN_MIN: f32 = 0.6;
/// Turned less than this, a frame can be compared; the same source.
const FRONTAL_MAX: f32 = 0.45;
/// Straight frames that are kept before turned ones get the room.
const N_STRAIGHT: usize = 4;

/// One picture of the camera, and what the worker saw in it, where there is a worker.
#[derive(Clone, Debug)]
pub struct Shot {
    /// The JPEG.
    pub jpeg: Vec<u8>,
    /// When, since the challenge was shown.
    pub at_ms: Millis,
    /// What was seen.
    pub seen: Option<Seen>,
}

impl Shot {
    fn yaw(&self) -> Option<f32> {
        self.seen.as_ref()?.yaw
    }

    /// As it goes to the server.
    #[must_use]
    pub fn into_frame(self) -> Frame {
        let embedding = self.seen.as_ref().and_then(Seen::embedding);
        let Self { jpeg, at_ms, .. } = self;
        Frame {
            jpeg: Bytes(jpeg),
            at_ms,
            embedding,
        }
    }
}

/// How far an answer is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// A face was seen straight on, often enough.
    pub face: bool,
    /// What was asked was seen; true where nothing was asked.
    pub action: bool,
}

impl Progress {
    /// Whether the frames would do, as far as this page can see.
    #[must_use]
    pub const fn good(self) -> bool {
        self.face && self.action
    }
}

/// The frames of one answer, in order of time, never more than the wire takes.
#[derive(Clone, Debug)]
pub struct Album {
    action: HeadAction,
    frames_min: usize,
    shots: Vec<Shot>,
}

impl Album {
    /// No frame yet.
    #[must_use]
    pub fn new(action: HeadAction, frames_min: u32) -> Self {
        let frames_min = usize::try_from(frames_min).unwrap_or(FRAMES_MAX);
        Self {
            action,
            frames_min: frames_min.min(FRAMES_MAX),
            shots: Vec::new(),
        }
    }

    /// Adds a frame; where there are too many, the one that helps least goes.
    pub fn add(&mut self, shot: Shot) {
        self.shots.push(shot);
        if self.shots.len() <= FRAMES_MAX {
            return;
        }
        if let Some(useless) = self.useless() {
            self.shots.remove(useless);
        }
    }

    /// Frames so far.
    #[must_use]
    pub fn len(&self) -> usize {
        self.shots.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.shots.is_empty()
    }

    /// Whether they are enough to be sent at all.
    #[must_use]
    pub fn enough(&self) -> bool {
        self.shots.len() >= self.frames_min
    }

    /// How far it is.
    #[must_use]
    pub fn progress(&self) -> Progress {
        let n_faces = self
            .shots
            .iter()
            .filter(|shot| shot.yaw().is_some())
            .count();
        let straight = self
            .shots
            .iter()
            .any(|shot| shot.yaw().is_some_and(|yaw| yaw.abs() <= FRONTAL_MAX));
        Progress {
            face: n_faces >= self.frames_min && straight,
            action: self.turned() >= TURN_MIN || self.action == HeadAction::None,
        }
    }

    /// The frames, to be sent.
    #[must_use]
    pub fn into_frames(self) -> Vec<Frame> {
        self.shots.into_iter().map(Shot::into_frame).collect()
    }

    fn towards(&self) -> f32 {
        match self.action {
            HeadAction::None => 0.0,
            HeadAction::TurnLeft => 1.0,
            HeadAction::TurnRight => -1.0,
        }
    }

    /// How far the head turned the way that was asked, from its straightest frame.
    fn turned(&self) -> f32 {
        let yaws = || self.shots.iter().filter_map(Shot::yaw);
        let Some(straightest) = yaws().min_by(|one, other| one.abs().total_cmp(&other.abs()))
        else {
            return 0.0;
        };
        yaws()
            .map(|yaw| self.towards() * (yaw - straightest))
            .fold(0.0, f32::max)
    }

    /// The frame to do without: one without a face before one with, of straight ones the oldest beyond a few, of turned ones the
    /// least turned. Where nobody looks at the frames, the one that leaves them spread most evenly: what was asked may have been
    /// done at any time, and it takes a straight frame to see that a head turned.
    fn useless(&self) -> Option<usize> {
        if self.shots.iter().all(|shot| shot.seen.is_none()) {
            let gap_without = |idx: &usize| {
                let at = |idx: usize| self.shots.get(idx).map_or(Millis::ZERO, |shot| shot.at_ms);
                at(idx + 1).saturating_sub(at(idx - 1))
            };
            return (1..self.shots.len().saturating_sub(1)).min_by_key(gap_without);
        }
        let without = self.shots.iter().position(|shot| shot.yaw().is_none());
        if without.is_some() {
            return without;
        }
        let straight = |shot: &Shot| shot.yaw().is_some_and(|yaw| yaw.abs() <= FRONTAL_MAX);
        if self.shots.iter().filter(|shot| straight(shot)).count() > N_STRAIGHT {
            return self.shots.iter().position(straight);
        }
        let turned = |shot: &Shot| self.towards() * shot.yaw().unwrap_or(0.0);
        (0..self.shots.len())
            .filter(|idx| self.shots.get(*idx).is_some_and(|shot| !straight(shot)))
            .min_by(|one, other| {
                let of = |idx: &usize| self.shots.get(*idx).map_or(0.0, turned);
                of(one).total_cmp(&of(other))
            })
            .or(Some(0))
    }
}

/// The one hint to show: the first that the person can do something about now.
#[must_use]
pub fn hint(seen: &Seen, action: HeadAction) -> Option<FaceHint> {
    seen.hints
        .iter()
        .copied()
        // Whoever is asked to turn is not told off for it.
        .find(|hint| action == HeadAction::None || *hint != FaceHint::TurnedAway)
}
