//! Who looked at whose personal data. A row is written before the data leaves, in words that say nothing of it.

use super::{entities::access_log, stored};
use sea_orm::{ActiveValue::Set, ConnectionTrait, DbErr, EntityTrait};
use study::{ClassId, PersonId, Timestamp};
use uuid::Uuid;

/// What was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Looked {
    /// The study record of a learner in a class.
    Record(PersonId),
    /// A study proof of a learner in a class, as JSON or on paper.
    Proof(PersonId),
    /// The board of a class, taken away as a file.
    BoardExport,
    /// What was entered about the learners of a class for a claim.
    ClaimMatrix,
    /// The whole pack of a claim, taken away as a file.
    ClaimPack,
    /// One row of a claim in full.
    ClaimRow(PersonId),
    /// A picture of a learner in a claim.
    ClaimPhoto(PersonId),
    /// An appeal of a learner, with the evidence beside it.
    Appeal(PersonId),
}

/// Writes down that `by` looked at something of `class`.
///
/// # Errors
/// What the database says; then the data must not leave.
pub async fn note(
    tx: &impl ConnectionTrait,
    by: PersonId,
    looked: Looked,
    class: ClassId,
    now: Timestamp,
) -> Result<(), DbErr> {
    let (what, person) = match looked {
        Looked::Record(person) => ("study_record", Some(person.0)),
        Looked::Appeal(person) => ("appeal", Some(person.0)),
        Looked::Proof(person) => ("study_proof", Some(person.0)),
        Looked::BoardExport => ("board_export", None),
        Looked::ClaimMatrix => ("claim_matrix", None),
        Looked::ClaimPack => ("claim_pack", None),
        Looked::ClaimPhoto(person) => ("claim_photo", Some(person.0)),
        Looked::ClaimRow(person) => ("claim_row", Some(person.0)),
    };
    access_log::Entity::insert(access_log::ActiveModel {
        id: Set(Uuid::now_v7()),
        looked_by: Set(by.0),
        what: Set(what.to_owned()),
        class_id: Set(Some(class.0)),
        person_id: Set(person),
        at: Set(stored(now.0)),
    })
    .exec_without_returning(tx)
    .await?;
    Ok(())
}
