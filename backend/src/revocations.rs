//! Revoking a proof: the row and its record in one transaction. It takes back the document and nothing of the study it rests on; see
//! `docs/decisions/0016-revocation.md`.

use crate::{
    app::App,
    appeals,
    checks::spelled,
    store::{
        self, claims::lock_class, digest, entities::proof_revocation, proofs, revocations, stored,
        study::lock_row,
    },
};
use contract::{
    acting::words_digest,
    issuing::RevokeProof,
    record::{ProofRevoked, Record},
};
use sea_orm::DbErr;
use store::entities::proof;
use study::{ClassId, PersonId};
use uuid::Uuid;

/// Why a proof was not revoked.
#[derive(Debug, thiserror::Error)]
pub enum NotRevoked {
    /// No such proof in the class.
    #[error("there is no such proof in this class")]
    NotFound,
    /// It was revoked before.
    #[error("this proof was revoked before")]
    Already,
    /// The database or the machine failed.
    #[error(transparent)]
    Db(#[from] DbErr),
    /// It is not known whether it was saved.
    #[error(transparent)]
    Unknown(#[from] store::Unknown),
}

/// Revokes `proof` of `class`, which whoever asks has made sure is theirs.
///
/// # Errors
/// [`NotRevoked`]
pub async fn revoke(
    app: &App,
    class: ClassId,
    proof: Uuid,
    wish: &RevokeProof,
    by: PersonId,
) -> Result<(proof::Model, proof_revocation::Model), NotRevoked> {
    let tx = app.db.begin().await?;
    // A claim that is being sealed rests on the proofs that stand: one comes after the other.
    lock_class(&tx, class).await?;
    let found = proofs::get_in_class(&tx, class, proof)
        .await?
        .ok_or(NotRevoked::NotFound)?;
    let person = PersonId(found.person_id);
    // So does a proof that is being issued: whether it is a new one depends on this.
    lock_row(&tx, person).await?;
    let now = app.clock.now();
    let (act, words) = (Uuid::now_v7(), wish.words.trim());
    let row = proof_revocation::Model {
        id: act,
        proof_id: proof,
        person_id: person.0,
        class_id: class.0,
        revoked_by: by.0,
        reason: spelled(&wish.reason)?,
        words_sealed: appeals::seal(&tx, &app.keys, (person, class), (act, words), now).await?,
        revoked_at: stored(now.0),
    };
    if !revocations::add(&tx, row.clone()).await? {
        return Err(NotRevoked::Already);
    }
    let record = Record::ProofRevoked(ProofRevoked {
        act,
        proof,
        credential: digest(&found.digest)?,
        person: app.keys.pseudonym(person),
        class,
        reason: wish.reason,
        words: words_digest(act, words),
        by: app.keys.pseudonym(by),
        at: now,
    });
    appeals::append(&tx, "proof_revoked/1", person, class, &record, now).await?;
    store::commit(tx).await?;
    app.ledger.wake();
    Ok((found, row))
}
