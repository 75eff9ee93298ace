//! Where each learner of a class stands before a claim: what counts by the same sources as the class page and the proof, and what was
//! entered. Read in as many statements for a thousand learners as for one.

use crate::{
    app::App,
    checks::{self, Credit, Tally},
    store::{
        catalogue,
        claims::{self, entries, rows},
        class_keys::{self, Words},
        digest,
        entities::{class, person, unit},
        invitations::NotRead,
        number, people, revocations,
    },
};
use contract::{
    claim::{Facts, MatrixRow, Missing, THEORY_PERMILLE_MIN},
    class::ProofSummary,
    id_number::IdNumber,
};
use sea_orm::DbErr;
use std::collections::{BTreeMap, BTreeSet};
use study::{ClassHours, ClassId, CourseId, Coverage, Millis, PersonId, UnitId};
use uuid::Uuid;

/// A learner as the matrix shows them, with the row that opens their data.
pub struct Learner {
    /// The row of the matrix.
    pub row: MatrixRow,
    /// The person.
    pub someone: person::Model,
}

/// The learners of `class`, in the order of their names. Whoever asks has made sure that the class is of their institution.
///
/// # Errors
/// [`NotRead`]
pub async fn learners(app: &App, class: &class::Model) -> Result<Vec<Learner>, NotRead> {
    let db = &app.db.read;
    let id = ClassId(class.id);
    let rules = app.rules.get(db, digest(&class.rules_hash)?).await?;
    let units = catalogue::units(db, CourseId(class.course_id)).await?;
    let entries = entries::newest(db, id).await?;
    let authors = entries.values().flat_map(BTreeMap::values);
    let authors = authors.map(|row| row.entered_by).collect();
    let names = claims::names(db, &app.keys, authors).await?;
    let mut proofs = entries::newest_proofs(db, id).await?;
    let revoked: BTreeSet<Uuid> = revocations::of_class(db, id)
        .await?
        .into_values()
        .map(|row| row.person_id)
        .collect();
    let mut earlier = rows::earlier(db, class).await?;
    let mut credits = checks::credit_of_everybody(db, &rules, id).await?;
    let of_class = class_keys::get(db, &app.keys, id).await?;
    let nothing = BTreeMap::new();
    let mut learners = Vec::new();
    for someone in entries::learners(db, id).await? {
        let (credit, tally) = credits.remove(&PersonId(someone.id)).unwrap_or_default();
        let theory = Theory::of(&units, &credit, &tally);
        let entered = entries.get(&someone.id).unwrap_or(&nothing);
        let words = Words::new(of_class.as_ref(), people::key(&app.keys, &someone)?);
        let (facts, excluded) = entries::read(&words, entered, &names)?;
        let proof = proofs.remove(&someone.id);
        let row = MatrixRow {
            person: PersonId(someone.id),
            name: people::name(&app.keys, &someone)?,
            id_number: masked(&people::id_number(&app.keys, &someone)?)?,
            confirmed_ms: theory.confirmed_ms,
            class_hours: ClassHours::of(theory.confirmed_ms, &rules),
            missing: missing(
                &theory,
                &facts,
                proof.as_ref(),
                revoked.contains(&someone.id),
            ),
            facts,
            proof,
            excluded,
            claimed: earlier.remove(&someone.id),
        };
        learners.push(Learner { row, someone });
    }
    learners.sort_by(|one, other| {
        (&one.row.name, one.row.person.0).cmp(&(&other.row.name, other.row.person.0))
    });
    Ok(learners)
}

/// The form of an ID number that may be shown.
///
/// # Errors
/// Where the database holds something else.
pub fn masked(id_number: &str) -> Result<String, DbErr> {
    let number = IdNumber::parse(id_number)
        .map_err(|_| DbErr::Custom("a stored ID number is not well formed".to_owned()))?;
    Ok(number.masked())
}

/// How far somebody's theory is.
struct Theory {
    confirmed_ms: Millis,
    missing: Vec<Missing>,
}

impl Theory {
    fn of(units: &[unit::Model], credit: &Credit, tally: &Tally) -> Self {
        let complete = units
            .iter()
            .all(|unit| is_complete(unit, credit.confirmed.get(&UnitId(unit.id))));
        let would_be = || {
            units
                .iter()
                .all(|unit| is_complete(unit, Some(&together(credit, UnitId(unit.id)))))
        };
        Self {
            confirmed_ms: credit
                .confirmed
                .values()
                .fold(Millis::ZERO, |sum, unit| sum.saturating_add(unit.len())),
            missing: if complete {
                Vec::new()
            } else if would_be() {
                waits_for(tally)
            } else {
                vec![Missing::TheoryUnfinished]
            },
        }
    }
}

/// Whom credit waits for that would be enough. What no check has settled yet waits for the learner's next one, too.
fn waits_for(tally: &Tally) -> Vec<Missing> {
    let in_review = tally.in_review > 0 || tally.review_ms > Millis::ZERO;
    let to_make_up = tally.to_make_up > 0 || !in_review;
    [
        to_make_up.then_some(Missing::TheoryToMakeUp),
        in_review.then_some(Missing::TheoryInReview),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Whether so much of a unit's film is enough.
fn is_complete(unit: &unit::Model, credited: Option<&Coverage>) -> bool {
    let credited = credited.map_or(0, |covered| covered.len().0);
    credited.saturating_mul(1_000) >= number(unit.film_ms).saturating_mul(THEORY_PERMILLE_MIN)
}

/// What counts of a unit together with what waits.
fn together(credit: &Credit, unit: UnitId) -> Coverage {
    let mut both = credit.confirmed.get(&unit).cloned().unwrap_or_default();
    for interval in credit
        .waiting
        .get(&unit)
        .into_iter()
        .flat_map(Coverage::intervals)
    {
        both.insert(*interval);
    }
    both
}

fn missing(
    theory: &Theory,
    facts: &Facts,
    proof: Option<&ProofSummary>,
    revoked: bool,
) -> Vec<Missing> {
    let proof = match proof {
        None if revoked => Some(Missing::ProofRevoked),
        None => Some(Missing::ProofNotIssued),
        // What counts only grows, so equal sums are equal credit.
        Some(proof) if proof.confirmed_ms != theory.confirmed_ms => Some(Missing::ProofOutdated),
        Some(_) => None,
    };
    let mut missing = theory.missing.clone();
    missing.extend(facts.missing());
    missing.extend(proof);
    missing
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn enough_that_does_not_count_yet_says_whom_it_waits_for() {
        let nothing = Tally::default();
        // No check has come since: the learner's next one settles it.
        assert_eq!(waits_for(&nothing), [Missing::TheoryToMakeUp]);
        let missed = Tally {
            to_make_up: 1,
            ..nothing
        };
        assert_eq!(waits_for(&missed), [Missing::TheoryToMakeUp]);
        let unclear = Tally {
            in_review: 1,
            ..nothing
        };
        assert_eq!(waits_for(&unclear), [Missing::TheoryInReview]);
        let both = Tally {
            to_make_up: 1,
            review_ms: Millis(1),
            ..nothing
        };
        assert_eq!(
            waits_for(&both),
            [Missing::TheoryToMakeUp, Missing::TheoryInReview]
        );
    }
}
