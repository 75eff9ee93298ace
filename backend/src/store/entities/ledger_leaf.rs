//! Which record became which leaf; append-only.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "ledger_leaf")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub idx: i64,
    pub evidence_id: Uuid,
    pub entry: Vec<u8>,
}

impl ActiveModelBehavior for ActiveModel {}
