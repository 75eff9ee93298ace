//! A pointer that staff moved; append-only.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "pointer_move")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub person_id: Uuid,
    pub class_id: Uuid,
    pub unit_id: Uuid,
    pub moved_by: Uuid,
    pub from_ms: i64,
    pub to_ms: i64,
    pub reason_sealed: Vec<u8>,
    pub moved_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
