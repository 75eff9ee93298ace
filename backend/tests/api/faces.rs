//! Face checks on real pixels: what a learner, a cheat and a member of staff meet, through the API and the real nets.

pub mod camera;
mod cheats;
mod data;
pub mod helpers;
mod learner;
mod machine;
mod staff;
