//! What all settling has in common: the moment, the credit at stake, the record.

use super::row::{self, Check};
use crate::{
    keys::Keys,
    store::{
        class_progress,
        entities::study_session,
        evidence::{self, NewEvidence},
        json, number,
        study::{close_segments, lock_row, of_class},
        to_json,
    },
};
use contract::{
    Digest,
    credential::settled::unsettled,
    face::{CheckOrigin, CheckOutcome, CheckState},
    record::{CheckSettled, CreditStanding, CreditStretch, Record},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, QuerySelect,
};
use study::{ClassId, Coverage, PersonId, RandomChecks, SessionId, Timestamp, UnitId};

/// Whose checks, in which class, by which policy.
#[derive(Clone, Copy, Debug)]
pub struct Whose<'a> {
    /// Who.
    pub person: PersonId,
    /// In which class.
    pub class: ClassId,
    /// Hash of the rules.
    pub rules_hash: Digest,
    /// The policy in them.
    pub rules: &'a RandomChecks,
}

/// What a check comes to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Outcome {
    /// What came of it.
    pub outcome: CheckOutcome,
    /// What its credit is worth.
    pub standing: CreditStanding,
    /// The member of staff who decided.
    pub by: Option<PersonId>,
    /// Until when it can be made up.
    pub make_up_until: Option<Timestamp>,
}

/// When something happens to the checks of `person` in `class` that is decided at `now`: after every beat that was taken already,
/// so that whoever replays the beats knows which were judged before. The person's study must be locked.
pub(super) async fn moment(
    tx: &impl ConnectionTrait,
    person: PersonId,
    class: ClassId,
    now: Timestamp,
) -> Result<Timestamp, DbErr> {
    let last = of_class(tx, person, class)
        .await?
        .into_iter()
        .map(|(_, progress)| number(progress.last_at))
        .max()
        .unwrap_or(0);
    Ok(now.max(Timestamp(last.saturating_add(1))))
}

/// What `person` earned in `class` and no check has named yet.
pub(super) async fn at_stake(
    db: &impl ConnectionTrait,
    person: PersonId,
    class: ClassId,
    checks: &[Check],
) -> Result<Vec<CreditStretch>, DbErr> {
    let mut stretches = Vec::new();
    for (session, progress) in of_class(db, person, class).await? {
        let earned: Coverage = json(&progress.covered)?;
        let session_id = SessionId(session.id);
        let named = checks.iter().flat_map(|check| &check.stretches);
        let media = unsettled(session_id, &earned, named);
        if !media.is_empty() {
            stretches.push(CreditStretch {
                session: session_id,
                unit: UnitId(session.unit_id),
                media,
            });
        }
    }
    Ok(stretches)
}

/// `at`, or the first moment after `check` was last settled: two records about one check never have one time, the later one
/// counts.
pub(super) fn after(check: &Check, at: Timestamp) -> Timestamp {
    let next = |before: Timestamp| Timestamp(before.0.saturating_add(1));
    at.max(check.settled_at.map_or(at, next))
}

/// When something about `person` happens that is decided at `now` and changes what later beats earn in any class, e.g. which way
/// of showing their identity they chose: after every beat that was taken already. Locks their study.
///
/// # Errors
/// What the database says.
pub async fn after_beats(
    tx: &DatabaseTransaction,
    person: PersonId,
    now: Timestamp,
) -> Result<Timestamp, DbErr> {
    lock_row(tx, person).await?;
    let mut at = now;
    for class in classes_of(tx, person).await? {
        at = at.max(moment(tx, person, class, now).await?);
    }
    Ok(at)
}

/// The classes that `person` has studied in.
async fn classes_of(tx: &impl ConnectionTrait, person: PersonId) -> Result<Vec<ClassId>, DbErr> {
    let ids: Vec<uuid::Uuid> = study_session::Entity::find()
        .select_only()
        .column(study_session::Column::ClassId)
        .filter(study_session::Column::PersonId.eq(person.0))
        .distinct()
        .into_tuple()
        .all(tx)
        .await?;
    Ok(ids.into_iter().map(ClassId).collect())
}

/// Settles `check`, for the first time or anew: row and record. The first time it takes all credit that waits. The person's study
/// must be locked, and `at` be a [`moment`] of it.
pub(super) async fn settle(
    tx: &DatabaseTransaction,
    keys: &Keys,
    check: &mut Check,
    outcome: Outcome,
    at: Timestamp,
) -> Result<(), DbErr> {
    let at = after(check, at);
    if check.state != CheckState::Settled {
        // Whatever is settled is in a segment before: a proof rests on both.
        close_segments(tx, keys, check.person, check.class, at).await?;
        let all = row::of_class(tx, check.person, check.class).await?;
        check.stretches = at_stake(tx, check.person, check.class, &all).await?;
        check.state = CheckState::Settled;
    }
    check.outcome = Some(outcome.outcome);
    check.standing = Some(outcome.standing);
    check.make_up_until = outcome.make_up_until;
    check.settled_at = Some(at);
    check.save(tx).await?;
    class_progress::refresh(tx, check.person, check.class).await?;
    record(tx, keys, check, outcome.by, at).await
}

/// Adds the record of what `check` came to.
pub(super) async fn record(
    tx: &DatabaseTransaction,
    keys: &Keys,
    check: &Check,
    by: Option<PersonId>,
    at: Timestamp,
) -> Result<(), DbErr> {
    let (Some(outcome), Some(standing)) = (check.outcome, check.standing) else {
        return Err(DbErr::Custom(
            "a check that is not settled has no record".to_owned(),
        ));
    };
    let record = Record::CheckSettled(CheckSettled {
        check: check.check,
        person: keys.pseudonym(check.person),
        class: check.class,
        rules: check.rules,
        outcome,
        by: by.map(|staff| keys.pseudonym(staff)),
        models: check.answer.models,
        frames: check.answer.frames.clone(),
        distance_ppm: check.answer.distance_ppm,
        signals: check.answer.signal_names(),
        standing,
        stretches: check.stretches.clone(),
        at,
    });
    let new = NewEvidence {
        kind: "check_settled/1",
        person: Some(check.person),
        class: Some(check.class),
        session: check.session,
        record: to_json(&record)?,
    };
    evidence::append(tx, &[new], at).await?;
    Ok(())
}

/// Lets `check` block from `at` on, where it has not blocked before.
pub(super) fn block(check: &mut Check, at: Timestamp) {
    let never = check.blocks_to.is_some_and(|to| to <= check.blocks_from);
    if never {
        check.blocks_from = at;
        check.blocks_to = None;
    }
}

/// How many misses may be made up: the share of all that were drawn, at least the rules' least.
pub(super) fn allowance(checks: &[Check], rules: &RandomChecks) -> u64 {
    let drawn = checks
        .iter()
        .filter(|check| check.attempt == 0 && check.origin != CheckOrigin::Supervised)
        .count();
    let drawn = u64::try_from(drawn).unwrap_or(u64::MAX);
    let share = drawn.saturating_mul(u64::from(rules.make_up_permille)) / 1_000;
    share.max(u64::from(rules.make_up_min))
}

/// How many misses were made up of the share that the rules allow; what staff granted is beside it.
pub(super) fn made_up(checks: &[Check]) -> u64 {
    let n = checks
        .iter()
        .filter(|check| check.outcome == Some(CheckOutcome::MadeUp) && !check.answer.granted)
        .count();
    u64::try_from(n).unwrap_or(u64::MAX)
}

/// What somebody's being recognised at `at` does beside settling its own check: blocks end, and misses are made up within their
/// window and the allowance, oldest first.
pub(super) async fn recognised(
    tx: &DatabaseTransaction,
    keys: &Keys,
    whose: &Whose<'_>,
    standing: CreditStanding,
    at: Timestamp,
) -> Result<(), DbErr> {
    row::lift(tx, whose.person, whose.class, at).await?;
    let checks = row::of_class(tx, whose.person, whose.class).await?;
    let mut left = allowance(&checks, whose.rules).saturating_sub(made_up(&checks));
    for mut check in checks {
        let in_time = check.make_up_until.is_some_and(|until| at < until);
        let waits = check.standing == Some(CreditStanding::Pending) && in_time;
        // Nothing is at stake in an empty one: it must not cost one of the few.
        let free = check.answer.granted;
        if (left == 0 && !free) || !waits || check.stretches.is_empty() {
            continue;
        }
        left -= u64::from(!free);
        let outcome = Outcome {
            outcome: CheckOutcome::MadeUp,
            standing,
            by: None,
            make_up_until: None,
        };
        settle(tx, keys, &mut check, outcome, at).await?;
    }
    Ok(())
}

/// The moment that a make-up window ends which begins at `at`.
pub(super) fn window(rules: &RandomChecks, at: Timestamp) -> Option<Timestamp> {
    Some(at.plus(rules.make_up_ms))
}
