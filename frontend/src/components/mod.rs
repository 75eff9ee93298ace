//! Parts of pages: they draw what they are given.

pub mod about;
pub mod account_form;
pub mod annex;
pub mod bars;
pub mod board;
pub mod check_words;
pub mod checks;
pub mod face;
pub mod failure;
pub mod field;
pub mod frame;
pub mod icon;
pub mod length;
pub mod link_state;
pub mod loaded;
pub mod page_title;
pub mod proof_report;
pub mod proof_words;
pub mod reason;
pub mod record;
pub mod roster;
pub mod say;
pub mod signed_in;
pub mod skeleton;
pub mod timeline;
pub mod verifier;
