//! The records about one learner, each with its way into the ledger.

use super::NotExported;
use crate::store::{digest, entities::evidence, json, ledger as tables, time};
use contract::{
    credential::{Evidence, Moment},
    record::{Record, Salt},
};
use ledger::tree;
use sea_orm::DatabaseTransaction;
use serde_json::json as object;

/// The records as lines of JSON, oldest first. One that the ledger does not hold yet has no index.
pub(super) async fn lines(
    tx: &DatabaseTransaction,
    records: &[evidence::Model],
    head: Option<&tables::Signed>,
) -> Result<String, NotExported> {
    let ids: Vec<_> = records.iter().map(|row| row.id).collect();
    let size = head.map_or(0, |head| head.size);
    let mut leaves = tables::leaves_of(tx, &ids).await?;
    leaves.retain(|_, leaf| leaf.index < size);
    let needed: Vec<ledger::Node> = leaves
        .values()
        .flat_map(|leaf| tree::inclusion_nodes(leaf.index, size))
        .collect();
    let hashes = tables::nodes(tx, &needed).await?;
    let mut lines = String::new();
    for row in records {
        let record: Record = json(&row.record)?;
        let created_at = Moment(time(row.created_at));
        let salt = Salt(digest(&row.salt)?.0);
        let line = match leaves.get(&row.id) {
            Some(leaf) => {
                let inclusion =
                    tree::inclusion(leaf.index, size, |node| hashes.get(&node).copied())
                        .map_err(|_| NotExported::Ledger)?;
                let evidence = Evidence::new(record, salt, leaf.index, inclusion);
                object!({
                    "created_at": created_at, "record": evidence.record, "salt": evidence.salt,
                    "index": evidence.index, "inclusion": evidence.inclusion,
                })
            }
            None => object!({"created_at": created_at, "record": record, "salt": salt}),
        };
        lines.push_str(&line.to_string());
        lines.push('\n');
    }
    Ok(lines)
}
