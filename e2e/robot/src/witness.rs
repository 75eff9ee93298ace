//! A witness of the ledger, as an outsider can be one: remembers the last signed checkpoint, and believes the next one only where
//! the tiles that the server publishes prove that it continues it.

use crate::{Connection, RobotError};
use contract::routes;
use ledger::{
    Checkpoint, Edge, Hash, Node, Tile, VerifierKey,
    tile::{self, Kind, WIDTH},
    tree, verify,
};
use serde::Deserialize;
use std::collections::BTreeMap;

/// What is read of the published keys.
#[derive(Deserialize)]
struct Keys {
    ledger_vkey: String,
}

/// Everything that was ever signed, as far as this witness has seen it.
pub struct Witness {
    vkey: VerifierKey,
    vkey_line: String,
    roots: BTreeMap<u64, Hash>,
}

impl Witness {
    /// Learns the ledger's key, and holds the ledger to it from now on.
    ///
    /// # Errors
    /// What the server or the network said.
    pub async fn meet(connection: &mut Connection) -> Result<Self, RobotError> {
        let keys: Keys = connection.get(routes::LEDGER_KEY, None).await?.parse()?;
        let vkey = keys
            .ledger_vkey
            .parse()
            .map_err(|error| broken(format!("{}: {error}", keys.ledger_vkey)))?;
        Ok(Self {
            vkey,
            vkey_line: keys.ledger_vkey,
            roots: BTreeMap::new(),
        })
    }

    /// How many different checkpoints were seen.
    #[must_use]
    pub fn n_seen(&self) -> usize {
        self.roots.len()
    }

    /// The largest checkpoint seen.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.roots.keys().next_back().copied().unwrap_or(0)
    }

    /// Reads the newest checkpoint and checks that it continues everything seen before.
    ///
    /// # Errors
    /// [`RobotError::ContractBroken`] where the ledger went back, forked, or changed its key.
    pub async fn look(&mut self, connection: &mut Connection) -> Result<Checkpoint, RobotError> {
        let keys: Keys = connection.get(routes::LEDGER_KEY, None).await?.parse()?;
        if keys.ledger_vkey != self.vkey_line {
            return Err(broken(format!(
                "the ledger's key was {}, now it is {}",
                self.vkey_line, keys.ledger_vkey
            )));
        }
        let answer = connection.get(routes::LEDGER_CHECKPOINT, None).await?;
        answer.success()?;
        let note = String::from_utf8_lossy(&answer.body);
        let checkpoint = Checkpoint::open(&note, &self.vkey)
            .map_err(|error| broken(format!("checkpoint: {error}")))?;
        let seen = self
            .roots
            .last_key_value()
            .map(|(size, root)| (*size, *root));
        if let Some((size, root)) = seen {
            if checkpoint.size < size {
                return Err(broken(format!(
                    "the ledger went back from {size} to {} leaves",
                    checkpoint.size
                )));
            }
            let nodes = tree::consistency_nodes(size, checkpoint.size);
            let hashes = read_nodes(connection, &nodes, checkpoint.size).await?;
            let proof = tree::consistency(size, checkpoint.size, |node| hashes.get(&node).copied())
                .map_err(|error| broken(error.to_string()))?;
            verify::consistency(size, root, checkpoint.size, checkpoint.root, &proof).map_err(
                |error| {
                    broken(format!(
                        "from {size} to {} leaves: {error}",
                        checkpoint.size
                    ))
                },
            )?;
        }
        self.roots.insert(checkpoint.size, checkpoint.root);
        Ok(checkpoint)
    }

    /// Reads every entry up to the newest checkpoint, grows the tree again from nothing, and compares it with every root ever seen.
    ///
    /// # Errors
    /// [`RobotError::ContractBroken`] where one differs.
    pub async fn audit(&mut self, connection: &mut Connection) -> Result<u64, RobotError> {
        let newest = self.look(connection).await?;
        let mut edge = Edge::empty();
        let mut size = 0;
        for index in 0..newest.size.div_ceil(WIDTH) {
            let bytes = read_tile(connection, Kind::Entries, index, newest.size).await?;
            let entries = tile::entries(&bytes)
                .ok_or_else(|| broken(format!("entry bundle {index} ends inside an entry")))?;
            for entry in entries {
                edge.append(Hash::leaf(entry));
                size += 1;
                let Some(seen) = self.roots.get(&size) else {
                    continue;
                };
                let root = edge.root().map_err(|error| broken(error.to_string()))?;
                if root != *seen {
                    return Err(broken(format!(
                        "the entries give another root for {size} leaves than was signed"
                    )));
                }
            }
        }
        if size == newest.size {
            Ok(size)
        } else {
            Err(broken(format!(
                "{size} entries are published under a checkpoint of {}",
                newest.size
            )))
        }
    }
}

/// The hashes of `nodes`, from the published tiles of the tree of `size` leaves.
async fn read_nodes(
    connection: &mut Connection,
    nodes: &[Node],
    size: u64,
) -> Result<BTreeMap<Node, Hash>, RobotError> {
    let mut tiles: BTreeMap<(u8, u64), Vec<u8>> = BTreeMap::new();
    let mut hashes = BTreeMap::new();
    for node in nodes {
        let (level, index) = Tile::around(*node);
        if let std::collections::btree_map::Entry::Vacant(place) = tiles.entry((level, index)) {
            place.insert(read_tile(connection, Kind::Hashes(level), index, size).await?);
        }
        let hash = tiles
            .get(&(level, index))
            .and_then(|bytes| Tile::hash_of(*node, bytes))
            .ok_or_else(|| broken(format!("tile {level}/{index} does not hold {node:?}")))?;
        hashes.insert(*node, hash);
    }
    Ok(hashes)
}

/// One tile, as wide as the tree of `size` leaves has it.
async fn read_tile(
    connection: &mut Connection,
    kind: Kind,
    index: u64,
    size: u64,
) -> Result<Vec<u8>, RobotError> {
    let level = match kind {
        Kind::Hashes(level) => level,
        Kind::Entries => 0,
    };
    let n_hashes = size.checked_shr(u32::from(level) * 8).unwrap_or(0);
    let width = n_hashes.saturating_sub(index * WIDTH).min(WIDTH);
    let tile = Tile {
        kind,
        index,
        width: u16::try_from(width).unwrap_or(u16::MAX),
    };
    let path = routes::LEDGER_TILE.replace("tile/{*tile}", &tile.to_string());
    let answer = connection.get(&path, None).await?;
    if !answer.status.is_success() {
        return Err(broken(format!("{path}: {}", answer.status)));
    }
    Ok(answer.body.to_vec())
}

const fn broken(what: String) -> RobotError {
    RobotError::ContractBroken(what)
}
