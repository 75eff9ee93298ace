//! Bytes to Merkle tree to signed checkpoint to proof.
//!
//! RFC 6962 hashing in the C2SP formats that third-party tools read: `tlog-tiles`, `tlog-checkpoint`, `signed-note`,
//! `tlog-proof`. No I/O, no clock, no knowledge of what a leaf means. Where a function needs stored hashes it has a partner that
//! names them: ask ([`tree::inclusion_nodes`], [`edge::edge_tiles`]), read, then compute.
//!
//! Reading order: [`hash`], [`tree`] (positions, roots, making proofs), [`verify`] (checking them), [`tile`] (how hashes are
//! stored and served), [`edge`] (growing the tree), [`sign`] (Ed25519 keys), [`note`], [`checkpoint`], [`proof_text`].

pub mod checkpoint;
pub mod edge;
pub mod hash;
pub mod note;
pub mod proof_text;
pub mod sign;
pub mod tile;
pub mod tree;
pub mod verify;

pub use checkpoint::Checkpoint;
pub use edge::Edge;
pub use hash::Hash;
pub use note::{Note, VerifierKey};
pub use sign::{PublicKey, SecretKey, Signer};
pub use tile::Tile;
pub use tree::Node;
