//! The demo province: fictional institutions, staff, learners and a real course, loaded once into an empty installation.

mod course;
mod finished;
mod past;
mod province;

use crate::{
    app::App,
    passwords,
    store::{
        catalogue::{self, NewClass, NewUnit},
        people::{self, NewPerson},
        settings,
    },
};
use contract::{account::Role, id_number::IdNumber};
use province::{Province, Resident};
use sea_orm::{DatabaseTransaction, DbErr};
use std::collections::HashMap;
use study::{ClassId, CourseId, Day, InstitutionId, PersonId, RandomChecks, Timestamp};

/// Why the province is not in. Nothing of it is, then.
#[derive(Debug, thiserror::Error)]
pub enum NotLoaded {
    /// The files inside the binary are not what they should be.
    #[error("{0}")]
    Files(String),
    /// A film could not be written to the data folder.
    #[error("a film cannot be written: {0}")]
    Disk(#[from] std::io::Error),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbErr),
}

/// Loads the province, unless it is in already. `checks` takes the place of the policy of face checks in the class that has them.
///
/// # Errors
/// [`NotLoaded`]
pub async fn load(app: &App, checks: Option<&RandomChecks>) -> Result<(), NotLoaded> {
    // The films every time: they are files, and may have been taken away.
    let course = course::read()?;
    course.write_films(&app.data)?;
    if settings::get(&app.db.read, settings::DEMO).await?.is_some() {
        return Ok(());
    }
    let province = province::read()?;
    // One hash for all: sixty of them would take the start two seconds, and everybody knows this password.
    let password =
        passwords::hash(&province.password).map_err(|error| NotLoaded::Files(error.to_string()))?;
    let now = app.clock.now();
    let tx = app.db.begin().await?;
    settings::set_once(&tx, settings::DEMO, "liaoning-demo-1").await?;
    let mut loading = Loading {
        tx: &tx,
        app,
        now,
        password,
        institutions: HashMap::new(),
        people: HashMap::new(),
        admins: HashMap::new(),
    };
    loading.everybody(&province).await?;
    let course = loading.course(&course).await?;
    let pasts = loading.classes(&province, course, checks).await?;
    tx.commit().await?;
    for (class, person) in pasts.half_through {
        past::study(app, class, person).await?;
    }
    for (class, learners, admin) in pasts.finished {
        finished::finish(app, class, &learners, admin).await?;
    }
    tracing::info!("the demo province is loaded");
    Ok(())
}

/// Who can sign in, for whoever started the server.
#[must_use]
pub fn sign_ins() -> String {
    province::read().map_or_else(|_| String::new(), |province| province.sign_ins())
}

/// Who has studied before the server was first started.
#[derive(Default)]
struct Pasts {
    half_through: Vec<(ClassId, PersonId)>,
    /// Classes whose learners have studied all of it, with the admin of their institution.
    finished: Vec<(ClassId, Vec<PersonId>, PersonId)>,
}

struct Loading<'a> {
    tx: &'a DatabaseTransaction,
    app: &'a App,
    now: Timestamp,
    password: String,
    institutions: HashMap<String, InstitutionId>,
    /// By phone, as the classes name them.
    people: HashMap<String, PersonId>,
    /// By the institution's name in the file.
    admins: HashMap<String, PersonId>,
}

impl Loading<'_> {
    async fn everybody(&mut self, province: &Province) -> Result<(), NotLoaded> {
        for institution in &province.institutions {
            let id =
                catalogue::add_institution(self.tx, &institution.usci, &institution.name, self.now)
                    .await?;
            self.institutions.insert(institution.id.clone(), id);
        }
        for resident in &province.staff {
            let role = resident
                .role
                .ok_or_else(|| NotLoaded::Files("a member of staff has no role".into()))?;
            self.resident(resident, role).await?;
        }
        for resident in &province.learners {
            self.resident(resident, Role::Learner).await?;
        }
        Ok(())
    }

    async fn resident(&mut self, resident: &Resident, role: Role) -> Result<(), NotLoaded> {
        let id_number = IdNumber::parse(&resident.id_number)
            .map_err(|problem| NotLoaded::Files(format!("an ID number is wrong: {problem:?}")))?;
        let new = NewPerson {
            name: &resident.name,
            id_number: &id_number,
            phone: &resident.phone,
            password: self.password.clone(),
        };
        let person = people::add(self.tx, &self.app.keys, new, self.now)
            .await
            .map_err(|error| match error {
                people::NotAdded::Exists => NotLoaded::Files(
                    "somebody registered with a demo person's number; start with an empty data folder".into(),
                ),
                people::NotAdded::Db(error) => error.into(),
            })?;
        let institution = match (role, &resident.institution) {
            // A learner's institution is in the classes they are in.
            (Role::Learner, _) | (_, None) => None,
            (_, Some(name)) => Some(self.institution(name)?),
        };
        people::grant(self.tx, person, role, institution, self.now).await?;
        self.people.insert(resident.phone.clone(), person);
        if let (Role::Admin, Some(institution)) = (role, &resident.institution) {
            self.admins.insert(institution.clone(), person);
        }
        Ok(())
    }

    async fn course(&self, course: &course::Course) -> Result<CourseId, NotLoaded> {
        let id = catalogue::add_course(self.tx, &course.title, self.now).await?;
        for (unit, position) in course.units.iter().zip(1_u32..) {
            let new = NewUnit {
                course: id,
                position,
                title: &unit.title,
                film: unit.sha256,
                film_ms: unit.duration_ms,
                captions_zh: unit.captions("zh")?,
                captions_en: unit.captions("en").ok(),
            };
            catalogue::add_unit(self.tx, new).await?;
        }
        Ok(id)
    }

    /// Enters the classes, and gives who in them has studied before: the second learner of each, so that the first is new. Under face
    /// checks nobody has: there is no face to have shown.
    async fn classes(
        &self,
        province: &Province,
        course: CourseId,
        checks: Option<&RandomChecks>,
    ) -> Result<Pasts, NotLoaded> {
        let mut pasts = Pasts::default();
        for class in &province.classes {
            let rules = class.rules(checks)?;
            let today = self.now.day(rules.day_offset_ms);
            let day =
                |offset: i64| Day(today.0.saturating_add_signed(offset)).start(rules.day_offset_ms);
            let rules_hash = catalogue::add_rules(self.tx, &rules, self.now).await?;
            let new = NewClass {
                institution: self.institution(&class.institution)?,
                course,
                rules: rules_hash,
                name: &class.name,
                open: class.open,
                starts_at: day(class.starts_day),
                ends_at: day(class.ends_day),
            };
            let id = catalogue::add_class(self.tx, new, self.now).await?;
            let mut learners = Vec::new();
            for (idx, phone) in class.learners.iter().enumerate() {
                let person = self.people.get(phone).ok_or_else(|| {
                    NotLoaded::Files("a class names a learner who is not there".into())
                })?;
                catalogue::enrol(self.tx, id, *person, self.now).await?;
                learners.push(*person);
                if idx == 1 && !class.finished && rules.face_checks.random().is_none() {
                    pasts.half_through.push((id, *person));
                }
            }
            if class.finished {
                let admin = self
                    .admins
                    .get(&class.institution)
                    .ok_or_else(|| NotLoaded::Files("a finished class has no admin".into()))?;
                pasts.finished.push((id, learners, *admin));
            }
        }
        Ok(pasts)
    }

    fn institution(&self, name: &str) -> Result<InstitutionId, NotLoaded> {
        self.institutions
            .get(name)
            .copied()
            .ok_or_else(|| NotLoaded::Files(format!("there is no institution {name}")))
    }
}
