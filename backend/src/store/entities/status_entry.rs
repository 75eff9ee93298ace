//! The place of a proof in a status list; append-only.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "status_entry")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub list: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub idx: i64,
    pub proof_id: Uuid,
}

impl ActiveModelBehavior for ActiveModel {}
