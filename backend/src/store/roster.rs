//! Classes as their institution sees them, and what is known of the people on a roster. Every query about a class names the
//! institutions of whoever asks, so that a class of another one is not found.

use super::{
    classes::{self, Around},
    digest,
    entities::{class, course, institution, invitation, person, rules},
    invitations::expires_at,
    json, number, people,
    rows::{RowsSql, hex_of},
    rules_book::RulesBook,
    stored, time,
};
use crate::{
    keys::Keys,
    roster::{
        columns,
        judge::{Candidate, Hash, Known},
    },
};
use contract::{
    Digest, Text,
    roster::{
        InstitutionClass, NamedCourse, NamedInstitution, NamedRules, RosterFate,
        WRONG_ID_NUMBERS_MAX,
    },
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult,
    QueryFilter, QueryOrder, QueryResult,
};
use std::{collections::HashMap, sync::LazyLock};
use study::{ClassId, CourseId, InstitutionId, PersonId, Timestamp};
use uuid::Uuid;

/// The classes of these institutions, the one that ends last on top.
///
/// # Errors
/// What the database says.
pub async fn of(
    db: &impl ConnectionTrait,
    book: &RulesBook,
    institutions: &[InstitutionId],
    now: Timestamp,
) -> Result<Vec<InstitutionClass>, DbErr> {
    let rows = class::Entity::find()
        .filter(class::Column::InstitutionId.is_in(institutions.iter().map(|id| id.0)))
        .order_by_desc(class::Column::EndsAt)
        .order_by_desc(class::Column::Id)
        .all(db)
        .await?;
    seen(db, book, rows, now).await
}

/// These classes as their institution sees them.
///
/// # Errors
/// What the database says.
pub async fn seen(
    db: &impl ConnectionTrait,
    book: &RulesBook,
    rows: Vec<class::Model>,
    now: Timestamp,
) -> Result<Vec<InstitutionClass>, DbErr> {
    let around = Around::of(db, &rows).await?;
    let counts = counts(db, &rows, now).await?;
    let mut seen = Vec::with_capacity(rows.len());
    for row in rows {
        let (n_enrolled, n_invited) = counts.get(&row.id).copied().unwrap_or_default();
        seen.push(InstitutionClass {
            class: ClassId(row.id),
            name: classes::name(&row),
            institution: around.institution(&row),
            course: around.course(&row),
            rules: book
                .get(db, digest(&row.rules_hash)?)
                .await?
                .version
                .clone(),
            open: row.open,
            starts_at: time(row.starts_at),
            ends_at: time(row.ends_at),
            n_enrolled,
            n_invited,
            deleted_at: row.deleted_at.map(time),
        });
    }
    Ok(seen)
}

/// How many are in each class, and how many are invited and have not come.
async fn counts(
    db: &impl ConnectionTrait,
    rows: &[class::Model],
    now: Timestamp,
) -> Result<HashMap<Uuid, (u64, u64)>, DbErr> {
    static SQL: LazyLock<RowsSql> = LazyLock::new(|| {
        RowsSql::new(
            "SELECT c.id AS id,
               (SELECT count(*) FROM enrolment e WHERE e.class_id = c.id) AS n_enrolled,
               (SELECT count(*) FROM invitation i WHERE i.class_id = c.id AND i.accepted_at IS NULL AND i.revoked_at IS NULL
                  AND i.expires_at > int(1) AND i.n_wrong < int(2)
                  AND NOT EXISTS (SELECT 1 FROM enrolment e JOIN person p ON p.id = e.person_id
                                  WHERE e.class_id = c.id AND p.id_number_hash = i.id_number_hash)) AS n_invited
             FROM $rows JOIN class c ON c.id = uuid(0)",
            "",
        )
    });
    let asked: Vec<(String, u64, u32)> = rows
        .iter()
        .map(|row| (row.id.simple().to_string(), now.0, WRONG_ID_NUMBERS_MAX))
        .collect();
    let mut counts = HashMap::new();
    for row in SQL.query(db, &asked).await? {
        let n = |name: &str| Ok::<_, DbErr>(number(row.try_get("", name)?));
        counts.insert(row.try_get("", "id")?, (n("n_enrolled")?, n("n_invited")?));
    }
    Ok(counts)
}

/// These institutions by name.
///
/// # Errors
/// What the database says.
pub async fn institutions(
    db: &impl ConnectionTrait,
    institutions: &[InstitutionId],
) -> Result<Vec<NamedInstitution>, DbErr> {
    let rows = institution::Entity::find()
        .filter(institution::Column::Id.is_in(institutions.iter().map(|id| id.0)))
        .order_by_asc(institution::Column::Usci)
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| NamedInstitution {
            institution: InstitutionId(row.id),
            name: Text {
                zh: row.name_zh,
                en: row.name_en,
            },
        })
        .collect())
}

/// The courses of the catalogue.
///
/// # Errors
/// What the database says.
pub async fn courses(db: &impl ConnectionTrait) -> Result<Vec<NamedCourse>, DbErr> {
    let rows = course::Entity::find()
        .order_by_asc(course::Column::CreatedAt)
        .order_by_asc(course::Column::Id)
        .all(db)
        .await?;
    let mut courses = Vec::with_capacity(rows.len());
    for row in rows {
        let units = super::catalogue::units(db, CourseId(row.id)).await?;
        courses.push(NamedCourse {
            course: CourseId(row.id),
            title: Text {
                zh: row.title_zh,
                en: row.title_en,
            },
            units: u32::try_from(units.len()).unwrap_or(u32::MAX),
            due_ms: classes::due(&units),
        });
    }
    Ok(courses)
}

/// The rules book, newest first.
///
/// # Errors
/// What the database says.
pub async fn all_rules(db: &impl ConnectionTrait) -> Result<Vec<NamedRules>, DbErr> {
    let rows = rules::Entity::find()
        .order_by_desc(rules::Column::CreatedAt)
        .order_by_asc(rules::Column::Hash)
        .all(db)
        .await?;
    rows.into_iter()
        .map(|row| {
            let body: study::Rules = json(&row.body)?;
            Ok(NamedRules {
                rules: digest(&row.hash)?,
                face_checks: body.face_checks.random().is_some(),
                version: body.version,
            })
        })
        .collect()
}

/// Whether the catalogue has this course.
///
/// # Errors
/// What the database says.
pub async fn has_course(db: &impl ConnectionTrait, course: CourseId) -> Result<bool, DbErr> {
    let row = course::Entity::find_by_id(course.0).one(db).await?;
    Ok(row.is_some())
}

/// Whether the rules book has these rules.
///
/// # Errors
/// What the database says.
pub async fn has_rules(db: &impl ConnectionTrait, hash: Digest) -> Result<bool, DbErr> {
    let row = rules::Entity::find_by_id(hash.0.to_vec()).one(db).await?;
    Ok(row.is_some())
}

/// What is known of the people on a roster for `class`.
///
/// # Errors
/// What the database says, or where a row does not open.
pub async fn known(
    db: &impl ConnectionTrait,
    keys: &Keys,
    class: ClassId,
    candidates: &[Candidate],
    now: Timestamp,
) -> Result<Known, DbErr> {
    static PEOPLE: LazyLock<RowsSql> = LazyLock::new(|| {
        RowsSql::new(
            "SELECT p.* FROM $rows JOIN person p ON p.id_number_hash = bytes(0)",
            "",
        )
    });
    static PHONES: LazyLock<RowsSql> = LazyLock::new(|| {
        RowsSql::new(
            "SELECT p.phone_hash AS phone_hash, p.id_number_hash AS hash FROM $rows JOIN person p ON p.phone_hash = bytes(0)",
            "",
        )
    });
    static ENROLLED: LazyLock<RowsSql> = LazyLock::new(|| {
        RowsSql::new(
            "SELECT p.id_number_hash AS hash, e.class_id AS class_id FROM $rows JOIN person p ON p.id_number_hash = bytes(0)
             JOIN enrolment e ON e.person_id = p.id JOIN class c ON c.id = e.class_id
             WHERE c.ends_at > int(1) OR c.id = uuid(2)",
            "",
        )
    });
    // An invitation that was taken back or has run out holds nobody; in this class it is there to be renewed.
    static INVITED: LazyLock<RowsSql> = LazyLock::new(|| {
        RowsSql::new(
            "SELECT i.id_number_hash AS hash, i.class_id AS class_id FROM $rows JOIN invitation i ON i.id_number_hash = bytes(0)
             WHERE i.accepted_at IS NULL AND (i.class_id = uuid(2) OR i.revoked_at IS NULL AND i.expires_at > int(1))",
            "",
        )
    });
    let id_numbers: Vec<(String, u64, String)> = candidates
        .iter()
        .filter(|candidate| !candidate.id_hash.is_empty())
        .map(|candidate| {
            let class = class.0.simple().to_string();
            (hex_of(&candidate.id_hash), now.0, class)
        })
        .collect();
    let phones: Vec<[String; 1]> = candidates
        .iter()
        .map(|candidate| [hex_of(&candidate.phone_hash)])
        .collect();
    let mut known = Known::default();
    for row in PEOPLE.query(db, &id_numbers).await? {
        let row = person::Model::from_query_result(&row, "")?;
        let name = people::name(keys, &row).map_err(|error| DbErr::Custom(error.to_string()))?;
        known.people.insert(
            row.id_number_hash,
            (PersonId(row.id), columns::without_padding(&name)),
        );
    }
    for row in PHONES.query(db, &phones).await? {
        known
            .phones
            .insert(row.try_get("", "phone_hash")?, row.try_get("", "hash")?);
    }
    for row in ENROLLED.query(db, &id_numbers).await? {
        match whose(&row, class)? {
            (hash, true) => known.in_this.insert(hash),
            (hash, false) => known.in_another.insert(hash),
        };
    }
    for row in INVITED.query(db, &id_numbers).await? {
        match whose(&row, class)? {
            (hash, true) => known.invited_to_this.insert(hash),
            (hash, false) => known.in_another.insert(hash),
        };
    }
    Ok(known)
}

/// Whose row, and whether it is about `class`.
fn whose(row: &QueryResult, class: ClassId) -> Result<(Hash, bool), DbErr> {
    let of: Uuid = row.try_get("", "class_id")?;
    Ok((row.try_get("", "hash")?, of == class.0))
}

/// How many invitations are written by one statement: `SQLite` takes 32,766 parameters, and one has sixteen.
const AT_ONCE: usize = 500;

/// Puts the good rows into effect: invitations for whoever has no account, the class for whoever has one.
///
/// # Errors
/// What the database says; a broken uniqueness means that somebody else imported at the same moment.
pub async fn import(
    db: &impl ConnectionTrait,
    keys: &Keys,
    class: &class::Model,
    candidates: &[Candidate],
    by: PersonId,
    now: Timestamp,
) -> Result<(), DbErr> {
    let good = |fate| {
        candidates
            .iter()
            .filter(move |candidate| candidate.row.fate == fate)
    };
    let people: Vec<PersonId> = good(RosterFate::Enrolled)
        .filter_map(|candidate| candidate.person)
        .collect();
    enrol_all(db, ClassId(class.id), &people, now).await?;
    let invited: Vec<&Candidate> = good(RosterFate::Invited).collect();
    for some in invited.chunks(AT_ONCE) {
        let rows = some
            .iter()
            .map(|candidate| new_invitation(keys, class, candidate, by, now))
            .collect::<Result<Vec<_>, _>>()?;
        invitation::Entity::insert_many(rows)
            .exec_without_returning(db)
            .await?;
    }
    Ok(())
}

fn new_invitation(
    keys: &Keys,
    class: &class::Model,
    candidate: &Candidate,
    by: PersonId,
    now: Timestamp,
) -> Result<invitation::ActiveModel, DbErr> {
    let no_randomness = |error: std::io::Error| DbErr::Custom(error.to_string());
    let id = Uuid::now_v7();
    let salt = crate::keys::random::<16>().map_err(no_randomness)?;
    let token = keys.invitation_token(id, &salt);
    let (key, key_sealed) = keys.new_person(id).map_err(no_randomness)?;
    let seal = |field, text: &str| key.seal(field, text).map_err(no_randomness);
    let id_number = candidate
        .id_number
        .as_ref()
        .ok_or_else(|| DbErr::Custom("a good row without an ID number".into()))?;
    Ok(invitation::ActiveModel {
        id: Set(id),
        class_id: Set(class.id),
        key_sealed: Set(key_sealed),
        name_sealed: Set(seal("name", &candidate.row.name)?),
        id_number_sealed: Set(seal("id_number", id_number.as_str())?),
        id_number_hash: Set(candidate.id_hash.clone()),
        phone_sealed: Set(seal("phone", &candidate.row.phone)?),
        salt: Set(salt.to_vec()),
        token_hash: Set(Digest::of(&[token.as_bytes()]).0.to_vec()),
        invited_by: Set(by.0),
        invited_at: Set(stored(now.0)),
        expires_at: Set(stored(expires_at(class, now).0)),
        n_wrong: Set(0),
        revoked_at: Set(None),
        accepted_at: Set(None),
        person_id: Set(None),
    })
}

/// Puts people into a class, and gives whoever only worked so far the role of a learner.
///
/// # Errors
/// What the database says.
pub async fn enrol_all(
    db: &impl ConnectionTrait,
    class: ClassId,
    people: &[PersonId],
    now: Timestamp,
) -> Result<(), DbErr> {
    static ENROL: LazyLock<RowsSql> = LazyLock::new(|| {
        RowsSql::new(
            "INSERT INTO enrolment (class_id, person_id, enrolled_at) SELECT uuid(0), uuid(1), int(2) FROM $rows
             WHERE true ON CONFLICT DO NOTHING",
            "",
        )
    });
    static GRANT: LazyLock<RowsSql> = LazyLock::new(|| {
        RowsSql::new(
            "INSERT INTO membership (id, person_id, role, created_at) SELECT uuid(3), uuid(1), 'learner', int(2) FROM $rows
             WHERE NOT EXISTS (SELECT 1 FROM membership m WHERE m.person_id = uuid(1) AND m.role = 'learner')",
            "",
        )
    });
    let simple = |id: Uuid| id.simple().to_string();
    let rows: Vec<(String, String, u64, String)> = people
        .iter()
        .map(|person| {
            (
                simple(class.0),
                simple(person.0),
                now.0,
                simple(Uuid::now_v7()),
            )
        })
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    ENROL.execute(db, &rows).await?;
    GRANT.execute(db, &rows).await.map(drop)
}
