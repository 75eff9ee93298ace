//! Was this frame seen before: the same bytes anywhere, or nearly the same picture of anybody?

use contract::Digest;
use face::{Embedding, Thresholds, embed::EmbeddingError, repeat::Fingerprint};
use study::PersonId;

/// Most of the 64 fields of a fingerprint in which two pictures may differ and still be one picture, encoded twice. A person who
/// sits before the same wall every day has alike fingerprints, so it never counts alone.
const FINGERPRINT_MAX: u32 = 3;
/// With an alike fingerprint, how far apart two embeddings may be and still be of one picture, in multiples of
/// [`Thresholds::repeat_below`]: encoding again moves an embedding by 0.02, and frames of a live camera are 0.05 to 0.08 apart even
/// from their neighbours (measured). A first guess.
const ENCODED_AGAIN: f32 = 4.0;

/// A frame of earlier.
#[derive(Clone, Debug, PartialEq)]
pub struct Earlier {
    /// Whose.
    pub person: PersonId,
    /// SHA-256 of its bytes.
    pub sha256: Digest,
    /// Its fingerprint.
    pub fingerprint: Fingerprint,
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

/// Compares a frame of `person` with earlier ones.
///
/// # Errors
/// Where embeddings come from different recognisers.
pub fn seen(
    person: PersonId,
    sha256: Digest,
    fingerprint: Fingerprint,
    embedding: Option<&Embedding>,
    earlier: &[Earlier],
    thresholds: &Thresholds,
) -> Result<Seen, EmbeddingError> {
    if earlier.iter().any(|other| other.sha256 == sha256) {
        return Ok(Seen::Same);
    }
    let Some(embedding) = embedding else {
        return Ok(Seen::New);
    };
    for other in earlier {
        let Some(theirs) = &other.embedding else {
            continue;
        };
        // Frames judged with another recogniser cannot be compared, and say nothing.
        if theirs.values().len() != embedding.values().len() {
            continue;
        }
        let distance = embedding.distance(theirs)?;
        let alike = fingerprint.difference(other.fingerprint) <= FINGERPRINT_MAX;
        if distance < thresholds.repeat_below
            || alike && distance < ENCODED_AGAIN * thresholds.repeat_below
        {
            return Ok(if other.person == person {
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

    #[test]
    fn a_frame_is_known_by_its_bytes_its_face_or_both_picture_and_face() {
        let [me, other] = [1, 2].map(|n| PersonId(uuid::Uuid::from_u128(n)));
        let earlier = |person, x, fingerprint| Earlier {
            person,
            sha256: Digest([1; 32]),
            fingerprint: Fingerprint(fingerprint),
            embedding: Some(at(x)),
        };
        let judge = |sha256: u8, fingerprint, x, earlier: Earlier| {
            seen(
                me,
                Digest([sha256; 32]),
                Fingerprint(fingerprint),
                Some(&at(x)),
                &[earlier],
                &THRESHOLDS,
            )
            .unwrap()
        };
        assert_eq!(judge(1, 0, 9.0, earlier(other, 0.0, !0)), Seen::Same);
        assert_eq!(judge(2, 0, 0.005, earlier(me, 0.0, !0)), Seen::LikeOwn);
        assert_eq!(
            judge(2, 0, 0.005, earlier(other, 0.0, !0)),
            Seen::LikeAnother
        );
        // Encoded again: the picture is alike, and the face nearly.
        assert_eq!(judge(2, 0b11, 0.03, earlier(me, 0.0, 0)), Seen::LikeOwn);
        // The same wall another day, or the same face before another wall.
        assert_eq!(judge(2, 0, 0.06, earlier(me, 0.0, 0)), Seen::New);
        assert_eq!(judge(2, !0, 0.03, earlier(me, 0.0, 0)), Seen::New);
    }
}
