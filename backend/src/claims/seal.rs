//! From the matrix to a claim. Everything is read, built and verified before the one transaction that writes, for beats must not wait for it;
//! that transaction makes sure that nothing has changed since, and the database that nobody is claimed for twice.

use super::{
    build,
    matrix::{self, Learner},
    pack::{self, NotFinished},
};
use crate::{
    app::App,
    keys::NotOpened,
    store::{
        self,
        claims::{
            self as stored_claims, NewClaim,
            entries::{self, Snapshot},
            packs,
            rows::{self, NewRow, NotAdded},
        },
        class_keys,
        entities::class,
        evidence::{self, NewEvidence},
        invitations::NotRead,
        to_json,
    },
};
use contract::{
    Digest,
    claim::EarlierClaim,
    pack::NotBuilt,
    record::{ClaimSealed, Record},
};
use sea_orm::DbErr;
use std::collections::BTreeSet;
use study::{ClassHours, ClassId, PersonId, Timestamp};
use uuid::Uuid;

/// Why nothing was sealed.
#[derive(Debug, thiserror::Error)]
pub enum NotSealed {
    /// Somebody is not in the class.
    #[error("somebody is not in this class")]
    NotFound,
    /// These claims have somebody of them already.
    #[error("somebody is claimed for already")]
    AlreadyClaimed(Vec<EarlierClaim>),
    /// In words, without anybody's data.
    #[error("{0}")]
    NotReady(String),
    /// The pack cannot be made, or the ledger's word cannot be had.
    #[error(transparent)]
    Pack(#[from] NotFinished),
    /// Reading failed.
    #[error(transparent)]
    NotRead(#[from] NotRead),
    /// It is not known whether it was saved.
    #[error(transparent)]
    Unknown(#[from] store::Unknown),
}

impl From<DbErr> for NotSealed {
    fn from(error: DbErr) -> Self {
        Self::NotRead(NotRead::Db(error))
    }
}

impl From<NotOpened> for NotSealed {
    fn from(error: NotOpened) -> Self {
        Self::NotRead(NotRead::Sealed(error))
    }
}

/// A claim that is built and verified, and not yet kept.
pub struct Prepared {
    /// Its name.
    pub claim: Uuid,
    at: Timestamp,
    by: PersonId,
    class: class::Model,
    seen: Snapshot,
    rows: Vec<NewRow>,
    class_hours: ClassHours,
    manifest: Digest,
    pack_sealed: Vec<u8>,
}

/// Seals a claim for exactly these learners of `class`. Gives its name.
///
/// # Errors
/// [`NotSealed`]
pub async fn seal(
    app: &App,
    class: class::Model,
    learners: &[PersonId],
    by: PersonId,
) -> Result<Uuid, NotSealed> {
    let prepared = prepare(app, class, learners, by).await?;
    let claim = keep(app, prepared).await?;
    // It is sealed. Should the ledger be behind, whoever wants the pack finishes it.
    if let Err(error) = pack::finish(app, claim).await {
        tracing::warn!(%claim, %error, "a claim is sealed, but its pack waits for the ledger");
    }
    Ok(claim)
}

/// Builds and verifies the pack.
///
/// # Errors
/// [`NotSealed`]
pub async fn prepare(
    app: &App,
    class: class::Model,
    learners: &[PersonId],
    by: PersonId,
) -> Result<Prepared, NotSealed> {
    let _working = app.claims.at_work().await;
    // First of all: what is read after it and before the transaction is what it names, or nothing is kept.
    let seen = entries::snapshot(&app.db.read, ClassId(class.id)).await?;
    let all = matrix::learners(app, &class).await?;
    let chosen = choose(&all, learners)?;
    let (claim, at) = (Uuid::now_v7(), app.clock.now());
    let input = build::input(app, &class, &all, &chosen, claim, at).await?;
    let rows = (1_u32..)
        .zip(&chosen)
        .filter_map(|(number, learner)| {
            let proof = learner.row.proof.as_ref()?;
            Some(NewRow {
                person: learner.row.person,
                number,
                proof: proof.proof,
                class_hours: learner.row.class_hours,
            })
        })
        .collect();
    let class_hours = chosen.iter().fold(0_u64, |sum, learner| {
        sum.saturating_add(learner.row.class_hours.0)
    });
    let tx = app.db.begin().await?;
    let key = class_keys::get_or_make(&tx, &app.keys, ClassId(class.id), at).await?;
    store::commit(tx).await?;
    let (manifest, pack_sealed) = build::build(app, key, claim, input).await?;
    Ok(Prepared {
        claim,
        at,
        by,
        class,
        seen,
        rows,
        class_hours: ClassHours(class_hours),
        manifest,
        pack_sealed,
    })
}

/// The learners who are named, in the order of the matrix.
fn choose<'a>(all: &'a [Learner], named: &[PersonId]) -> Result<Vec<&'a Learner>, NotSealed> {
    let named: BTreeSet<PersonId> = named.iter().copied().collect();
    let chosen: Vec<&Learner> = all
        .iter()
        .filter(|learner| named.contains(&learner.row.person))
        .collect();
    if chosen.len() != named.len() {
        return Err(NotSealed::NotFound);
    }
    let mut earlier: Vec<EarlierClaim> = chosen
        .iter()
        .filter_map(|learner| learner.row.claimed.clone())
        .collect();
    if !earlier.is_empty() {
        earlier.sort_by_key(|one| one.claim);
        earlier.dedup_by_key(|one| one.claim);
        return Err(NotSealed::AlreadyClaimed(earlier));
    }
    let unready = chosen.iter().filter(|one| !one.row.is_ready()).count();
    if unready > 0 {
        return Err(NotSealed::NotReady(format!(
            "{unready} of these learners cannot be claimed for yet; see the matrix for what is missing"
        )));
    }
    let forgotten = all
        .iter()
        .filter(|one| one.row.is_ready() && !named.contains(&one.row.person))
        .count();
    if forgotten > 0 {
        return Err(NotSealed::NotReady(format!(
            "{forgotten} learners of this class are ready and not in this claim; take them in, or leave them out with a reason"
        )));
    }
    Ok(chosen)
}

/// Keeps a claim, unless what it rests on has changed meanwhile, or somebody was faster.
///
/// # Errors
/// [`NotSealed`]
pub async fn keep(app: &App, prepared: Prepared) -> Result<Uuid, NotSealed> {
    let Prepared {
        claim, at, class, ..
    } = prepared;
    let id = ClassId(class.id);
    let tx = app.db.begin().await?;
    stored_claims::lock_class(&tx, id).await?;
    if entries::snapshot(&tx, id).await? != prepared.seen {
        return Err(NotSealed::NotReady(
            "the class has changed since; look at the matrix again".to_owned(),
        ));
    }
    let learners = u64::try_from(prepared.rows.len()).unwrap_or(u64::MAX);
    let record = Record::ClaimSealed(ClaimSealed {
        claim,
        class: id,
        manifest: prepared.manifest,
        learners,
        by: app.keys.pseudonym(prepared.by),
        at,
    });
    let new = NewEvidence {
        kind: "claim_sealed/1",
        person: None,
        class: Some(id),
        session: None,
        record: to_json(&record)?,
    };
    let evidence = evidence::append(&tx, &[new], at)
        .await?
        .pop()
        .ok_or_else(|| DbErr::Custom("a record was added without a name".to_owned()))?;
    let new = NewClaim {
        claim,
        class: &class,
        by: prepared.by,
        at,
        manifest: prepared.manifest,
        learners,
        class_hours: prepared.class_hours,
        evidence,
    };
    stored_claims::add(&tx, new).await?;
    match rows::add(&tx, claim, class.course_id, &prepared.rows).await {
        Ok(()) => {}
        Err(NotAdded::Db(error)) => return Err(error.into()),
        Err(NotAdded::AlreadyClaimed) => {
            drop(tx);
            return Err(faster(app, &class, &prepared.rows).await?);
        }
    }
    packs::add(&tx, claim, prepared.pack_sealed).await?;
    store::commit(tx).await?;
    app.ledger.wake();
    Ok(claim)
}

/// Who was faster with some of these people.
async fn faster(app: &App, class: &class::Model, rows: &[NewRow]) -> Result<NotSealed, DbErr> {
    let mut earlier = rows::earlier(&app.db.read, class).await?;
    let mut claims: Vec<EarlierClaim> = rows
        .iter()
        .filter_map(|row| earlier.remove(&row.person.0))
        .collect();
    claims.sort_by_key(|one| one.claim);
    claims.dedup_by_key(|one| one.claim);
    Ok(NotSealed::AlreadyClaimed(claims))
}

impl From<NotBuilt> for NotSealed {
    fn from(error: NotBuilt) -> Self {
        Self::Pack(error.into())
    }
}
