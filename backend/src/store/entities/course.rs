//! An ordered list of units.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "course")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub title_zh: String,
    pub title_en: String,
    pub created_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
