//! A record that proofs rest on, as canonical JSON with the salt of its ledger leaf; append-only.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "evidence")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub kind: String,
    pub person_id: Option<Uuid>,
    pub class_id: Option<Uuid>,
    pub session_id: Option<Uuid>,
    pub salt: Vec<u8>,
    pub record: String,
    pub created_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
