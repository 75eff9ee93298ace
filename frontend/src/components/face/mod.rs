//! The screens about faces.

mod album_run;
mod camera_trouble;
mod check;
mod consent;
mod device;
mod enrol;
mod hints;
mod identity;
pub mod staff;
mod supervised;
mod verdict;

pub use check::Check;
pub use device::Device;
pub use identity::Identity;
pub use staff::Staff;
pub use supervised::Supervised;
