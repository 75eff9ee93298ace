//! A check as it is kept: one row of `face_check`, read and written as the types of the contract.

use crate::store::{
    digest,
    entities::{
        face_check::{ActiveModel, Column, Entity, Model},
        face_enrolment, identity_way,
    },
    json, number, stored, time, to_json,
};
use contract::{
    Digest,
    face::{
        Challenge, CheckId, CheckOrigin, CheckOutcome, CheckState, EnrolmentState, FaceHint,
        HeadAction, HumanVerdict, IdentityWay, SignalSeen,
    },
    record::{CreditStanding, CreditStretch},
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter,
    QueryOrder, sea_query::Expr,
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::collections::BTreeSet;
use study::{ClassId, Millis, PersonId, RandomChecks, SessionId, Timestamp};
use uuid::Uuid;

/// A face check, or a further try of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// Its name.
    pub check: CheckId,
    /// Whose face.
    pub person: PersonId,
    /// For which class.
    pub class: ClassId,
    /// The study session it interrupts; `None` where the learner asked for it.
    pub session: Option<SessionId>,
    /// Hash of the rules it was drawn under.
    pub rules: Digest,
    /// Why it was drawn.
    pub origin: CheckOrigin,
    /// Its number in the session, from 0, for one that nobody announced.
    pub number: Option<u64>,
    /// What the head is to do.
    pub action: HeadAction,
    /// What an answer must carry.
    pub nonce: Digest,
    /// Which try it is, from 0.
    pub attempt: u32,
    /// The try before it.
    pub retry_of: Option<CheckId>,
    /// The beat that it was drawn with.
    pub drawn_seq: Option<u64>,
    /// Whether the learner was asked; who has no enrolled face cannot be.
    pub shown: bool,
    /// When it was drawn.
    pub drawn_at: Timestamp,
    /// First moment that is too late for an answer.
    pub deadline_at: Timestamp,
    /// How far it is.
    pub state: CheckState,
    /// What came of it.
    pub outcome: Option<CheckOutcome>,
    /// What the credit below is worth.
    pub standing: Option<CreditStanding>,
    /// The credit that it settled.
    pub stretches: Vec<CreditStretch>,
    /// When it was answered.
    pub answered_at: Option<Timestamp>,
    /// When it was last settled, or asked again.
    pub settled_at: Option<Timestamp>,
    /// From when on nothing is earned because of it.
    pub blocks_from: Timestamp,
    /// Until when.
    pub blocks_to: Option<Timestamp>,
    /// Until when it can be made up.
    pub make_up_until: Option<Timestamp>,
    /// The roll call that it answers.
    pub roll_call: Option<Uuid>,
    /// What was answered and seen.
    pub answer: Answer,
}

/// What the page claimed and what the machine saw.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Answer {
    /// Whether the page's own verdict was good.
    pub claimed_passed: Option<bool>,
    /// How the camera called itself.
    pub camera: String,
    /// Hash of the manifest that the page judged with.
    pub claimed_models: Option<Digest>,
    /// Hash of the manifest that the server judged with.
    pub models: Option<Digest>,
    /// SHA-256 of each frame.
    pub frames: Vec<Digest>,
    /// Distance to the template in millionths.
    pub distance_ppm: Option<u64>,
    /// What was conspicuous.
    pub signals: Vec<SignalSeen>,
    /// What the learner can do better.
    pub hints: Vec<FaceHint>,
    /// Who said 非本人 first.
    pub first_other: Option<PersonId>,
    /// Who upheld an appeal first, where two had said 非本人.
    pub first_same: Option<PersonId>,
    /// Whether staff granted a make-up beyond the share that the rules allow.
    pub granted: bool,
    /// The teacher who confirmed the identity without face data.
    pub confirmed_by: Option<PersonId>,
    /// What humans said, oldest first.
    pub said: Vec<Said>,
}

impl Answer {
    /// The names of its signals as evidence lists them: each once, in order.
    #[must_use]
    pub fn signal_names(&self) -> Vec<String> {
        let names: BTreeSet<&String> = self.signals.iter().map(|seen| &seen.signal).collect();
        names.into_iter().cloned().collect()
    }
}

/// What a human said to a check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// Who.
    pub by: PersonId,
    /// What.
    pub verdict: HumanVerdict,
    /// Why.
    pub reason: String,
    /// When.
    pub at: Timestamp,
}

impl Check {
    /// Whether nothing is earned at `now` because of this check.
    #[must_use]
    pub fn blocks(&self, now: Timestamp) -> bool {
        self.blocks_from <= now && self.blocks_to.is_none_or(|to| now < to)
    }

    /// Whether it waits for an answer or a verdict.
    #[must_use]
    pub const fn is_active(&self) -> bool {
        matches!(self.state, CheckState::Open | CheckState::Judging)
    }

    /// The challenge, as it is answered at `now`.
    #[must_use]
    pub fn challenge(&self, rules: &RandomChecks, now: Timestamp) -> Challenge {
        Challenge {
            check: self.check,
            origin: self.origin,
            action: self.action,
            nonce: self.nonce,
            answer_ms: self.deadline_at.since(now),
            frames_min: rules.frames_min,
            frame_gap_ms: rules.frame_gap_ms,
            attempt: self.attempt,
            attempts: rules.retries.saturating_add(1),
        }
    }

    /// Length of the credit it settled.
    #[must_use]
    pub fn stake(&self) -> Millis {
        self.stretches.iter().fold(Millis::ZERO, |sum, stretch| {
            sum.saturating_add(stretch.media.len())
        })
    }

    /// Reads a row.
    ///
    /// # Errors
    /// Where the database holds something else.
    pub fn read(row: &Model) -> Result<Self, DbErr> {
        Ok(Self {
            check: CheckId(row.id),
            person: PersonId(row.person_id),
            class: ClassId(row.class_id),
            session: row.session_id.map(SessionId),
            rules: digest(&row.rules_hash)?,
            origin: word(&row.origin)?,
            number: row.number.map(number),
            action: word(&row.action)?,
            nonce: digest(&row.nonce)?,
            attempt: u32::try_from(row.attempt).map_err(|e| DbErr::Type(e.to_string()))?,
            retry_of: row.retry_of.map(CheckId),
            drawn_seq: row.drawn_seq.map(number),
            shown: row.shown,
            drawn_at: time(row.drawn_at),
            deadline_at: time(row.deadline_at),
            state: word(&row.state)?,
            outcome: row.outcome.as_deref().map(word).transpose()?,
            standing: row.standing.as_deref().map(word).transpose()?,
            stretches: json(&row.stretches)?,
            answered_at: row.answered_at.map(time),
            settled_at: row.settled_at.map(time),
            blocks_from: time(row.blocks_from),
            blocks_to: row.blocks_to.map(time),
            make_up_until: row.make_up_until.map(time),
            roll_call: row.roll_call_id,
            answer: json(&row.answer)?,
        })
    }

    /// Enters it.
    ///
    /// # Errors
    /// What the database says.
    pub(super) async fn insert(&self, tx: &impl ConnectionTrait) -> Result<(), DbErr> {
        Entity::insert(ActiveModel {
            id: Set(self.check.0),
            person_id: Set(self.person.0),
            class_id: Set(self.class.0),
            session_id: Set(self.session.map(|session| session.0)),
            rules_hash: Set(self.rules.0.to_vec()),
            origin: Set(spelled(&self.origin)?),
            number: Set(self.number.map(stored)),
            action: Set(spelled(&self.action)?),
            nonce: Set(self.nonce.0.to_vec()),
            attempt: Set(i64::from(self.attempt)),
            retry_of: Set(self.retry_of.map(|check| check.0)),
            drawn_seq: Set(self.drawn_seq.map(stored)),
            shown: Set(self.shown),
            drawn_at: Set(stored(self.drawn_at.0)),
            deadline_at: Set(stored(self.deadline_at.0)),
            roll_call_id: Set(self.roll_call),
            ..self.moving()?
        })
        .exec_without_returning(tx)
        .await?;
        Ok(())
    }

    /// Writes where it stands now.
    ///
    /// # Errors
    /// What the database says.
    pub(super) async fn save(&self, tx: &impl ConnectionTrait) -> Result<(), DbErr> {
        Entity::update_many()
            .set(self.moving()?)
            .filter(Column::Id.eq(self.check.0))
            .exec(tx)
            .await?;
        Ok(())
    }

    /// The columns that change.
    fn moving(&self) -> Result<ActiveModel, DbErr> {
        let at = |moment: Option<Timestamp>| moment.map(|moment| stored(moment.0));
        Ok(ActiveModel {
            state: Set(spelled(&self.state)?),
            outcome: Set(self.outcome.as_ref().map(spelled).transpose()?),
            standing: Set(self.standing.as_ref().map(spelled).transpose()?),
            stretches: Set(to_json(&self.stretches)?),
            answered_at: Set(at(self.answered_at)),
            settled_at: Set(at(self.settled_at)),
            blocks_from: Set(stored(self.blocks_from.0)),
            blocks_to: Set(at(self.blocks_to)),
            make_up_until: Set(at(self.make_up_until)),
            answer: Set(to_json(&self.answer)?),
            ..ActiveModel::default()
        })
    }
}

/// One check.
///
/// # Errors
/// What the database says.
pub async fn find(db: &impl ConnectionTrait, check: CheckId) -> Result<Option<Check>, DbErr> {
    let row = Entity::find_by_id(check.0).one(db).await?;
    row.as_ref().map(Check::read).transpose()
}

/// All checks of `person` in `class`, oldest first.
///
/// # Errors
/// What the database says.
pub async fn of_class(
    db: &impl ConnectionTrait,
    person: PersonId,
    class: ClassId,
) -> Result<Vec<Check>, DbErr> {
    read(
        db,
        Condition::all()
            .add(Column::PersonId.eq(person.0))
            .add(Column::ClassId.eq(class.0)),
    )
    .await
}

/// All checks of everybody in `class`, oldest first.
///
/// # Errors
/// What the database says.
pub async fn of_everybody(db: &impl ConnectionTrait, class: ClassId) -> Result<Vec<Check>, DbErr> {
    read(db, Condition::all().add(Column::ClassId.eq(class.0))).await
}

/// All checks of `person`, oldest first.
///
/// # Errors
/// What the database says.
pub async fn of_person(db: &impl ConnectionTrait, person: PersonId) -> Result<Vec<Check>, DbErr> {
    read(db, Condition::all().add(Column::PersonId.eq(person.0))).await
}

/// The check of `person` in `class` that waits for an answer or a verdict: there is at most one.
///
/// # Errors
/// What the database says.
pub async fn active(
    db: &impl ConnectionTrait,
    person: PersonId,
    class: ClassId,
) -> Result<Option<Check>, DbErr> {
    let checks = read(
        db,
        Condition::all()
            .add(Column::PersonId.eq(person.0))
            .add(Column::ClassId.eq(class.0))
            .add(Column::State.is_in(["open", "judging"])),
    )
    .await?;
    Ok(checks.into_iter().next_back())
}

/// The challenge that rides on the receipt of a beat, while it can still be answered.
///
/// # Errors
/// What the database says.
pub async fn challenge_of_beat(
    db: &impl ConnectionTrait,
    session: SessionId,
    seq: u64,
    rules: &RandomChecks,
    now: Timestamp,
) -> Result<Option<Challenge>, DbErr> {
    let checks = read(
        db,
        Condition::all()
            .add(Column::SessionId.eq(session.0))
            .add(Column::DrawnSeq.eq(stored(seq)))
            .add(Column::Shown.eq(true))
            .add(Column::State.eq("open")),
    )
    .await?;
    Ok(checks
        .into_iter()
        .find(|check| now < check.deadline_at)
        .map(|check| check.challenge(rules, now)))
}

/// The try after `check`, where there is one.
///
/// # Errors
/// What the database says.
pub(super) async fn next_try(
    db: &impl ConnectionTrait,
    check: CheckId,
) -> Result<Option<Check>, DbErr> {
    let checks = read(db, Condition::all().add(Column::RetryOf.eq(check.0))).await?;
    Ok(checks.into_iter().next())
}

/// Ends every block of `person` in `class` that has begun by `at`.
pub(super) async fn lift(
    tx: &impl ConnectionTrait,
    person: PersonId,
    class: ClassId,
    at: Timestamp,
) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::BlocksTo, Expr::value(stored(at.0)))
        .filter(Column::PersonId.eq(person.0))
        .filter(Column::ClassId.eq(class.0))
        .filter(Column::BlocksTo.is_null())
        .filter(Column::BlocksFrom.lte(stored(at.0)))
        .exec(tx)
        .await?;
    Ok(())
}

pub(super) async fn read(db: &impl ConnectionTrait, which: Condition) -> Result<Vec<Check>, DbErr> {
    let rows = Entity::find()
        .filter(which)
        .order_by_asc(Column::DrawnAt)
        .order_by_asc(Column::Id)
        .all(db)
        .await?;
    rows.iter().map(Check::read).collect()
}

/// How the identity of `person` is checked, and how far their enrolment is.
///
/// # Errors
/// What the database says.
pub async fn identity_of(
    db: &impl ConnectionTrait,
    person: PersonId,
) -> Result<(Option<IdentityWay>, EnrolmentState), DbErr> {
    let way = identity_way::Entity::find()
        .filter(identity_way::Column::PersonId.eq(person.0))
        .order_by_desc(identity_way::Column::ChosenAt)
        .order_by_desc(identity_way::Column::Id)
        .one(db)
        .await?;
    let way = way.map(|row| word(&row.way)).transpose()?;
    let enrolment = face_enrolment::Entity::find()
        .filter(face_enrolment::Column::PersonId.eq(person.0))
        .filter(face_enrolment::Column::State.ne("replaced"))
        .order_by_desc(face_enrolment::Column::At)
        .order_by_desc(face_enrolment::Column::Id)
        .one(db)
        .await?;
    let enrolment = enrolment.map(|row| word(&row.state)).transpose()?;
    Ok((way, enrolment.unwrap_or(EnrolmentState::None)))
}

/// The word of an enumeration, as it stands in JSON and in the database.
pub(crate) fn spelled<T: Serialize>(value: &T) -> Result<String, DbErr> {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => Ok(word),
        Ok(other) => Err(DbErr::Json(format!("{other} is not a word"))),
        Err(error) => Err(DbErr::Json(error.to_string())),
    }
}

/// The value that a word of the database stands for.
pub(crate) fn word<T: DeserializeOwned>(word: &str) -> Result<T, DbErr> {
    serde_json::from_value(serde_json::Value::String(word.to_owned()))
        .map_err(|error| DbErr::Json(error.to_string()))
}
