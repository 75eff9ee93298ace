//! What people did about the study of one person, for their record: each act with the name of who did it.

use super::{
    appeals,
    class_keys::{self, Words},
    classes, digest,
    entities::{appeal, appeal_answer, class, person, unit},
    people::{self, NamesOf},
    pointers, proofs, revocations, roll_calls,
    rules_book::RulesBook,
    time,
};
use crate::{
    checks::{self, Check},
    keys::Keys,
};
use contract::{
    acting::{Act, AppealAbout, AppealAnswer, AppealMark, AppealState, Deed},
    face::{CheckOrigin, SupervisedHow},
};
use sea_orm::{ConnectionTrait, DbErr, EntityTrait};
use std::collections::{HashMap, hash_map::Entry};
use study::{ClassId, Day, Millis, PersonId, Timestamp};
use uuid::Uuid;

/// The acts about one person.
pub struct Acts {
    /// Each with the day it belongs to where the learners live.
    pub acts: Vec<(Day, Act)>,
    /// Appeals by what they are about, as canonical JSON.
    pub appeals: HashMap<String, AppealMark>,
}

/// What people did about `person`, in one class or in all; `checks` are theirs. Appeals and moved pointers of deleted classes are left out:
/// their words are gone.
///
/// # Errors
/// What the database says.
pub async fn of(
    db: &impl ConnectionTrait,
    keys: &Keys,
    book: &RulesBook,
    person: PersonId,
    class: Option<ClassId>,
    checks: &[Check],
    now: Timestamp,
) -> Result<Acts, DbErr> {
    let mut found = Found {
        names: NamesOf::default(),
        acts: Vec::new(),
    };
    for (call, answer) in roll_calls::of_person(db, person, class, now).await? {
        let by = PersonId(call.called_by);
        let (class, deed) = (ClassId(call.class_id), Deed::RollCall { answer });
        found
            .add(db, keys, class, time(call.at), Some(by), deed)
            .await?;
    }
    for check in checks {
        found.add_check(db, keys, check).await?;
    }
    let someone = people::get(db, person)
        .await?
        .ok_or_else(|| DbErr::RecordNotFound("a person".to_owned()))?;
    let mut opened = Opened {
        keys,
        someone: &someone,
        words: HashMap::new(),
    };
    let mut marks = HashMap::new();
    for (row, answer) in appeals::of_person(db, person, class).await? {
        let Some(key) = opened.words(db, ClassId(row.class_id)).await? else {
            continue;
        };
        let mark = found
            .add_appeal(db, keys, key, &row, answer.as_ref(), checks)
            .await?;
        marks.insert(row.about, mark);
    }
    for moved in pointers::moves(db, person, class).await? {
        let Some(key) = opened.words(db, ClassId(moved.class_id)).await? else {
            continue;
        };
        let Some(unit) = unit::Entity::find_by_id(moved.unit_id).one(db).await? else {
            continue;
        };
        let deed = Deed::PointerMoved {
            title: classes::unit_title(&unit),
            from_ms: Millis(super::number(moved.from_ms)),
            to_ms: Millis(super::number(moved.to_ms)),
            reason: words(key, moved.id, &moved.reason_sealed)?,
        };
        let (class, by) = (ClassId(moved.class_id), PersonId(moved.moved_by));
        found
            .add(db, keys, class, time(moved.moved_at), Some(by), deed)
            .await?;
    }
    for row in revocations::of_person(db, person, class).await? {
        let (class, by) = (ClassId(row.class_id), PersonId(row.revoked_by));
        let Some(key) = opened.words(db, class).await? else {
            continue;
        };
        let Some(proof) = proofs::get_in_class(db, class, row.proof_id).await? else {
            continue;
        };
        let deed = Deed::ProofRevoked {
            proof: row.proof_id,
            issued_at: time(proof.issued_at),
            reason: checks::word(&row.reason)?,
            words: words(key, row.id, &row.words_sealed)?,
        };
        found
            .add(db, keys, class, time(row.revoked_at), Some(by), deed)
            .await?;
    }
    let mut offsets: HashMap<ClassId, Millis> = HashMap::new();
    let mut acts = Vec::with_capacity(found.acts.len());
    for (class, act) in found.acts {
        let offset = match offsets.get(&class) {
            Some(offset) => *offset,
            None => {
                let row = class::Entity::find_by_id(class.0)
                    .one(db)
                    .await?
                    .ok_or_else(|| DbErr::RecordNotFound("a class".to_owned()))?;
                let rules = book.get(db, digest(&row.rules_hash)?).await?;
                offsets.insert(class, rules.day_offset_ms);
                rules.day_offset_ms
            }
        };
        acts.push((act.at.day(offset), act));
    }
    acts.sort_by_key(|(_, act)| act.at);
    Ok(Acts {
        acts,
        appeals: marks,
    })
}

/// Words of the act `of`, opened.
///
/// # Errors
/// Where they do not open under this installation's key.
pub fn words(key: &Words, of: Uuid, sealed: &[u8]) -> Result<String, DbErr> {
    key.open(&format!("words of {of}"), sealed)
        .map_err(|error| DbErr::Custom(error.to_string()))
}

/// What opens the words about `person` in `class`; `None` where the class was deleted.
///
/// # Errors
/// What the database says, or where a key does not open under this installation's key.
pub async fn key_of(
    db: &impl ConnectionTrait,
    keys: &Keys,
    someone: &person::Model,
    class: ClassId,
) -> Result<Option<Words>, DbErr> {
    if classes::is_deleted(db, class).await? {
        return Ok(None);
    }
    let own = people::key(keys, someone).map_err(|error| DbErr::Custom(error.to_string()))?;
    let of_class = class_keys::get(db, keys, class).await?;
    Ok(Some(Words::new(of_class.as_ref(), own)))
}

/// What opens the words about one person, looked up once for each class.
struct Opened<'a> {
    keys: &'a Keys,
    someone: &'a person::Model,
    words: HashMap<ClassId, Option<Words>>,
}

impl Opened<'_> {
    async fn words(
        &mut self,
        db: &impl ConnectionTrait,
        class: ClassId,
    ) -> Result<Option<&Words>, DbErr> {
        let words = match self.words.entry(class) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => place.insert(key_of(db, self.keys, self.someone, class).await?),
        };
        Ok(words.as_ref())
    }
}

struct Found {
    names: NamesOf,
    acts: Vec<(ClassId, Act)>,
}

impl Found {
    async fn add(
        &mut self,
        db: &impl ConnectionTrait,
        keys: &Keys,
        class: ClassId,
        at: Timestamp,
        by: Option<PersonId>,
        deed: Deed,
    ) -> Result<(), DbErr> {
        let by = match by {
            Some(by) => Some(self.names.get(db, keys, by).await?),
            None => None,
        };
        self.acts.push((class, Act { at, by, deed }));
        Ok(())
    }

    /// What staff said to a check, or that they confirmed somebody without one.
    async fn add_check(
        &mut self,
        db: &impl ConnectionTrait,
        keys: &Keys,
        check: &Check,
    ) -> Result<(), DbErr> {
        for said in &check.answer.said {
            let deed = Deed::Verdict {
                drawn_at: check.drawn_at,
                verdict: said.verdict,
                reason: said.reason.clone(),
            };
            self.add(db, keys, check.class, said.at, Some(said.by), deed)
                .await?;
        }
        if check.origin == CheckOrigin::Supervised {
            let live = check
                .answer
                .signals
                .iter()
                .any(|seen| seen.signal == "confirmed_live");
            let deed = Deed::Supervised {
                how: if live {
                    SupervisedHow::Live
                } else {
                    SupervisedHow::OnSite
                },
                confirmed_ms: check.stake(),
            };
            let by = check.answer.confirmed_by;
            self.add(db, keys, check.class, check.drawn_at, by, deed)
                .await?;
        }
        Ok(())
    }

    async fn add_appeal(
        &mut self,
        db: &impl ConnectionTrait,
        keys: &Keys,
        key: &Words,
        row: &appeal::Model,
        answer: Option<&appeal_answer::Model>,
        checks: &[Check],
    ) -> Result<AppealMark, DbErr> {
        let class = ClassId(row.class_id);
        let text = words(key, row.id, &row.text_sealed)?;
        let filed_at = time(row.filed_at);
        let deed = Deed::AppealFiled { text: text.clone() };
        self.add(db, keys, class, filed_at, None, deed).await?;
        let Some(answer) = answer else {
            let one_agrees = checks.iter().any(|check| {
                Some(check.check.0) == row.check_id && check.answer.first_same.is_some()
            });
            let state = if one_agrees {
                AppealState::SecondNeeded
            } else {
                AppealState::Open
            };
            return Ok(AppealMark {
                appeal: row.id,
                filed_at,
                text,
                state,
                answer: None,
            });
        };
        let reason = words(key, row.id, &answer.reason_sealed)?;
        let (by, at) = (PersonId(answer.answered_by), time(answer.answered_at));
        let remedy = checks::word(&answer.remedy)?;
        let confirmed_ms = Millis(super::number(answer.confirmed_ms));
        let deed = Deed::AppealAnswered {
            upheld: answer.upheld,
            remedy,
            confirmed_ms,
            reason: reason.clone(),
        };
        self.add(db, keys, class, at, Some(by), deed).await?;
        Ok(AppealMark {
            appeal: row.id,
            filed_at,
            text,
            state: if answer.upheld {
                AppealState::Upheld
            } else {
                AppealState::Refused
            },
            answer: Some(AppealAnswer {
                by: self.names.get(db, keys, by).await?,
                at,
                reason,
                remedy,
                confirmed_ms,
                make_up_until: answer.make_up_until.map(time),
            }),
        })
    }
}

/// The name that an appeal is found by.
pub(super) fn name_of(about: &AppealAbout) -> Result<String, DbErr> {
    super::to_json(about)
}
