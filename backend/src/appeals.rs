//! Appeals: what a learner says against an uncredited stretch or a check, and what an answer may do. See
//! `docs/decisions/0013-appeals.md`.

use crate::{
    checks::{self, NotDecided, Upheld},
    keys::Keys,
    store::{
        appeals::{self, NewAnswer},
        class_keys, classes,
        entities::{appeal, class, unit_progress},
        evidence::{self, NewEvidence},
        json, people,
        rules_book::RulesBook,
        stored,
        study::lock_row,
        time, timeline, to_json,
    },
};
use contract::{
    acting::{
        APPEALS_OPEN_MAX, AppealAbout, AppealDone, AppealMark, AppealState, Remedy, words_digest,
    },
    face::CheckId,
    record::{AppealAnswered, AppealFiled, Record},
    timeline::Stretch,
};
use sea_orm::{ActiveValue::Set, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait};
use study::{ClassId, Coverage, Millis, PersonId, Timestamp};
use uuid::Uuid;

/// Why an appeal was not filed.
#[derive(Debug, thiserror::Error)]
pub enum NotFiled {
    /// No such stretch or check of this person, or one that was decided in their favour.
    #[error("there is no such stretch or check to appeal against")]
    NotFound,
    /// It was appealed against before.
    #[error("it was appealed against before")]
    Exists,
    /// Too many wait for an answer.
    #[error("too many appeals wait for an answer")]
    TooMany,
    /// The database or the machine failed.
    #[error(transparent)]
    Db(#[from] DbErr),
}

/// Why an appeal was not answered.
#[derive(Debug, thiserror::Error)]
pub enum NotAnswered {
    /// It has its answer, or a second person has to agree, or it is against the word of the one answering.
    #[error("this appeal was answered before, or somebody else has to answer it")]
    AlreadyDecided,
    /// The database or the machine failed.
    #[error(transparent)]
    Db(#[from] DbErr),
}

/// Files an appeal of `person`.
///
/// # Errors
/// [`NotFiled`]
pub async fn file(
    tx: &DatabaseTransaction,
    keys: &Keys,
    book: &RulesBook,
    person: PersonId,
    about: AppealAbout,
    text: &str,
    now: Timestamp,
) -> Result<AppealMark, NotFiled> {
    // Held until the end, so that what it is about stays as it is, and two at once are counted one after the other.
    lock_row(tx, person).await?;
    let (class, stretch) = subject(tx, book, person, &about).await?;
    // There is no key any more that its words could be sealed under.
    if classes::is_deleted(tx, class).await? {
        return Err(NotFiled::NotFound);
    }
    if appeals::n_open(tx, person, class).await? >= APPEALS_OPEN_MAX {
        return Err(NotFiled::TooMany);
    }
    let id = Uuid::now_v7();
    let (session, check) = match &about {
        AppealAbout::Stretch { session, .. } => (Some(session.0), None),
        AppealAbout::Check { check } => (None, Some(check.0)),
    };
    let new = appeal::ActiveModel {
        id: Set(id),
        person_id: Set(person.0),
        class_id: Set(class.0),
        session_id: Set(session),
        check_id: Set(check),
        about: Set(to_json(&about)?),
        stretch: Set(stretch.as_ref().map(to_json).transpose()?),
        text_sealed: Set(seal(tx, keys, (person, class), (id, text), now).await?),
        filed_at: Set(stored(now.0)),
    };
    if !appeals::add(tx, new).await? {
        return Err(NotFiled::Exists);
    }
    let record = Record::AppealFiled(AppealFiled {
        appeal: id,
        person: keys.pseudonym(person),
        class,
        about,
        text: words_digest(id, text),
        at: now,
    });
    append(tx, "appeal_filed/1", person, class, &record, now).await?;
    Ok(AppealMark {
        appeal: id,
        filed_at: now,
        text: text.to_owned(),
        state: AppealState::Open,
        answer: None,
    })
}

/// What `about` is in the record of `person`.
async fn subject(
    tx: &DatabaseTransaction,
    book: &RulesBook,
    person: PersonId,
    about: &AppealAbout,
) -> Result<(ClassId, Option<Stretch>), NotFiled> {
    match about {
        AppealAbout::Check { check } => {
            let check = checks::find(tx, *check)
                .await?
                .filter(|check| check.person == person && check.can_be_appealed())
                .ok_or(NotFiled::NotFound)?;
            Ok((check.class, None))
        }
        AppealAbout::Stretch {
            session,
            from,
            reason,
        } => {
            let (class, stretches) = timeline::stretches(tx, book, person, *session)
                .await?
                .ok_or(NotFiled::NotFound)?;
            let stretch = stretches
                .into_iter()
                .find(|stretch| stretch.from == *from && stretch.reason == Some(*reason))
                .ok_or(NotFiled::NotFound)?;
            Ok((class, Some(stretch)))
        }
    }
}

/// What upholding an appeal would do at `now`.
///
/// # Errors
/// What the database says.
pub async fn remedy(
    db: &impl ConnectionTrait,
    row: &appeal::Model,
    class: &class::Model,
    now: Timestamp,
) -> Result<Remedy, DbErr> {
    if let Some(check) = row.check_id {
        return match checks::find(db, CheckId(check)).await? {
            Some(check) => checks::remedy(db, &check).await,
            None => Ok(Remedy::None),
        };
    }
    let Some(stretch) = &row.stretch else {
        return Ok(Remedy::None);
    };
    let stretch: Stretch = json(stretch)?;
    let runs = time(class.starts_at) <= now && now < time(class.ends_at);
    if !runs || stretch.media.is_empty() {
        return Ok(Remedy::None);
    }
    // Nothing is credited twice, so only what was not credited by now is worth watching again.
    let AppealAbout::Stretch { session, .. } = json(&row.about)? else {
        return Ok(Remedy::None);
    };
    let unit = timeline::unit_of(db, session).await?;
    let progress = match unit {
        Some(unit) => {
            unit_progress::Entity::find_by_id((row.person_id, unit.0))
                .one(db)
                .await?
        }
        None => None,
    };
    let covered: Coverage = match progress {
        Some(progress) => json(&progress.covered)?,
        None => Coverage::default(),
    };
    Ok(if covered.missing(stretch.media).is_empty() {
        Remedy::None
    } else {
        Remedy::WatchAgain
    })
}

/// Answers an appeal. Whoever asks has made sure that `row` is of their institution and not their own.
///
/// # Errors
/// [`NotAnswered`]
#[expect(clippy::too_many_arguments, reason = "who answers what, how and when")]
pub async fn answer(
    tx: &DatabaseTransaction,
    keys: &Keys,
    book: &RulesBook,
    (row, class): (&appeal::Model, &class::Model),
    staff: PersonId,
    upheld: bool,
    reason: &str,
    now: Timestamp,
) -> Result<AppealDone, NotAnswered> {
    let person = PersonId(row.person_id);
    lock_row(tx, person).await?;
    // Under the lock: two who answer at once do it one after the other.
    if appeals::is_answered(tx, row.id).await? {
        return Err(NotAnswered::AlreadyDecided);
    }
    let mut done = AppealDone {
        state: if upheld {
            AppealState::Upheld
        } else {
            AppealState::Refused
        },
        remedy: Remedy::None,
        confirmed_ms: Millis::ZERO,
        make_up_until: None,
    };
    match row.check_id.map(CheckId) {
        Some(check) if upheld => {
            match checks::uphold(tx, keys, book, check, staff, reason, now).await? {
                Upheld::Nothing => {}
                Upheld::SecondNeeded => {
                    done.state = AppealState::SecondNeeded;
                    return Ok(done);
                }
                Upheld::MakeUp(until) => {
                    done.remedy = Remedy::MakeUp;
                    done.make_up_until = until;
                }
                Upheld::SamePerson(ms) => {
                    done.remedy = Remedy::SamePerson;
                    done.confirmed_ms = ms;
                }
            }
        }
        Some(check) => {
            let own_word = checks::find(tx, check)
                .await?
                .is_some_and(|check| check.called_other_by(staff));
            if own_word {
                return Err(NotAnswered::AlreadyDecided);
            }
        }
        None if upheld => done.remedy = remedy(tx, row, class, now).await?,
        None => {}
    }
    let class = ClassId(row.class_id);
    let new = NewAnswer {
        appeal: row.id,
        by: staff,
        upheld,
        remedy: done.remedy,
        confirmed_ms: done.confirmed_ms,
        make_up_until: done.make_up_until,
        reason_sealed: seal(tx, keys, (person, class), (row.id, reason), now).await?,
        at: now,
    };
    appeals::answer(tx, new).await?;
    let record = Record::AppealAnswered(AppealAnswered {
        appeal: row.id,
        person: keys.pseudonym(person),
        class,
        by: keys.pseudonym(staff),
        upheld,
        remedy: done.remedy,
        reason: words_digest(row.id, reason),
        at: now,
    });
    append(tx, "appeal_answered/1", person, class, &record, now).await?;
    Ok(done)
}

impl From<NotDecided> for NotAnswered {
    fn from(error: NotDecided) -> Self {
        match error {
            NotDecided::NotFound | NotDecided::AlreadyDecided => Self::AlreadyDecided,
            NotDecided::Db(error) => Self::Db(error),
        }
    }
}

/// Words of the act `of`, sealed under the keys of `person` and `class` together.
///
/// # Errors
/// What the database or the machine says.
pub async fn seal(
    tx: &impl ConnectionTrait,
    keys: &Keys,
    (person, class): (PersonId, ClassId),
    (of, words): (Uuid, &str),
    now: Timestamp,
) -> Result<Vec<u8>, DbErr> {
    let row = people::get(tx, person)
        .await?
        .ok_or_else(|| DbErr::RecordNotFound("a person".to_owned()))?;
    let own = people::key(keys, &row).map_err(|error| DbErr::Custom(error.to_string()))?;
    class_keys::get_or_make(tx, keys, class, now)
        .await?
        .with(&own)
        .seal(&format!("words of {of}"), words)
        .map_err(|error| DbErr::Custom(error.to_string()))
}

/// Adds the record of an act about `person` in `class`.
pub(crate) async fn append(
    tx: &impl ConnectionTrait,
    kind: &'static str,
    person: PersonId,
    class: ClassId,
    record: &Record,
    now: Timestamp,
) -> Result<(), DbErr> {
    let new = NewEvidence {
        kind,
        person: Some(person),
        class: Some(class),
        session: None,
        record: to_json(record)?,
    };
    evidence::append(tx, &[new], now).await?;
    Ok(())
}
