//! Which pictures of a learner a reviewer of a claim may see. Consent decides first, then what is left; the frames of checks are drawn
//! (`contract::photos`).

use super::pack::Verified;
use crate::{
    app::App,
    checks, faces,
    faces::{
        frames::{self, Of},
        templates,
    },
    store::{
        claims, digest,
        entities::{claim, class, face_check, face_frame, face_key, identity_way},
        time,
    },
};
use contract::{
    face::{FrameRef, IdentityWay},
    photos::{NoPhotos, ReviewPhotos, draw},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait,
};
use study::PersonId;
use uuid::Uuid;

/// The pictures of `person`, who is in `claim` of `class`.
///
/// # Errors
/// What the database says.
pub async fn photos(
    db: &impl ConnectionTrait,
    app: &App,
    claim: &claim::Model,
    class: &class::Model,
    verified: &Verified,
    person: PersonId,
) -> Result<ReviewPhotos, DbErr> {
    if let Some(nothing) = refusal(db, app, claim, class, person).await? {
        return Ok(none(nothing));
    }
    let enrolled = match templates::enrolment(db, person).await? {
        Some(row) => frames::of(db, Of::Enrolment(row.id)).await?,
        None => Vec::new(),
    };
    let all = of_checks(db, claim, person).await?;
    let drawn_from = u64::try_from(all.len()).unwrap_or(u64::MAX);
    let mut lots = Vec::with_capacity(all.len());
    for row in all {
        lots.push((digest(&row.sha256)?, reference(&row)));
    }
    let photos = ReviewPhotos {
        enrolled: enrolled
            .iter()
            .filter(|row| row.jpeg_sealed.is_some())
            .map(reference)
            .collect(),
        // Of a pack that does not hold there is no root to draw by, and nobody may choose instead.
        checks: match verified.root {
            Some(root) => draw(digest(&claim.manifest)?, root, lots),
            None => Vec::new(),
        },
        drawn_from,
        nothing: None,
    };
    if photos.enrolled.is_empty() && photos.checks.is_empty() {
        return Ok(none(NoPhotos::NeverTaken));
    }
    Ok(photos)
}

/// Why there is nothing to see of `person`, whatever was taken.
async fn refusal(
    db: &impl ConnectionTrait,
    app: &App,
    claim: &claim::Model,
    class: &class::Model,
    person: PersonId,
) -> Result<Option<NoPhotos>, DbErr> {
    if !claims::is_open(claim) {
        return Ok(Some(NoPhotos::Over));
    }
    let rules = app.rules.get(db, digest(&class.rules_hash)?).await?;
    if rules.face_checks.random().is_none() {
        return Ok(Some(NoPhotos::NoFaceChecks));
    }
    let way = identity_way::Entity::find()
        .filter(identity_way::Column::PersonId.eq(person.0))
        .order_by_desc(identity_way::Column::ChosenAt)
        .order_by_desc(identity_way::Column::Id)
        .one(db)
        .await?;
    let Some(way) = way else {
        return Ok(Some(NoPhotos::NeverTaken));
    };
    match checks::word(&way.way)? {
        IdentityWay::Supervised => return Ok(Some(NoPhotos::Supervised)),
        IdentityWay::Face if !faces::names_reviewers(&way.text) => {
            return Ok(Some(NoPhotos::NotAgreed));
        }
        IdentityWay::Face => {}
    }
    let key = face_key::Entity::find_by_id(person.0).one(db).await?;
    Ok(match key {
        None => Some(NoPhotos::NeverTaken),
        Some(key) if key.key_sealed.is_none() => Some(NoPhotos::Destroyed),
        Some(_) => None,
    })
}

/// All frames of checks of `person` in the class of the claim until it was sealed, oldest first. Those that did not pass are among them.
async fn of_checks(
    db: &impl ConnectionTrait,
    claim: &claim::Model,
    person: PersonId,
) -> Result<Vec<face_frame::Model>, DbErr> {
    let of_the_class = face_check::Entity::find()
        .select_only()
        .column(face_check::Column::Id)
        .filter(face_check::Column::PersonId.eq(person.0))
        .filter(face_check::Column::ClassId.eq(claim.class_id))
        .into_query();
    face_frame::Entity::find()
        .filter(face_frame::Column::PersonId.eq(person.0))
        .filter(face_frame::Column::CheckId.in_subquery(of_the_class))
        .filter(face_frame::Column::JpegSealed.is_not_null())
        .filter(face_frame::Column::At.lte(claim.sealed_at))
        .order_by_asc(face_frame::Column::At)
        .order_by_asc(face_frame::Column::Id)
        .all(db)
        .await
}

fn reference(row: &face_frame::Model) -> FrameRef {
    FrameRef {
        frame: row.id,
        at: time(row.at),
    }
}

/// No pictures, and why.
#[must_use]
pub const fn none(nothing: NoPhotos) -> ReviewPhotos {
    ReviewPhotos {
        enrolled: Vec::new(),
        checks: Vec::new(),
        drawn_from: 0,
        nothing: Some(nothing),
    }
}

/// Whether `frame` is among `photos`.
#[must_use]
pub fn shows(photos: &ReviewPhotos, frame: Uuid) -> bool {
    let mut all = photos.enrolled.iter().chain(&photos.checks);
    all.any(|one| one.frame == frame)
}
