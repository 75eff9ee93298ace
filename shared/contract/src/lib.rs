//! What travels between page and server, and what lasts.
//!
//! The only crate with wire names. Travelling: [`routes`], [`account`], [`class`], [`beat`], [`timeline`], [`face`], [`board`],
//! [`roster`], [`claim`], [`photos`], what goes on beside the requests ([`run`]: [`issuing`], [`sealing`]), [`error`]. Lasting:
//! [`canonical`] bytes and [`digest`]s, evidence [`record`]s, the study proof ([`credential`]), how anyone checks it ([`verify`]), what of
//! it a QR code holds ([`slip`]), which proofs were taken back ([`status`]), the claim [`pack`].

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
pub mod issuing;
pub mod pack;
pub mod photos;
pub mod record;
pub mod roster;
pub mod routes;
pub mod run;
pub mod sealing;
pub mod slip;
pub mod status;
pub mod text;
pub mod timeline;
pub mod verify;

pub use digest::Digest;
pub use error::{ErrorCode, ErrorReply};
pub use text::Text;
