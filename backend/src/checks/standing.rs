//! Where a learner stands: what of their credit counts, waits or is void. One source for the class page, the study record, the
//! check's own page and the proof.

use super::{
    row::{self, Check, find, identity_of, next_try},
    settle::{allowance, made_up},
};
use crate::store::{
    entities::{study_progress, study_session},
    json,
    rules_book::RulesBook,
    study::{of_class as sessions, of_everybody},
};
use contract::{
    credential::settled::unsettled,
    face::{CheckId, CheckOutcome, CheckStatus, ClassChecks},
    record::CreditStanding,
};
use sea_orm::{ConnectionTrait, DbErr};
use std::collections::{BTreeMap, HashMap};
use study::{
    ClassId, Coverage, Millis, PersonId, RandomChecks, Rules, SessionId, Timestamp, UnitId,
};

/// The credit of one person in one class.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Credit {
    /// What counts, by unit.
    pub confirmed: BTreeMap<UnitId, Coverage>,
    /// What waits for a check or a human, by unit.
    pub waiting: BTreeMap<UnitId, Coverage>,
}

/// What of the credit of `person` in `class` counts under `rules`, and what waits.
///
/// # Errors
/// What the database says.
pub async fn credit_of(
    db: &impl ConnectionTrait,
    rules: &Rules,
    person: PersonId,
    class: ClassId,
) -> Result<Credit, DbErr> {
    let checks = match rules.face_checks.random() {
        None => None,
        Some(_) => Some(row::of_class(db, person, class).await?),
    };
    credit(&sessions(db, person, class).await?, checks.as_deref())
}

/// The same of everybody in `class` who has studied, each with what their checks come to. As many statements for a thousand people as
/// for one.
///
/// # Errors
/// What the database says.
pub async fn credit_of_everybody(
    db: &impl ConnectionTrait,
    rules: &Rules,
    class: ClassId,
) -> Result<HashMap<PersonId, (Credit, Tally)>, DbErr> {
    let checked = rules.face_checks.random().is_some();
    let mut checks: HashMap<PersonId, Vec<Check>> = HashMap::new();
    if checked {
        for check in row::of_everybody(db, class).await? {
            checks.entry(check.person).or_default().push(check);
        }
    }
    let mut studied: HashMap<PersonId, Vec<_>> = HashMap::new();
    for (session, progress) in of_everybody(db, class).await? {
        let whose = studied.entry(PersonId(session.person_id)).or_default();
        whose.push((session, progress));
    }
    studied
        .into_iter()
        .map(|(person, sessions)| {
            let checks = checks.remove(&person).unwrap_or_default();
            let credit = credit(&sessions, checked.then_some(&*checks))?;
            Ok((person, (credit, Tally::of(&checks))))
        })
        .collect()
}

/// What `sessions` earned, by what `checks` say; `None` where the rules have none.
fn credit(
    sessions: &[(study_session::Model, study_progress::Model)],
    checks: Option<&[Check]>,
) -> Result<Credit, DbErr> {
    let mut credit = Credit::default();
    for (session, progress) in sessions {
        let unit = UnitId(session.unit_id);
        let earned: Coverage = json(&progress.covered)?;
        match checks {
            None => add(&mut credit.confirmed, unit, &earned),
            Some(checks) => {
                let session = SessionId(session.id);
                add(
                    &mut credit.waiting,
                    unit,
                    &waiting_in(session, &earned, checks),
                );
            }
        }
    }
    for check in checks.into_iter().flatten() {
        if check.standing == Some(CreditStanding::Confirmed) {
            for stretch in &check.stretches {
                add(&mut credit.confirmed, stretch.unit, &stretch.media);
            }
        }
    }
    Ok(credit)
}

fn add(sum: &mut BTreeMap<UnitId, Coverage>, unit: UnitId, more: &Coverage) {
    let sum = sum.entry(unit).or_default();
    for interval in more.intervals() {
        sum.insert(*interval);
    }
}

/// What of `earned` in `session` waits for a check or a human.
#[must_use]
pub fn waiting_in(session: SessionId, earned: &Coverage, checks: &[Check]) -> Coverage {
    let decided = checks
        .iter()
        .filter(|check| {
            matches!(
                check.standing,
                Some(CreditStanding::Confirmed | CreditStanding::Void)
            )
        })
        .flat_map(|check| &check.stretches);
    unsettled(session, earned, decided)
}

/// What the checks of one person in one class come to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Credit that counts.
    pub confirmed_ms: Millis,
    /// Credit that waits for a make-up check.
    pub pending_ms: Millis,
    /// Credit that waits for a human.
    pub review_ms: Millis,
    /// Credit that does not count.
    pub void_ms: Millis,
    /// Checks with credit at stake that can still be made up.
    pub to_make_up: u32,
    /// Checks that a human is to look at.
    pub in_review: u32,
    /// The newest settled check: when it was drawn, and what came of it.
    pub last: Option<(Timestamp, Option<CheckOutcome>)>,
}

impl Tally {
    /// Sums them up.
    #[must_use]
    pub fn of(checks: &[Check]) -> Self {
        let mut tally = Self::default();
        for check in checks {
            let sum = match check.standing {
                Some(CreditStanding::Confirmed) => &mut tally.confirmed_ms,
                Some(CreditStanding::Pending) if check.make_up_until.is_some() => {
                    &mut tally.pending_ms
                }
                Some(CreditStanding::Pending) => &mut tally.review_ms,
                Some(CreditStanding::Void) => &mut tally.void_ms,
                None => continue,
            };
            *sum = sum.saturating_add(check.stake());
            tally.to_make_up += u32::from(can_be_made_up(check));
            tally.in_review += u32::from(
                check.standing == Some(CreditStanding::Pending)
                    && check.outcome == Some(CheckOutcome::Review),
            );
            let this = Some((check.drawn_at, check.outcome));
            // Of several that were drawn at one moment, the last in the list is the newest.
            if tally.last.is_none_or(|(at, _)| at <= check.drawn_at) {
                tally.last = this;
            }
        }
        tally
    }
}

/// Whether a later passed check can still confirm what `check` left pending. In an empty one nothing is at stake.
fn can_be_made_up(check: &Check) -> bool {
    check.standing == Some(CreditStanding::Pending)
        && check.make_up_until.is_some()
        && !check.stretches.is_empty()
}

/// Where `person` stands in `class` at `now`.
///
/// # Errors
/// What the database says.
pub async fn standing(
    db: &impl ConnectionTrait,
    person: PersonId,
    class: ClassId,
    rules: &RandomChecks,
    now: Timestamp,
) -> Result<ClassChecks, DbErr> {
    let (way, enrolment) = identity_of(db, person).await?;
    let checks = row::of_class(db, person, class).await?;
    // What was settled at this moment is settled after the beats of this moment, and so a millisecond from now.
    let now = checks
        .iter()
        .filter_map(|check| check.settled_at)
        .fold(now, Timestamp::max);
    let mut provisional_ms = Millis::ZERO;
    for (session, progress) in sessions(db, person, class).await? {
        let earned: Coverage = json(&progress.covered)?;
        let named = checks.iter().flat_map(|check| &check.stretches);
        let waits = unsettled(SessionId(session.id), &earned, named);
        provisional_ms = provisional_ms.saturating_add(waits.len());
    }
    let tally = Tally::of(&checks);
    let n = |outcomes: &[CheckOutcome]| {
        let n = checks
            .iter()
            .filter(|check| check.outcome.is_some_and(|one| outcomes.contains(&one)))
            .count();
        u32::try_from(n).unwrap_or(u32::MAX)
    };
    let make_ups_left = allowance(&checks, rules).saturating_sub(made_up(&checks));
    Ok(ClassChecks {
        way,
        enrolment,
        blocked: checks.iter().any(|check| check.blocks(now)),
        confirmed_ms: tally.confirmed_ms,
        provisional_ms,
        pending_ms: tally.pending_ms,
        review_ms: tally.review_ms,
        make_up_until: checks
            .iter()
            .filter(|check| can_be_made_up(check))
            .filter_map(|check| check.make_up_until)
            .min(),
        make_ups_left: u32::try_from(make_ups_left).unwrap_or(u32::MAX),
        passed: n(&[
            CheckOutcome::Passed,
            CheckOutcome::SamePerson,
            CheckOutcome::Supervised,
        ]),
        missed: n(&[CheckOutcome::Missed, CheckOutcome::Expired]),
        made_up: n(&[CheckOutcome::MadeUp]),
    })
}

/// Why there is nothing to say of a check.
#[derive(Debug, thiserror::Error)]
pub enum NoStatus {
    /// No such check, or not this person's.
    #[error("this person has no such check")]
    NotFound,
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbErr),
}

/// How far `check` of `person` is.
///
/// # Errors
/// [`NoStatus`]
pub async fn status(
    db: &impl ConnectionTrait,
    book: &RulesBook,
    person: PersonId,
    check: CheckId,
    now: Timestamp,
) -> Result<CheckStatus, NoStatus> {
    let row = find(db, check)
        .await?
        .filter(|row| row.person == person)
        .ok_or(NoStatus::NotFound)?;
    let rules = book.get(db, row.rules).await?;
    let random = rules.face_checks.random().ok_or(NoStatus::NotFound)?;
    let next = next_try(db, check)
        .await?
        .map(|next| next.challenge(random, now));
    Ok(CheckStatus {
        check,
        origin: row.origin,
        state: row.state,
        outcome: row.outcome,
        hints: row.answer.hints.clone(),
        next,
        class: standing(db, person, row.class, random, now).await?,
    })
}
