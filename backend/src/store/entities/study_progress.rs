//! Where a study session stands; derived from its beats.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "study_progress")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub session_id: Uuid,
    pub seq: i64,
    pub head: Vec<u8>,
    pub chain: Vec<u8>,
    pub last_at: i64,
    pub history: String,
    pub covered: String,
    pub segment_seq: i64,
    pub segment_at: i64,
    pub ended_at: Option<i64>,
    pub checks_drawn: i64,
    pub check_waited_ms: i64,
    pub class_id: Option<Uuid>,
}

impl ActiveModelBehavior for ActiveModel {}
