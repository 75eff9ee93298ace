//! What only time decides: answers that did not come, and make-up windows that ended. In rounds, so that the writer is never held
//! for long.

use super::{
    row::{Check, find, read},
    settle::{Outcome, moment, settle},
    verdict::miss,
};
use crate::{
    keys::Keys,
    store::{
        entities::face_check::{Column, Entity},
        rules_book::RulesBook,
        stored,
        study::lock_row,
    },
};
use contract::{
    face::{CheckId, CheckOutcome, CheckState},
    record::CreditStanding,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter,
    QueryOrder, QuerySelect,
};
use study::Timestamp;

/// Most checks in one round.
const AT_ONCE: u64 = 100;

/// Settles checks that nobody answered in time as missed. Gives how many; call again while that is not zero.
///
/// # Errors
/// What the database says.
pub async fn miss_overdue(
    tx: &DatabaseTransaction,
    keys: &Keys,
    book: &RulesBook,
    now: Timestamp,
) -> Result<u64, DbErr> {
    let which = Condition::all()
        .add(Column::State.eq("open"))
        .add(Column::DeadlineAt.lte(stored(now.0)));
    let mut settled = 0;
    for due in some(tx, which).await? {
        lock_row(tx, due.person).await?;
        // Read again under the lock: an answer may have come in between.
        let Some(mut check) = still(tx, due.check).await? else {
            continue;
        };
        let at = moment(tx, check.person, check.class, now).await?;
        if check.state == CheckState::Open && check.deadline_at <= at {
            miss(tx, keys, book, &mut check, at).await?;
            settled += 1;
        }
    }
    Ok(settled)
}

/// Voids what nobody made up within its window. Gives how many checks; call again while that is not zero.
///
/// # Errors
/// What the database says.
pub async fn expire(tx: &DatabaseTransaction, keys: &Keys, now: Timestamp) -> Result<u64, DbErr> {
    let which = Condition::all()
        .add(Column::Standing.eq("pending"))
        .add(Column::MakeUpUntil.lte(stored(now.0)));
    let mut expired = 0;
    for due in some(tx, which).await? {
        lock_row(tx, due.person).await?;
        let Some(mut check) = still(tx, due.check).await? else {
            continue;
        };
        let over = check.make_up_until.is_some_and(|until| until <= now);
        if check.standing == Some(CreditStanding::Pending) && over {
            let outcome = Outcome {
                outcome: CheckOutcome::Expired,
                standing: CreditStanding::Void,
                by: None,
                make_up_until: None,
            };
            let at = moment(tx, check.person, check.class, now).await?;
            settle(tx, keys, &mut check, outcome, at).await?;
            expired += 1;
        }
    }
    Ok(expired)
}

async fn still(tx: &DatabaseTransaction, check: CheckId) -> Result<Option<Check>, DbErr> {
    find(tx, check).await
}

/// Some of the checks that `which` names, in the order in which the beat writer locks people: otherwise each could hold what the
/// other waits for.
async fn some(tx: &impl ConnectionTrait, which: Condition) -> Result<Vec<Check>, DbErr> {
    let ids: Vec<uuid::Uuid> = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(which)
        .order_by_asc(Column::DeadlineAt)
        .limit(AT_ONCE)
        .into_tuple()
        .all(tx)
        .await?;
    let mut checks = read(tx, Condition::all().add(Column::Id.is_in(ids))).await?;
    checks.sort_by_key(|check| check.person);
    Ok(checks)
}
