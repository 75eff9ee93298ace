//! One natural person, which is one account. Name, ID number and phone are sealed under the person's own key.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "person")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub key_sealed: Vec<u8>,
    pub name_sealed: Vec<u8>,
    pub id_number_sealed: Vec<u8>,
    pub id_number_hash: Vec<u8>,
    pub phone_sealed: Vec<u8>,
    pub phone_hash: Vec<u8>,
    pub password: String,
    pub created_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
