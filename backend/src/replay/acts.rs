//! What people did: each row of an appeal, an answer, a roll call, a moved pointer and a revoked proof against its record, and each check of a roll call
//! against the roll call.

use super::{ReplayKeys, Summary};
use crate::{
    checks::{self, Check},
    roll_call,
    store::{
        acts::{key_of, words},
        digest,
        entities::{
            appeal, appeal_answer, class, class_deletion, evidence, face_check, pointer_move,
            proof, roll_call as calls, roll_call_person,
        },
        json, number, people, revocations, time,
    },
};
use contract::{
    Digest,
    acting::words_digest,
    face::CheckOrigin,
    record::{AppealAnswered, AppealFiled, PointerMoved, ProofRevoked, Record},
};
use sea_orm::{ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter};
use std::collections::HashMap;
use study::{ClassId, Millis, PersonId, UnitId};
use uuid::Uuid;

/// Records by the act that they tell of.
type Records = HashMap<Uuid, Vec<Record>>;

/// Compares them all.
pub(super) async fn compare(
    tx: &DatabaseTransaction,
    keys: &ReplayKeys,
    summary: &mut Summary,
) -> Result<(), DbErr> {
    let mut records = read(tx).await?;
    appeals(tx, keys, &mut records, summary).await?;
    roll_calls(tx, keys, &mut records, summary).await?;
    deletions(tx, summary).await?;
    for row in pointer_move::Entity::find().all(tx).await? {
        let person = PersonId(row.person_id);
        let whose = (person, ClassId(row.class_id));
        let reason = opened(tx, keys, whose, row.id, &row.reason_sealed).await?;
        let reason = reason.or_else(|| recorded(&records, row.id, Said::Pointer));
        let expected = Record::PointerMoved(PointerMoved {
            act: row.id,
            person: keys.master.pseudonym(person),
            class: ClassId(row.class_id),
            unit: UnitId(row.unit_id),
            by: keys.master.pseudonym(PersonId(row.moved_by)),
            from_ms: Millis(number(row.from_ms)),
            to_ms: Millis(number(row.to_ms)),
            reason: reason.unwrap_or(NOTHING),
            at: time(row.moved_at),
        });
        meets(&mut records, row.id, &expected, summary);
    }
    revoked(tx, keys, &mut records, summary).await?;
    for (act, left) in records {
        summary.expect(left.is_empty(), || {
            format!("act {act}: there are records, but it is not stored")
        });
    }
    Ok(())
}

async fn read(tx: &DatabaseTransaction) -> Result<Records, DbErr> {
    let rows = evidence::Entity::find()
        .filter(evidence::Column::Kind.is_in([
            "appeal_filed/1",
            "appeal_answered/1",
            "roll_called/1",
            "pointer_moved/1",
            "proof_revoked/1",
        ]))
        .all(tx)
        .await?;
    let mut records = Records::new();
    for row in rows {
        let record: Record = json(&row.record)?;
        let act = match &record {
            Record::AppealFiled(record) => record.appeal,
            Record::AppealAnswered(record) => record.appeal,
            Record::RollCalled(record) => record.roll_call,
            Record::PointerMoved(record) => record.act,
            Record::ProofRevoked(record) => record.act,
            _ => row.id,
        };
        records.entry(act).or_default().push(record);
    }
    Ok(records)
}

/// Takes the record that is `expected` out of those about `act`.
fn meets(records: &mut Records, act: Uuid, expected: &Record, summary: &mut Summary) {
    let own = records.entry(act).or_default();
    let place = own.iter().position(|record| record == expected);
    summary.expect(place.is_some(), || {
        format!("act {act}: its record is missing or says something else")
    });
    if let Some(place) = place {
        own.remove(place);
    }
}

async fn opened(
    tx: &DatabaseTransaction,
    keys: &ReplayKeys,
    (person, class): (PersonId, ClassId),
    of: Uuid,
    sealed: &[u8],
) -> Result<Option<Digest>, DbErr> {
    let row = people::get(tx, person)
        .await?
        .ok_or_else(|| DbErr::RecordNotFound("a person".to_owned()))?;
    let Some(key) = key_of(tx, &keys.master, &row, class).await? else {
        return Ok(None);
    };
    Ok(Some(words_digest(of, &words(&key, of, sealed)?)))
}

/// A digest that no words have.
const NOTHING: Digest = Digest([0; 32]);

/// Where words were said.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Said {
    Appeal,
    Answer,
    Pointer,
    Revocation,
}

/// The digest of the words of `act` as its record has it: of a deleted class the words themselves are gone, and all else is compared.
fn recorded(records: &Records, act: Uuid, said: Said) -> Option<Digest> {
    records.get(&act)?.iter().find_map(|record| match record {
        Record::AppealFiled(record) if said == Said::Appeal => Some(record.text),
        Record::AppealAnswered(record) if said == Said::Answer => Some(record.reason),
        Record::PointerMoved(record) if said == Said::Pointer => Some(record.reason),
        Record::ProofRevoked(record) if said == Said::Revocation => Some(record.words),
        _ => None,
    })
}

/// Each deleted class has its record, and no record is without its class.
async fn deletions(tx: &DatabaseTransaction, summary: &mut Summary) -> Result<(), DbErr> {
    let mut records = HashMap::new();
    for row in evidence::Entity::find()
        .filter(evidence::Column::Kind.eq("class_deleted/1"))
        .all(tx)
        .await?
    {
        if let Record::ClassDeleted(record) = json(&row.record)? {
            records.insert(row.id, record);
        }
    }
    for row in class_deletion::Entity::find().all(tx).await? {
        let class = class::Entity::find_by_id(row.class_id).one(tx).await?;
        let marked = class.is_some_and(|class| class.deleted_at == Some(row.deleted_at));
        let same = records.remove(&row.evidence_id).is_some_and(|record| {
            record.class.0 == row.class_id
                && record.at == time(row.deleted_at)
                && record.counted_from == time(row.counted_from)
        });
        summary.expect(marked && same, || {
            format!(
                "class {}: the record of its deletion is missing or says something else",
                row.class_id
            )
        });
    }
    for record in records.values() {
        summary.differs(|| {
            format!(
                "class {}: there is a record of its deletion, but it is not deleted",
                record.class.0
            )
        });
    }
    Ok(())
}

async fn appeals(
    tx: &DatabaseTransaction,
    keys: &ReplayKeys,
    records: &mut Records,
    summary: &mut Summary,
) -> Result<(), DbErr> {
    let mut whose = HashMap::new();
    for row in appeal::Entity::find().all(tx).await? {
        let person = PersonId(row.person_id);
        let of = (person, ClassId(row.class_id));
        let text = opened(tx, keys, of, row.id, &row.text_sealed).await?;
        let text = text.or_else(|| recorded(records, row.id, Said::Appeal));
        let expected = Record::AppealFiled(AppealFiled {
            appeal: row.id,
            person: keys.master.pseudonym(person),
            class: ClassId(row.class_id),
            about: json(&row.about)?,
            text: text.unwrap_or(NOTHING),
            at: time(row.filed_at),
        });
        meets(records, row.id, &expected, summary);
        whose.insert(row.id, (person, ClassId(row.class_id)));
    }
    for row in appeal_answer::Entity::find().all(tx).await? {
        let Some((person, class)) = whose.get(&row.appeal_id) else {
            continue;
        };
        let of = (*person, *class);
        let reason = opened(tx, keys, of, row.appeal_id, &row.reason_sealed).await?;
        let reason = reason.or_else(|| recorded(records, row.appeal_id, Said::Answer));
        let expected = Record::AppealAnswered(AppealAnswered {
            appeal: row.appeal_id,
            person: keys.master.pseudonym(*person),
            class: *class,
            by: keys.master.pseudonym(PersonId(row.answered_by)),
            upheld: row.upheld,
            remedy: checks::word(&row.remedy)?,
            reason: reason.unwrap_or(NOTHING),
            at: time(row.answered_at),
        });
        meets(records, row.appeal_id, &expected, summary);
    }
    Ok(())
}

async fn revoked(
    tx: &DatabaseTransaction,
    keys: &ReplayKeys,
    records: &mut Records,
    summary: &mut Summary,
) -> Result<(), DbErr> {
    for row in revocations::all(tx).await? {
        let proof = proof::Entity::find_by_id(row.proof_id)
            .one(tx)
            .await?
            .ok_or_else(|| DbErr::RecordNotFound("a proof that was revoked".to_owned()))?;
        let same = (proof.person_id, proof.class_id) == (row.person_id, row.class_id);
        summary.expect(same, || {
            format!("proof {}: its revocation names somebody else", proof.id)
        });
        let person = PersonId(row.person_id);
        let of = (person, ClassId(row.class_id));
        let words = opened(tx, keys, of, row.id, &row.words_sealed).await?;
        let words = words.or_else(|| recorded(records, row.id, Said::Revocation));
        let expected = Record::ProofRevoked(ProofRevoked {
            act: row.id,
            proof: row.proof_id,
            credential: digest(&proof.digest)?,
            person: keys.master.pseudonym(person),
            class: ClassId(row.class_id),
            reason: checks::word(&row.reason)?,
            words: words.unwrap_or(NOTHING),
            by: keys.master.pseudonym(PersonId(row.revoked_by)),
            at: time(row.revoked_at),
        });
        meets(records, row.id, &expected, summary);
    }
    Ok(())
}

async fn roll_calls(
    tx: &DatabaseTransaction,
    keys: &ReplayKeys,
    records: &mut Records,
    summary: &mut Summary,
) -> Result<(), DbErr> {
    for row in calls::Entity::find().all(tx).await? {
        let called: Vec<PersonId> = roll_call_person::Entity::find()
            .filter(roll_call_person::Column::RollCallId.eq(row.id))
            .all(tx)
            .await?
            .into_iter()
            .map(|row| PersonId(row.person_id))
            .collect();
        let class = class::Entity::find_by_id(row.class_id)
            .one(tx)
            .await?
            .ok_or_else(|| DbErr::RecordNotFound("the class of a roll call".to_owned()))?;
        let rules = digest(&class.rules_hash)?;
        let expected = Record::RollCalled(roll_call::record(&keys.master, &row, rules, &called));
        meets(records, row.id, &expected, summary);
        let answers = face_check::Entity::find()
            .filter(face_check::Column::RollCallId.eq(row.id))
            .all(tx)
            .await?;
        for answer in &answers {
            let check = Check::read(answer)?;
            let theirs = check.class.0 == row.class_id && called.contains(&check.person);
            // A further try comes after the first one; what chance drew may have been open before.
            let in_time = check.attempt > 0
                || check.origin != CheckOrigin::RollCall
                || (time(row.at) <= check.drawn_at && check.drawn_at < time(row.ends_at));
            summary.expect(theirs && in_time, || {
                format!(
                    "face check {}: it was not drawn for the roll call that it names",
                    check.check
                )
            });
        }
    }
    let without = face_check::Entity::find()
        .filter(face_check::Column::Origin.eq("roll_call"))
        .filter(face_check::Column::RollCallId.is_null())
        .all(tx)
        .await?;
    for row in without {
        summary.differs(|| {
            format!(
                "face check {}: it was drawn for a roll call, but names none",
                row.id
            )
        });
    }
    Ok(())
}
