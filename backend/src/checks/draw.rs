//! Drawing a check: what is asked, the nonce, the deadline; its row and its record.

use super::{
    row::{self, Answer, Check, active, identity_of},
    settle::{Whose, moment},
    verdict::miss,
};
use crate::{
    keys::{Keys, random},
    store::{
        classes,
        evidence::{self, NewEvidence},
        rules_book::RulesBook,
        study::lock_row,
        to_json,
    },
};
use contract::{
    Digest,
    face::{Challenge, CheckId, CheckOrigin, CheckState, EnrolmentState, HeadAction, IdentityWay},
    record::{CheckDrawn, Record},
};
use sea_orm::{DatabaseTransaction, DbErr};
use study::{ClassId, Millis, PersonId, RandomChecks, SessionId, Timestamp};
use uuid::Uuid;

/// Shortest time between two checks that a learner asks for.
const MAKE_UP_EVERY_MS: Millis = Millis(60_000);
/// When to ask again while an answer is being judged: nearly all have their verdict by then.
const JUDGED_WITHIN_MS: Millis = Millis(3_000);

/// What is to be drawn.
#[derive(Clone, Copy, Debug)]
pub struct Draw<'a> {
    /// Whose face.
    pub person: PersonId,
    /// For which class.
    pub class: ClassId,
    /// The study session it interrupts.
    pub session: Option<SessionId>,
    /// Hash of the rules.
    pub rules_hash: Digest,
    /// The policy in them.
    pub rules: &'a RandomChecks,
    /// Why.
    pub origin: CheckOrigin,
    /// Its number in the session, for one that nobody announced.
    pub number: Option<u64>,
    /// The try before it, where it is a further one.
    pub retry_of: Option<&'a Check>,
    /// The beat it is drawn with.
    pub drawn_seq: Option<u64>,
    /// Whether the learner is asked; who has no enrolled face cannot be.
    pub shown: bool,
    /// The roll call that it answers.
    pub roll_call: Option<Uuid>,
    /// When.
    pub now: Timestamp,
}

/// A check that was drawn, to be written.
#[derive(Clone, Debug)]
pub struct Drawn {
    /// The check.
    pub check: Check,
    /// Its evidence.
    record: CheckDrawn,
}

/// Draws, without writing: for the beat writer, which writes many at once.
///
/// # Errors
/// Where the machine gives no randomness.
pub fn drawn(keys: &Keys, draw: Draw<'_>) -> std::io::Result<Drawn> {
    let nonce = Digest(random::<32>()?);
    let action = match draw.retry_of.map(|before| before.action) {
        // Another one than before. A check always asks for a turn: a photo that is held up straight must never do.
        Some(HeadAction::TurnLeft) => HeadAction::TurnRight,
        Some(HeadAction::TurnRight) => HeadAction::TurnLeft,
        Some(HeadAction::None) | None => match random::<1>()? {
            [odd] if odd & 1 == 1 => HeadAction::TurnLeft,
            [_] => HeadAction::TurnRight,
        },
    };
    let deadline_at = draw.now.plus(draw.rules.answer_ms);
    let check = Check {
        check: CheckId(Uuid::now_v7()),
        person: draw.person,
        class: draw.class,
        session: draw.session,
        rules: draw.rules_hash,
        origin: draw.origin,
        number: draw.number,
        action,
        nonce,
        attempt: draw
            .retry_of
            .map_or(0, |before| before.attempt.saturating_add(1)),
        retry_of: draw.retry_of.map(|before| before.check),
        drawn_seq: draw.drawn_seq,
        shown: draw.shown,
        drawn_at: draw.now,
        deadline_at,
        state: CheckState::Open,
        outcome: None,
        standing: None,
        stretches: Vec::new(),
        answered_at: None,
        settled_at: None,
        // Whoever does not answer in time earns nothing from then on, before anybody has noticed.
        blocks_from: deadline_at,
        blocks_to: None,
        make_up_until: None,
        roll_call: draw.roll_call,
        answer: Answer::default(),
    };
    let record = drawn_record(keys, &check);
    Ok(Drawn { check, record })
}

/// The record of a drawn check.
#[must_use]
pub(crate) fn drawn_record(keys: &Keys, check: &Check) -> CheckDrawn {
    CheckDrawn {
        check: check.check,
        session: check.session,
        person: keys.pseudonym(check.person),
        class: check.class,
        rules: check.rules,
        origin: check.origin,
        number: check.number,
        action: check.action,
        nonce: check.nonce,
        attempt: check.attempt,
        at: check.drawn_at,
        deadline_at: check.deadline_at,
    }
}

impl Drawn {
    /// Writes row and record.
    ///
    /// # Errors
    /// What the database says.
    pub async fn write(&self, tx: &DatabaseTransaction) -> Result<(), DbErr> {
        self.check.insert(tx).await?;
        let record = NewEvidence {
            kind: "check_drawn/1",
            person: Some(self.check.person),
            class: Some(self.check.class),
            session: self.check.session,
            record: to_json(&Record::CheckDrawn(self.record.clone()))?,
        };
        evidence::append(tx, &[record], self.check.drawn_at).await?;
        Ok(())
    }
}

/// Draws a check and writes it.
///
/// # Errors
/// What the database or the machine says.
pub async fn draw(tx: &DatabaseTransaction, keys: &Keys, draw: Draw<'_>) -> Result<Check, DbErr> {
    let drawn = drawn(keys, draw).map_err(|error| DbErr::Custom(error.to_string()))?;
    drawn.write(tx).await?;
    Ok(drawn.check)
}

/// Whether a challenge can be shown to somebody with this way and enrolment.
pub(crate) const fn can_answer(way: Option<IdentityWay>, enrolment: EnrolmentState) -> bool {
    matches!(way, Some(IdentityWay::Face))
        && matches!(
            enrolment,
            EnrolmentState::Waiting | EnrolmentState::Confirmed
        )
}

/// The check that a study session begins with: one that is open already, or the day's sign-in where it is due. The person's study
/// must be locked.
///
/// # Errors
/// What the database or the machine says.
pub async fn sign_in(
    tx: &DatabaseTransaction,
    keys: &Keys,
    book: &RulesBook,
    whose: &Whose<'_>,
    session: SessionId,
    asked_today: bool,
    now: Timestamp,
) -> Result<Option<Challenge>, DbErr> {
    let (way, enrolment) = identity_of(tx, whose.person).await?;
    if let Some(mut open) = active(tx, whose.person, whose.class).await? {
        let at = moment(tx, whose.person, whose.class, now).await?;
        if open.state == CheckState::Judging {
            return Ok(None);
        }
        if at < open.deadline_at {
            return Ok(can_answer(way, enrolment).then(|| open.challenge(whose.rules, now)));
        }
        miss(tx, keys, book, &mut open, at).await?;
    }
    if !whose.rules.sign_in || asked_today || !can_answer(way, enrolment) {
        return Ok(None);
    }
    let draw = Draw {
        person: whose.person,
        class: whose.class,
        session: Some(session),
        rules_hash: whose.rules_hash,
        rules: whose.rules,
        origin: CheckOrigin::SignIn,
        number: None,
        retry_of: None,
        drawn_seq: None,
        shown: true,
        roll_call: None,
        now: moment(tx, whose.person, whose.class, now).await?,
    };
    let check = self::draw(tx, keys, draw).await?;
    Ok(Some(check.challenge(whose.rules, now)))
}

/// Why no check was drawn that the learner asked for.
#[derive(Debug, thiserror::Error)]
pub enum NotDrawn {
    /// Not a class of this person, or one without face checks.
    #[error("this person has no such class with face checks")]
    NotFound,
    /// They have not agreed to face checks.
    #[error("this person has not agreed to face checks")]
    NoConsent,
    /// They have no enrolled face.
    #[error("this person has no enrolled face")]
    NotEnrolled,
    /// The last one was drawn just now, or is being judged; try again after so long.
    #[error("the last check was drawn just now")]
    TooSoon(Millis),
    /// The database or the machine failed.
    #[error(transparent)]
    Db(#[from] DbErr),
}

/// Draws a check that the learner asks for, to make up for missed ones and to confirm what waits; gives the open one where there
/// is one.
///
/// # Errors
/// [`NotDrawn`]
pub async fn make_up(
    tx: &DatabaseTransaction,
    keys: &Keys,
    book: &RulesBook,
    person: PersonId,
    class: ClassId,
    now: Timestamp,
) -> Result<Challenge, NotDrawn> {
    let enrolled = classes::enrolled(tx, person, class)
        .await?
        .ok_or(NotDrawn::NotFound)?;
    let rules_hash = crate::store::digest(&enrolled.rules_hash)?;
    let rules = book.get(tx, rules_hash).await?;
    let rules = rules.face_checks.random().ok_or(NotDrawn::NotFound)?;
    lock_row(tx, person).await?;
    let (way, enrolment) = identity_of(tx, person).await?;
    if way != Some(IdentityWay::Face) {
        return Err(NotDrawn::NoConsent);
    }
    if !can_answer(way, enrolment) {
        return Err(NotDrawn::NotEnrolled);
    }
    let mut now = moment(tx, person, class, now).await?;
    if let Some(mut open) = active(tx, person, class).await? {
        if open.state == CheckState::Judging {
            return Err(NotDrawn::TooSoon(JUDGED_WITHIN_MS));
        }
        if now < open.deadline_at {
            return Ok(open.challenge(rules, now));
        }
        miss(tx, keys, book, &mut open, now).await?;
        now = open.settled_at.unwrap_or(now);
    }
    let last = row::of_class(tx, person, class)
        .await?
        .iter()
        .filter(|check| check.origin == CheckOrigin::MakeUp && check.attempt == 0)
        .map(|check| check.drawn_at)
        .max();
    if let Some(last) = last {
        let since = now.since(last);
        if since < MAKE_UP_EVERY_MS {
            return Err(NotDrawn::TooSoon(MAKE_UP_EVERY_MS.saturating_sub(since)));
        }
    }
    let draw = Draw {
        person,
        class,
        session: None,
        rules_hash,
        rules,
        origin: CheckOrigin::MakeUp,
        number: None,
        retry_of: None,
        drawn_seq: None,
        shown: true,
        roll_call: None,
        now,
    };
    Ok(self::draw(tx, keys, draw).await?.challenge(rules, now))
}
