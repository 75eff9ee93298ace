//! Calling the roll: a face check for everybody who studies in a class now, as a teacher's act. Here it is decided who is called; the
//! beat writer draws each one's check with their next beat of a playing film.

use crate::{
    checks,
    keys::Keys,
    store::{
        digest,
        entities::{class, roll_call},
        evidence::{self, NewEvidence},
        roll_calls,
        rules_book::RulesBook,
        stored, time, to_json,
    },
};
use contract::record::{Record, RollCalled};
use sea_orm::ConnectionTrait;
use sea_orm::{DatabaseTransaction, DbBackend, DbErr, EntityTrait, QuerySelect};
use std::collections::HashSet;
use study::{ClassId, Millis, PersonId, Timestamp};
use uuid::Uuid;

/// Why the roll was not called.
#[derive(Debug, thiserror::Error)]
pub enum NotCalled {
    /// A class without face checks.
    #[error("this class has no face checks")]
    NoChecks,
    /// The last one was just now; again after so long.
    #[error("the roll was called just now")]
    TooSoon(Millis),
    /// Nobody studies now who could be asked by face.
    #[error("nobody studies now who could be asked by face")]
    NobodyLive,
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbErr),
}

/// Calls the roll of `class`, where `live` study now. Two calls are at least the mean gap between two checks of the rules apart, so that
/// teachers at most double what the rules ask of a learner; whoever is called and watches has as long to answer as for any check.
///
/// # Errors
/// [`NotCalled`]
pub async fn call(
    tx: &DatabaseTransaction,
    keys: &Keys,
    book: &RulesBook,
    class: &class::Model,
    staff: PersonId,
    live: Vec<PersonId>,
    now: Timestamp,
) -> Result<roll_call::Model, NotCalled> {
    let rules_hash = digest(&class.rules_hash)?;
    let rules = book.get(tx, rules_hash).await?;
    let random = rules.face_checks.random().ok_or(NotCalled::NoChecks)?;
    // Two teachers at once call one after the other.
    let mut query = class::Entity::find_by_id(class.id);
    if tx.get_database_backend() != DbBackend::Sqlite {
        query = query.lock_exclusive();
    }
    query.one(tx).await?;
    let id = ClassId(class.id);
    if let Some(last) = roll_calls::newest(tx, id).await? {
        let since = now.since(time(last.at));
        if since < random.mean_ms {
            return Err(NotCalled::TooSoon(random.mean_ms.saturating_sub(since)));
        }
    }
    let whose: HashSet<(PersonId, ClassId)> = live.iter().map(|person| (*person, id)).collect();
    let gates = checks::gates(tx, &whose, now).await?;
    let mut called: Vec<PersonId> = gates
        .iter()
        .filter(|(_, gate)| gate.can_answer && !gate.supervised)
        .map(|((person, _), _)| *person)
        .collect();
    called.sort_unstable();
    if called.is_empty() {
        return Err(NotCalled::NobodyLive);
    }
    let by_teacher = live.len().saturating_sub(called.len());
    let row = roll_call::Model {
        id: Uuid::now_v7(),
        class_id: class.id,
        called_by: staff.0,
        at: stored(now.0),
        ends_at: stored(now.plus(random.answer_ms).0),
        by_teacher: i64::try_from(by_teacher).unwrap_or(i64::MAX),
    };
    roll_calls::add(tx, &row, &called).await?;
    let new = NewEvidence {
        kind: "roll_called/1",
        person: None,
        class: Some(id),
        session: None,
        record: to_json(&Record::RollCalled(record(keys, &row, rules_hash, &called)))?,
    };
    evidence::append(tx, &[new], now).await?;
    Ok(row)
}

/// The record of a roll call.
pub(crate) fn record(
    keys: &Keys,
    row: &roll_call::Model,
    rules: contract::Digest,
    called: &[PersonId],
) -> RollCalled {
    let mut called: Vec<contract::Digest> = called
        .iter()
        .map(|person| keys.pseudonym(*person))
        .collect();
    called.sort_unstable_by_key(|digest| digest.0);
    RollCalled {
        roll_call: row.id,
        class: ClassId(row.class_id),
        rules,
        by: keys.pseudonym(PersonId(row.called_by)),
        called,
        at: time(row.at),
        ends_at: time(row.ends_at),
    }
}
