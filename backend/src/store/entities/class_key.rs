//! The key of what is kept about a class and names people, sealed under the master key.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "class_key")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub class_id: Uuid,
    pub key_sealed: Option<Vec<u8>>,
    pub created_at: i64,
    pub destroyed_at: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}
