//! What is said of rosters in more than one place.

use crate::{
    api::Failure,
    browser::intl::Show,
    components::{failure, length::moment},
    i18n::{Locale, td_string},
};
use contract::{
    error::FieldProblem,
    roster::{InvitationStanding, RosterColumn, RosterProblem, RosterReason},
};
use study::Timestamp;

/// First and last day of a class. It ends with the first moment that is not of it any more.
pub fn days(locale: Locale, starts_at: Timestamp, ends_at: Timestamp) -> String {
    let last = Timestamp(ends_at.0.saturating_sub(1));
    td_string!(
        locale,
        institution.days,
        first = moment(locale, starts_at, Show::Date),
        last = moment(locale, last, Show::Date)
    )
}

/// A column.
pub fn column(locale: Locale, column: RosterColumn) -> &'static str {
    match column {
        RosterColumn::Name => td_string!(locale, roster.name),
        RosterColumn::IdNumber => td_string!(locale, roster.id_number),
        RosterColumn::Phone => td_string!(locale, roster.phone),
    }
}

/// What is wrong with a cell, and what to do.
pub fn reason(locale: Locale, problem: &RosterProblem) -> String {
    let words = match problem.reason {
        RosterReason::Missing => td_string!(locale, roster.why_missing),
        RosterReason::TooShort => td_string!(locale, roster.why_too_short),
        RosterReason::TooLong => td_string!(locale, roster.why_too_long),
        RosterReason::Form => match problem.column {
            RosterColumn::Phone => td_string!(locale, roster.why_phone_form),
            RosterColumn::IdNumber => td_string!(locale, roster.why_id_form),
            RosterColumn::Name => td_string!(locale, roster.why_form),
        },
        RosterReason::CheckDigit => td_string!(locale, roster.why_check_digit),
        RosterReason::BirthDate => td_string!(locale, roster.why_birth_date),
        RosterReason::LostDigits => td_string!(locale, roster.why_lost_digits),
        RosterReason::Duplicate => {
            let line = problem.first_line.unwrap_or_default();
            return td_string!(locale, roster.why_duplicate, line = line);
        }
        RosterReason::InThisClass => td_string!(locale, roster.why_in_this_class),
        RosterReason::InvitedBefore => td_string!(locale, roster.why_invited_before),
        RosterReason::InAnotherClass => td_string!(locale, roster.why_in_another_class),
        RosterReason::NameDiffers => td_string!(locale, roster.why_name_differs),
        RosterReason::PhoneTaken => td_string!(locale, roster.why_phone_taken),
    };
    words.into()
}

/// Why a file was not taken. What is wrong with the file itself is said in its own words.
pub fn unread(locale: Locale, failed: &Failure) -> String {
    if let Failure::Refused(reply) = failed
        && let Some(first) = reply.fields.first()
    {
        let columns: Vec<&str> = reply
            .fields
            .iter()
            .filter_map(|field| match &*field.field {
                "file.name" => Some(column(locale, RosterColumn::Name)),
                "file.id_number" => Some(column(locale, RosterColumn::IdNumber)),
                "file.phone" => Some(column(locale, RosterColumn::Phone)),
                _ => None,
            })
            .collect();
        if !columns.is_empty() {
            let columns = columns.join(td_string!(locale, roster.and));
            return td_string!(locale, roster.no_columns, columns = columns);
        }
        return match first.problem {
            FieldProblem::TooLong => td_string!(locale, roster.too_large),
            FieldProblem::Range => td_string!(locale, roster.unpacks),
            FieldProblem::Missing => td_string!(locale, roster.no_rows),
            FieldProblem::TooShort
            | FieldProblem::Form
            | FieldProblem::CheckDigit
            | FieldProblem::BirthDate
            | FieldProblem::Mismatch => td_string!(locale, roster.no_roster),
        }
        .into();
    }
    failure::words(locale, failed)
}

/// How it stands with somebody on the roster.
pub fn standing(locale: Locale, standing: InvitationStanding) -> &'static str {
    match standing {
        InvitationStanding::Open => td_string!(locale, roster.standing_open),
        InvitationStanding::Accepted => td_string!(locale, roster.standing_accepted),
        InvitationStanding::Expired => td_string!(locale, roster.standing_expired),
        InvitationStanding::Revoked => td_string!(locale, roster.standing_revoked),
        InvitationStanding::Locked => td_string!(locale, roster.standing_locked),
    }
}
