//! Where the people of a batch stand: as the database said, or as the batch before left it.

use crate::store::beats::{PersonRow, SessionRow, UnitRow};
use std::collections::{BTreeSet, HashMap};
use study::{PersonId, SessionId, UnitId};

/// Where people, sessions and units stand.
#[derive(Default)]
pub struct Standing {
    pub(super) persons: HashMap<PersonId, PersonRow>,
    pub(super) sessions: HashMap<SessionId, SessionRow>,
    pub(super) units: HashMap<(PersonId, UnitId), UnitRow>,
}

impl Standing {
    /// How many sessions it knows.
    #[must_use]
    pub fn n_sessions(&self) -> usize {
        self.sessions.len()
    }

    /// Those of `persons` that it does not know, in the order of their names.
    #[must_use]
    pub fn persons_missing(&self, persons: impl Iterator<Item = PersonId>) -> Vec<PersonId> {
        let missing: BTreeSet<_> = persons
            .filter(|person| !self.persons.contains_key(person))
            .collect();
        Vec::from_iter(missing)
    }

    /// Those of `sessions` that it does not know.
    #[must_use]
    pub fn sessions_missing(&self, sessions: impl Iterator<Item = SessionId>) -> Vec<SessionId> {
        let missing: BTreeSet<_> = sessions
            .filter(|session| !self.sessions.contains_key(session))
            .collect();
        Vec::from_iter(missing)
    }

    /// Adds what the database said of them.
    pub fn add(&mut self, persons: Vec<PersonRow>, sessions: Vec<(SessionRow, UnitRow)>) {
        for row in persons {
            self.persons.insert(row.person, row);
        }
        for (session, unit) in sessions {
            self.sessions.insert(session.session, session);
            // Two sessions on one unit tell the same of it.
            self.units.insert((unit.person, unit.unit), unit);
        }
    }

    /// One session.
    #[must_use]
    pub fn session(&self, session: SessionId) -> Option<&SessionRow> {
        self.sessions.get(&session)
    }
}
