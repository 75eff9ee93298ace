//! What reviewers found, row by row. Rows are only ever added; the newest counts.

use super::{super::invitations::NotRead, names};
use crate::{
    checks::{spelled, word},
    keys::Keys,
    store::{entities::claim_review, stored, time},
};
use contract::claim::{RowReview, RowVerdict};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use std::collections::HashMap;
use study::{PersonId, Timestamp};
use uuid::Uuid;

/// Keeps a finding.
///
/// # Errors
/// What the database says.
pub async fn add(
    tx: &impl ConnectionTrait,
    claim: Uuid,
    person: PersonId,
    verdict: RowVerdict,
    reason: &str,
    by: PersonId,
    now: Timestamp,
) -> Result<(), DbErr> {
    claim_review::Entity::insert(claim_review::ActiveModel {
        id: Set(Uuid::now_v7()),
        claim_id: Set(claim),
        person_id: Set(person.0),
        verdict: Set(spelled(&verdict)?),
        reason: Set(reason.to_owned()),
        reviewed_by: Set(by.0),
        at: Set(stored(now.0)),
    })
    .exec_without_returning(tx)
    .await?;
    Ok(())
}

/// All findings about a claim by person, the newest of each first.
///
/// # Errors
/// [`NotRead`]
pub async fn of(
    db: &impl ConnectionTrait,
    keys: &Keys,
    claim: Uuid,
) -> Result<HashMap<Uuid, Vec<RowReview>>, NotRead> {
    let rows = newest_first(db, claim).await?;
    let by = rows.iter().map(|row| row.reviewed_by).collect();
    let names = names(db, keys, by).await?;
    let mut found: HashMap<Uuid, Vec<RowReview>> = HashMap::new();
    for row in rows {
        found.entry(row.person_id).or_default().push(RowReview {
            verdict: word(&row.verdict)?,
            by: super::name_of(&names, row.reviewed_by),
            at: time(row.at),
            reason: row.reason,
        });
    }
    Ok(found)
}

async fn newest_first(
    db: &impl ConnectionTrait,
    claim: Uuid,
) -> Result<Vec<claim_review::Model>, DbErr> {
    claim_review::Entity::find()
        .filter(claim_review::Column::ClaimId.eq(claim))
        .order_by_desc(claim_review::Column::At)
        .order_by_desc(claim_review::Column::Id)
        .all(db)
        .await
}

/// What the newest findings about a claim come to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Rows that passed.
    pub passed: u64,
    /// Rows in doubt.
    pub doubtful: u64,
    /// Rows that failed.
    pub failed: u64,
}

impl Found {
    /// Rows with a finding.
    #[must_use]
    pub const fn rows(&self) -> u64 {
        self.passed + self.doubtful + self.failed
    }
}

/// Sums up the newest findings about a claim.
///
/// # Errors
/// What the database says.
pub async fn found(db: &impl ConnectionTrait, claim: Uuid) -> Result<Found, DbErr> {
    let mut newest: HashMap<Uuid, RowVerdict> = HashMap::new();
    for row in newest_first(db, claim).await?.into_iter().rev() {
        newest.insert(row.person_id, word(&row.verdict)?);
    }
    let n = |verdict: RowVerdict| {
        let n = newest.values().filter(|one| **one == verdict).count();
        u64::try_from(n).unwrap_or(u64::MAX)
    };
    Ok(Found {
        passed: n(RowVerdict::Pass),
        doubtful: n(RowVerdict::Doubt),
        failed: n(RowVerdict::Fail),
    })
}

/// How many rows of each of these claims have a finding.
///
/// # Errors
/// What the database says.
pub async fn counts(
    db: &impl ConnectionTrait,
    claims: &[Uuid],
) -> Result<HashMap<Uuid, u32>, DbErr> {
    let rows: Vec<(Uuid, Uuid)> = claim_review::Entity::find()
        .select_only()
        .column(claim_review::Column::ClaimId)
        .column(claim_review::Column::PersonId)
        .distinct()
        .filter(claim_review::Column::ClaimId.is_in(claims.iter().copied()))
        .into_tuple()
        .all(db)
        .await?;
    let mut counts = HashMap::new();
    for (claim, _) in rows {
        *counts.entry(claim).or_insert(0) += 1;
    }
    Ok(counts)
}
