//! What travels between page and server, and what lasts.
//!
//! The only crate with wire names. Travelling: [`routes`], [`account`], [`class`], [`beat`], [`timeline`], [`face`], [`board`],
//! [`roster`], [`claim`], [`error`]. Lasting:
//! [`canonical`] bytes and [`digest`]s, evidence [`record`]s, the study proof ([`credential`]) and how anyone checks it ([`verify`]), the
//! claim [`pack`].

pub mod account;
pub mod acting;
pub mod beat;
pub mod board;
pub mod canonical;
pub mod claim;
pub mod class;
pub mod credential;
pub mod digest;
pub mod error;
pub mod face;
pub mod id_number;
pub mod pack;
pub mod record;
pub mod roster;
pub mod routes;
pub mod text;
pub mod timeline;
pub mod verify;

pub use digest::Digest;
pub use error::{ErrorCode, ErrorReply};
pub use text::Text;
