//! A claim that an institution sealed, and what became of it.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "claim")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub class_id: Uuid,
    pub institution_id: Uuid,
    pub course_id: Uuid,
    pub sealed_by: Uuid,
    pub sealed_at: i64,
    pub manifest: Vec<u8>,
    pub n_learners: i64,
    pub class_hours: i64,
    pub evidence_id: Uuid,
    pub withdrawn_at: Option<i64>,
    pub withdrawn_reason: Option<String>,
    pub decided_by: Option<Uuid>,
    pub decided_at: Option<i64>,
    pub n_passed: Option<i64>,
    pub n_doubtful: Option<i64>,
    pub n_failed: Option<i64>,
    pub remark: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
