//! The records that a proof rests on, each with its way to the newest checkpoint.

use super::NotIssued;
use crate::{
    app::App,
    store::{digest, entities, evidence, json, ledger as tables},
};
use contract::{
    credential::{Evidence, LedgerHead},
    face::CheckId,
    record::{Record, Salt, Segment},
};
use ledger::tree;
use sea_orm::DbErr;
use std::collections::BTreeMap;
use study::{ClassId, LeaseNumber, PersonId, Timestamp};
use uuid::Uuid;

/// Rounds of the sequencer that one proof waits for; with all that fits into them the queue would be minutes long.
const ROUNDS_MAX: usize = 40;

/// The last segment of each study session of `person` in `class` that earned something, the last word about each face check, and
/// the ledger that holds them all.
///
/// # Errors
/// [`NotIssued`]
pub async fn in_ledger(
    app: &App,
    person: PersonId,
    class: ClassId,
) -> Result<(LedgerHead, Vec<Evidence>), NotIssued> {
    let last = last_records(app, person, class).await?;
    if last.is_empty() {
        return Err(NotIssued::NothingToProve);
    }
    ways(app, last).await
}

/// Each of these records with its way to the newest checkpoint, in their order; waits until the ledger holds them all.
///
/// # Errors
/// [`NotIssued`]
pub async fn ways(app: &App, last: Vec<Kept>) -> Result<(LedgerHead, Vec<Evidence>), NotIssued> {
    let records: Vec<Uuid> = last.iter().map(|last| last.evidence).collect();
    let mut rounds = 0;
    let leaves = loop {
        let leaves = tables::leaves_of(&app.db.read, &records).await?;
        if leaves.len() == records.len() {
            break leaves;
        }
        if rounds == ROUNDS_MAX {
            return Err(NotIssued::LedgerBehind);
        }
        rounds += 1;
        app.ledger.sequence(&app.db, app.clock.now()).await?;
    };
    // Read after the leaves, so it covers them.
    let head = tables::newest(&app.db.read)
        .await?
        .ok_or_else(|| DbErr::RecordNotFound("the newest checkpoint".to_owned()))?;
    let needed: Vec<ledger::Node> = leaves
        .values()
        .flat_map(|leaf| tree::inclusion_nodes(leaf.index, head.size))
        .collect();
    let hashes = tables::nodes(&app.db.read, &needed).await?;
    let mut found = Vec::with_capacity(last.len());
    for last in last {
        let Some(leaf) = leaves.get(&last.evidence) else {
            continue;
        };
        let inclusion = tree::inclusion(leaf.index, head.size, |node| hashes.get(&node).copied())
            .map_err(|error| NotIssued::Ledger(error.into()))?;
        found.push(Evidence::new(last.record, last.salt, leaf.index, inclusion));
    }
    let ledger = LedgerHead {
        vkey: app.ledger.keys().vkey().to_string(),
        checkpoint: head.note,
    };
    Ok((ledger, found))
}

/// A record as the database keeps it.
pub struct Kept {
    /// Its name.
    pub evidence: Uuid,
    /// The salt of its leaf.
    pub salt: Salt,
    /// What it says.
    pub record: Record,
}

impl Kept {
    /// A record out of its row.
    ///
    /// # Errors
    /// Where the database holds something else.
    pub fn of(row: &entities::evidence::Model) -> Result<Self, DbErr> {
        Ok(Self {
            evidence: row.id,
            salt: Salt(digest(&row.salt)?.0),
            record: json(&row.record)?,
        })
    }
}

/// Read in one statement, so that what a check settles is in the segments beside it: both are written in one transaction.
async fn last_records(app: &App, person: PersonId, class: ClassId) -> Result<Vec<Kept>, DbErr> {
    let mut segments: BTreeMap<LeaseNumber, (Segment, Kept)> = BTreeMap::new();
    let mut checks: BTreeMap<CheckId, (Timestamp, Kept)> = BTreeMap::new();
    for row in evidence::of_person_in_class(&app.db.read, person, class).await? {
        let last = Kept::of(&row)?;
        match last.record.clone() {
            Record::Segment(segment) => {
                let newer = segments.get(&segment.lease).is_none_or(|(other, _)| {
                    (other.to_seq, other.at) <= (segment.to_seq, segment.at)
                });
                if newer {
                    segments.insert(segment.lease, (segment, last));
                }
            }
            Record::CheckSettled(check) => {
                let newer = checks
                    .get(&check.check)
                    .is_none_or(|(at, _)| *at <= check.at);
                if newer {
                    checks.insert(check.check, (check.at, last));
                }
            }
            Record::SessionStarted(_)
            | Record::ProofIssued(_)
            | Record::ChecksPlanned(_)
            | Record::ChecksRevealed(_)
            | Record::CheckDrawn(_)
            | Record::WayChosen(_)
            | Record::FaceEnrolled(_)
            | Record::EnrolmentDecided(_)
            | Record::FaceKeyDestroyed(_)
            | Record::AppealFiled(_)
            | Record::AppealAnswered(_)
            | Record::RollCalled(_)
            | Record::PointerMoved(_)
            | Record::ProofRevoked(_)
            | Record::ClaimEntered(_)
            | Record::ClaimSealed(_)
            | Record::ClaimWithdrawn(_)
            | Record::ClaimRowReviewed(_)
            | Record::ClaimDecided(_)
            | Record::ClassDeleted(_) => {}
        }
    }
    let segments = segments
        .into_values()
        .filter(|(segment, _)| !segment.credited.is_empty())
        .map(|(_, last)| last);
    Ok(segments
        .chain(checks.into_values().map(|(_, last)| last))
        .collect())
}
