//! Cheats and honest learners by the hundred thousand, against the real [`study::credit()`].
//!
//! Reading order: [`judge`] (who decides: the real rules, or a deliberately naive set that must be caught), [`server`] (one
//! person's leases and what they hold), [`oracle`] (what may at most be credited, computed without the rules' code),
//! [`forge`] (clients that lie), [`viewer`] (the real [`study::Session`] on a virtual player, with what was truly watched),
//! [`adversary`] (all of it, session after session), [`honest`] (a bad network, and nobody cheats) and [`checks`] (face checks over
//! cheats' credit).
//!
//! Everything follows from one seed: the same seed, the same sessions.

pub mod adversary;
pub mod checks;
pub mod forge;
pub mod honest;
pub mod judge;
pub mod oracle;
pub mod server;
pub mod viewer;
