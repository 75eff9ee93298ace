//! What an institution entered about a learner for a claim; append-only.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "claim_entry")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub class_id: Uuid,
    pub person_id: Uuid,
    pub item: String,
    pub entry_sealed: Vec<u8>,
    pub entered_by: Uuid,
    pub at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
