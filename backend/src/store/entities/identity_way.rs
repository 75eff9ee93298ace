//! Which way of showing their identity a person chose; append-only, the newest counts.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "identity_way")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub person_id: Uuid,
    pub way: String,
    pub text: String,
    pub chosen_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
