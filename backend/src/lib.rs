//! The server of 真学: study time you can prove.
//!
//! Reading order: [`app`] (all that it holds and answers), [`routes`] (the handlers), [`beat_writer`] (the hot path), [`checks`] (what
//! face checks do to credit), [`store`] (everything that is kept), [`jobs`] (what it does by itself), [`runs`] (what goes on beside the requests), [`commands`] (the command
//! line).

pub mod api_error;
pub mod app;
pub mod appeals;
pub mod beat_writer;
pub mod boards;
pub mod checks;
pub mod claims;
pub mod clock;
pub mod commands;
pub mod config;
pub mod demo;
pub mod export;
pub mod extract;
pub mod faces;
pub mod form;
pub mod guard;
pub mod jobs;
pub mod keys;
pub mod ledger;
pub mod limits;
pub mod openapi;
pub mod pages;
pub mod passwords;
pub mod proofs;
pub mod replay;
pub mod retention;
pub mod revocations;
pub mod roll_call;
pub mod roster;
pub mod routes;
pub mod runs;
pub mod sheets;
pub mod sign_in_cache;
pub mod start;
pub mod store;
