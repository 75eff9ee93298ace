//! Evidence that waits for its place in the ledger, in order.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "ledger_queue")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub number: i64,
    pub evidence_id: Uuid,
}

impl ActiveModelBehavior for ActiveModel {}
