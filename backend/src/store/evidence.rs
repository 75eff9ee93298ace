//! Evidence: records are added with their place in the queue to the ledger, in the transaction of the decision they tell of.
//! There is no function here that changes or deletes one, and the database refuses both.

use super::{
    entities::evidence,
    rows::{RowsSql, hex_of},
    segments::Whose,
    to_json,
};
use crate::keys::random;
use contract::record::Record;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};
use std::sync::LazyLock;
use study::{ClassId, PersonId, SessionId, Timestamp};
use uuid::Uuid;

/// A record to keep.
pub struct NewEvidence {
    /// What kind of record it is, as the record itself says.
    pub kind: &'static str,
    /// Whom it is about, to find it by.
    pub person: Option<PersonId>,
    /// The class it is about, to find it by.
    pub class: Option<ClassId>,
    /// The study session it is about, to find it by.
    pub session: Option<SessionId>,
    /// The record as canonical JSON; these very bytes are hashed into the ledger.
    pub record: String,
}

impl NewEvidence {
    /// A record about one study session.
    ///
    /// # Errors
    /// Never for our own types.
    pub fn about_session(
        kind: &'static str,
        whose: &Whose,
        record: &Record,
    ) -> Result<Self, DbErr> {
        Ok(Self {
            kind,
            person: Some(whose.person),
            class: Some(whose.class),
            session: Some(whose.session),
            record: to_json(record)?,
        })
    }
}

static APPEND: LazyLock<RowsSql> = LazyLock::new(|| {
    RowsSql::new(
        "INSERT INTO evidence (id, kind, person_id, class_id, session_id, salt, record, created_at)
         SELECT uuid(0), text(1), uuid(2), uuid(3), uuid(4), bytes(5), text(6), int(7) FROM $rows",
        "",
    )
});

static QUEUE: LazyLock<RowsSql> = LazyLock::new(|| {
    RowsSql::new(
        "INSERT INTO ledger_queue (evidence_id) SELECT uuid(0) FROM $rows",
        "",
    )
});

/// Adds records and queues them for the ledger, in this order. Gives their names.
///
/// # Errors
/// What the database says.
pub async fn append(
    tx: &impl ConnectionTrait,
    records: &[NewEvidence],
    now: Timestamp,
) -> Result<Vec<Uuid>, DbErr> {
    if records.is_empty() {
        return Ok(Vec::new());
    }
    let mut ids = Vec::with_capacity(records.len());
    let mut rows = Vec::with_capacity(records.len());
    for new in records {
        let id = Uuid::now_v7();
        // Nobody can guess a record from its leaf.
        let salt = random::<32>().map_err(|error| DbErr::Custom(error.to_string()))?;
        rows.push((
            id.simple().to_string(),
            new.kind,
            new.person.map(|id| id.0.simple().to_string()),
            new.class.map(|id| id.0.simple().to_string()),
            new.session.map(|id| id.0.simple().to_string()),
            hex_of(&salt),
            &new.record,
            now.0,
        ));
        ids.push(id);
    }
    APPEND.execute(tx, &rows).await?;
    let queued: Vec<(String,)> = ids.iter().map(|id| (id.simple().to_string(),)).collect();
    QUEUE.execute(tx, &queued).await?;
    Ok(ids)
}

/// One record.
///
/// # Errors
/// What the database says.
pub async fn get(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<evidence::Model>, DbErr> {
    evidence::Entity::find_by_id(id).one(db).await
}

/// The records about one study session, oldest first.
///
/// # Errors
/// What the database says.
pub async fn of_session(
    db: &impl ConnectionTrait,
    session: SessionId,
) -> Result<Vec<evidence::Model>, DbErr> {
    evidence::Entity::find()
        .filter(evidence::Column::SessionId.eq(session.0))
        .order_by_asc(evidence::Column::Id)
        .all(db)
        .await
}

/// The records about one person in one class, oldest first.
///
/// # Errors
/// What the database says.
pub async fn of_person_in_class(
    db: &impl ConnectionTrait,
    person: PersonId,
    class: ClassId,
) -> Result<Vec<evidence::Model>, DbErr> {
    evidence::Entity::find()
        .filter(evidence::Column::PersonId.eq(person.0))
        .filter(evidence::Column::ClassId.eq(class.0))
        .order_by_asc(evidence::Column::Id)
        .all(db)
        .await
}
