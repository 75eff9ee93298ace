//! The API as its clients meet it: the real router with the real migrations on both databases, and a clock that tests move.
//!
//! Every answer that any test here gets is checked against the OpenAPI document: its status and the shape of its body are there.

#![expect(
    clippy::unwrap_used,
    reason = "a helper of a test fails as the test does"
)]
#![expect(
    clippy::allow_attributes,
    reason = "whether a test made by on_both uses its file's imports differs from test to test"
)]

mod harness;
mod schema;

mod acting;
mod board;
mod checks;
mod claims;
mod class_proofs;
mod classes;
mod days;
mod export;
mod faces;
mod films;
mod ledger;
mod machine;
mod malformed;
mod people;
mod permissions;
mod privacy;
mod proofs;
mod remembered;
mod replay;
mod retention;
mod revoking;
mod roster;
mod sheets;
mod sign_ins;
mod study;
mod tampering;
