//! Classes of an institution, rosters and invitations: what its admin sees, and what the invited see.

mod class;
mod import;
mod institution;
mod invited;
mod learners;
mod open_class;
mod preview;
mod sheet;
mod words;

pub use class::ClassRoster;
pub use institution::Institution;
pub use invited::Invited;
