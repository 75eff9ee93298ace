//! The file `assets/demo/province.json`, carried inside the binary.

use super::NotLoaded;
use contract::{Text, account::Role};
use serde::Deserialize;
use std::fmt::Write;
use study::{FaceChecks, RandomChecks, Rules};

const FILE: &str = include_str!("../../../assets/demo/province.json");

/// The whole province.
#[derive(Deserialize)]
pub struct Province {
    /// Everybody's password.
    pub password: String,
    /// Who trains.
    pub institutions: Vec<Institution>,
    /// Who works there, and for the province.
    pub staff: Vec<Resident>,
    /// Who studies.
    pub learners: Vec<Resident>,
    /// What runs.
    pub classes: Vec<Class>,
}

/// An institution.
#[derive(Deserialize)]
pub struct Institution {
    /// What the rest of the file calls it.
    pub id: String,
    /// Its unified social credit code.
    pub usci: String,
    /// Its name.
    pub name: Text,
}

/// A person.
#[derive(Deserialize)]
pub struct Resident {
    /// Name.
    pub name: String,
    /// ID number.
    pub id_number: String,
    /// Phone.
    pub phone: String,
    /// What they are; learners have none in the file.
    pub role: Option<Role>,
    /// Where.
    pub institution: Option<String>,
}

/// A class.
#[derive(Deserialize)]
pub struct Class {
    /// Its name.
    pub name: Text,
    /// Who trains.
    pub institution: String,
    /// Whether anybody may join.
    pub open: bool,
    /// First day, counted from today.
    pub starts_day: i64,
    /// First day behind it, counted from today.
    pub ends_day: i64,
    /// Whether its learners have studied all of it, and most of what a claim needs is entered.
    #[serde(default)]
    pub finished: bool,
    /// Name of its rules, as [`Class::rules`] knows them.
    rules: String,
    /// Who is in it, by phone.
    pub learners: Vec<String>,
}

/// The province of this binary.
///
/// # Errors
/// Where the file is not what it should be.
pub fn read() -> Result<Province, NotLoaded> {
    serde_json::from_str(FILE).map_err(|error| NotLoaded::Files(format!("province.json: {error}")))
}

impl Class {
    /// Its rules; `checks` takes the place of the policy of face checks where they draw any.
    ///
    /// # Errors
    /// Where no rules have this name.
    pub fn rules(&self, checks: Option<&RandomChecks>) -> Result<Rules, NotLoaded> {
        let known = [
            Rules::liaoning_2026(),
            Rules::liaoning_2026_with_face_checks(),
        ];
        let mut rules = known
            .into_iter()
            .find(|rules| rules.version == self.rules)
            .ok_or_else(|| NotLoaded::Files(format!("there are no rules {}", self.rules)))?;
        if let (FaceChecks::Random(policy), Some(other)) = (&mut rules.face_checks, checks) {
            policy.clone_from(other);
            rules.version += "-trial";
        }
        Ok(rules)
    }
}

impl Province {
    /// Who can sign in, as lines to print.
    #[must_use]
    pub fn sign_ins(&self) -> String {
        let mut lines = format!(
            "演示账号 Demo sign-ins (fictional; password of all: {})\n",
            self.password
        );
        let mut line = |role: &str, resident: &Resident, place: &str| {
            // Writing to a string does not fail.
            let _ = writeln!(
                lines,
                "  {:<12} {role:<10} {} {place}",
                resident.phone, resident.name
            );
        };
        for class in &self.classes {
            // The first is new; the second has studied before, where there are no face checks.
            for phone in class.learners.iter().take(2) {
                if let Some(learner) = self.learners.iter().find(|one| one.phone == *phone) {
                    line("learner", learner, &class.name.zh);
                }
            }
        }
        for resident in &self.staff {
            let role = match resident.role {
                Some(Role::Teacher) => "teacher",
                Some(Role::Admin) => "admin",
                Some(Role::Reviewer) => "reviewer",
                Some(Role::Regulator) => "regulator",
                Some(Role::Operator) => "operator",
                Some(Role::Learner) | None => "learner",
            };
            let place = resident
                .institution
                .as_ref()
                .and_then(|id| self.institutions.iter().find(|one| one.id == *id))
                .map_or("", |institution| institution.name.zh.as_str());
            line(role, resident, place);
        }
        lines
    }
}
