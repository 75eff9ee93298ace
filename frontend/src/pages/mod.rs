//! One file per screen.

pub mod about;
pub mod classes;
pub mod faces;
pub mod me;
pub mod not_found;
pub mod proofs;
pub mod record;
pub mod register;
pub mod sign_in;
pub mod verify;
pub mod watch;
