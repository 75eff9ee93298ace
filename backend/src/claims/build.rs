//! Making and verifying the files of a pack, out of what the matrix shows.

use super::{
    matrix::Learner,
    pack::{self, NotFinished},
    roster_file,
    seal::NotSealed,
    sheets::{self, Printed},
    words,
};
use crate::{
    app::App,
    checks::spelled,
    keys::ClassKey,
    proofs as proving,
    runs::Going,
    store::{
        self, digest,
        entities::{class, course, institution, proof},
        to_json,
    },
};
use contract::{
    Digest, Text,
    credential::{Named, identity::mask_name},
    pack::{self as packing, Excluded, Files, PackInput, PackRow, SEAL, Verification, archive},
    sealing::{SealRun, SealStep},
    verify::TrustAnchors,
};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter};
use std::collections::{BTreeSet, HashMap};
use study::{ClassId, CourseId, InstitutionId, PersonId, Timestamp};
use uuid::Uuid;

/// The proofs of those who are claimed for, and their sheets.
pub(super) async fn printed(
    app: &App,
    chosen: &[&Learner],
    run: &Going<SealRun>,
) -> Result<Vec<Printed>, NotSealed> {
    run.update(|run| run.enter(SealStep::Proofs));
    let proofs = proofs(app, chosen, run).await?;
    run.update(|run| run.enter(SealStep::Sheets));
    sheets::print(app, proofs, run).await
}

/// What the pack of a claim is made of: its name, and when it is sealed, come last.
pub(super) async fn input(
    app: &App,
    class: &class::Model,
    all: &[Learner],
    chosen: &[&Learner],
    printed: Vec<Printed>,
    (claim, at): (Uuid, Timestamp),
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
    let mut rows = Vec::with_capacity(chosen.len());
    for (learner, (proof, pdf)) in chosen.iter().zip(printed) {
        rows.push(PackRow {
            opening: proving::opening(&app.keys, &learner.someone, &proof)?,
            facts: learner.row.facts.clone(),
            proof: proof.document,
            pdf,
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

/// Proofs that are read in one statement: of a long course each has a hundred kilobytes.
const PROOFS_AT_ONCE: usize = 100;

/// The proofs that the matrix shows, in the order of the pack.
async fn proofs(
    app: &App,
    chosen: &[&Learner],
    run: &Going<SealRun>,
) -> Result<Vec<proof::Model>, DbErr> {
    let mut proofs = Vec::with_capacity(chosen.len());
    for some in chosen.chunks(PROOFS_AT_ONCE) {
        let names = some
            .iter()
            .filter_map(|one| one.row.proof.as_ref().map(|proof| proof.proof));
        let mut read: HashMap<Uuid, proof::Model> = proof::Entity::find()
            .filter(proof::Column::Id.is_in(names))
            .all(&app.db.read)
            .await?
            .into_iter()
            .map(|row| (row.person_id, row))
            .collect();
        for learner in some {
            let proof = read.remove(&learner.someone.id).ok_or_else(|| {
                DbErr::RecordNotFound("the proof of somebody who is claimed for".to_owned())
            })?;
            proofs.push(proof);
        }
        let done = u32::try_from(proofs.len()).unwrap_or(u32::MAX);
        run.update(|run| run.done = done);
    }
    Ok(proofs)
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
pub(super) async fn build(
    app: &App,
    key: ClassKey,
    claim: Uuid,
    input: PackInput,
    run: &Going<SealRun>,
) -> Result<(Digest, Vec<u8>), NotSealed> {
    let (worker, run) = (app.clone(), run.clone());
    pack::blocking(move || {
        let anchors = TrustAnchors::from(worker.ledger.public_keys());
        let (files, manifest) =
            packing::build(input, worker.ledger.keys().issuer()).map_err(NotFinished::from)?;
        verified(&files, &anchors, &run)?;
        let bytes = archive::write(&files).map_err(NotFinished::from)?;
        drop(files);
        let sealed = key.seal_pack(claim, &bytes);
        Ok((manifest, sealed.map_err(NotFinished::from)?))
    })
    .await?
}

fn verified(files: &Files, anchors: &TrustAnchors, run: &Going<SealRun>) -> Result<(), NotSealed> {
    let mut verification = Verification::begin(files, anchors);
    while verification.next_row() {
        let done = u32::try_from(verification.done()).unwrap_or(u32::MAX);
        run.update(|run| run.done = done);
    }
    let faults: Vec<String> = verification
        .finish()
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
