//! The handlers, one file for each thing that a path names: extract, load, decide, save, answer.

pub mod acting;
pub mod appeals;
pub mod beats;
pub mod board;
pub mod claims;
pub mod class_proofs;
pub mod classes;
pub mod days;
pub mod face_checks;
pub mod face_models;
pub mod films;
pub mod invitations;
pub mod ledger;
pub mod my_face;
pub mod people;
pub mod proofs;
pub mod ready;
pub mod reviews;
pub mod revocations;
pub mod roster;
pub mod sealing;
pub mod sign_ins;
pub mod staff_faces;
pub mod study_sessions;
