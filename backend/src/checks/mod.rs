//! What face checks do to credit: drawing, taking an answer, settling, making up, and where a learner stands.
//!
//! Whether a face is the right one is not known here: that is the verdict, which comes from elsewhere. Here it becomes credit that
//! counts, waits or is void. Each step is one transaction under the lock of the person's study, with one record in the evidence.
//!
//! Reading order: `row` (a check as it is kept), `draw`, `gate` (what beats meet), `take`, `verdict` (the machine settles), `people` (humans settle), `appeal`, `settle`
//! (what all settling has in common), `standing` (what the learner sees).

mod appeal;
mod draw;
mod due;
mod gate;
mod people;
mod row;
mod settle;
mod standing;
mod take;
mod verdict;

pub use appeal::{Upheld, remedy, uphold};
pub(crate) use draw::drawn_record;
pub use draw::{Draw, Drawn, NotDrawn, draw, drawn, make_up, sign_in};
pub use due::{expire, miss_overdue};
pub use gate::{Gate, gates};
pub use people::{NotDecided, confirm_supervised, decide, enrolment_decided, withdrawn};
pub use row::{
    Answer, Check, Said, active, challenge_of_beat, find, identity_of, of_class, of_person,
};
pub(crate) use row::{spelled, word};
pub use settle::{Whose, after_beats};
pub use standing::{
    Credit, NoStatus, Tally, credit_of, credit_of_everybody, standing, status, waiting_in,
};
pub use take::{Claim, NotTaken, Taken, take};
pub use verdict::{Decision, Settlement, Verdict, settle_verdict};
