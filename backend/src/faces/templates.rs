//! Enrolled faces: one template for each person, sealed under their key, and other people's to compare with.

use super::vault::{not_opened, shots};
use crate::{
    keys::{FaceKey, Keys},
    store::{
        digest,
        entities::{class, enrolment, face_enrolment, face_key},
    },
};
use contract::Digest;
use face::{Embedding, Template};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait, Query, SelectStatement},
};
use study::PersonId;

/// How many other templates a face is ranked among.
pub const COHORT: u64 = 200;
/// How many other templates a new one is compared with, to find look-alikes.
pub const LOOK_ALIKES: u64 = 5_000;

/// A person's enrolment that counts: the newest that was not replaced.
///
/// # Errors
/// What the database says.
pub async fn enrolment(
    db: &impl ConnectionTrait,
    person: PersonId,
) -> Result<Option<face_enrolment::Model>, DbErr> {
    face_enrolment::Entity::find()
        .filter(face_enrolment::Column::PersonId.eq(person.0))
        .filter(face_enrolment::Column::State.ne("replaced"))
        .order_by_desc(face_enrolment::Column::At)
        .one(db)
        .await
}

/// What a template is sealed as.
#[must_use]
pub fn field(enrolment: uuid::Uuid) -> String {
    format!("template {enrolment}")
}

/// Opens the template of an enrolment.
///
/// # Errors
/// Where it does not open.
pub fn open(key: &FaceKey, row: &face_enrolment::Model) -> Result<Template, DbErr> {
    let bytes = key
        .open(&field(row.id), &row.template_sealed)
        .map_err(not_opened)?;
    Ok(Template {
        mean: Embedding::from_bytes(&bytes).map_err(|error| DbErr::Custom(error.to_string()))?,
        n_shots: shots(row.n_shots),
    })
}

/// Whether an enrolment was made with these models; else the person has to enrol again.
///
/// # Errors
/// Where the database holds no digest.
pub fn is_of(row: &face_enrolment::Model, models: Digest) -> Result<bool, DbErr> {
    Ok(digest(&row.models)? == models)
}

/// Templates of other people in classes of the same institutions, the newest first, made with the same models.
///
/// # Errors
/// What the database says.
pub async fn others(
    db: &impl ConnectionTrait,
    keys: &Keys,
    person: PersonId,
    models: Digest,
    limit: u64,
) -> Result<Vec<Template>, DbErr> {
    let rows = face_enrolment::Entity::find()
        .filter(face_enrolment::Column::PersonId.ne(person.0))
        .filter(face_enrolment::Column::PersonId.in_subquery(around(person)))
        .filter(face_enrolment::Column::State.is_in(["waiting", "confirmed"]))
        .filter(face_enrolment::Column::Models.eq(models.0.to_vec()))
        .order_by_desc(face_enrolment::Column::At)
        .limit(limit)
        .all(db)
        .await?;
    let people: Vec<uuid::Uuid> = rows.iter().map(|row| row.person_id).collect();
    let mut sealed = std::collections::HashMap::new();
    // A statement takes a limited number of parameters.
    for some in people.chunks(500) {
        let keys = face_key::Entity::find()
            .filter(face_key::Column::PersonId.is_in(some.iter().copied()))
            .all(db)
            .await?;
        sealed.extend(
            keys.into_iter()
                .filter_map(|row| Some((row.person_id, row.key_sealed?))),
        );
    }
    rows.iter()
        .filter_map(|row| {
            let key = keys.face(row.person_id, sealed.get(&row.person_id)?);
            Some(key.map_err(not_opened).and_then(|key| open(&key, row)))
        })
        .collect()
}

/// Everybody in a class of an institution that trains `person`.
fn around(person: PersonId) -> SelectStatement {
    let theirs = Query::select()
        .column((class::Entity, class::Column::InstitutionId))
        .from(class::Entity)
        .inner_join(
            enrolment::Entity,
            Expr::col((class::Entity, class::Column::Id))
                .equals((enrolment::Entity, enrolment::Column::ClassId)),
        )
        .and_where(Expr::col((enrolment::Entity, enrolment::Column::PersonId)).eq(person.0))
        .to_owned();
    Query::select()
        .column((enrolment::Entity, enrolment::Column::PersonId))
        .from(enrolment::Entity)
        .inner_join(
            class::Entity,
            Expr::col((class::Entity, class::Column::Id))
                .equals((enrolment::Entity, enrolment::Column::ClassId)),
        )
        .and_where(Expr::col((class::Entity, class::Column::InstitutionId)).in_subquery(theirs))
        .to_owned()
}
