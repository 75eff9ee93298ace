//! The form of what people type about themselves, the same wherever it comes from.

use contract::error::FieldProblem;

/// What is wrong with the length of `text`, in characters.
#[must_use]
pub fn length(text: &str, min: usize, max: usize) -> Option<FieldProblem> {
    match text.chars().count() {
        0 => Some(FieldProblem::Missing),
        n if n < min => Some(FieldProblem::TooShort),
        n if n > max => Some(FieldProblem::TooLong),
        _ => None,
    }
}

/// Control characters have no place in a name, and `PostgreSQL` refuses NUL.
#[must_use]
pub fn control(text: &str) -> Option<FieldProblem> {
    text.chars()
        .any(char::is_control)
        .then_some(FieldProblem::Form)
}

/// What is wrong with a person's name.
#[must_use]
pub fn name(text: &str) -> Option<FieldProblem> {
    length(text.trim(), 2, 40).or_else(|| control(text))
}

/// What is wrong with a password.
#[must_use]
pub fn password(text: &str) -> Option<FieldProblem> {
    length(text, 8, 128)
}

/// A mainland mobile number: 1, then 3 to 9, then nine digits.
#[must_use]
pub fn phone(text: &str) -> Option<FieldProblem> {
    if text.is_empty() {
        return Some(FieldProblem::Missing);
    }
    let form = text.len() == 11
        && text.bytes().all(|byte| byte.is_ascii_digit())
        && text.starts_with('1')
        && matches!(text.as_bytes().get(1), Some(b'3'..=b'9'));
    (!form).then_some(FieldProblem::Form)
}
