//! What each learner has in a class, summed up, so that the board of a thousand learners with a million study sessions is one question.
//!
//! The sums are made again from sessions and checks, never counted up, whenever a session of theirs ends or a check of theirs is
//! settled, in the same transaction. Running sessions are not in them: the board reads those themselves, so that a beat costs nothing more.

use super::{
    Db, commit,
    entities::{class_progress, face_check, study_session},
    json, settings, stored, study,
};
use crate::checks::{self, Tally};
use ::study::{ClassId, Coverage, PersonId};
use sea_orm::{
    ActiveValue::Set, ConnectionTrait, DbErr, EntityTrait, QuerySelect, sea_query::OnConflict,
};
use std::collections::BTreeSet;
use uuid::Uuid;

/// How many people are summed up in one transaction when an older database is opened.
const AT_ONCE: usize = 200;

/// Sums up what `person` has in `class`. Their study must be locked.
///
/// # Errors
/// What the database says.
pub async fn refresh(
    tx: &impl ConnectionTrait,
    person: PersonId,
    class: ClassId,
) -> Result<(), DbErr> {
    let mut ended_ms = 0_u64;
    let mut heard_at = None;
    for (_, progress) in study::of_class(tx, person, class).await? {
        if progress.ended_at.is_some() {
            let covered: Coverage = json(&progress.covered)?;
            ended_ms = ended_ms.saturating_add(covered.len().0);
            heard_at = heard_at.max(Some(progress.last_at));
        }
    }
    let tally = Tally::of(&checks::of_class(tx, person, class).await?);
    let check_outcome = tally
        .last
        .and_then(|(_, outcome)| outcome)
        .map(|outcome| checks::spelled(&outcome))
        .transpose()?;
    let moved = [
        class_progress::Column::EndedMs,
        class_progress::Column::HeardAt,
        class_progress::Column::ConfirmedMs,
        class_progress::Column::PendingMs,
        class_progress::Column::ReviewMs,
        class_progress::Column::VoidMs,
        class_progress::Column::ToMakeUp,
        class_progress::Column::InReview,
        class_progress::Column::CheckAt,
        class_progress::Column::CheckOutcome,
    ];
    class_progress::Entity::insert(class_progress::ActiveModel {
        class_id: Set(class.0),
        person_id: Set(person.0),
        ended_ms: Set(stored(ended_ms)),
        heard_at: Set(heard_at),
        confirmed_ms: Set(stored(tally.confirmed_ms.0)),
        pending_ms: Set(stored(tally.pending_ms.0)),
        review_ms: Set(stored(tally.review_ms.0)),
        void_ms: Set(stored(tally.void_ms.0)),
        to_make_up: Set(i64::from(tally.to_make_up)),
        in_review: Set(i64::from(tally.in_review)),
        check_at: Set(tally.last.map(|(at, _)| stored(at.0))),
        check_outcome: Set(check_outcome),
    })
    .on_conflict(
        OnConflict::columns([
            class_progress::Column::ClassId,
            class_progress::Column::PersonId,
        ])
        .update_columns(moved)
        .to_owned(),
    )
    .exec_without_returning(tx)
    .await?;
    Ok(())
}

/// Sums up everybody once, in a database from before there were sums.
///
/// # Errors
/// What the database says.
pub async fn fill(db: &Db) -> Result<(), DbErr> {
    if settings::get(&db.read, settings::CLASS_PROGRESS)
        .await?
        .is_some()
    {
        return Ok(());
    }
    let sessions: Vec<(Uuid, Uuid)> = study_session::Entity::find()
        .select_only()
        .column(study_session::Column::PersonId)
        .column(study_session::Column::ClassId)
        .distinct()
        .into_tuple()
        .all(&db.read)
        .await?;
    let checks: Vec<(Uuid, Uuid)> = face_check::Entity::find()
        .select_only()
        .column(face_check::Column::PersonId)
        .column(face_check::Column::ClassId)
        .distinct()
        .into_tuple()
        .all(&db.read)
        .await?;
    // In the order in which the beat writer locks people, for another server may be running.
    let whose: BTreeSet<(Uuid, Uuid)> = sessions.into_iter().chain(checks).collect();
    let whose = Vec::from_iter(whose);
    for some in whose.chunks(AT_ONCE) {
        let tx = db.begin().await?;
        for (person, class) in some {
            study::lock_row(&tx, PersonId(*person)).await?;
            refresh(&tx, PersonId(*person), ClassId(*class)).await?;
        }
        commit(tx).await.map_err(|super::Unknown(error)| error)?;
    }
    let tx = db.begin().await?;
    settings::set_once(&tx, settings::CLASS_PROGRESS, "filled").await?;
    commit(tx).await.map_err(|super::Unknown(error)| error)
}
