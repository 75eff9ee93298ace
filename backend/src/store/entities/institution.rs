//! Trains; keyed by its unified social credit code.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "institution")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub usci: String,
    pub name_zh: String,
    pub name_en: String,
    pub created_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
