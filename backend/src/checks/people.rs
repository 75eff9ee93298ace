//! Humans settle: staff who look at frames, staff who compare an enrolment with the ID card, teachers who see the learner.

use super::{
    row::{self, Answer, Check, Said, find, identity_of},
    settle::{Outcome, Whose, after, block, moment, recognised, settle, window},
    verdict::{miss, passing},
};
use crate::{
    keys::{Keys, random},
    store::{classes, digest, rules_book::RulesBook, study::lock_row},
};
use contract::{
    Digest,
    face::{
        CheckId, CheckOrigin, CheckOutcome, CheckState, HeadAction, HumanVerdict, SignalSeen,
        SupervisedHow,
    },
    record::CreditStanding,
};
use sea_orm::{DatabaseTransaction, DbErr};
use study::{ClassId, Millis, PersonId, Rules, Timestamp};
use uuid::Uuid;

/// Why a human's decision changed nothing.
#[derive(Debug, thiserror::Error)]
pub enum NotDecided {
    /// No such check or class, or one that this member of staff may not decide: nobody decides their own.
    #[error("there is no such check to decide")]
    NotFound,
    /// It was decided before, or by this very person, and a second one has to agree.
    #[error("this was decided before, or a second person has to agree")]
    AlreadyDecided,
    /// The database or the machine failed.
    #[error(transparent)]
    Db(#[from] DbErr),
}

/// Decides a check that waits for a human. 非本人 needs two people: the first one's word is kept, the second one's counts.
///
/// # Errors
/// [`NotDecided`]
#[expect(
    clippy::too_many_arguments,
    reason = "who says what of which, and when"
)]
pub async fn decide(
    tx: &DatabaseTransaction,
    keys: &Keys,
    book: &RulesBook,
    check: CheckId,
    staff: PersonId,
    verdict: HumanVerdict,
    reason: &str,
    now: Timestamp,
) -> Result<Check, NotDecided> {
    let person = find(tx, check).await?.ok_or(NotDecided::NotFound)?.person;
    if person == staff {
        return Err(NotDecided::NotFound);
    }
    lock_row(tx, person).await?;
    let mut row = find(tx, check).await?.ok_or(NotDecided::NotFound)?;
    if row.outcome != Some(CheckOutcome::Review) || row.answer.first_other == Some(staff) {
        return Err(NotDecided::AlreadyDecided);
    }
    let rules = book.get(tx, row.rules).await?;
    let at = after(&row, moment(tx, row.person, row.class, now).await?);
    row.answer.said.push(Said {
        by: staff,
        verdict,
        reason: reason.to_owned(),
        at,
    });
    let by = Some(staff);
    let outcome = match verdict {
        HumanVerdict::Same => same_person(tx, &row, staff).await?,
        HumanVerdict::Other if row.answer.first_other.is_none() => {
            row.answer.first_other = Some(staff);
            Outcome {
                outcome: CheckOutcome::Review,
                standing: CreditStanding::Pending,
                by,
                make_up_until: None,
            }
        }
        HumanVerdict::Other => Outcome {
            outcome: CheckOutcome::OtherPerson,
            standing: CreditStanding::Void,
            by,
            make_up_until: None,
        },
        HumanVerdict::Unclear => unclear(&rules, by, at),
    };
    if outcome.outcome == CheckOutcome::SamePerson && row.blocks_to.is_none() {
        // This check blocks no longer; a miss beside it still may.
        row.blocks_to = Some(at);
    }
    settle(tx, keys, &mut row, outcome, at).await?;
    Ok(row)
}

/// `staff` says 本人: what a pass would be worth now. Without any enrolment it is the human's word alone, who has seen the frames.
pub(super) async fn same_person(
    tx: &DatabaseTransaction,
    row: &Check,
    staff: PersonId,
) -> Result<Outcome, DbErr> {
    let (_, enrolment) = identity_of(tx, row.person).await?;
    Ok(Outcome {
        outcome: CheckOutcome::SamePerson,
        standing: passing(enrolment).unwrap_or(CreditStanding::Confirmed),
        by: Some(staff),
        make_up_until: None,
    })
}

/// After staff decided the enrolment of `person`: what was passed against it counts now, or, where face and ID do not belong
/// together, has to be made up under a new enrolment.
///
/// # Errors
/// What the database says.
pub async fn enrolment_decided(
    tx: &DatabaseTransaction,
    keys: &Keys,
    book: &RulesBook,
    person: PersonId,
    staff: PersonId,
    confirmed: bool,
    now: Timestamp,
) -> Result<(), DbErr> {
    lock_row(tx, person).await?;
    for mut check in row::of_person(tx, person).await? {
        let Some(outcome) = held(&check) else {
            continue;
        };
        let at = after(&check, moment(tx, person, check.class, now).await?);
        let outcome = if confirmed {
            Outcome {
                outcome,
                standing: CreditStanding::Confirmed,
                by: Some(staff),
                make_up_until: None,
            }
        } else {
            block(&mut check, at);
            unclear(&*book.get(tx, check.rules).await?, Some(staff), at)
        };
        settle(tx, keys, &mut check, outcome, at).await?;
    }
    Ok(())
}

/// After `person` withdrew their consent, and their face data is gone: checks under way are missed, and what waited for a human
/// who would look at the frames can be made up by a teacher's confirmation.
///
/// # Errors
/// What the database says.
pub async fn withdrawn(
    tx: &DatabaseTransaction,
    keys: &Keys,
    book: &RulesBook,
    person: PersonId,
    now: Timestamp,
) -> Result<(), DbErr> {
    lock_row(tx, person).await?;
    for mut check in row::of_person(tx, person).await? {
        let at = after(&check, moment(tx, person, check.class, now).await?);
        if check.is_active() {
            block(&mut check, at);
            miss(tx, keys, book, &mut check, at).await?;
        } else if held(&check).is_some() || check.outcome == Some(CheckOutcome::Review) {
            let outcome = unclear(&*book.get(tx, check.rules).await?, None, at);
            settle(tx, keys, &mut check, outcome, at).await?;
        }
    }
    Ok(())
}

/// The outcome of a check whose credit waits for nothing but the enrolment.
fn held(check: &Check) -> Option<CheckOutcome> {
    let waits = check.standing == Some(CreditStanding::Pending);
    check.outcome.filter(|outcome| {
        waits
            && matches!(
                outcome,
                CheckOutcome::Passed | CheckOutcome::SamePerson | CheckOutcome::MadeUp
            )
    })
}

/// Nobody can tell, so the learner gets the time to make up for it.
fn unclear(rules: &Rules, by: Option<PersonId>, at: Timestamp) -> Outcome {
    Outcome {
        outcome: CheckOutcome::Unclear,
        standing: CreditStanding::Pending,
        by,
        make_up_until: rules
            .face_checks
            .random()
            .and_then(|random| window(random, at)),
    }
}

/// A teacher has made sure who `person` is, without face data: all credit in `class` that waits for a check counts. Gives how much
/// that is. How they made sure stands among the signals of the record.
///
/// # Errors
/// [`NotDecided`]
#[expect(
    clippy::too_many_arguments,
    reason = "who confirms whom, where, how and when"
)]
pub async fn confirm_supervised(
    tx: &DatabaseTransaction,
    keys: &Keys,
    book: &RulesBook,
    teacher: PersonId,
    class: ClassId,
    person: PersonId,
    how: SupervisedHow,
    now: Timestamp,
) -> Result<Millis, NotDecided> {
    if teacher == person {
        return Err(NotDecided::NotFound);
    }
    let enrolled = classes::enrolled(tx, person, class)
        .await?
        .ok_or(NotDecided::NotFound)?;
    let rules_hash: Digest = digest(&enrolled.rules_hash)?;
    let rules = book.get(tx, rules_hash).await?;
    let rules = rules.face_checks.random().ok_or(NotDecided::NotFound)?;
    lock_row(tx, person).await?;
    let at = moment(tx, person, class, now).await?;
    let nonce = Digest(random::<32>().map_err(|error| DbErr::Custom(error.to_string()))?);
    let mut check = Check {
        check: CheckId(Uuid::now_v7()),
        person,
        class,
        session: None,
        rules: rules_hash,
        origin: CheckOrigin::Supervised,
        number: None,
        action: HeadAction::None,
        nonce,
        attempt: 0,
        retry_of: None,
        drawn_seq: None,
        shown: false,
        drawn_at: at,
        deadline_at: at,
        state: CheckState::Open,
        outcome: None,
        standing: None,
        stretches: Vec::new(),
        answered_at: Some(at),
        settled_at: None,
        blocks_from: at,
        blocks_to: Some(at),
        make_up_until: None,
        roll_call: None,
        answer: Answer {
            confirmed_by: Some(teacher),
            signals: vec![SignalSeen {
                signal: match how {
                    SupervisedHow::Live => "confirmed_live".into(),
                    SupervisedHow::OnSite => "confirmed_on_site".into(),
                },
                frame: None,
            }],
            ..Answer::default()
        },
    };
    check.insert(tx).await?;
    let outcome = Outcome {
        outcome: CheckOutcome::Supervised,
        standing: CreditStanding::Confirmed,
        by: Some(teacher),
        make_up_until: None,
    };
    settle(tx, keys, &mut check, outcome, at).await?;
    let before = made_up_stake(&row::of_class(tx, person, class).await?);
    let whose = Whose {
        person,
        class,
        rules_hash,
        rules,
    };
    recognised(tx, keys, &whose, CreditStanding::Confirmed, at).await?;
    let after = made_up_stake(&row::of_class(tx, person, class).await?);
    debug_assert_eq!(check.state, CheckState::Settled);
    Ok(check.stake().saturating_add(after.saturating_sub(before)))
}

fn made_up_stake(checks: &[Check]) -> Millis {
    checks
        .iter()
        .filter(|check| check.outcome == Some(CheckOutcome::MadeUp))
        .fold(Millis::ZERO, |sum, check| sum.saturating_add(check.stake()))
}
