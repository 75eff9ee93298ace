//! A raw beat and its decision; append-only.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "beat")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub session_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub seq: i64,
    pub received_at: i64,
    pub digest: Vec<u8>,
    pub spans: String,
    pub lease_current: bool,
    pub listed: bool,
    pub decision: String,
    pub chain: Vec<u8>,
    pub unit_credited_ms: i64,
    pub day_credited_ms: i64,
}

impl ActiveModelBehavior for ActiveModel {}
