//! What a reviewer found about one row of a claim; append-only.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "claim_review")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub claim_id: Uuid,
    pub person_id: Uuid,
    pub verdict: String,
    pub reason: String,
    pub reviewed_by: Uuid,
    pub at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
