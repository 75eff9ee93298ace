//! Positions in the tree, its root, and the making of proofs (RFC 6962 sections 2.1 to 2.1.2).
//!
//! Only hashes of *complete* subtrees ([`Node`]) are ever stored: they never change once they exist. Everything else is folded
//! from them. Each maker of a proof has a partner that names the nodes it needs.

use crate::hash::Hash;

/// A complete subtree: the leaves `index << level` up to, not including, `(index + 1) << level`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Node {
    /// Height above the leaves.
    pub level: u8,
    /// Place from the left among the nodes of its level.
    pub index: u64,
}

/// The leaves from `from` up to, not including, `to`, as one subtree of some tree: `from` is a multiple of the largest power of
/// two that fits into its length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Range {
    from: u64,
    to: u64,
}

impl Range {
    const fn len(self) -> u64 {
        self.to - self.from
    }

    /// RFC 6962's `k`: the largest power of two below the length. For a length of at least two.
    const fn split(self) -> u64 {
        self.from + (1 << (self.len() - 1).ilog2())
    }

    /// The complete subtrees that the range consists of, left to right, so each smaller than the one before.
    fn nodes(self) -> Vec<Node> {
        let mut nodes = Vec::new();
        let mut from = self.from;
        while from < self.to {
            let level = (self.to - from).ilog2();
            nodes.push(Node {
                // `ilog2` of 64 bits is at most 63.
                level: u8::try_from(level).unwrap_or(u8::MAX),
                index: from >> level,
            });
            from += 1 << level;
        }
        nodes
    }
}

/// A hash that was asked for is not there: the store is damaged or the question was for another tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the hash of the subtree at level {}, index {} is missing", .0.level, .0.index)]
pub struct MissingHash(pub Node);

fn fold(
    nodes: &[Node],
    hash_of: &impl Fn(Node) -> Option<Hash>,
) -> Result<Option<Hash>, MissingHash> {
    let mut folded: Option<Hash> = None;
    for node in nodes.iter().rev() {
        let left = hash_of(*node).ok_or(MissingHash(*node))?;
        folded = Some(match folded {
            Some(right) => Hash::node(left, right),
            None => left,
        });
    }
    Ok(folded)
}

/// The nodes that the root of a tree of `size` leaves is folded from, left to right.
#[must_use]
pub fn root_nodes(size: u64) -> Vec<Node> {
    Range { from: 0, to: size }.nodes()
}

/// The root of the tree of `size` leaves.
///
/// # Errors
/// [`MissingHash`] where `hash_of` does not know one of [`root_nodes`].
pub fn root(size: u64, hash_of: impl Fn(Node) -> Option<Hash>) -> Result<Hash, MissingHash> {
    Ok(fold(&root_nodes(size), &hash_of)?.unwrap_or_else(Hash::empty_root))
}

/// RFC 6962's `PATH(index, D[size])` as ranges, from the leaf's sibling up to the root's child. Empty where `index` is not in the tree.
fn inclusion_ranges(index: u64, size: u64) -> Vec<Range> {
    let mut ranges = Vec::new();
    let mut around = Range { from: 0, to: size };
    while index < size && around.len() > 1 {
        let split = around.split();
        let (left, right) = (
            Range {
                to: split,
                ..around
            },
            Range {
                from: split,
                ..around
            },
        );
        let (inside, sibling) = if index < split {
            (left, right)
        } else {
            (right, left)
        };
        ranges.push(sibling);
        around = inside;
    }
    ranges.reverse();
    ranges
}

/// RFC 6962's `PROOF(old, D[new])` as ranges. Empty for equal sizes and for an empty old tree, where nothing needs proof.
fn consistency_ranges(old: u64, new: u64) -> Vec<Range> {
    let mut ranges = Vec::new();
    if old == 0 || old >= new {
        return ranges;
    }
    let mut around = Range { from: 0, to: new };
    while around.to != old {
        let split = around.split();
        if old <= split {
            ranges.push(Range {
                from: split,
                ..around
            });
            around.to = split;
        } else {
            ranges.push(Range {
                to: split,
                ..around
            });
            around.from = split;
        }
    }
    // The old root itself is known to whoever checks, unless the path went right.
    if around.from > 0 {
        ranges.push(around);
    }
    ranges.reverse();
    ranges
}

fn nodes_of(ranges: &[Range]) -> Vec<Node> {
    ranges.iter().flat_map(|range| range.nodes()).collect()
}

fn hashes_of(
    ranges: &[Range],
    hash_of: &impl Fn(Node) -> Option<Hash>,
) -> Result<Vec<Hash>, MissingHash> {
    ranges
        .iter()
        .map(|range| Ok(fold(&range.nodes(), hash_of)?.unwrap_or_else(Hash::empty_root)))
        .collect()
}

/// The nodes that [`inclusion`] needs.
#[must_use]
pub fn inclusion_nodes(index: u64, size: u64) -> Vec<Node> {
    nodes_of(&inclusion_ranges(index, size))
}

/// The proof that leaf `index` is in the tree of `size` leaves: siblings from the leaf to the root.
///
/// # Errors
/// [`MissingHash`] where `hash_of` does not know one of [`inclusion_nodes`].
pub fn inclusion(
    index: u64,
    size: u64,
    hash_of: impl Fn(Node) -> Option<Hash>,
) -> Result<Vec<Hash>, MissingHash> {
    hashes_of(&inclusion_ranges(index, size), &hash_of)
}

/// The nodes that [`consistency`] needs.
#[must_use]
pub fn consistency_nodes(old: u64, new: u64) -> Vec<Node> {
    nodes_of(&consistency_ranges(old, new))
}

/// The proof that the tree of `old` leaves is the beginning of the tree of `new` leaves.
///
/// # Errors
/// [`MissingHash`] where `hash_of` does not know one of [`consistency_nodes`].
pub fn consistency(
    old: u64,
    new: u64,
    hash_of: impl Fn(Node) -> Option<Hash>,
) -> Result<Vec<Hash>, MissingHash> {
    hashes_of(&consistency_ranges(old, new), &hash_of)
}
