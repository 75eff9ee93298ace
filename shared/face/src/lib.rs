//! From the bytes of a JPEG to a verdict: who is this, which way does the head point, is the picture good enough.
//!
//! No camera, no fetch, no clock, no page: pictures and model bytes come in as arguments, so that the server (natively) and
//! the page's worker (as wasm) run the very same code. The server's verdict is the one that counts.
//!
//! The road: [`image`] → [`detect`] → [`landmarks`] → [`align`] → [`embed`], joined by [`reading`];
//! then [`pose`], [`quality`], [`repeat`] and [`compare`] judge single facts and [`check`] joins them into one outcome.
//! [`manifest`] says which models; `eval` measures them on people at hand.

pub mod align;
pub mod check;
pub mod compare;
pub mod detect;
pub mod embed;
#[cfg(feature = "eval")]
pub mod eval;
pub mod geometry;
pub mod image;
pub mod landmarks;
pub mod manifest;
pub mod net;
pub mod pose;
pub mod quality;
pub mod reading;
pub mod repeat;
pub mod sample;

pub use check::{CheckOutcome, CheckRules, HeadAction, Signal};
pub use compare::{Decision, Template, Thresholds};
pub use embed::Embedding;
pub use image::{Limits, Picture};
pub use manifest::Manifest;
pub use reading::{FaceNets, LoadError, ReadError, Reading};
