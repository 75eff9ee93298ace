//! What somebody has in a class from sessions that ended and checks that were settled; derived.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "class_progress")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub class_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub person_id: Uuid,
    pub ended_ms: i64,
    pub heard_at: Option<i64>,
    pub confirmed_ms: i64,
    pub pending_ms: i64,
    pub review_ms: i64,
    pub void_ms: i64,
    pub to_make_up: i64,
    pub in_review: i64,
    pub check_at: Option<i64>,
    pub check_outcome: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
