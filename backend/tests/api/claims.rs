//! Claims: the matrix, what is entered, what is sealed, who verifies it.

mod demo;
pub mod helpers;
mod load;
mod matrix;
mod photos;
mod reviewing;
mod sealing;
