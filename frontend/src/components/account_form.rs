//! The fields of registration: what is wrong with each, before and after the server was asked.

use super::field::Typed;
use crate::{api::Failure, browser::document};
use contract::{error::FieldProblem, id_number::IdNumber};
use leptos::prelude::*;

/// Something must stand there.
#[must_use]
pub fn filled(value: &str) -> Option<FieldProblem> {
    value.trim().is_empty().then_some(FieldProblem::Missing)
}

/// What is wrong with the length of `value`.
#[must_use]
pub fn length(value: &str, min: usize, max: usize) -> Option<FieldProblem> {
    match value.chars().count() {
        0 => Some(FieldProblem::Missing),
        n if n < min => Some(FieldProblem::TooShort),
        n if n > max => Some(FieldProblem::TooLong),
        _ => None,
    }
}

/// A name as on the ID card.
#[must_use]
pub fn name(value: &str) -> Option<FieldProblem> {
    length(value.trim(), 2, 40)
}

/// A resident ID number.
#[must_use]
pub fn id_number(value: &str) -> Option<FieldProblem> {
    IdNumber::parse(value).err()
}

/// A mobile number.
#[must_use]
pub fn phone(value: &str) -> Option<FieldProblem> {
    let value = value.trim();
    if value.is_empty() {
        return Some(FieldProblem::Missing);
    }
    let mobile = value.len() == 11
        && value.starts_with('1')
        && value.bytes().all(|byte| byte.is_ascii_digit());
    (!mobile).then_some(FieldProblem::Form)
}

/// A new password.
#[must_use]
pub fn password(value: &str) -> Option<FieldProblem> {
    length(value, 8, 128)
}

/// Judges all fields, and puts the keyboard into the first that is wrong; whether all are fine.
#[must_use]
pub fn judge(fields: &[Typed]) -> bool {
    let wrong: Vec<&Typed> = fields.iter().filter(|typed| !typed.judge()).collect();
    if let Some(first) = wrong.first() {
        document::focus(&format!("#{}", first.name));
    }
    wrong.is_empty()
}

/// Puts what the server found wrong beside the fields, and the keyboard into the first of them.
pub fn show_fields(fields: &[Typed], failure: &Failure) {
    let Failure::Refused(reply) = failure else {
        return;
    };
    for wrong in &reply.fields {
        if let Some(typed) = fields.iter().find(|typed| typed.name == wrong.field) {
            typed.problem.set(Some(wrong.problem));
        }
    }
    if let Some(first) = fields
        .iter()
        .find(|typed| typed.problem.get_untracked().is_some())
    {
        document::focus(&format!("#{}", first.name));
    }
}
