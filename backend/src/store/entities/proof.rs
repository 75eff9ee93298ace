//! A proof as it was given out; append-only.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "proof")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub person_id: Uuid,
    pub class_id: Uuid,
    pub issued_at: i64,
    pub credited_ms: i64,
    pub digest: Vec<u8>,
    pub salt_sealed: Vec<u8>,
    pub document: String,
}

impl ActiveModelBehavior for ActiveModel {}
