//! Taking an answer: once, with the right nonce, in time by the server's clock.

use super::{
    row::{Check, find},
    settle::moment,
};
use crate::store::study::lock_row;
use contract::{
    Digest,
    face::{CheckId, CheckState},
};
use sea_orm::{DatabaseTransaction, DbErr};
use study::{PersonId, Timestamp};

/// What the page says beside the frames.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// Whether its own verdict was good.
    pub passed: bool,
    /// How the camera calls itself.
    pub camera: String,
    /// Hash of the manifest that it judged with.
    pub models: Digest,
}

/// An answer that was accepted; the verdict is still to come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// The check, now `judging`.
    pub check: Check,
}

/// Why an answer was not accepted. Nothing has changed.
#[derive(Debug, thiserror::Error)]
pub enum NotTaken {
    /// No such check, or not this person's.
    #[error("this person has no such check")]
    NotFound,
    /// It was answered before, or its time ran out.
    #[error("the check is over")]
    Over,
    /// The nonce is another one.
    #[error("the nonce is not this check's")]
    WrongNonce,
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbErr),
}

/// Accepts the answer of `person` to `check`.
///
/// # Errors
/// [`NotTaken`]
pub async fn take(
    tx: &DatabaseTransaction,
    person: PersonId,
    check: CheckId,
    nonce: Digest,
    claim: &Claim,
    now: Timestamp,
) -> Result<Taken, NotTaken> {
    // First, as the beat writer does: then nobody waits for each other in a ring.
    lock_row(tx, person).await?;
    let mut check = find(tx, check)
        .await?
        .filter(|check| check.person == person)
        .ok_or(NotTaken::NotFound)?;
    let now = moment(tx, person, check.class, now).await?;
    if check.state != CheckState::Open || now >= check.deadline_at {
        return Err(NotTaken::Over);
    }
    if check.nonce != nonce {
        return Err(NotTaken::WrongNonce);
    }
    check.state = CheckState::Judging;
    check.answered_at = Some(now);
    // Answered in time: it never blocked.
    check.blocks_to = Some(now);
    check.answer.claimed_passed = Some(claim.passed);
    check.answer.camera.clone_from(&claim.camera);
    check.answer.claimed_models = Some(claim.models);
    check.save(tx).await?;
    Ok(Taken { check })
}
