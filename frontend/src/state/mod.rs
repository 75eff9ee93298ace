//! What the page knows: it drives the rules and owns the signals. Components only read them.

pub mod capture;
pub mod courier;
pub mod fetched;
pub mod identity;
pub mod note;
pub mod outbox;
pub mod preferences;
pub mod study;
