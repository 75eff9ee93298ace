//! A roll call; append-only.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "roll_call")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub class_id: Uuid,
    pub called_by: Uuid,
    pub at: i64,
    pub ends_at: i64,
    pub by_teacher: i64,
}

impl ActiveModelBehavior for ActiveModel {}
