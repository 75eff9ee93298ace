//! The archive of a claim, sealed under the key of its class.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "claim_pack")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub claim_id: Uuid,
    pub pack_sealed: Vec<u8>,
    pub finished_at: Option<i64>,
    pub under_class_key: bool,
}

impl ActiveModelBehavior for ActiveModel {}
