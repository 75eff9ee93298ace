//! Roll calls: who was called, and how they answered.

use super::{
    entities::{face_check, roll_call, roll_call_person},
    stored, time,
};
use crate::checks;
use contract::{
    acting::CallAnswer,
    face::{CheckOutcome, CheckState},
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, sea_query::Expr,
};
use std::collections::HashMap;
use study::{ClassId, Millis, PersonId, Timestamp};
use uuid::Uuid;

/// How long a roll call stays on the board.
const SHOWN_MS: Millis = Millis(30 * 60_000);
/// Rows in one statement: SQLite takes 32 766 parameters.
const AT_ONCE: usize = 1_000;

/// The newest roll call of `class`.
///
/// # Errors
/// What the database says.
pub async fn newest(
    db: &impl ConnectionTrait,
    class: ClassId,
) -> Result<Option<roll_call::Model>, DbErr> {
    roll_call::Entity::find()
        .filter(roll_call::Column::ClassId.eq(class.0))
        .order_by_desc(roll_call::Column::EndsAt)
        .one(db)
        .await
}

/// The newest roll call of `class`, as long as it is on the board.
///
/// # Errors
/// What the database says.
pub async fn shown(
    db: &impl ConnectionTrait,
    class: ClassId,
    now: Timestamp,
) -> Result<Option<roll_call::Model>, DbErr> {
    let newest = newest(db, class).await?;
    Ok(newest.filter(|call| now.since(time(call.at)) < SHOWN_MS))
}

/// Enters a roll call; a check that is before somebody already answers it.
///
/// # Errors
/// What the database says.
pub async fn add(
    tx: &impl ConnectionTrait,
    call: &roll_call::Model,
    called: &[PersonId],
) -> Result<(), DbErr> {
    roll_call::Entity::insert(roll_call::ActiveModel::from(call.clone()))
        .exec_without_returning(tx)
        .await?;
    for some in called.chunks(AT_ONCE) {
        let rows = some.iter().map(|person| roll_call_person::ActiveModel {
            roll_call_id: Set(call.id),
            person_id: Set(person.0),
        });
        roll_call_person::Entity::insert_many(rows)
            .exec_without_returning(tx)
            .await?;
        face_check::Entity::update_many()
            .col_expr(face_check::Column::RollCallId, Expr::value(call.id))
            .filter(face_check::Column::ClassId.eq(call.class_id))
            .filter(face_check::Column::PersonId.is_in(some.iter().map(|person| person.0)))
            .filter(face_check::Column::State.is_in(["open", "judging"]))
            .filter(face_check::Column::DeadlineAt.gt(stored(time(call.at).0)))
            .exec(tx)
            .await?;
    }
    Ok(())
}

/// How those who were called have answered by `now`.
///
/// # Errors
/// What the database says.
pub async fn answers(
    db: &impl ConnectionTrait,
    call: &roll_call::Model,
    now: Timestamp,
) -> Result<HashMap<PersonId, CallAnswer>, DbErr> {
    let called: Vec<Uuid> = roll_call_person::Entity::find()
        .select_only()
        .column(roll_call_person::Column::PersonId)
        .filter(roll_call_person::Column::RollCallId.eq(call.id))
        .into_tuple()
        .all(db)
        .await?;
    let rest = if now < time(call.ends_at) {
        CallAnswer::Waiting
    } else {
        CallAnswer::NotAsked
    };
    let mut answers: HashMap<PersonId, CallAnswer> = called
        .into_iter()
        .map(|person| (PersonId(person), rest))
        .collect();
    for (person, answer) in answers_of(db, &[call.id]).await?.into_values().flatten() {
        answers.insert(person, answer);
    }
    Ok(answers)
}

/// How checks answered these roll calls; of somebody with further tries the last one.
async fn answers_of(
    db: &impl ConnectionTrait,
    calls: &[Uuid],
) -> Result<HashMap<Uuid, HashMap<PersonId, CallAnswer>>, DbErr> {
    let rows: Vec<(Uuid, Uuid, String, Option<String>)> = face_check::Entity::find()
        .select_only()
        .column(face_check::Column::RollCallId)
        .column(face_check::Column::PersonId)
        .column(face_check::Column::State)
        .column(face_check::Column::Outcome)
        .filter(face_check::Column::RollCallId.is_in(calls.iter().copied()))
        .order_by_asc(face_check::Column::Attempt)
        .into_tuple()
        .all(db)
        .await?;
    let mut answers: HashMap<Uuid, HashMap<PersonId, CallAnswer>> = HashMap::new();
    for (call, person, state, outcome) in rows {
        let state: CheckState = checks::word(&state)?;
        let outcome: Option<CheckOutcome> = outcome.as_deref().map(checks::word).transpose()?;
        answers
            .entry(call)
            .or_default()
            .insert(PersonId(person), answer(state, outcome));
    }
    Ok(answers)
}

/// What a check says to a roll call. One that was missed and made up later was missed when the roll was called.
const fn answer(state: CheckState, outcome: Option<CheckOutcome>) -> CallAnswer {
    match (state, outcome) {
        (CheckState::Open | CheckState::Judging | CheckState::Retried, _) | (_, None) => {
            CallAnswer::Asked
        }
        (_, Some(CheckOutcome::Passed | CheckOutcome::SamePerson | CheckOutcome::Supervised)) => {
            CallAnswer::Passed
        }
        (_, Some(CheckOutcome::Review | CheckOutcome::Unclear)) => CallAnswer::Review,
        (
            _,
            Some(
                CheckOutcome::Missed
                | CheckOutcome::OtherPerson
                | CheckOutcome::MadeUp
                | CheckOutcome::Expired,
            ),
        ) => CallAnswer::Missed,
    }
}

/// The roll calls that `person` was called in, in one class or in all, each with their answer by `now`.
///
/// # Errors
/// What the database says.
pub async fn of_person(
    db: &impl ConnectionTrait,
    person: PersonId,
    class: Option<ClassId>,
    now: Timestamp,
) -> Result<Vec<(roll_call::Model, CallAnswer)>, DbErr> {
    let ids: Vec<Uuid> = roll_call_person::Entity::find()
        .select_only()
        .column(roll_call_person::Column::RollCallId)
        .filter(roll_call_person::Column::PersonId.eq(person.0))
        .into_tuple()
        .all(db)
        .await?;
    let mut found = Vec::with_capacity(ids.len());
    for ids in ids.chunks(AT_ONCE) {
        let mut query =
            roll_call::Entity::find().filter(roll_call::Column::Id.is_in(ids.iter().copied()));
        if let Some(class) = class {
            query = query.filter(roll_call::Column::ClassId.eq(class.0));
        }
        let answers = answers_of(db, ids).await?;
        for call in query.order_by_asc(roll_call::Column::At).all(db).await? {
            let rest = if now < time(call.ends_at) {
                CallAnswer::Waiting
            } else {
                CallAnswer::NotAsked
            };
            let own = answers.get(&call.id).and_then(|all| all.get(&person));
            let answer = own.copied().unwrap_or(rest);
            found.push((call, answer));
        }
    }
    Ok(found)
}
