//! The only code that touches the browser. Each file turns one of its powers into a function or a stream of facts that
//! stops when its guard is dropped.

pub mod address;
pub mod annex;
pub mod beacon;
pub mod camera;
pub mod clock;
pub mod device;
pub mod document;
pub mod events;
pub mod face_worker;
pub mod file;
pub mod intl;
pub mod listener;
pub mod module;
pub mod page;
pub mod player;
pub mod script;
pub mod storage;
pub mod trust;
pub mod verifier;
