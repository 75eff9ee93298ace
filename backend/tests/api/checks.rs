//! What face checks do to credit: when they are drawn, what a pass, a miss and a human make of what was earned, what a proof says
//! of it, and that replaying finds it all. The verdicts come from the tests; whether a face is the right one is tested elsewhere.

mod drawing;
pub mod helpers;
mod people;
mod proving;
mod settling;
