//! Pictures of a learner for whoever reviews a claim: the enrolment, and beside it frames of checks that nobody has picked.
//!
//! Which frames are shown follows from the claim and from the root of the ledger after the sealing, as the sample of rows does
//! (`pack::sample`): neither the institution nor the reviewer chooses the flattering ones, and whoever holds the pack and the digests
//! of the frames can draw them again.

use crate::{digest::Digest, face::FrameRef};
use serde::{Deserialize, Serialize};

/// What every draw begins with.
const PREFIX: &[u8] = b"zhenxue-claim-frames-v1\n";
/// Most frames of checks that are shown of one learner.
pub const CHECK_FRAMES_MAX: usize = 6;

/// What a reviewer may see of one learner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReviewPhotos {
    /// The shots of the enrolment that counts.
    pub enrolled: Vec<FrameRef>,
    /// Frames of checks in the class until the sealing, drawn, oldest first.
    pub checks: Vec<FrameRef>,
    /// From how many frames of checks they were drawn.
    pub drawn_from: u64,
    /// Why there is nothing to see, where there is not.
    pub nothing: Option<NoPhotos>,
}

/// Why a reviewer sees no pictures of a learner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum NoPhotos {
    /// The class has no face checks.
    NoFaceChecks,
    /// A teacher confirms who it is, without face data, or the learner has withdrawn.
    Supervised,
    /// The text that the learner agreed to does not name those who review claims.
    NotAgreed,
    /// The face data was destroyed, since its time was over.
    Destroyed,
    /// No picture was ever taken.
    NeverTaken,
    /// Pictures are for whoever verifies the claim: not for those who supervise, nor for whoever sealed it.
    OnlyReviewers,
    /// The claim was taken back or decided: there is nothing to look for any more.
    Over,
}

/// The frames that are drawn from `frames`, each by the SHA-256 of its JPEG, in the order they came in: those with the smallest
/// `SHA-256(zhenxue-claim-frames-v1\n ‖ manifest ‖ root ‖ sha256)`, at most [`CHECK_FRAMES_MAX`].
#[must_use]
pub fn draw<T>(manifest: Digest, root: Digest, frames: Vec<(Digest, T)>) -> Vec<T> {
    let mut lots: Vec<(Digest, usize, T)> = frames
        .into_iter()
        .enumerate()
        .map(|(place, (sha256, frame))| {
            let lot = Digest::of(&[PREFIX, &manifest.0, &root.0, &sha256.0]);
            (lot, place, frame)
        })
        .collect();
    lots.sort_unstable_by_key(|(lot, place, _)| (*lot, *place));
    lots.truncate(CHECK_FRAMES_MAX);
    lots.sort_unstable_by_key(|(_, place, _)| *place);
    lots.into_iter().map(|(_, _, frame)| frame).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frames(n: u8) -> Vec<(Digest, u8)> {
        (0..n).map(|n| (Digest::of(&[&[n]]), n)).collect()
    }

    #[test]
    fn the_same_claim_draws_the_same_frames_and_another_root_others() {
        let (manifest, root) = (Digest([1; 32]), Digest([2; 32]));
        let drawn = draw(manifest, root, frames(40));
        assert_eq!(drawn.len(), CHECK_FRAMES_MAX);
        assert!(drawn.is_sorted());
        assert_eq!(drawn, draw(manifest, root, frames(40)));
        assert_ne!(drawn, draw(manifest, Digest([3; 32]), frames(40)));
        assert_ne!(drawn, draw(Digest([3; 32]), root, frames(40)));
        assert_eq!(draw(manifest, root, frames(4)), [0, 1, 2, 3]);
    }

    #[test]
    fn each_frame_is_drawn_as_often_as_any_other() {
        let mut counts = [0_u32; 12];
        for root in 0..=255 {
            for frame in draw(Digest([1; 32]), Digest([root; 32]), frames(12)) {
                counts[usize::from(frame)] += 1;
            }
        }
        // 128 each on average; five standard deviations of 8.
        assert!(counts.iter().all(|n| (88..=168).contains(n)), "{counts:?}");
    }
}
