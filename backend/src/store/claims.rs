//! Claims as they are kept. Every query names the institutions of whoever asks, so that a claim of another one is not found.
//!
//! [`entries`] (what was entered), [`rows`] (who is claimed for), [`packs`] (the archives), [`reviews`] (what was found).

pub mod entries;
pub mod packs;
pub mod reviews;
pub mod rows;

use super::{
    classes::Around,
    digest,
    entities::{claim, class, person},
    invitations::NotRead,
    number, people, stored, time,
};
use crate::keys::Keys;
use contract::{
    Digest,
    claim::{ClaimState, ClaimSummary, Decided},
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseTransaction, DbBackend, DbErr,
    EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select, sea_query::LockType,
};
use std::collections::HashMap;
use study::{ClassHours, ClassId, InstitutionId, PersonId, Timestamp};
use uuid::Uuid;

/// Whose claims somebody may know of.
#[derive(Clone, Debug)]
pub enum Scope {
    /// Those of these institutions.
    Of(Vec<InstitutionId>),
    /// Those of the whole province.
    Province,
}

impl Scope {
    fn within(&self, query: Select<claim::Entity>) -> Select<claim::Entity> {
        match self {
            Self::Province => query,
            Self::Of(institutions) => {
                query.filter(claim::Column::InstitutionId.is_in(institutions.iter().map(|id| id.0)))
            }
        }
    }
}

/// One claim within `scope`.
///
/// # Errors
/// What the database says.
pub async fn find(
    db: &impl ConnectionTrait,
    scope: &Scope,
    claim: Uuid,
) -> Result<Option<claim::Model>, DbErr> {
    scope.within(claim::Entity::find_by_id(claim)).one(db).await
}

/// The same, locked until the end of the transaction: what follows is decided on what stands there now.
///
/// # Errors
/// What the database says.
pub async fn lock(
    tx: &DatabaseTransaction,
    scope: &Scope,
    claim: Uuid,
) -> Result<Option<claim::Model>, DbErr> {
    let mut query = scope.within(claim::Entity::find_by_id(claim));
    // SQLite has one writer, and that is us.
    if tx.get_database_backend() != DbBackend::Sqlite {
        query = query.lock(LockType::NoKeyUpdate);
    }
    query.one(tx).await
}

/// Holds the class, so that two claims of it, or a claim and an entry, come one after the other.
///
/// # Errors
/// What the database says.
pub async fn lock_class(tx: &DatabaseTransaction, class: ClassId) -> Result<(), DbErr> {
    if tx.get_database_backend() != DbBackend::Sqlite {
        class::Entity::find_by_id(class.0)
            .lock(LockType::NoKeyUpdate)
            .one(tx)
            .await?;
    }
    Ok(())
}

/// All claims within `scope`, newest first.
///
/// # Errors
/// What the database says.
pub async fn all(db: &impl ConnectionTrait, scope: &Scope) -> Result<Vec<claim::Model>, DbErr> {
    newest_first(scope.within(claim::Entity::find()))
        .all(db)
        .await
}

/// The claims of a class, newest first. Whoever asks has made sure that the class is of their institution.
///
/// # Errors
/// What the database says.
pub async fn of_class(
    db: &impl ConnectionTrait,
    class: ClassId,
) -> Result<Vec<claim::Model>, DbErr> {
    newest_first(claim::Entity::find().filter(claim::Column::ClassId.eq(class.0)))
        .all(db)
        .await
}

fn newest_first(query: Select<claim::Entity>) -> Select<claim::Entity> {
    query
        .order_by_desc(claim::Column::SealedAt)
        .order_by_desc(claim::Column::Id)
}

/// A claim to keep.
pub struct NewClaim<'a> {
    /// Its name.
    pub claim: Uuid,
    /// Its class.
    pub class: &'a class::Model,
    /// Who sealed it.
    pub by: PersonId,
    /// When.
    pub at: Timestamp,
    /// Digest of the manifest.
    pub manifest: Digest,
    /// Learners in it.
    pub learners: u64,
    /// Their class hours.
    pub class_hours: ClassHours,
    /// The record of the sealing.
    pub evidence: Uuid,
}

/// Keeps a claim.
///
/// # Errors
/// What the database says.
pub async fn add(tx: &impl ConnectionTrait, new: NewClaim<'_>) -> Result<(), DbErr> {
    claim::Entity::insert(claim::ActiveModel {
        id: Set(new.claim),
        class_id: Set(new.class.id),
        institution_id: Set(new.class.institution_id),
        course_id: Set(new.class.course_id),
        sealed_by: Set(new.by.0),
        sealed_at: Set(stored(new.at.0)),
        manifest: Set(new.manifest.0.to_vec()),
        n_learners: Set(stored(new.learners)),
        class_hours: Set(stored(new.class_hours.0)),
        evidence_id: Set(new.evidence),
        withdrawn_at: Set(None),
        withdrawn_reason: Set(None),
        decided_by: Set(None),
        decided_at: Set(None),
        n_passed: Set(None),
        n_doubtful: Set(None),
        n_failed: Set(None),
        remark: Set(None),
    })
    .exec_without_returning(tx)
    .await?;
    Ok(())
}

/// Takes a locked claim back, and sets its people free.
///
/// # Errors
/// What the database says.
pub async fn withdraw(
    tx: &impl ConnectionTrait,
    claim: Uuid,
    reason: &str,
    now: Timestamp,
) -> Result<(), DbErr> {
    claim::Entity::update(claim::ActiveModel {
        id: Set(claim),
        withdrawn_at: Set(Some(stored(now.0))),
        withdrawn_reason: Set(Some(reason.to_owned())),
        ..claim::ActiveModel::default()
    })
    .exec(tx)
    .await?;
    rows::withdraw(tx, claim, now).await
}

/// Decides a locked claim.
///
/// # Errors
/// What the database says.
pub async fn decide(
    tx: &impl ConnectionTrait,
    claim: Uuid,
    by: PersonId,
    found: &reviews::Found,
    remark: &str,
    now: Timestamp,
) -> Result<(), DbErr> {
    claim::Entity::update(claim::ActiveModel {
        id: Set(claim),
        decided_by: Set(Some(by.0)),
        decided_at: Set(Some(stored(now.0))),
        n_passed: Set(Some(stored(found.passed))),
        n_doubtful: Set(Some(stored(found.doubtful))),
        n_failed: Set(Some(stored(found.failed))),
        remark: Set(Some(remark.to_owned())),
        ..claim::ActiveModel::default()
    })
    .exec(tx)
    .await?;
    Ok(())
}

/// These claims in one line each, in their order.
///
/// # Errors
/// [`NotRead`]
pub async fn summaries(
    db: &impl ConnectionTrait,
    keys: &Keys,
    claims: Vec<claim::Model>,
) -> Result<Vec<ClaimSummary>, NotRead> {
    let classes = class::Entity::find()
        .filter(class::Column::Id.is_in(claims.iter().map(|claim| claim.class_id)))
        .all(db)
        .await?;
    let around = Around::of(db, &classes).await?;
    let classes: HashMap<Uuid, class::Model> =
        classes.into_iter().map(|row| (row.id, row)).collect();
    let who: Vec<Uuid> = claims
        .iter()
        .flat_map(|claim| [Some(claim.sealed_by), claim.decided_by])
        .flatten()
        .collect();
    let names = names(db, keys, who).await?;
    let ids: Vec<Uuid> = claims.iter().map(|claim| claim.id).collect();
    let reviewed = reviews::counts(db, &ids).await?;
    let mut lines = Vec::with_capacity(claims.len());
    for claim in claims {
        let Some(class) = classes.get(&claim.class_id) else {
            continue;
        };
        lines.push(ClaimSummary {
            claim: claim.id,
            class: ClassId(claim.class_id),
            class_name: super::classes::name(class),
            institution: around.institution(class),
            course: around.course(class),
            sealed_at: time(claim.sealed_at),
            sealed_by: name_of(&names, claim.sealed_by),
            learners: small(claim.n_learners),
            class_hours: ClassHours(number(claim.class_hours)),
            manifest: digest(&claim.manifest)?,
            reviewed: reviewed.get(&claim.id).copied().unwrap_or(0),
            state: state(&claim, &names),
            deleted_at: class.deleted_at.map(time),
        });
    }
    Ok(lines)
}

/// What became of a claim.
fn state(claim: &claim::Model, names: &HashMap<Uuid, String>) -> ClaimState {
    if let Some(at) = claim.withdrawn_at {
        return ClaimState::Withdrawn {
            reason: claim.withdrawn_reason.clone().unwrap_or_default(),
            at: time(at),
        };
    }
    match (claim.decided_at, claim.decided_by) {
        (Some(at), Some(by)) => ClaimState::Decided(Decided {
            by: name_of(names, by),
            at: time(at),
            passed: small(claim.n_passed.unwrap_or(0)),
            doubtful: small(claim.n_doubtful.unwrap_or(0)),
            failed: small(claim.n_failed.unwrap_or(0)),
            remark: claim.remark.clone().unwrap_or_default(),
        }),
        _ => ClaimState::Sealed,
    }
}

/// Whether a claim still waits for its decision.
#[must_use]
pub const fn is_open(claim: &claim::Model) -> bool {
    claim.withdrawn_at.is_none() && claim.decided_at.is_none()
}

/// The names of these people, opened.
///
/// # Errors
/// [`NotRead`]
pub async fn names(
    db: &impl ConnectionTrait,
    keys: &Keys,
    mut who: Vec<Uuid>,
) -> Result<HashMap<Uuid, String>, NotRead> {
    who.sort_unstable();
    who.dedup();
    let mut names = HashMap::with_capacity(who.len());
    for row in person::Entity::find()
        .filter(person::Column::Id.is_in(who))
        .all(db)
        .await?
    {
        names.insert(row.id, people::name(keys, &row)?);
    }
    Ok(names)
}

/// A name out of [`names`].
#[must_use]
pub fn name_of(names: &HashMap<Uuid, String>, who: Uuid) -> String {
    names.get(&who).cloned().unwrap_or_default()
}

fn small(stored: i64) -> u32 {
    u32::try_from(number(stored)).unwrap_or(u32::MAX)
}
