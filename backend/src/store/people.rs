//! People and their roles. Personal data goes in sealed and comes out sealed; `keys` opens it.

use super::{
    entities::{membership, person},
    stored,
};
use crate::keys::{Keys, Kind, NotOpened, PersonKey};
use contract::{account, id_number::IdNumber};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DbErr,
    EntityTrait, QueryFilter, SqlErr,
};
use std::collections::HashMap;
use study::{InstitutionId, PersonId, Timestamp};
use uuid::Uuid;

/// Who is to be entered.
pub struct NewPerson<'a> {
    /// Name as on the ID card.
    pub name: &'a str,
    /// Checked ID number.
    pub id_number: &'a IdNumber,
    /// Checked phone number.
    pub phone: &'a str,
    /// The password's hash.
    pub password: String,
}

/// Why somebody could not be entered.
#[derive(Debug, thiserror::Error)]
pub enum NotAdded {
    /// The ID number or the phone has an account.
    #[error("this person has an account")]
    Exists,
    /// The database or the machine failed.
    #[error(transparent)]
    Db(#[from] DbErr),
}

/// Enters a person; one ID number and one phone are one account.
///
/// # Errors
/// [`NotAdded`]
pub async fn add(
    db: &impl ConnectionTrait,
    keys: &Keys,
    new: NewPerson<'_>,
    now: Timestamp,
) -> Result<PersonId, NotAdded> {
    let id = Uuid::now_v7();
    let no_randomness = |error: std::io::Error| DbErr::Custom(error.to_string());
    let (key, key_sealed) = keys.new_person(id).map_err(no_randomness)?;
    let row = person::ActiveModel {
        id: Set(id),
        key_sealed: Set(key_sealed),
        name_sealed: Set(key.seal("name", new.name).map_err(no_randomness)?),
        id_number_sealed: Set(key
            .seal("id_number", new.id_number.as_str())
            .map_err(no_randomness)?),
        id_number_hash: Set(keys
            .search_hash(Kind::IdNumber, new.id_number.as_str())
            .to_vec()),
        phone_sealed: Set(key.seal("phone", new.phone).map_err(no_randomness)?),
        phone_hash: Set(keys.search_hash(Kind::Phone, new.phone).to_vec()),
        password: Set(new.password),
        created_at: Set(stored(now.0)),
    };
    match person::Entity::insert(row).exec_without_returning(db).await {
        Ok(_) => Ok(PersonId(id)),
        Err(error) => match error.sql_err() {
            Some(SqlErr::UniqueConstraintViolation(_)) => Err(NotAdded::Exists),
            _ => Err(error.into()),
        },
    }
}

/// Gives `person` a role.
///
/// # Errors
/// What the database says.
pub async fn grant(
    db: &impl ConnectionTrait,
    person: PersonId,
    role: account::Role,
    institution: Option<InstitutionId>,
    now: Timestamp,
) -> Result<(), DbErr> {
    membership::ActiveModel {
        id: Set(Uuid::now_v7()),
        person_id: Set(person.0),
        role: Set(role.into()),
        institution_id: Set(institution.map(|id| id.0)),
        created_at: Set(stored(now.0)),
    }
    .insert(db)
    .await?;
    Ok(())
}

/// The person that signs in as `account`: a phone or an ID number, as typed.
///
/// # Errors
/// What the database says.
pub async fn by_account(
    db: &impl ConnectionTrait,
    keys: &Keys,
    account: &str,
) -> Result<Option<person::Model>, DbErr> {
    let hash = |kind| keys.search_hash(kind, account).to_vec();
    person::Entity::find()
        .filter(
            Condition::any()
                .add(person::Column::PhoneHash.eq(hash(Kind::Phone)))
                .add(person::Column::IdNumberHash.eq(hash(Kind::IdNumber))),
        )
        .one(db)
        .await
}

/// One person.
///
/// # Errors
/// What the database says.
pub async fn get(
    db: &impl ConnectionTrait,
    person: PersonId,
) -> Result<Option<person::Model>, DbErr> {
    person::Entity::find_by_id(person.0).one(db).await
}

/// The key of a person's data.
///
/// # Errors
/// Where the row does not open under this installation's key.
pub fn key(keys: &Keys, person: &person::Model) -> Result<PersonKey, NotOpened> {
    keys.person(person.id, &person.key_sealed)
}

/// The name of a person, opened.
///
/// # Errors
/// Where the row does not open under this installation's key.
pub fn name(keys: &Keys, person: &person::Model) -> Result<String, NotOpened> {
    key(keys, person)?.open("name", &person.name_sealed)
}

/// Names of people, each opened once.
#[derive(Default)]
pub struct NamesOf(HashMap<PersonId, String>);

impl NamesOf {
    /// The name of `person`.
    ///
    /// # Errors
    /// What the database says, or where the row does not open under this installation's key.
    pub async fn get(
        &mut self,
        db: &impl ConnectionTrait,
        keys: &Keys,
        person: PersonId,
    ) -> Result<String, DbErr> {
        if let Some(known) = self.0.get(&person) {
            return Ok(known.clone());
        }
        let row = get(db, person)
            .await?
            .ok_or_else(|| DbErr::RecordNotFound("a person".to_owned()))?;
        let name = name(keys, &row).map_err(|error| DbErr::Custom(error.to_string()))?;
        self.0.insert(person, name.clone());
        Ok(name)
    }
}

/// The ID number of a person, opened.
///
/// # Errors
/// Where the row does not open under this installation's key.
pub fn id_number(keys: &Keys, person: &person::Model) -> Result<String, NotOpened> {
    keys.person(person.id, &person.key_sealed)?
        .open("id_number", &person.id_number_sealed)
}

/// What `person` may be.
///
/// # Errors
/// What the database says.
pub async fn memberships(
    db: &impl ConnectionTrait,
    person: PersonId,
) -> Result<Vec<account::Membership>, DbErr> {
    let rows = membership::Entity::find()
        .filter(membership::Column::PersonId.eq(person.0))
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| account::Membership {
            role: row.role.into(),
            institution: row.institution_id.map(InstitutionId),
        })
        .collect())
}
