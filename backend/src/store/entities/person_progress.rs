//! The lease of a person that counts, and the day's credit. Its row is the lock for all that person's study.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "person_progress")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub person_id: Uuid,
    pub lease: i64,
    pub session_id: Option<Uuid>,
    pub day: i64,
    pub day_credited_ms: i64,
}

impl ActiveModelBehavior for ActiveModel {}
