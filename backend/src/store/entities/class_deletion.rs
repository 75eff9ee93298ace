//! A class whose personal data was destroyed after its time.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "class_deletion")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub class_id: Uuid,
    pub counted_from: i64,
    pub deleted_at: i64,
    pub evidence_id: Uuid,
}

impl ActiveModelBehavior for ActiveModel {}
