//! Was this frame seen before: the same bytes anywhere, or nearly the same picture of anybody?

use contract::Digest;
use face::{Embedding, Thresholds, embed::EmbeddingError, repeat::Thumbnail};
use study::PersonId;

/// How far the thumbnails of two frames may be apart and still be of one picture. Measured on the pictures of the tests: encoding
/// again at quality 85 moves a thumbnail by 1, at quality 60 by 4 at most; a face that moved by three pixels moves it by 15 at least.
const THUMBNAIL_MAX: f32 = 6.0;

/// A frame of earlier.
#[derive(Clone, Debug, PartialEq)]
pub struct Earlier {
    /// Whose.
    pub person: PersonId,
    /// SHA-256 of its bytes.
    pub sha256: Digest,
    /// What it looked like; `None` where it can no longer be opened.
    pub thumbnail: Option<Thumbnail>,
    /// Its face; `None` where it showed none, or where it can no longer be opened.
    pub embedding: Option<Embedding>,
}

/// Whether a frame was seen before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// Not that we know.
    New,
    /// These very bytes, from anybody.
    Same,
    /// Nearly this picture, in an earlier check of the same person.
    LikeOwn,
    /// Nearly this picture, from somebody else.
    LikeAnother,
}

/// A frame to compare with earlier ones.
#[derive(Clone, Copy, Debug)]
pub struct Fresh<'a> {
    /// Whose.
    pub person: PersonId,
    /// SHA-256 of its bytes.
    pub sha256: Digest,
    /// What it looks like; `None` where it cannot be read.
    pub thumbnail: Option<&'a Thumbnail>,
    /// Its face.
    pub embedding: Option<&'a Embedding>,
}

/// Compares a frame with earlier ones.
///
/// # Errors
/// Where embeddings come from different recognisers.
pub fn seen(
    fresh: Fresh<'_>,
    earlier: &[Earlier],
    thresholds: &Thresholds,
) -> Result<Seen, EmbeddingError> {
    if earlier.iter().any(|other| other.sha256 == fresh.sha256) {
        return Ok(Seen::Same);
    }
    for other in earlier {
        let alike = match (fresh.thumbnail, &other.thumbnail) {
            (Some(own), Some(theirs)) => own.difference(theirs) <= THUMBNAIL_MAX,
            (Some(_) | None, _) => false,
        };
        let one_face = match (fresh.embedding, &other.embedding) {
            // Frames judged with another recogniser cannot be compared, and say nothing.
            (Some(own), Some(theirs)) if own.values().len() == theirs.values().len() => {
                own.distance(theirs)? < thresholds.repeat_below
            }
            (Some(_) | None, _) => false,
        };
        if alike || one_face {
            return Ok(if other.person == fresh.person {
                Seen::LikeOwn
            } else {
                Seen::LikeAnother
            });
        }
    }
    Ok(Seen::New)
}

#[cfg(test)]
mod tests {
    use super::*;

    const THRESHOLDS: Thresholds = Thresholds {
        pass_max: 0.42,
        retry_max: 0.5,
        repeat_below: 0.01,
        change_above: 0.35,
        machines_max: 0.01,
    };

    fn at(x: f32) -> Embedding {
        Embedding::try_from(vec![x, 0.0]).unwrap()
    }

    /// A thumbnail that is grey but for one field.
    fn thumbnail(field: u8) -> Thumbnail {
        let mut bytes = vec![100; Thumbnail::BYTES];
        bytes[40] = field;
        bytes.try_into().unwrap()
    }

    #[test]
    fn a_frame_is_known_by_its_bytes_its_looks_or_its_face() {
        let [me, other] = [1, 2].map(|n| PersonId(uuid::Uuid::from_u128(n)));
        let judge = |sha256: u8, field, x, person| {
            let earlier = Earlier {
                person,
                sha256: Digest([1; 32]),
                thumbnail: Some(thumbnail(100)),
                embedding: Some(at(0.0)),
            };
            let (thumbnail, embedding) = (thumbnail(field), at(x));
            let fresh = Fresh {
                person: me,
                sha256: Digest([sha256; 32]),
                thumbnail: Some(&thumbnail),
                embedding: Some(&embedding),
            };
            seen(fresh, &[earlier], &THRESHOLDS).unwrap()
        };
        assert_eq!(judge(1, 200, 9.0, other), Seen::Same);
        assert_eq!(judge(2, 200, 0.005, me), Seen::LikeOwn);
        assert_eq!(judge(2, 200, 0.005, other), Seen::LikeAnother);
        // Encoded again.
        assert_eq!(judge(2, 104, 0.08, me), Seen::LikeOwn);
        assert_eq!(judge(2, 104, 0.08, other), Seen::LikeAnother);
        // The same wall and the same person at another moment.
        assert_eq!(judge(2, 115, 0.06, me), Seen::New);
    }
}
