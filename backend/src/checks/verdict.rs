//! The machine settles: by a verdict on the frames, or by the clock.

use super::{
    draw::{Draw, draw},
    row::{Check, find, identity_of, next_try},
    settle::{self, Outcome, Whose, block, moment, recognised, settle},
};
use crate::{
    keys::Keys,
    store::{rules_book::RulesBook, study::lock_row},
};
use contract::{
    Digest,
    face::{
        Challenge, CheckId, CheckOrigin, CheckOutcome, CheckState, EnrolmentState, FaceHint,
        SignalSeen,
    },
    record::CreditStanding,
};
use sea_orm::{DatabaseTransaction, DbErr};
use study::Timestamp;

/// What the frames of an answer say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// The right person, as far as the machine can see.
    Pass,
    /// Not clear; ask again, while there are tries left.
    Retry,
    /// Not clear in a way that no further try helps: a human looks.
    Review,
}

/// The verdict on an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// What it says.
    pub decision: Decision,
    /// Hash of the manifest that it was judged with.
    pub models: Digest,
    /// SHA-256 of each frame.
    pub frames: Vec<Digest>,
    /// Distance to the template in millionths, where a face was seen.
    pub distance_ppm: Option<u64>,
    /// What was conspicuous.
    pub signals: Vec<SignalSeen>,
    /// What the learner can do better, most helpful first.
    pub hints: Vec<FaceHint>,
}

/// What a verdict made of a check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settlement {
    /// How far the check is now.
    pub state: CheckState,
    /// What came of it, once settled.
    pub outcome: Option<CheckOutcome>,
    /// The further try, for `retried`.
    pub next: Option<Challenge>,
}

/// Settles a check by the verdict on its answer. Where it was settled before, that stands, and is given again.
///
/// # Errors
/// What the database says.
pub async fn settle_verdict(
    tx: &DatabaseTransaction,
    keys: &Keys,
    book: &RulesBook,
    check: CheckId,
    verdict: &Verdict,
    now: Timestamp,
) -> Result<Settlement, DbErr> {
    let missing = || DbErr::RecordNotFound(format!("face check {check}"));
    let person = find(tx, check).await?.ok_or_else(missing)?.person;
    lock_row(tx, person).await?;
    // Read again under the lock.
    let mut row = find(tx, check).await?.ok_or_else(missing)?;
    let rules = book.get(tx, row.rules).await?;
    let Some(random) = rules.face_checks.random() else {
        return Err(DbErr::Custom(
            "a face check under rules without any".to_owned(),
        ));
    };
    if row.state == CheckState::Judging {
        let at = moment(tx, row.person, row.class, now).await?;
        see(&mut row, verdict);
        let whose = Whose {
            person: row.person,
            class: row.class,
            rules_hash: row.rules,
            rules: random,
        };
        apply(tx, keys, &whose, &mut row, verdict.decision, at).await?;
    }
    let next = next_try(tx, row.check)
        .await?
        .map(|next| next.challenge(random, now));
    Ok(Settlement {
        state: row.state,
        outcome: row.outcome,
        next,
    })
}

fn see(row: &mut Check, verdict: &Verdict) {
    row.answer.models = Some(verdict.models);
    row.answer.frames.clone_from(&verdict.frames);
    row.answer.distance_ppm = verdict.distance_ppm;
    row.answer.signals.clone_from(&verdict.signals);
    row.answer.hints.clone_from(&verdict.hints);
}

async fn apply(
    tx: &DatabaseTransaction,
    keys: &Keys,
    whose: &Whose<'_>,
    row: &mut Check,
    decision: Decision,
    at: Timestamp,
) -> Result<(), DbErr> {
    let (_, enrolment) = identity_of(tx, row.person).await?;
    match (decision, passing(enrolment)) {
        (Decision::Pass, Some(standing)) => {
            let outcome = Outcome {
                outcome: CheckOutcome::Passed,
                standing,
                by: None,
                make_up_until: None,
            };
            settle(tx, keys, row, outcome, at).await?;
            recognised(tx, keys, whose, standing, at).await
        }
        (Decision::Retry, _) if row.attempt < whose.rules.retries => {
            row.state = CheckState::Retried;
            row.settled_at = Some(at);
            row.save(tx).await?;
            let again = Draw {
                person: row.person,
                class: row.class,
                session: row.session,
                rules_hash: row.rules,
                rules: whose.rules,
                origin: row.origin,
                number: row.number,
                retry_of: Some(row),
                drawn_seq: None,
                shown: true,
                roll_call: row.roll_call,
                now: at,
            };
            draw(tx, keys, again).await?;
            Ok(())
        }
        // A pass against an enrolment that is gone meanwhile says nothing.
        (Decision::Pass | Decision::Retry | Decision::Review, _) => {
            block(row, at);
            let outcome = Outcome {
                outcome: CheckOutcome::Review,
                standing: CreditStanding::Pending,
                by: None,
                make_up_until: None,
            };
            settle(tx, keys, row, outcome, at).await
        }
    }
}

/// What a pass is worth under an enrolment: it waits as long as that does.
pub(super) const fn passing(enrolment: EnrolmentState) -> Option<CreditStanding> {
    match enrolment {
        EnrolmentState::Confirmed => Some(CreditStanding::Confirmed),
        EnrolmentState::Waiting => Some(CreditStanding::Pending),
        EnrolmentState::None | EnrolmentState::Refused => None,
    }
}

/// Settles a check that nobody answered in time. The person's study must be locked, and `at` be a moment of it.
pub(super) async fn miss(
    tx: &DatabaseTransaction,
    keys: &Keys,
    book: &RulesBook,
    row: &mut Check,
    at: Timestamp,
) -> Result<(), DbErr> {
    debug_assert!(row.origin != CheckOrigin::Supervised);
    let rules = book.get(tx, row.rules).await?;
    let outcome = Outcome {
        outcome: CheckOutcome::Missed,
        standing: CreditStanding::Pending,
        by: None,
        make_up_until: rules
            .face_checks
            .random()
            .and_then(|random| settle::window(random, at)),
    };
    settle(tx, keys, row, outcome, at).await
}
