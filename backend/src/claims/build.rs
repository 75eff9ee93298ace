//! Making and verifying the files of a pack, out of what the matrix shows.

use super::{
    matrix::Learner,
    pack::{self, NotFinished},
    roster_file,
    seal::NotSealed,
    words,
};
use crate::{
    app::App,
    checks::spelled,
    keys::ClassKey,
    proofs as proving,
    store::{
        self, digest,
        entities::{class, course, institution, proof},
        to_json,
    },
};
use contract::{
    Digest, Text,
    credential::{Named, identity::mask_name},
    pack::{self as packing, Excluded, Files, PackInput, PackRow, SEAL},
    verify::TrustAnchors,
};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter};
use std::collections::{BTreeSet, HashMap};
use study::{ClassId, CourseId, InstitutionId, PersonId, Timestamp};
use uuid::Uuid;

/// What the pack is made of.
pub(super) async fn input(
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
pub(super) async fn build(
    app: &App,
    key: ClassKey,
    claim: Uuid,
    input: PackInput,
) -> Result<(Digest, Vec<u8>), NotSealed> {
    let worker = app.clone();
    pack::blocking(move || {
        let anchors = TrustAnchors::from(worker.ledger.public_keys());
        let (files, manifest) =
            packing::build(input, worker.ledger.keys().issuer()).map_err(NotFinished::from)?;
        verified(&files, &anchors)?;
        let sealed = pack::pack_and_seal(&key, claim, &files)?.1;
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
