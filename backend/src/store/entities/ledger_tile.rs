//! Hashes of the tree in tiles of 256; derived from the leaves.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "ledger_tile")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub level: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub idx: i64,
    pub hashes: Vec<u8>,
}

impl ActiveModelBehavior for ActiveModel {}
