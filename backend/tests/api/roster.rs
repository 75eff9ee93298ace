//! Classes of an institution, rosters, invitations.

mod classes;
mod files;
pub mod helpers;
mod import;
mod invitations;
