//! Somebody on a roster who had no account, and the link they come by.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "invitation")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub class_id: Uuid,
    pub key_sealed: Vec<u8>,
    pub name_sealed: Vec<u8>,
    pub id_number_sealed: Vec<u8>,
    pub id_number_hash: Vec<u8>,
    pub phone_sealed: Vec<u8>,
    pub salt: Vec<u8>,
    pub token_hash: Vec<u8>,
    pub invited_by: Uuid,
    pub invited_at: i64,
    pub expires_at: i64,
    pub n_wrong: i64,
    pub revoked_at: Option<i64>,
    pub accepted_at: Option<i64>,
    pub person_id: Option<Uuid>,
}

impl ActiveModelBehavior for ActiveModel {}
