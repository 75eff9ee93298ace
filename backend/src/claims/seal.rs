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
    runs::Going,
    sheets::NoSheet,
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
    pack::{NotBuilt, archive::NotWritten},
    record::{ClaimSealed, Record},
    sealing::{SealRun, SealStep},
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
    /// The pack would be larger than any that can be read.
    #[error("the pack would be larger than any that can be read")]
    TooLarge,
    /// A sheet failed, and not for a character that the font lacks.
    #[error(transparent)]
    Sheet(#[from] NoSheet),
    /// The pack cannot be made, or the ledger's word cannot be had.
    #[error(transparent)]
    Pack(NotFinished),
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

/// What is to be sealed.
#[derive(Clone, Debug)]
pub struct Wish {
    /// For whom.
    pub learners: BTreeSet<PersonId>,
    /// Who wishes it.
    pub by: PersonId,
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

/// Whether a claim for exactly these learners of `class` can be begun: what is known without building a pack.
///
/// # Errors
/// [`NotSealed`]
pub async fn check(
    app: &App,
    class: &class::Model,
    learners: &BTreeSet<PersonId>,
) -> Result<(), NotSealed> {
    let all = matrix::learners(app, class).await?;
    choose(&all, learners).map(drop)
}

/// Seals a claim for exactly the learners of `class` who are wished, and tells `run` how far it is. Gives its name.
///
/// # Errors
/// [`NotSealed`]
pub async fn seal(
    app: &App,
    class: class::Model,
    wish: &Wish,
    run: &Going<SealRun>,
) -> Result<Uuid, NotSealed> {
    let _building = match app.claims.building_at_once() {
        Some(turn) => Some(turn),
        None => {
            run.update(|run| run.enter(SealStep::Waiting));
            app.claims.building().await
        }
    };
    let prepared = prepare(app, class, wish, run).await?;
    run.update(|run| run.enter(SealStep::Keeping));
    let claim = keep(app, prepared).await?;
    // It is sealed. Should the ledger be behind, whoever wants the pack finishes it.
    if let Err(error) = pack::finish(app, claim).await {
        tracing::warn!(%claim, %error, "a claim is sealed, but its pack waits for the ledger");
    }
    run.update(|run| run.done = run.learners);
    Ok(claim)
}

/// Builds and verifies the pack.
///
/// # Errors
/// [`NotSealed`]
pub async fn prepare(
    app: &App,
    class: class::Model,
    wish: &Wish,
    run: &Going<SealRun>,
) -> Result<Prepared, NotSealed> {
    run.update(|run| run.enter(SealStep::Reading));
    // First of all: what is read after it and before the transaction is what it names, or nothing is kept.
    let seen = entries::snapshot(&app.db.read, ClassId(class.id)).await?;
    let all = matrix::learners(app, &class).await?;
    let chosen = choose(&all, &wish.learners)?;
    run.update(|run| run.done = run.learners);
    let (claim, at) = (Uuid::now_v7(), app.clock.now());
    let printed = build::printed(app, &chosen, run).await?;
    let input = build::input(app, &class, &all, &chosen, printed, (claim, at)).await?;
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
    run.update(|run| run.enter(SealStep::Verifying));
    let tx = app.db.begin().await?;
    let key = class_keys::get_or_make(&tx, &app.keys, ClassId(class.id), at).await?;
    store::commit(tx).await?;
    let (manifest, pack_sealed) = build::build(app, key, claim, input, run).await?;
    Ok(Prepared {
        claim,
        at,
        by: wish.by,
        class,
        seen,
        rows,
        class_hours: ClassHours(class_hours),
        manifest,
        pack_sealed,
    })
}

/// The learners who are named, in the order of the matrix.
fn choose<'a>(
    all: &'a [Learner],
    named: &BTreeSet<PersonId>,
) -> Result<Vec<&'a Learner>, NotSealed> {
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

impl From<NotFinished> for NotSealed {
    fn from(error: NotFinished) -> Self {
        match error {
            NotFinished::NotPacked(NotWritten::TooLarge) => Self::TooLarge,
            error => Self::Pack(error),
        }
    }
}
