//! What stands between beats and credit: one small question per batch, for people in classes with face checks only.

use super::{draw::can_answer, row::word};
use crate::store::{batch::BatchSql, stored, time};
use contract::face::{CheckState, EnrolmentState, IdentityWay};
use sea_orm::{ConnectionTrait, DbErr};
use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};
use study::{ClassId, PersonId, Timestamp};
use uuid::Uuid;

/// Where one person stands in one class, as far as beats need it.
#[derive(Clone, Debug, Default)]
pub struct Gate {
    /// Whether a teacher vouches for them, so that no check is drawn.
    pub supervised: bool,
    /// Whether a challenge can be shown to them.
    pub can_answer: bool,
    /// Whether a check waits for an answer or a verdict: then no other is drawn.
    pub active: bool,
    /// The roll call that they have not been asked for yet.
    pub called: Option<Uuid>,
    /// From when to when nothing is earned.
    blocks: Vec<(Timestamp, Option<Timestamp>)>,
}

impl Gate {
    /// Whether nothing is earned at `now`.
    #[must_use]
    pub fn overdue(&self, now: Timestamp) -> bool {
        self.blocks
            .iter()
            .any(|(from, to)| *from <= now && to.is_none_or(|to| now < to))
    }

    /// A check is open from now on.
    pub fn open(&mut self, deadline_at: Timestamp) {
        self.active = true;
        self.blocks.push((deadline_at, None));
    }
}

static GATES: LazyLock<BatchSql> = LazyLock::new(|| {
    BatchSql::new(
        "SELECT uuid(0), uuid(1),
                (SELECT w.way FROM identity_way w WHERE w.person_id = uuid(0) AND w.chosen_at <= int(2)
                 ORDER BY w.chosen_at DESC, w.id DESC LIMIT 1),
                (SELECT e.state FROM face_enrolment e WHERE e.person_id = uuid(0) AND e.state <> 'replaced'
                 ORDER BY e.at DESC, e.id DESC LIMIT 1),
                (SELECT l.id FROM roll_call l JOIN roll_call_person p ON p.roll_call_id = l.id AND p.person_id = uuid(0)
                 WHERE l.class_id = uuid(1) AND l.at <= int(2) AND l.ends_at > int(2)
                   AND NOT EXISTS (SELECT 1 FROM face_check c WHERE c.roll_call_id = l.id AND c.person_id = uuid(0))
                 ORDER BY l.at DESC LIMIT 1),
                f.id, f.state, f.blocks_from, f.blocks_to
         FROM $rows LEFT JOIN face_check f ON f.person_id = uuid(0) AND f.class_id = uuid(1)
              AND (f.state IN ('open', 'judging') OR f.blocks_to IS NULL OR f.blocks_to > int(2))
         WHERE $given",
        "",
    )
});

/// Where these people stand in these classes at `now`. Their study must be locked.
///
/// # Errors
/// What the database says.
pub async fn gates(
    tx: &impl ConnectionTrait,
    whose: &HashSet<(PersonId, ClassId)>,
    now: Timestamp,
) -> Result<HashMap<(PersonId, ClassId), Gate>, DbErr> {
    let mut gates: HashMap<(PersonId, ClassId), Gate> = HashMap::with_capacity(whose.len());
    if whose.is_empty() {
        return Ok(gates);
    }
    let rows = whose
        .iter()
        .flat_map(|(person, class)| [person.0.into(), class.0.into(), stored(now.0).into()])
        .collect();
    for row in GATES.query(tx, rows).await? {
        let name = (
            PersonId(row.try_get_by_index(0)?),
            ClassId(row.try_get_by_index(1)?),
        );
        let way: Option<IdentityWay> = optional(row.try_get_by_index(2)?)?;
        let enrolment: Option<EnrolmentState> = optional(row.try_get_by_index(3)?)?;
        let gate = gates.entry(name).or_default();
        gate.supervised = way == Some(IdentityWay::Supervised);
        gate.can_answer = can_answer(way, enrolment.unwrap_or(EnrolmentState::None));
        gate.called = row.try_get_by_index(4)?;
        if row.try_get_by_index::<Option<Uuid>>(5)?.is_some() {
            let state: CheckState = word(&row.try_get_by_index::<String>(6)?)?;
            gate.active |= matches!(state, CheckState::Open | CheckState::Judging);
            gate.blocks.push((
                time(row.try_get_by_index(7)?),
                row.try_get_by_index::<Option<i64>>(8)?.map(time),
            ));
        }
    }
    Ok(gates)
}

fn optional<T: serde::de::DeserializeOwned>(text: Option<String>) -> Result<Option<T>, DbErr> {
    text.as_deref().map(word).transpose()
}
