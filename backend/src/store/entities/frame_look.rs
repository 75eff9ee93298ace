//! Who looked at which picture; append-only.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "frame_look")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub frame_id: Uuid,
    pub looked_by: Uuid,
    pub at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
