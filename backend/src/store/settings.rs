//! Facts about the database as a whole.

use super::entities::setting::{ActiveModel, Entity};
use sea_orm::{ActiveValue::Set, ConnectionTrait, DbErr, EntityTrait, sea_query::OnConflict};

/// The fingerprint of the master key that people are sealed under.
pub const MASTER_KEY: &str = "master_key";
/// The public halves of the signing keys, as the JSON of `/ledger/key`.
pub const PUBLIC_KEYS: &str = "public_keys";
/// What each learner has in each class is summed up.
pub const CLASS_PROGRESS: &str = "class_progress";
/// The demo province is in.
pub const DEMO: &str = "demo";

/// The value of `name`.
///
/// # Errors
/// What the database says.
pub async fn get(db: &impl ConnectionTrait, name: &str) -> Result<Option<String>, DbErr> {
    Ok(Entity::find_by_id(name.to_owned())
        .one(db)
        .await?
        .map(|setting| setting.value))
}

/// Sets `name` where it is not set yet, and says what it is then.
///
/// # Errors
/// What the database says.
pub async fn set_once(db: &impl ConnectionTrait, name: &str, value: &str) -> Result<String, DbErr> {
    Entity::insert(ActiveModel {
        name: Set(name.to_owned()),
        value: Set(value.to_owned()),
    })
    .on_conflict(OnConflict::new().do_nothing().to_owned())
    .exec_without_returning(db)
    .await?;
    get(db, name)
        .await?
        .ok_or_else(|| DbErr::RecordNotFound(name.to_owned()))
}
