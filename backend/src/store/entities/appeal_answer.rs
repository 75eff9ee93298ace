//! What staff answered to an appeal; append-only.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "appeal_answer")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub appeal_id: Uuid,
    pub answered_by: Uuid,
    pub upheld: bool,
    pub remedy: String,
    pub confirmed_ms: i64,
    pub make_up_until: Option<i64>,
    pub reason_sealed: Vec<u8>,
    pub answered_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
