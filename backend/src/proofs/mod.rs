//! Issuing a study proof: close what is open, wait for the ledger, state what the records say, seal, keep.

pub mod evidence;
pub mod run;

use crate::{
    app::App,
    keys::{Keys, random},
    ledger::NotSequenced,
    store::{
        self, catalogue, classes, digest, entities, number, people, proofs,
        status_entries::{self, Place},
        study as studying, to_json,
    },
};
use contract::{
    Digest, Text,
    credential::{
        LedgerHead, Named, NotSealed, Opening, Sealed, StatedUnit, Statement, identity::mask_name,
        seal,
    },
    id_number::IdNumber,
    record::{ProofIssued, Record, Salt},
    status::StatusEntry,
};
use entities::{class, person, proof};
use sea_orm::{DatabaseTransaction, DbErr, EntityTrait};
use store::evidence::NewEvidence;
use study::{ClassId, CourseId, InstitutionId, Millis, PersonId, UnitId};
use uuid::Uuid;

/// Why no proof was issued.
#[derive(Debug, thiserror::Error)]
pub enum NotIssued {
    /// No such class of this person.
    #[error("this person has no such class")]
    NotFound,
    /// The personal data of the class was destroyed after its time.
    #[error("the class was deleted after its time")]
    ClassDeleted,
    /// Nothing is credited yet.
    #[error("nothing is credited yet")]
    NothingToProve,
    /// The ledger is so far behind that waiting any longer helps nobody; asking again later does.
    #[error("the ledger is behind")]
    LedgerBehind,
    /// The ledger failed.
    #[error(transparent)]
    Ledger(#[from] NotSequenced),
    /// Records, ledger and statement do not fit together. Nothing was given out.
    #[error(transparent)]
    NotSealed(#[from] NotSealed),
    /// Personal data does not open.
    #[error(transparent)]
    NotOpened(#[from] crate::keys::NotOpened),
    /// The database or the machine failed.
    #[error(transparent)]
    Db(#[from] DbErr),
    /// It is not known whether it was saved.
    #[error(transparent)]
    Unknown(#[from] store::Unknown),
}

/// A proof, and whether it is new.
pub struct Issued {
    /// The stored proof.
    pub proof: proof::Model,
    /// Whether it was made just now; `false` where nothing was credited since the last one that stands.
    pub new: bool,
}

/// Issues a proof of what of the credit of `person` counts in `class`. Where nothing was credited since the last proof that stands, that
/// one is given again, so that asking twice does no harm.
///
/// # Errors
/// [`NotIssued`]
pub async fn issue(app: &App, person: PersonId, class: ClassId) -> Result<Issued, NotIssued> {
    let row = classes::enrolled(&app.db.read, person, class)
        .await?
        .ok_or(NotIssued::NotFound)?;
    if row.deleted_at.is_some() {
        return Err(NotIssued::ClassDeleted);
    }
    let credited_ms = credited(app, person, &row).await?;
    if credited_ms == Millis::ZERO {
        return Err(NotIssued::NothingToProve);
    }
    if let Some(proof) = newest(&app.db.read, person, class, credited_ms).await? {
        return Ok(Issued { proof, new: false });
    }
    let name = Uuid::now_v7();
    let tx = app.db.begin().await?;
    studying::close_segments(&tx, &app.keys, person, class, app.clock.now()).await?;
    let place = status_entries::draw(&tx, name).await?;
    store::commit(tx).await?;

    let (ledger, evidence) = evidence::in_ledger(app, person, class).await?;
    let salt = Salt(random::<32>().map_err(|error| DbErr::Custom(error.to_string()))?);
    let someone = people::get(&app.db.read, person)
        .await?
        .ok_or(NotIssued::NotFound)?;
    let stated = Stated {
        name,
        place,
        salt,
        ledger,
        evidence,
    };
    let statement = statement(app, &row, &someone, stated).await?;
    let sealed = seal(statement, app.ledger.keys().issuer())?;
    keep(app, person, class, &someone, salt, sealed).await
}

/// What opens the masked name of a proof, for its holder.
///
/// # Errors
/// Where the data does not open under this installation's key.
pub fn opening(
    keys: &Keys,
    someone: &person::Model,
    proof: &proof::Model,
) -> Result<Opening, crate::keys::NotOpened> {
    let key = keys.person(someone.id, &someone.key_sealed)?;
    let salt: Digest = key
        .open(SALT, &proof.salt_sealed)?
        .parse()
        .map_err(|_| crate::keys::NotOpened)?;
    Ok(Opening {
        name: people::name(keys, someone)?,
        id_number: people::id_number(keys, someone)?,
        salt: Salt(salt.0),
    })
}

/// Name of the sealed field.
const SALT: &str = "proof salt";

async fn credited(app: &App, person: PersonId, class: &class::Model) -> Result<Millis, DbErr> {
    let units = classes::credited(&app.db.read, &app.rules, person, class).await?;
    Ok(units.values().fold(Millis::ZERO, |sum, covered| {
        sum.saturating_add(covered.len())
    }))
}

/// The newest proof that stands, where it states `credited_ms`. What counts only grows, so equal sums are equal credit.
async fn newest(
    db: &impl sea_orm::ConnectionTrait,
    person: PersonId,
    class: ClassId,
    credited_ms: Millis,
) -> Result<Option<proof::Model>, DbErr> {
    let proof = proofs::standing(db, person, class).await?;
    Ok(proof.filter(|proof| number(proof.credited_ms) == credited_ms.0))
}

/// What a statement is made of that is not read for it.
struct Stated {
    name: Uuid,
    place: Place,
    salt: Salt,
    ledger: LedgerHead,
    evidence: Vec<contract::credential::Evidence>,
}

async fn statement(
    app: &App,
    class: &class::Model,
    someone: &person::Model,
    stated: Stated,
) -> Result<Statement, NotIssued> {
    let db = &app.db.read;
    let missing = |what: &str| DbErr::RecordNotFound(what.to_owned());
    let institution = entities::institution::Entity::find_by_id(class.institution_id)
        .one(db)
        .await?
        .ok_or_else(|| missing("the class's institution"))?;
    let course = entities::course::Entity::find_by_id(class.course_id)
        .one(db)
        .await?
        .ok_or_else(|| missing("the class's course"))?;
    let units = catalogue::units(db, CourseId(course.id))
        .await?
        .iter()
        .map(|unit| {
            Ok(StatedUnit {
                unit: UnitId(unit.id),
                title: classes::unit_title(unit),
                film: digest(&unit.film)?,
                film_ms: Millis(number(unit.film_ms)),
            })
        })
        .collect::<Result<Vec<_>, DbErr>>()?;
    let opening = Opening {
        name: people::name(&app.keys, someone)?,
        id_number: people::id_number(&app.keys, someone)?,
        salt: stated.salt,
    };
    let id_number = IdNumber::parse(&opening.id_number)
        .map_err(|_| DbErr::Custom("a stored ID number is not well formed".to_owned()))?;
    Ok(Statement {
        proof: stated.name,
        issued_at: app.clock.now(),
        name: mask_name(&opening.name),
        id_number: id_number.masked(),
        identity: opening.digest().map_err(NotSealed::from)?,
        person: app.keys.pseudonym(PersonId(someone.id)),
        institution: named(
            InstitutionId(institution.id),
            institution.name_zh,
            institution.name_en,
        ),
        class: named(
            ClassId(class.id),
            class.name_zh.clone(),
            class.name_en.clone(),
        ),
        course: named(CourseId(course.id), course.title_zh, course.title_en),
        units,
        rules: (*app.rules.get(db, digest(&class.rules_hash)?).await?).clone(),
        evidence: stated.evidence,
        ledger: stated.ledger,
        status: Some(StatusEntry::new(
            &app.status_list(stated.place.list),
            stated.place.index,
        )),
    })
}

fn named<Id>(id: Id, zh: String, en: String) -> Named<Id> {
    Named::new(id, Text { zh, en })
}

/// Keeps the proof and its own record, unless somebody was faster with the same.
async fn keep(
    app: &App,
    person: PersonId,
    class: ClassId,
    someone: &person::Model,
    salt: Salt,
    sealed: Sealed,
) -> Result<Issued, NotIssued> {
    let stated = &sealed.proof.subject;
    let (credited_ms, issued_at) = (stated.credited_ms, sealed.proof.valid_from.0);
    let tx = app.db.begin().await?;
    studying::lock_row(&tx, person).await?;
    if let Some(proof) = newest(&tx, person, class, credited_ms).await? {
        return Ok(Issued { proof, new: false });
    }
    let id = sealed
        .proof
        .uuid()
        .ok_or_else(|| DbErr::Custom("the new proof has no name".to_owned()))?;
    let salt_sealed = app
        .keys
        .person(someone.id, &someone.key_sealed)?
        .seal(SALT, &salt.to_string())
        .map_err(|error| DbErr::Custom(error.to_string()))?;
    let record = Record::ProofIssued(ProofIssued {
        proof: id,
        person: stated.person,
        class,
        identity: stated.identity,
        credential: sealed.digest,
        credited_ms,
        class_hours: stated.class_hours,
        issued_at,
    });
    let new = proofs::NewProof {
        proof: id,
        person,
        class,
        issued_at,
        credited_ms,
        digest: sealed.digest,
        salt_sealed,
        document: sealed.document,
    };
    record_issue(&tx, &new, &record).await?;
    proofs::add(&tx, new).await?;
    let proof = proofs::get(&tx, person, id)
        .await?
        .ok_or_else(|| DbErr::RecordNotFound("the new proof".to_owned()))?;
    store::commit(tx).await?;
    app.ledger.wake();
    Ok(Issued { proof, new: true })
}

async fn record_issue(
    tx: &DatabaseTransaction,
    new: &proofs::NewProof,
    record: &Record,
) -> Result<(), DbErr> {
    let evidence = NewEvidence {
        kind: "proof_issued/1",
        person: Some(new.person),
        class: Some(new.class),
        session: None,
        record: to_json(record)?,
    };
    store::evidence::append(tx, &[evidence], new.issued_at).await?;
    Ok(())
}
