//! How hashes and entries are stored and served: C2SP `tlog-tiles`, 256 hashes to a tile.

use crate::{hash::Hash, tree::Node};
use std::{fmt, str::FromStr};

/// Hashes in a full tile.
pub const WIDTH: u64 = 256;
/// Tree levels that one tile spans.
const HEIGHT: u8 = 8;

/// Which tile, and how much of it: `level` and `index` name it, `width` is 256 for a full one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tile {
    /// What it holds.
    pub kind: Kind,
    /// Place from the left in its level.
    pub index: u64,
    /// Number of hashes or entries, 1 to 256.
    pub width: u16,
}

/// What a tile holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Hashes at a tile level, 0 to 7: each level spans eight levels of the tree.
    Hashes(u8),
    /// The entries themselves (an entry bundle).
    Entries,
}

/// A path that names no tile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a tile path: expected tile/<L>/<N>[.p/<W>] or tile/entries/<N>[.p/<W>]")]
pub struct NotATilePath;

impl Tile {
    /// The full-width name of the tile that holds `node` or what it is folded from.
    #[must_use]
    pub const fn around(node: Node) -> (u8, u64) {
        let level = node.level / HEIGHT;
        let above = node.level % HEIGHT;
        (level, (node.index << above) / WIDTH)
    }

    /// The hash of `node`, folded from the bytes of the tile that [`Tile::around`] names. `None` where they are too short.
    #[must_use]
    pub fn hash_of(node: Node, bytes: &[u8]) -> Option<Hash> {
        let above = node.level % HEIGHT;
        let start = usize::try_from((node.index << above) % WIDTH).ok()?;
        let mut row = (start..start + (1 << above))
            .map(|position| hash_at(bytes, position))
            .collect::<Option<Vec<Hash>>>()?;
        while row.len() > 1 {
            row = row
                .chunks_exact(2)
                .map(|pair| match pair {
                    [left, right] => Some(Hash::node(*left, *right)),
                    _ => None,
                })
                .collect::<Option<_>>()?;
        }
        row.first().copied()
    }

    /// Whether a tree of `size` leaves has this tile at this width. A partial tile of an earlier, smaller tree counts.
    #[must_use]
    pub fn exists_in(&self, size: u64) -> bool {
        let level = match self.kind {
            Kind::Hashes(level) => level,
            Kind::Entries => 0,
        };
        let hashes = size
            .checked_shr(u32::from(level) * u32::from(HEIGHT))
            .unwrap_or(0);
        self.index
            .checked_mul(WIDTH)
            .and_then(|start| start.checked_add(u64::from(self.width)))
            .is_some_and(|end| end <= hashes)
    }

    /// Length of a hash tile of this width.
    #[must_use]
    pub const fn hash_bytes(&self) -> usize {
        self.width as usize * 32
    }
}

fn hash_at(bytes: &[u8], position: usize) -> Option<Hash> {
    let hash = bytes.get(position * 32..(position + 1) * 32)?;
    hash.try_into().ok().map(Hash)
}

/// The hashes of a tile's bytes, or `None` where the length is not a whole number of them.
#[must_use]
pub fn hashes(bytes: &[u8]) -> Option<Vec<Hash>> {
    let chunks = bytes.chunks_exact(32);
    chunks.remainder().is_empty().then(|| {
        chunks
            .filter_map(|chunk| chunk.try_into().ok().map(Hash))
            .collect()
    })
}

/// The bytes of a tile.
#[must_use]
pub fn bytes(hashes: &[Hash]) -> Vec<u8> {
    hashes.iter().flat_map(|hash| hash.0).collect()
}

/// An entry that does not fit into a bundle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a ledger entry has at most 65535 bytes")]
pub struct EntryTooLong;

/// An entry bundle: each entry behind its length as two bytes, big endian.
///
/// # Errors
/// [`EntryTooLong`].
pub fn bundle<'a>(entries: impl IntoIterator<Item = &'a [u8]>) -> Result<Vec<u8>, EntryTooLong> {
    let mut bytes = Vec::new();
    for entry in entries {
        let length = u16::try_from(entry.len()).map_err(|_| EntryTooLong)?;
        bytes.extend(length.to_be_bytes());
        bytes.extend(entry);
    }
    Ok(bytes)
}

/// The entries of a bundle, or `None` where the bytes end inside one.
#[must_use]
pub fn entries(mut bundle: &[u8]) -> Option<Vec<&[u8]>> {
    let mut entries = Vec::new();
    while !bundle.is_empty() {
        let (length, rest) = bundle.split_first_chunk::<2>()?;
        let (entry, rest) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
        entries.push(entry);
        bundle = rest;
    }
    Some(entries)
}

impl fmt::Display for Tile {
    /// The path: `tile/<L>/<N>[.p/<W>]`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            Kind::Hashes(level) => write!(f, "tile/{level}/")?,
            Kind::Entries => f.write_str("tile/entries/")?,
        }
        let digits = self.index.to_string();
        let padded = format!("{digits:0>width$}", width = digits.len().div_ceil(3) * 3);
        let groups = padded.len() / 3;
        for group in 0..groups {
            let mark = if group + 1 < groups { "x" } else { "" };
            let slash = if group > 0 { "/" } else { "" };
            let digits = padded.get(group * 3..group * 3 + 3).unwrap_or_default();
            write!(f, "{slash}{mark}{digits}")?;
        }
        if u64::from(self.width) < WIDTH {
            write!(f, ".p/{}", self.width)?;
        }
        Ok(())
    }
}

impl FromStr for Tile {
    type Err = NotATilePath;

    /// Reads the one spelling that [`Tile`] prints, nothing else, so that no two addresses name one tile.
    ///
    /// # Errors
    /// [`NotATilePath`].
    fn from_str(path: &str) -> Result<Self, NotATilePath> {
        let read = || -> Option<Self> {
            let (kind, rest) = path.strip_prefix("tile/")?.split_once('/')?;
            let kind = match kind {
                "entries" => Kind::Entries,
                level => Kind::Hashes(level.parse().ok().filter(|level| *level < 64)?),
            };
            let (number, width) = match rest.split_once(".p/") {
                Some((number, width)) => (number, width.parse().ok()?),
                None => (rest, 256),
            };
            let digits: String = number
                .split('/')
                .map(|part| part.trim_start_matches('x'))
                .collect();
            let index = digits.parse().ok()?;
            Some(Self { kind, index, width })
        };
        read()
            .filter(|tile| tile.width > 0 && tile.to_string() == path)
            .ok_or(NotATilePath)
    }
}
