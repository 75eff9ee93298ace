//! One person holding the one lease; what stays as it was when the lease was granted.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "study_session")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub person_id: Uuid,
    pub class_id: Uuid,
    pub unit_id: Uuid,
    pub lease: i64,
    pub device: String,
    pub nonce: Vec<u8>,
    pub rules_hash: Vec<u8>,
    pub started_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
