//! The study proof on paper (the study sheet): a credential goes in, the bytes of an A4 PDF come out. No I/O and no clock.
//!
//! One proof has three faces with one digest: the JSON credential, this sheet, which carries that JSON inside, and the QR code on it.
//! The sheet says what the credential says and nothing more. It is made never to look like a vocational certificate (clause A35): no
//! seal, no frame, no portrait, and the sentence that it is none stands above everything else.
//!
//! Reading order: [`mod@draw`] (what stands on it), [`font`] (which characters can), [`qr`], [`mod@sign`] (the signature over the whole file),
//! [`certificate`] (who signs, where the operator has no certificate of their own).

mod cms;
mod der;
mod layout;
mod pen;
mod render;
mod words;

pub mod certificate;
pub mod draw;
pub mod font;
pub mod qr;
pub mod sign;

pub use draw::{NotDrawn, Sheet, draw};
pub use font::SheetFont;
pub use sign::{Algorithm, NotSigned, SheetSigner, sign};
