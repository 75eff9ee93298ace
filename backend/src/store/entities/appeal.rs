//! What a learner says against an uncredited stretch or a check; append-only.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "appeal")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub person_id: Uuid,
    pub class_id: Uuid,
    pub session_id: Option<Uuid>,
    pub check_id: Option<Uuid>,
    pub about: String,
    pub stretch: Option<String>,
    pub text_sealed: Vec<u8>,
    pub filed_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
