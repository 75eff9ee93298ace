//! What an institution enters about a learner that the system does not hold itself, and why it leaves somebody out. Rows are only ever
//! added; of each item the newest counts.

use super::{super::invitations::NotRead, name_of};
use crate::{
    keys::{Keys, random},
    store::{
        self,
        class_keys::{self, Words},
        entities::{claim_entry, enrolment, person, proof},
        evidence::{self, NewEvidence},
        json, people, revocations, stored, time, to_json,
    },
};
use contract::{
    Digest,
    claim::{Entered, Excluded, Fact, Facts},
    record::{ClaimEntered, Record, Salt},
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait,
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use study::{ClassId, PersonId, Timestamp};
use uuid::Uuid;

/// What was said about a learner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Said {
    /// Something that a claim needs, and where it comes from.
    Fact {
        /// What.
        fact: Fact,
        /// The source.
        source: String,
    },
    /// They are left out, and why.
    Excluded {
        /// The reason.
        reason: String,
    },
    /// They are taken in again.
    Included,
}

impl Said {
    /// What a later entry must be about to take the place of this one.
    const fn item(&self) -> &'static str {
        match self {
            Self::Fact { fact, .. } => match fact {
                Fact::Practical(_) => "practical",
                Fact::Certificate(_) => "certificate",
                Fact::Receipt(_) => "receipt",
            },
            Self::Excluded { .. } | Self::Included => "exclusion",
        }
    }
}

/// As it is kept. The salt is there because the digest of these bytes is in a record that is kept in the clear: whoever reads the
/// database must not find the number of a certificate by trying.
#[derive(Serialize, Deserialize)]
struct Kept {
    salt: Salt,
    said: Said,
}

/// Enters `said` about each of `whom`, who are learners of `class`, with a record in the evidence for each.
///
/// # Errors
/// [`NotRead`]
pub async fn add(
    tx: &impl ConnectionTrait,
    keys: &Keys,
    class: ClassId,
    whom: &[person::Model],
    said: &Said,
    by: PersonId,
    now: Timestamp,
) -> Result<(), NotRead> {
    let no_randomness = |error: std::io::Error| DbErr::Custom(error.to_string());
    let of_class = class_keys::get_or_make(tx, keys, class, now).await?;
    let mut records = Vec::with_capacity(whom.len());
    let mut rows = Vec::with_capacity(whom.len());
    for someone in whom {
        let kept = to_json(&Kept {
            salt: Salt(random::<32>().map_err(no_randomness)?),
            said: said.clone(),
        })?;
        let id = Uuid::now_v7();
        let record = Record::ClaimEntered(ClaimEntered {
            person: keys.pseudonym(PersonId(someone.id)),
            class,
            entry: Digest::of(&[kept.as_bytes()]),
            by: keys.pseudonym(by),
            at: now,
        });
        records.push(NewEvidence {
            kind: "claim_entered/1",
            person: Some(PersonId(someone.id)),
            class: Some(class),
            session: None,
            record: to_json(&record)?,
        });
        rows.push(claim_entry::ActiveModel {
            id: Set(id),
            class_id: Set(class.0),
            person_id: Set(someone.id),
            item: Set(said.item().to_owned()),
            entry_sealed: Set(of_class
                .with(&people::key(keys, someone)?)
                .seal(&field(id), &kept)
                .map_err(no_randomness)?),
            entered_by: Set(by.0),
            at: Set(stored(now.0)),
        });
    }
    evidence::append(tx, &records, now).await?;
    // In pieces: SQLite takes 32 766 parameters in one statement.
    for some in rows.chunks(1_000) {
        claim_entry::Entity::insert_many(some.iter().cloned())
            .exec_without_returning(tx)
            .await?;
    }
    Ok(())
}

/// Each entry is sealed for its own row, so that none can be put in another's place.
fn field(id: Uuid) -> String {
    format!("claim entry {id}")
}

/// The newest entry of each item, by person.
pub type Newest = HashMap<Uuid, BTreeMap<String, claim_entry::Model>>;

/// The newest entries of a class.
///
/// # Errors
/// What the database says.
pub async fn newest(db: &impl ConnectionTrait, class: ClassId) -> Result<Newest, DbErr> {
    let mut newest = Newest::new();
    for row in claim_entry::Entity::find()
        .filter(claim_entry::Column::ClassId.eq(class.0))
        .order_by_asc(claim_entry::Column::At)
        .order_by_asc(claim_entry::Column::Id)
        .all(db)
        .await?
    {
        newest
            .entry(row.person_id)
            .or_default()
            .insert(row.item.clone(), row);
    }
    Ok(newest)
}

/// What was entered about one learner, and why they are left out, where they are.
///
/// # Errors
/// [`NotRead`]
pub fn read(
    key: &Words,
    entries: &BTreeMap<String, claim_entry::Model>,
    names: &HashMap<Uuid, String>,
) -> Result<(Facts, Option<Excluded>), NotRead> {
    let (mut facts, mut excluded) = (Facts::default(), None);
    for row in entries.values() {
        let kept: Kept = json(&key.open(&field(row.id), &row.entry_sealed)?)?;
        let (by, at) = (name_of(names, row.entered_by), time(row.at));
        match kept.said {
            Said::Fact { fact, source } => match fact {
                Fact::Practical(fact) => {
                    facts.practical = Some(Entered {
                        fact,
                        source,
                        by,
                        at,
                    });
                }
                Fact::Certificate(fact) => {
                    facts.certificate = Some(Entered {
                        fact,
                        source,
                        by,
                        at,
                    });
                }
                Fact::Receipt(fact) => {
                    facts.receipt = Some(Entered {
                        fact,
                        source,
                        by,
                        at,
                    });
                }
            },
            Said::Excluded { reason } => excluded = Some(Excluded { reason, by, at }),
            Said::Included => {}
        }
    }
    Ok((facts, excluded))
}

/// The learners of a class.
///
/// # Errors
/// What the database says.
pub async fn learners(
    db: &impl ConnectionTrait,
    class: ClassId,
) -> Result<Vec<person::Model>, DbErr> {
    let enrolled = enrolment::Entity::find()
        .select_only()
        .column(enrolment::Column::PersonId)
        .filter(enrolment::Column::ClassId.eq(class.0))
        .into_query();
    person::Entity::find()
        .filter(person::Column::Id.in_subquery(enrolled))
        .all(db)
        .await
}

/// What a claim of a class rests on, by name: all of it is only ever added to, so where it is the same before and after, it was the same
/// in between.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    learners: Vec<Uuid>,
    entries: Vec<Uuid>,
    proofs: Vec<Uuid>,
    revoked: Vec<Uuid>,
}

/// What a claim of `class` rests on now.
///
/// # Errors
/// What the database says.
pub async fn snapshot(db: &impl ConnectionTrait, class: ClassId) -> Result<Snapshot, DbErr> {
    Ok(Snapshot {
        learners: enrolment::Entity::find()
            .select_only()
            .column(enrolment::Column::PersonId)
            .filter(enrolment::Column::ClassId.eq(class.0))
            .order_by_asc(enrolment::Column::PersonId)
            .into_tuple()
            .all(db)
            .await?,
        entries: claim_entry::Entity::find()
            .select_only()
            .column(claim_entry::Column::Id)
            .filter(claim_entry::Column::ClassId.eq(class.0))
            .order_by_asc(claim_entry::Column::Id)
            .into_tuple()
            .all(db)
            .await?,
        proofs: proof::Entity::find()
            .select_only()
            .column(proof::Column::Id)
            .filter(proof::Column::ClassId.eq(class.0))
            .order_by_asc(proof::Column::Id)
            .into_tuple()
            .all(db)
            .await?,
        revoked: {
            let revoked = revocations::of_class(db, class).await?;
            let mut revoked: Vec<Uuid> = revoked.into_keys().collect();
            revoked.sort_unstable();
            revoked
        },
    })
}

/// The newest proof of each learner of a class that was not revoked, without its document.
///
/// # Errors
/// What the database says.
pub async fn newest_proofs(
    db: &impl ConnectionTrait,
    class: ClassId,
) -> Result<HashMap<Uuid, contract::class::ProofSummary>, DbErr> {
    let rows: Vec<(Uuid, Uuid, i64, i64, Vec<u8>)> = proof::Entity::find()
        .select_only()
        .column(proof::Column::PersonId)
        .column(proof::Column::Id)
        .column(proof::Column::IssuedAt)
        .column(proof::Column::CreditedMs)
        .column(proof::Column::Digest)
        .filter(proof::Column::ClassId.eq(class.0))
        .filter(proof::Column::Id.not_in_subquery(revocations::revoked_in(class)))
        .order_by_asc(proof::Column::IssuedAt)
        .order_by_asc(proof::Column::Id)
        .into_tuple()
        .all(db)
        .await?;
    let mut newest = HashMap::new();
    for (person, id, issued_at, credited_ms, digest) in rows {
        let summary = contract::class::ProofSummary {
            proof: id,
            class,
            issued_at: time(issued_at),
            confirmed_ms: study::Millis(store::number(credited_ms)),
            digest: store::digest(&digest)?,
            revoked: None,
        };
        newest.insert(person, summary);
    }
    Ok(newest)
}
