//! Growing the tree: its right edge is all that an append needs to know.

use crate::{
    hash::Hash,
    tile::{self, Kind, Tile, WIDTH},
    tree::{self, MissingHash, Node},
};
use std::collections::BTreeMap;

/// The right edge of a tree: the partial tile of each level. Append leaves, then take what changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edge {
    size: u64,
    /// The hashes of the tile that is being filled, by tile level.
    filling: Vec<Vec<Hash>>,
    /// Tiles that grew since the last [`Edge::take_grown`], with all their hashes.
    grown: BTreeMap<(u8, u64), Vec<Hash>>,
}

/// The stored tiles do not belong to a tree of the stated size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{tile} should hold {} hashes but holds {found}", .tile.width)]
pub struct WrongTile {
    /// Which tile, with the width that the size asks for.
    pub tile: Tile,
    /// How many hashes there were.
    pub found: usize,
}

/// The tiles that [`Edge::load`] needs, lowest level first.
#[must_use]
pub fn edge_tiles(size: u64) -> Vec<Tile> {
    levels(size)
        .map(|(level, hashes)| Tile {
            kind: Kind::Hashes(level),
            index: hashes / WIDTH,
            width: u16::try_from(hashes % WIDTH).unwrap_or(0),
        })
        .filter(|tile| tile.width > 0)
        .collect()
}

/// Tile levels of a tree of `size` leaves, each with its number of hashes.
fn levels(size: u64) -> impl Iterator<Item = (u8, u64)> {
    (0..8_u8)
        .map(move |level| (level, size >> (u32::from(level) * 8)))
        .take_while(|(_, hashes)| *hashes > 0)
}

impl Edge {
    /// The edge of the empty tree.
    #[must_use]
    pub const fn empty() -> Self {
        Self {
            size: 0,
            filling: Vec::new(),
            grown: BTreeMap::new(),
        }
    }

    /// The edge of a tree of `size` leaves, from the bytes of each of [`edge_tiles`]. Longer bytes are cut: a tile may have grown since.
    ///
    /// # Errors
    /// [`WrongTile`] where bytes are missing or torn.
    pub fn load(size: u64, read: impl Fn(Tile) -> Vec<u8>) -> Result<Self, WrongTile> {
        let mut filling: Vec<Vec<Hash>> = levels(size).map(|_| Vec::new()).collect();
        for tile in edge_tiles(size) {
            let bytes = read(tile);
            let hashes = bytes.get(..tile.hash_bytes()).and_then(tile::hashes);
            let wrong = WrongTile {
                tile,
                found: bytes.len() / 32,
            };
            let Kind::Hashes(level) = tile.kind else {
                return Err(wrong);
            };
            let row = filling.get_mut(usize::from(level)).ok_or(wrong)?;
            *row = hashes.ok_or(wrong)?;
        }
        Ok(Self {
            size,
            filling,
            grown: BTreeMap::new(),
        })
    }

    /// Number of leaves.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Adds one leaf and returns its index.
    pub fn append(&mut self, leaf: Hash) -> u64 {
        let index = self.size;
        self.size += 1;
        let mut carry = Some(leaf);
        let mut level = 0_u8;
        while let Some(hash) = carry {
            let position = usize::from(level);
            if self.filling.len() <= position {
                self.filling.push(Vec::new());
            }
            let tile_index = (index >> (u32::from(level) * 8)) / WIDTH;
            carry = None;
            if let Some(row) = self.filling.get_mut(position) {
                row.push(hash);
                self.grown.insert((level, tile_index), row.clone());
                if row.len() as u64 == WIDTH {
                    carry = fold_full(row);
                    row.clear();
                }
            }
            level += 1;
        }
        index
    }

    /// The root of the tree.
    ///
    /// # Errors
    /// Never for an edge that was loaded or grown here.
    pub fn root(&self) -> Result<Hash, MissingHash> {
        tree::root(self.size, |node| self.hash_of(node))
    }

    /// The hash of a node inside the tiles that are being filled.
    fn hash_of(&self, node: Node) -> Option<Hash> {
        let (level, _) = Tile::around(node);
        let row = self.filling.get(usize::from(level))?;
        Tile::hash_of(node, &tile::bytes(row))
    }

    /// The tiles that grew since the last call, each as it is now: store every one, replacing its narrower forms.
    pub fn take_grown(&mut self) -> Vec<(Tile, Vec<u8>)> {
        std::mem::take(&mut self.grown)
            .into_iter()
            .map(|((level, index), row)| {
                let tile = Tile {
                    kind: Kind::Hashes(level),
                    index,
                    width: u16::try_from(row.len()).unwrap_or(u16::MAX),
                };
                (tile, tile::bytes(&row))
            })
            .collect()
    }
}

fn fold_full(row: &[Hash]) -> Option<Hash> {
    Tile::hash_of(Node { level: 7, index: 0 }, &tile::bytes(row))
        .zip(Tile::hash_of(
            Node { level: 7, index: 1 },
            &tile::bytes(row),
        ))
        .map(|(left, right)| Hash::node(left, right))
}
