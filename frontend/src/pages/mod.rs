//! One file per screen.

pub mod annex;
pub mod classes;
pub mod me;
pub mod not_found;
pub mod register;
pub mod sign_in;
pub mod verify;
pub mod watch;
