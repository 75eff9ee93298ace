//! What a handler may ask for in its signature: who is there, and what they sent. A handler without a person in its signature
//! is public on purpose.

mod body;
mod path;
mod who;

pub use body::Body;
pub use path::{PathId, PathIds, Query};
pub use who::{
    Admin, Auditor, COOKIE, Learner, Operator, Person, Regulator, Reviewer, Staff, Teacher,
    token_of,
};
