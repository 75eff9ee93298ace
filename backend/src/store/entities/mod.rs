//! One file per table, nothing more. The columns are explained in `migrations`; queries live in the modules beside this one.
#![expect(missing_docs, reason = "the migrations say what each column means")]

pub mod access_log;
pub mod beat;
pub mod class;
pub mod class_progress;
pub mod course;
pub mod enrolment;
pub mod evidence;
pub mod face_check;
pub mod face_enrolment;
pub mod face_frame;
pub mod face_key;
pub mod frame_look;
pub mod identity_way;
pub mod institution;
pub mod invitation;
pub mod ledger_checkpoint;
pub mod ledger_head;
pub mod ledger_leaf;
pub mod ledger_queue;
pub mod ledger_tile;
pub mod membership;
pub mod person;
pub mod person_progress;
pub mod proof;
pub mod rules;
pub mod setting;
pub mod sign_in;
pub mod study_progress;
pub mod study_session;
pub mod supervised_code;
pub mod unit;
pub mod unit_progress;
