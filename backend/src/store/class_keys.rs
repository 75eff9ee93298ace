//! The keys of classes. What is kept about a class and names people (packs of its claims, what was entered for them, the words of appeals,
//! their answers and moved pointers) is sealed under a key of that class; destroying it makes all of that unreadable at once.
//!
//! Entries and words are about one person each and need that person's key as well. Rows from before classes had keys are sealed under the
//! person's key alone; [`Words`] opens both.

use super::{entities::class_key, stored};
use crate::keys::{ClassKey, Keys, NotOpened, PersonKey};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter,
    sea_query::{Expr, OnConflict},
};
use study::{ClassId, Timestamp};

/// The key of a class; `None` where nothing was sealed for it yet, or its key was destroyed.
///
/// # Errors
/// What the database says, also where the stored key does not open.
pub async fn get(
    db: &impl ConnectionTrait,
    keys: &Keys,
    class: ClassId,
) -> Result<Option<ClassKey>, DbErr> {
    let row = class_key::Entity::find_by_id(class.0).one(db).await?;
    row.and_then(|row| row.key_sealed)
        .map(|sealed| keys.class(class.0, &sealed).map_err(not_opened))
        .transpose()
}

/// The key of a class, made now where it has none.
///
/// # Errors
/// What the database says, that the machine gives no randomness, or that the key was destroyed.
pub async fn get_or_make(
    tx: &impl ConnectionTrait,
    keys: &Keys,
    class: ClassId,
    now: Timestamp,
) -> Result<ClassKey, DbErr> {
    if let Some(key) = get(tx, keys, class).await? {
        return Ok(key);
    }
    let (_, sealed) = keys
        .new_class(class.0)
        .map_err(|error| DbErr::Custom(error.to_string()))?;
    class_key::Entity::insert(class_key::ActiveModel {
        class_id: Set(class.0),
        key_sealed: Set(Some(sealed)),
        created_at: Set(stored(now.0)),
        destroyed_at: Set(None),
    })
    .on_conflict(OnConflict::new().do_nothing().to_owned())
    .exec_without_returning(tx)
    .await?;
    // Where somebody was faster, theirs is the key; a destroyed one stays destroyed.
    get(tx, keys, class)
        .await?
        .ok_or_else(|| DbErr::Custom(format!("the key of class {} was destroyed", class.0)))
}

/// Destroys the key of a class, which the database allows only for a deleted one.
///
/// # Errors
/// What the database says.
pub async fn destroy(
    tx: &impl ConnectionTrait,
    class: ClassId,
    now: Timestamp,
) -> Result<(), DbErr> {
    class_key::Entity::update_many()
        .col_expr(
            class_key::Column::KeySealed,
            Expr::value(Option::<Vec<u8>>::None),
        )
        .col_expr(class_key::Column::DestroyedAt, Expr::value(stored(now.0)))
        .filter(class_key::Column::ClassId.eq(class.0))
        .exec(tx)
        .await?;
    Ok(())
}

/// Opens what was said about one person in one class.
pub struct Words {
    together: Option<PersonKey>,
    alone: PersonKey,
}

impl Words {
    /// With the key of the class, where it has one, and that of the person.
    #[must_use]
    pub fn new(class: Option<&ClassKey>, person: PersonKey) -> Self {
        Self {
            together: class.map(|class| class.with(&person)),
            alone: person,
        }
    }

    /// Opens one field.
    ///
    /// # Errors
    /// [`NotOpened`]
    pub fn open(&self, field: &str, sealed: &[u8]) -> Result<String, NotOpened> {
        if let Some(key) = &self.together
            && let Ok(text) = key.open(field, sealed)
        {
            return Ok(text);
        }
        self.alone.open(field, sealed)
    }
}

fn not_opened(error: NotOpened) -> DbErr {
    DbErr::Custom(format!("the key of a class: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn words_of_before_and_of_now_are_opened() {
        let keys = Keys::from_master(&[7; 32]);
        let (class, _) = keys.new_class(Uuid::from_u128(1)).unwrap();
        let (person, _) = keys.new_person(Uuid::from_u128(2)).unwrap();
        let before = person.seal("words", "以前").unwrap();
        let now = class.with(&person).seal("words", "现在").unwrap();
        let words = Words::new(Some(&class), person.clone());
        assert_eq!(words.open("words", &before).unwrap(), "以前");
        assert_eq!(words.open("words", &now).unwrap(), "现在");
        assert!(words.open("other words", &now).is_err());
        // The class is deleted.
        let words = Words::new(None, person);
        assert_eq!(words.open("words", &before).unwrap(), "以前");
        assert!(words.open("words", &now).is_err());
    }
}
