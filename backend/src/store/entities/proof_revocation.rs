//! A proof that was revoked; append-only.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "proof_revocation")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub proof_id: Uuid,
    pub person_id: Uuid,
    pub class_id: Uuid,
    pub revoked_by: Uuid,
    pub reason: String,
    pub words_sealed: Vec<u8>,
    pub revoked_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
