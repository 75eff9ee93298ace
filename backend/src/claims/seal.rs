//! From the matrix to a claim. Everything is read, built and verified before the one transaction that writes, for beats must not wait for it;
//! that transaction makes sure that nothing has changed since, and the database that nobody is claimed for twice.

use super::{
    matrix::{self, Learner},
    pack::{self, NotFinished},
    roster_file, words,
};
use crate::{
    app::App,
    checks::spelled,
    keys::NotOpened,
    proofs as proving,
    store::{
        self,
        claims::{
            self as stored_claims, NewClaim,
            entries::{self, Snapshot},
            packs,
            rows::{self, NewRow, NotAdded},
        },
        digest,
        entities::{class, course, institution, proof},
        evidence::{self, NewEvidence},
        invitations::NotRead,
        to_json,
    },
};
use contract::{
    Digest, Text,
    claim::EarlierClaim,
    credential::{Named, identity::mask_name},
    pack::{self as packing, Excluded, Files, NotBuilt, PackInput, PackRow, SEAL},
    record::{ClaimSealed, Record},
    verify::TrustAnchors,
};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter};
use std::collections::{BTreeSet, HashMap};
use study::{ClassHours, ClassId, CourseId, InstitutionId, PersonId, Timestamp};
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
    let input = input(app, &class, &all, &chosen, claim, at).await?;
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
    let (manifest, pack_sealed) = build(app, claim, input).await?;
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

/// What the pack is made of.
async fn input(
    app: &App,
    class: &class::Model,
    all: &[Learner],
    chosen: &[&Learner],
    claim: Uuid,
    at: Timestamp,
) -> Result<PackInput, NotSealed> {
    let db = &app.db.read;
    let missing = |what: &str| DbErr::RecordNotFound(what.to_owned());
    let institution = institution::Entity::find_by_id(class.institution_id)
        .one(db)
        .await?
        .ok_or_else(|| missing("the class's institution"))?;
    let course = course::Entity::find_by_id(class.course_id)
        .one(db)
        .await?
        .ok_or_else(|| missing("the class's course"))?;
    let rules = app.rules.get(db, digest(&class.rules_hash)?).await?;
    let roster = roster_file::csv(chosen.iter().map(|one| &one.row))
        .map_err(|error| DbErr::Custom(error.to_string()))?;
    let mut documents = documents(app, chosen).await?;
    let mut rows = Vec::with_capacity(chosen.len());
    for learner in chosen {
        let proof = documents
            .remove(&learner.someone.id)
            .ok_or_else(|| missing("the proof of somebody who is claimed for"))?;
        rows.push(PackRow {
            opening: proving::opening(&app.keys, &learner.someone, &proof)?,
            facts: learner.row.facts.clone(),
            proof: proof.document,
            pdf: None,
        });
    }
    let named: BTreeSet<PersonId> = chosen.iter().map(|one| one.row.person).collect();
    let excluded = all
        .iter()
        .filter(|one| !named.contains(&one.row.person))
        .map(|one| Excluded {
            person: app.keys.pseudonym(one.row.person),
            name: mask_name(&one.row.name),
            reason: why_not(one),
        })
        .collect();
    let text = |zh: String, en: String| Text { zh, en };
    Ok(PackInput {
        claim,
        sealed_at: at,
        institution: Named::new(
            InstitutionId(institution.id),
            text(institution.name_zh, institution.name_en),
        ),
        class: Named::new(ClassId(class.id), store::classes::name(class)),
        course: Named::new(CourseId(course.id), text(course.title_zh, course.title_en)),
        rows,
        excluded,
        others: vec![
            ("roster.csv".to_owned(), roster),
            (
                format!("rules/{}.json", digest(&class.rules_hash)?),
                // The very bytes that the name is the digest of.
                to_json(&*rules)?.into_bytes(),
            ),
        ],
    })
}

/// The proofs that the matrix shows, by person.
async fn documents(app: &App, chosen: &[&Learner]) -> Result<HashMap<Uuid, proof::Model>, DbErr> {
    let names = chosen
        .iter()
        .filter_map(|one| one.row.proof.as_ref().map(|proof| proof.proof));
    Ok(proof::Entity::find()
        .filter(proof::Column::Id.is_in(names))
        .all(&app.db.read)
        .await?
        .into_iter()
        .map(|row| (row.person_id, row))
        .collect())
}

/// Why somebody of the class is not in the claim.
fn why_not(learner: &Learner) -> String {
    let row = &learner.row;
    if let Some(excluded) = &row.excluded {
        return excluded.reason.clone();
    }
    if let Some(earlier) = &row.claimed {
        return words::claimed(earlier);
    }
    let missing: Vec<&str> = row.missing.iter().copied().map(words::missing).collect();
    missing.join("；")
}

/// Builds the files and verifies them as anybody would, but for the ledger's word, which does not exist yet.
async fn build(app: &App, claim: Uuid, input: PackInput) -> Result<(Digest, Vec<u8>), NotSealed> {
    let worker = app.clone();
    pack::blocking(move || {
        let anchors = TrustAnchors::from(worker.ledger.public_keys());
        let (files, manifest) =
            packing::build(input, worker.ledger.keys().issuer()).map_err(NotFinished::from)?;
        verified(&files, &anchors)?;
        let sealed = pack::pack_and_seal(&worker, claim, &files)?.1;
        Ok((manifest, sealed))
    })
    .await?
}

fn verified(files: &Files, anchors: &TrustAnchors) -> Result<(), NotSealed> {
    let report = packing::verify(files, anchors);
    let faults: Vec<String> = report
        .all_faults()
        .into_iter()
        .filter(|fault| fault.file != SEAL)
        .map(|fault| {
            let code = spelled(&fault.code).unwrap_or_default();
            format!("{} ({code})", fault.file)
        })
        .collect();
    if faults.is_empty() {
        return Ok(());
    }
    Err(NotSealed::NotReady(format!(
        "the pack would not verify, so it is not sealed: {}; issue new study proofs for these rows",
        faults.join(", ")
    )))
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
