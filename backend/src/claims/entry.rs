//! Entering what the system does not hold itself, and leaving somebody out. Nothing is overwritten: what was said before stays on record.

use crate::{
    app::App,
    form,
    store::{
        self,
        claims::{
            self,
            entries::{self, Said},
        },
        entities::{class, person},
        invitations::NotRead,
    },
};
use contract::{
    claim::{
        CLAIM_LEARNERS_MAX, CLAIM_TEXT_MAX, Certificate, EnterFact, Exclude, Fact, Practical,
        Receipt,
    },
    error::{FieldError, FieldProblem},
};
use std::collections::{BTreeSet, HashMap};
use study::{ClassId, Day, PersonId, Timestamp};
use uuid::Uuid;

/// Most practical hours that can be entered: a year of working days. More is a slip of the finger.
pub const PRACTICAL_HOURS_MAX: u32 = 2_000;
/// Longest number of a certificate or receipt, in characters.
pub const NUMBER_MAX: usize = 60;

/// Why nothing was entered.
#[derive(Debug, thiserror::Error)]
pub enum NotEntered {
    /// Fields are wrong.
    #[error("fields are wrong")]
    Invalid(Vec<FieldError>),
    /// Somebody is not in the class.
    #[error("somebody is not in this class")]
    NotFound,
    /// Reading or writing failed.
    #[error(transparent)]
    NotRead(#[from] NotRead),
    /// It is not known whether it was saved.
    #[error(transparent)]
    Unknown(#[from] store::Unknown),
}

impl From<sea_orm::DbErr> for NotEntered {
    fn from(error: sea_orm::DbErr) -> Self {
        Self::NotRead(NotRead::Db(error))
    }
}

/// Enters a fact about learners of `class`.
///
/// # Errors
/// [`NotEntered`]
pub async fn enter(
    app: &App,
    class: &class::Model,
    wish: EnterFact,
    today: Day,
    by: PersonId,
) -> Result<(), NotEntered> {
    let wish = trimmed(wish);
    let problems = problems(&wish, today);
    if !problems.is_empty() {
        return Err(NotEntered::Invalid(problems));
    }
    let said = Said::Fact {
        fact: wish.fact,
        source: wish.source,
    };
    keep(app, class, &wish.people, &said, by).await
}

/// Leaves somebody out, or takes them in again.
///
/// # Errors
/// [`NotEntered`]
pub async fn exclude(
    app: &App,
    class: &class::Model,
    wish: Exclude,
    by: PersonId,
) -> Result<(), NotEntered> {
    let said = match wish.reason {
        None => Said::Included,
        Some(reason) => {
            let reason = reason.trim().to_owned();
            if let Some(problem) = text(&reason, CLAIM_TEXT_MAX) {
                return Err(NotEntered::Invalid(vec![field("reason", problem)]));
            }
            Said::Excluded { reason }
        }
    };
    keep(app, class, &[wish.person], &said, by).await
}

async fn keep(
    app: &App,
    class: &class::Model,
    whom: &[PersonId],
    said: &Said,
    by: PersonId,
) -> Result<(), NotEntered> {
    let id = ClassId(class.id);
    let tx = app.db.begin().await?;
    claims::lock_class(&tx, id).await?;
    // After the lock, so that what is entered later is also stamped later.
    let now: Timestamp = app.clock.now();
    let learners: HashMap<Uuid, person::Model> = entries::learners(&tx, id)
        .await?
        .into_iter()
        .map(|row| (row.id, row))
        .collect();
    let whom: Vec<person::Model> = whom
        .iter()
        .map(|person| learners.get(&person.0).cloned())
        .collect::<Option<_>>()
        .ok_or(NotEntered::NotFound)?;
    entries::add(&tx, &app.keys, id, &whom, said, by, now).await?;
    store::commit(tx).await?;
    app.ledger.wake();
    Ok(())
}

fn trimmed(wish: EnterFact) -> EnterFact {
    let trim = |text: String| text.trim().to_owned();
    EnterFact {
        people: wish.people,
        source: trim(wish.source),
        fact: match wish.fact {
            Fact::Practical(practical) => Fact::Practical(practical),
            Fact::Certificate(certificate) => Fact::Certificate(Certificate {
                number: trim(certificate.number),
                issuer: trim(certificate.issuer),
                ..certificate
            }),
            Fact::Receipt(receipt) => Fact::Receipt(Receipt {
                number: trim(receipt.number),
            }),
        },
    }
}

fn problems(wish: &EnterFact, today: Day) -> Vec<FieldError> {
    let mut problems = vec![
        ("people", people(wish)),
        ("source", text(&wish.source, CLAIM_TEXT_MAX)),
    ];
    let range = |wrong: bool| wrong.then_some(FieldProblem::Range);
    match &wish.fact {
        Fact::Practical(Practical { planned, done }) => problems.extend([
            ("planned", range(*planned > PRACTICAL_HOURS_MAX)),
            ("done", range(*done > PRACTICAL_HOURS_MAX)),
        ]),
        Fact::Certificate(certificate) => problems.extend([
            ("number", text(&certificate.number, NUMBER_MAX)),
            ("issuer", text(&certificate.issuer, CLAIM_TEXT_MAX)),
            ("issued_on", range(certificate.issued_on > today)),
        ]),
        Fact::Receipt(receipt) => problems.push(("number", text(&receipt.number, NUMBER_MAX))),
    }
    problems
        .into_iter()
        .filter_map(|(name, problem)| problem.map(|problem| field(name, problem)))
        .collect()
}

/// A certificate and a receipt are of one person; practical hours may be those of many.
fn people(wish: &EnterFact) -> Option<FieldProblem> {
    let most = match wish.fact {
        Fact::Practical(_) => CLAIM_LEARNERS_MAX,
        Fact::Certificate(_) | Fact::Receipt(_) => 1,
    };
    let distinct: BTreeSet<PersonId> = wish.people.iter().copied().collect();
    match wish.people.len() {
        0 => Some(FieldProblem::Missing),
        n if n > most || n != distinct.len() => Some(FieldProblem::Range),
        _ => None,
    }
}

/// What is wrong with a text that others are to read.
#[must_use]
pub fn text(text: &str, most: usize) -> Option<FieldProblem> {
    form::length(text, 2, most).or_else(|| form::control(text))
}

fn field(field: &str, problem: FieldProblem) -> FieldError {
    FieldError {
        field: field.to_owned(),
        problem,
    }
}
