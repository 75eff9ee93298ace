//! Error rates on an institution's own people, to be known before any check decides about credit.
//!
//! [`people`] reads pictures into embeddings, [`pairs`] compares them, [`interval`] says how far a count can be trusted, and
//! [`report`] puts it into words. Nothing leaves the machine and nothing is stored.

pub mod interval;
pub mod pairs;
pub mod people;
pub mod report;

pub use pairs::Distances;
pub use people::{EvalError, Gathered, gather_folder, gather_pairs_file};
pub use report::Report;
