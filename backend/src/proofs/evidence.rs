//! The records that a proof rests on, each with its way to the newest checkpoint.

use super::NotIssued;
use crate::{
    app::App,
    store::{digest, evidence, json, ledger as tables},
};
use contract::{
    credential::{Evidence, LedgerHead},
    record::{Record, Salt, Segment},
};
use ledger::tree;
use sea_orm::DbErr;
use std::collections::BTreeMap;
use study::{ClassId, LeaseNumber, PersonId};
use uuid::Uuid;

/// Rounds of the sequencer that one proof waits for; with all that fits into them the queue would be minutes long.
const ROUNDS_MAX: usize = 40;

/// The last segment of each study session of `person` in `class` that earned something, and the ledger that holds them all.
///
/// # Errors
/// [`NotIssued`]
pub async fn in_ledger(
    app: &App,
    person: PersonId,
    class: ClassId,
) -> Result<(LedgerHead, Vec<Evidence>), NotIssued> {
    let segments = last_segments(app, person, class).await?;
    if segments.is_empty() {
        return Err(NotIssued::NothingToProve);
    }
    let records: Vec<Uuid> = segments.iter().map(|segment| segment.evidence).collect();
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
    let mut found = Vec::with_capacity(segments.len());
    for segment in segments {
        let Some(leaf) = leaves.get(&segment.evidence) else {
            continue;
        };
        let inclusion = tree::inclusion(leaf.index, head.size, |node| hashes.get(&node).copied())
            .map_err(|error| NotIssued::Ledger(error.into()))?;
        found.push(Evidence::new(
            Record::Segment(segment.record),
            segment.salt,
            leaf.index,
            inclusion,
        ));
    }
    let ledger = LedgerHead {
        vkey: app.ledger.keys().vkey().to_string(),
        checkpoint: head.note,
    };
    Ok((ledger, found))
}

struct Last {
    evidence: Uuid,
    salt: Salt,
    record: Segment,
}

async fn last_segments(app: &App, person: PersonId, class: ClassId) -> Result<Vec<Last>, DbErr> {
    let mut last: BTreeMap<LeaseNumber, Last> = BTreeMap::new();
    for row in evidence::of_person_in_class(&app.db.read, person, class).await? {
        let Record::Segment(segment) = json(&row.record)? else {
            continue;
        };
        let newer = last.get(&segment.lease).is_none_or(|other| {
            (other.record.to_seq, other.record.at) <= (segment.to_seq, segment.at)
        });
        if newer {
            let salt = Salt(digest(&row.salt)?.0);
            last.insert(
                segment.lease,
                Last {
                    evidence: row.id,
                    salt,
                    record: segment,
                },
            );
        }
    }
    Ok(last
        .into_values()
        .filter(|last| !last.record.credited.is_empty())
        .collect())
}
