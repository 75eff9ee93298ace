//! What people do about each other's study, in the record of whom it is about and on the screens of who does it.

mod acts;
mod appeal;
mod pointer;
mod queue;
mod roll_call;
pub mod words;

pub use acts::Acts;
pub use appeal::Appeal;
pub use pointer::MovePointer;
pub use queue::Appeals;
pub use roll_call::RollCall;
