//! What an upheld appeal does to a check. Nothing that the rules do not know: people who see the frames say 本人, or a miss that nobody
//! could help is made up again. Nobody is confirmed whom nobody saw.

use super::{
    people::{NotDecided, same_person},
    row::{Check, Said, find},
    settle::{Outcome, after, moment, settle, window},
};
use crate::{
    faces::frames::{self, Of},
    keys::Keys,
    store::{rules_book::RulesBook, study::lock_row},
};
use contract::{
    acting::Remedy,
    face::{CheckId, CheckOutcome, CheckState, HumanVerdict},
    record::CreditStanding,
};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr};
use study::{Millis, PersonId, Timestamp};

/// What upholding an appeal against a check came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Upheld {
    /// Nothing is left to be done, e.g. because it counts by now.
    Nothing,
    /// Two had said 非本人, so that a second one has to agree.
    SecondNeeded,
    /// It can be made up until then.
    MakeUp(Option<Timestamp>),
    /// Its credit: what counts now. Where the enrolment still waits, nothing yet.
    SamePerson(Millis),
}

impl Check {
    /// Whether the learner may appeal against it: it is settled, and not in their favour. What waits for a human is looked at anyway.
    #[must_use]
    pub fn can_be_appealed(&self) -> bool {
        self.state == CheckState::Settled
            && matches!(
                self.outcome,
                Some(
                    CheckOutcome::Missed
                        | CheckOutcome::Expired
                        | CheckOutcome::Unclear
                        | CheckOutcome::OtherPerson
                )
            )
    }

    /// Whether `staff` said 非本人 to it.
    #[must_use]
    pub fn called_other_by(&self, staff: PersonId) -> bool {
        self.answer
            .said
            .iter()
            .any(|said| said.by == staff && said.verdict == HumanVerdict::Other)
    }
}

/// What upholding an appeal against `check` would do now.
///
/// # Errors
/// What the database says.
pub async fn remedy(db: &impl ConnectionTrait, check: &Check) -> Result<Remedy, DbErr> {
    if !check.can_be_appealed() {
        return Ok(Remedy::None);
    }
    let frames = frames::of(db, Of::Check(check.check.0)).await?;
    // What was destroyed cannot be looked at.
    let seen = frames.iter().any(|frame| frame.jpeg_sealed.is_some());
    Ok(match check.outcome {
        _ if seen => Remedy::SamePerson,
        // Two saw somebody else, and nobody can look again.
        Some(CheckOutcome::OtherPerson) => Remedy::None,
        _ if check.stretches.is_empty() => Remedy::None,
        _ => Remedy::MakeUp,
    })
}

/// Upholds the appeal of a learner against `check`.
///
/// # Errors
/// [`NotDecided`]
pub async fn uphold(
    tx: &DatabaseTransaction,
    keys: &Keys,
    book: &RulesBook,
    check: CheckId,
    staff: PersonId,
    reason: &str,
    now: Timestamp,
) -> Result<Upheld, NotDecided> {
    let person = find(tx, check).await?.ok_or(NotDecided::NotFound)?.person;
    if person == staff {
        return Err(NotDecided::NotFound);
    }
    lock_row(tx, person).await?;
    // Read again under the lock.
    let mut row = find(tx, check).await?.ok_or(NotDecided::NotFound)?;
    let remedy = remedy(tx, &row).await?;
    let at = after(&row, moment(tx, row.person, row.class, now).await?);
    match remedy {
        Remedy::None | Remedy::WatchAgain => Ok(Upheld::Nothing),
        Remedy::MakeUp => {
            let rules = book.get(tx, row.rules).await?;
            let until = rules
                .face_checks
                .random()
                .and_then(|random| window(random, at));
            let outcome = match row.outcome {
                Some(CheckOutcome::Unclear) => CheckOutcome::Unclear,
                _ => CheckOutcome::Missed,
            };
            row.answer.granted = true;
            let outcome = Outcome {
                outcome,
                standing: CreditStanding::Pending,
                by: Some(staff),
                make_up_until: until,
            };
            settle(tx, keys, &mut row, outcome, at).await?;
            Ok(Upheld::MakeUp(until))
        }
        Remedy::SamePerson => {
            let two = row.outcome == Some(CheckOutcome::OtherPerson);
            if two && row.answer.first_same == Some(staff) {
                return Err(NotDecided::AlreadyDecided);
            }
            row.answer.said.push(Said {
                by: staff,
                verdict: HumanVerdict::Same,
                reason: reason.to_owned(),
                at,
            });
            if two && row.answer.first_same.is_none() {
                row.answer.first_same = Some(staff);
                let outcome = Outcome {
                    outcome: CheckOutcome::OtherPerson,
                    standing: CreditStanding::Void,
                    by: Some(staff),
                    make_up_until: None,
                };
                settle(tx, keys, &mut row, outcome, at).await?;
                return Ok(Upheld::SecondNeeded);
            }
            let outcome = same_person(tx, &row, staff).await?;
            if row.blocks_to.is_none() {
                row.blocks_to = Some(at);
            }
            settle(tx, keys, &mut row, outcome, at).await?;
            Ok(Upheld::SamePerson(
                if outcome.standing == CreditStanding::Confirmed {
                    row.stake()
                } else {
                    Millis::ZERO
                },
            ))
        }
    }
}
