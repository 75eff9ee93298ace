//! Frames as they are kept: sealed under the person's key, with their hash and fingerprint beside them.
//!
//! Until a frame is judged, what the page's worker made of it is kept with it; afterwards what the server made of it.

use super::{
    seen::Earlier,
    vault::{no_randomness, not_opened, stored_bits},
};
use crate::{
    keys::{FaceKey, Keys},
    store::{
        digest,
        entities::{face_frame, face_key},
        stored,
    },
};
use contract::Digest;
use face::{
    Embedding, Reading,
    repeat::{Fingerprint, Thumbnail},
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter,
    QueryOrder, QuerySelect, sea_query::Expr,
};
use study::{PersonId, Timestamp};
use uuid::Uuid;

/// How many earlier frames of the same person a new one is compared with: some hundred checks.
const EARLIER_OWN: u64 = 500;
/// How many frames of other people with the very same fingerprint a new one is compared with.
const EARLIER_OTHERS: u64 = 16;

/// What a frame belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    /// An answer to a check.
    Check(Uuid),
    /// An enrolment.
    Enrolment(Uuid),
}

/// A frame to keep.
pub struct NewFrame<'a> {
    /// The JPEG.
    pub jpeg: &'a [u8],
    /// When it was taken, in milliseconds since the challenge was shown, as the page says.
    pub at_ms: u64,
    /// What the page's worker made of it.
    pub claim: Option<&'a [u8]>,
    /// What the server made of it, where it has looked already.
    pub reading: Option<&'a Reading>,
}

/// Seals and keeps frames; gives their hashes.
///
/// # Errors
/// What the database says.
pub async fn keep(
    tx: &impl ConnectionTrait,
    key: &FaceKey,
    person: PersonId,
    of: Of,
    frames: &[NewFrame<'_>],
    now: Timestamp,
) -> Result<Vec<Digest>, DbErr> {
    let mut hashes = Vec::with_capacity(frames.len());
    let mut rows = Vec::with_capacity(frames.len());
    for (position, frame) in (0_i64..).zip(frames) {
        let id = Uuid::now_v7();
        let seal = |field: String, bytes: &[u8]| key.seal(&field, bytes).map_err(no_randomness);
        let hash = Digest::of(&[frame.jpeg]);
        let embedding = match frame.reading {
            Some(reading) => seal(seen_field(id), &seen_bytes(reading))?,
            None => {
                let at_ms = frame.at_ms.to_le_bytes();
                seal(
                    claim_field(id),
                    &[&at_ms, frame.claim.unwrap_or_default()].concat(),
                )?
            }
        };
        let fingerprint = frame.reading.map_or(0, |reading| reading.fingerprint.0);
        rows.push(face_frame::ActiveModel {
            id: Set(id),
            person_id: Set(person.0),
            check_id: Set(match of {
                Of::Check(id) => Some(id),
                Of::Enrolment(_) => None,
            }),
            enrolment_id: Set(match of {
                Of::Enrolment(id) => Some(id),
                Of::Check(_) => None,
            }),
            position: Set(position),
            sha256: Set(hash.0.to_vec()),
            fingerprint: Set(stored_bits(fingerprint)),
            embedding_sealed: Set(Some(embedding)),
            jpeg_sealed: Set(Some(seal(jpeg_field(id), frame.jpeg)?)),
            at: Set(stored(now.0)),
        });
        hashes.push(hash);
    }
    face_frame::Entity::insert_many(rows)
        .exec_without_returning(tx)
        .await?;
    Ok(hashes)
}

/// Writes down what the server made of a frame that was kept before; the page's claim goes.
///
/// # Errors
/// What the database says.
pub async fn note(
    tx: &impl ConnectionTrait,
    key: &FaceKey,
    frame: Uuid,
    reading: &Reading,
) -> Result<(), DbErr> {
    let seen = key
        .seal(&seen_field(frame), &seen_bytes(reading))
        .map_err(no_randomness)?;
    face_frame::Entity::update_many()
        .col_expr(face_frame::Column::EmbeddingSealed, Expr::value(seen))
        .col_expr(
            face_frame::Column::Fingerprint,
            Expr::value(stored_bits(reading.fingerprint.0)),
        )
        .filter(face_frame::Column::Id.eq(frame))
        .exec(tx)
        .await?;
    Ok(())
}

/// The frames of a check or an enrolment, in order.
///
/// # Errors
/// What the database says.
pub async fn of(db: &impl ConnectionTrait, of: Of) -> Result<Vec<face_frame::Model>, DbErr> {
    let whose = match of {
        Of::Check(id) => face_frame::Column::CheckId.eq(id),
        Of::Enrolment(id) => face_frame::Column::EnrolmentId.eq(id),
    };
    face_frame::Entity::find()
        .filter(whose)
        .order_by_asc(face_frame::Column::Position)
        .all(db)
        .await
}

/// Opens the picture of a frame; `None` where it was destroyed.
///
/// # Errors
/// Where it does not open.
pub fn jpeg(key: &FaceKey, row: &face_frame::Model) -> Result<Option<Vec<u8>>, DbErr> {
    row.jpeg_sealed
        .as_ref()
        .map(|sealed| key.open(&jpeg_field(row.id), sealed).map_err(not_opened))
        .transpose()
}

/// What the page said of a frame that was not judged yet.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Claim {
    /// When it was taken, in milliseconds since the challenge was shown.
    pub at_ms: u64,
    /// What the page's worker made of it.
    pub embedding: Option<Embedding>,
}

/// What the page said of a frame; nothing where it was judged before.
#[must_use]
pub fn claim(key: &FaceKey, row: &face_frame::Model) -> Claim {
    let opened = row
        .embedding_sealed
        .as_ref()
        .and_then(|sealed| key.open(&claim_field(row.id), sealed).ok());
    opened
        .as_deref()
        .and_then(|bytes| bytes.split_first_chunk())
        .map(|(at_ms, embedding)| Claim {
            at_ms: u64::from_le_bytes(*at_ms),
            embedding: Embedding::from_bytes(embedding).ok(),
        })
        .unwrap_or_default()
}

/// Frames of earlier that a frame of `person` may be a repetition of, those of `check` itself left out: the very same bytes from
/// anybody, the person's own last ones, and other people's with the same fingerprint.
///
/// # Errors
/// What the database says.
pub async fn earlier(
    db: &impl ConnectionTrait,
    keys: &Keys,
    person: PersonId,
    check: Option<Uuid>,
    hashes: &[Digest],
    fingerprints: &[Fingerprint],
) -> Result<Vec<Earlier>, DbErr> {
    let others = || {
        let all = face_frame::Entity::find();
        match check {
            Some(check) => all.filter(
                Condition::any()
                    .add(face_frame::Column::CheckId.is_null())
                    .add(face_frame::Column::CheckId.ne(check)),
            ),
            None => all,
        }
    };
    let mut rows = others()
        .filter(face_frame::Column::Sha256.is_in(hashes.iter().map(|hash| hash.0.to_vec())))
        .limit(EARLIER_OTHERS)
        .all(db)
        .await?;
    rows.extend(
        others()
            .filter(face_frame::Column::PersonId.eq(person.0))
            .order_by_desc(face_frame::Column::Id)
            .limit(EARLIER_OWN)
            .all(db)
            .await?,
    );
    rows.extend(
        others()
            .filter(face_frame::Column::PersonId.ne(person.0))
            .filter(
                face_frame::Column::Fingerprint
                    .is_in(fingerprints.iter().map(|print| stored_bits(print.0))),
            )
            .order_by_desc(face_frame::Column::Id)
            .limit(EARLIER_OTHERS)
            .all(db)
            .await?,
    );
    let mut open_keys = std::collections::HashMap::new();
    let mut earlier = Vec::with_capacity(rows.len());
    for row in rows {
        let whose = row.person_id;
        if let std::collections::hash_map::Entry::Vacant(place) = open_keys.entry(whose) {
            let sealed = face_key::Entity::find_by_id(whose)
                .one(db)
                .await?
                .and_then(|row| row.key_sealed);
            place.insert(sealed.and_then(|sealed| keys.face(whose, &sealed).ok()));
        }
        let key = open_keys.get(&whose).and_then(Option::as_ref);
        let (thumbnail, embedding) = key.and_then(|key| judged(key, &row)).unzip();
        let embedding = embedding.flatten();
        earlier.push(Earlier {
            person: PersonId(whose),
            sha256: digest(&row.sha256)?,
            thumbnail,
            embedding,
        });
    }
    Ok(earlier)
}

/// What the server made of a frame: what it looks like, and its face.
fn judged(key: &FaceKey, row: &face_frame::Model) -> Option<(Thumbnail, Option<Embedding>)> {
    let sealed = row.embedding_sealed.as_ref()?;
    let bytes = key.open(&seen_field(row.id), sealed).ok()?;
    let (thumbnail, embedding) = bytes.split_at_checked(Thumbnail::BYTES)?;
    let thumbnail = Thumbnail::try_from(thumbnail.to_vec()).ok()?;
    Some((thumbnail, Embedding::from_bytes(embedding).ok()))
}

/// A thumbnail, and the face's embedding where there is one.
fn seen_bytes(reading: &Reading) -> Vec<u8> {
    let embedding = reading.face.as_ref().map(|face| face.embedding.to_bytes());
    [reading.thumbnail.bytes(), &embedding.unwrap_or_default()].concat()
}

fn jpeg_field(frame: Uuid) -> String {
    format!("jpeg {frame}")
}

fn claim_field(frame: Uuid) -> String {
    format!("claim {frame}")
}

fn seen_field(frame: Uuid) -> String {
    format!("seen {frame}")
}
