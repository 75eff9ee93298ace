//! What each row of a roster comes to: first by itself and beside the other rows, then by what is known of the people.

use super::columns::Row;
use crate::{
    form,
    keys::{Keys, Kind},
};
use contract::{
    Digest, canonical,
    id_number::IdNumber,
    roster::{RosterColumn, RosterFate, RosterPreview, RosterProblem, RosterReason, RosterRow},
};
use std::collections::{HashMap, HashSet};
use study::{ClassId, PersonId};

/// The keyed hash of an ID number or a phone.
pub type Hash = Vec<u8>;

/// A row under judgement.
pub struct Candidate {
    /// What is said of it.
    pub row: RosterRow,
    /// Its ID number, where it is one.
    pub id_number: Option<IdNumber>,
    /// What that is found by.
    pub id_hash: Hash,
    /// What its phone number is found by.
    pub phone_hash: Hash,
    /// Who it is, where they have an account.
    pub person: Option<PersonId>,
}

/// What is known of the people on a roster, by the hash of their ID numbers.
#[derive(Default)]
pub struct Known {
    /// Who has an account, and under which name.
    pub people: HashMap<Hash, (PersonId, String)>,
    /// Who is in this class.
    pub in_this: HashSet<Hash>,
    /// Who is invited to this class.
    pub invited_to_this: HashSet<Hash>,
    /// Who is in another class that runs, or invited to one.
    pub in_another: HashSet<Hash>,
    /// Whose account a phone number is: the hash of the ID number by that of the phone.
    pub phones: HashMap<Hash, Hash>,
}

/// The rows by themselves, and beside each other.
#[must_use]
pub fn alone(keys: &Keys, rows: Vec<Row>) -> Vec<Candidate> {
    let mut id_numbers = HashMap::new();
    let mut phones = HashMap::new();
    rows.into_iter()
        .map(|row| {
            let mut problems = Vec::new();
            let mut note = |column, reason: Option<RosterReason>, first_line| {
                if let Some(reason) = reason {
                    problems.push(RosterProblem {
                        column,
                        reason,
                        first_line,
                    });
                }
            };
            note(
                RosterColumn::Name,
                form::name(&row.name).map(Into::into),
                None,
            );
            let parsed = IdNumber::parse(&row.id_number.text);
            let wrong = match &parsed {
                Ok(_) => None,
                Err(_) if row.id_number.lost_digits => Some(RosterReason::LostDigits),
                Err(problem) => Some((*problem).into()),
            };
            note(RosterColumn::IdNumber, wrong, None);
            let id_number = parsed.ok();
            if let Some(id_number) = &id_number
                && let Some(first) = earlier(&mut id_numbers, id_number.as_str(), row.line)
            {
                note(
                    RosterColumn::IdNumber,
                    Some(RosterReason::Duplicate),
                    Some(first),
                );
            }
            let wrong = form::phone(&row.phone);
            note(RosterColumn::Phone, wrong.map(Into::into), None);
            if wrong.is_none()
                && let Some(first) = earlier(&mut phones, &row.phone, row.line)
            {
                note(
                    RosterColumn::Phone,
                    Some(RosterReason::Duplicate),
                    Some(first),
                );
            }
            let hash = |kind, text: &str| keys.search_hash(kind, text).to_vec();
            Candidate {
                id_hash: id_number.as_ref().map_or_else(Vec::new, |id_number| {
                    hash(Kind::IdNumber, id_number.as_str())
                }),
                phone_hash: hash(Kind::Phone, &row.phone),
                row: RosterRow {
                    line: row.line,
                    id_number: id_number
                        .as_ref()
                        .map_or_else(|| shortened(&row.id_number.text), IdNumber::masked),
                    name: shortened(&row.name),
                    phone: shortened(&row.phone),
                    fate: RosterFate::Invited,
                    problems,
                },
                id_number,
                person: None,
            }
        })
        .collect()
}

/// The earlier line with the same, or `None` where this is the first.
fn earlier(seen: &mut HashMap<String, u64>, text: &str, line: u64) -> Option<u64> {
    match seen.get(text) {
        Some(first) => Some(*first),
        None => {
            seen.insert(text.to_owned(), line);
            None
        }
    }
}

/// Enough of a wrong cell to find it by; a novel in a cell is no reason to send one back.
fn shortened(text: &str) -> String {
    text.chars().take(60).collect()
}

/// The rows by what is known of the people.
pub fn beside(candidates: &mut [Candidate], known: &Known) {
    for candidate in candidates {
        let hash = &candidate.id_hash;
        let mut note = |column, reason| {
            candidate.row.problems.push(RosterProblem {
                column,
                reason,
                first_line: None,
            });
        };
        let account = known.people.get(hash);
        if known.in_this.contains(hash) {
            note(RosterColumn::IdNumber, RosterReason::InThisClass);
        } else if known.invited_to_this.contains(hash) {
            note(RosterColumn::IdNumber, RosterReason::InvitedBefore);
        } else if known.in_another.contains(hash) {
            note(RosterColumn::IdNumber, RosterReason::InAnotherClass);
        }
        match account {
            Some((_, name)) if *name != candidate.row.name => {
                note(RosterColumn::Name, RosterReason::NameDiffers);
            }
            Some((person, _)) => candidate.person = Some(*person),
            // Whoever has an account keeps its phone; whoever registers needs one that nobody has. Whose it is cannot be said
            // where the ID number is wrong.
            None if candidate.id_number.is_none() => {}
            None => {
                let owner = known.phones.get(&candidate.phone_hash);
                if owner.is_some_and(|owner| owner != hash) {
                    note(RosterColumn::Phone, RosterReason::PhoneTaken);
                }
            }
        }
        candidate.row.fate = match (candidate.row.problems.is_empty(), candidate.person) {
            (false, _) => RosterFate::LeftOut,
            (true, Some(_)) => RosterFate::Enrolled,
            (true, None) => RosterFate::Invited,
        };
    }
}

/// What the rows come to together. The digest is over the file, the class and everything that is said here.
///
/// # Errors
/// Never for our own types.
pub fn preview(
    file: Digest,
    class: ClassId,
    candidates: &[Candidate],
) -> Result<RosterPreview, canonical::NotCanonical> {
    let rows: Vec<RosterRow> = candidates
        .iter()
        .map(|candidate| candidate.row.clone())
        .collect();
    let n = |fate| {
        let n = rows.iter().filter(|row| row.fate == fate).count();
        u64::try_from(n).unwrap_or(u64::MAX)
    };
    Ok(RosterPreview {
        digest: canonical::digest(&(file, class, &rows))?,
        n_invited: n(RosterFate::Invited),
        n_enrolled: n(RosterFate::Enrolled),
        n_left_out: n(RosterFate::LeftOut),
        rows,
    })
}
