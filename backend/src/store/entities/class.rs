//! The people an institution trains together, bound to the rules they are trained under.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "class")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub institution_id: Uuid,
    pub course_id: Uuid,
    pub rules_hash: Vec<u8>,
    pub name_zh: String,
    pub name_en: String,
    pub open: bool,
    pub starts_at: i64,
    pub ends_at: i64,
    pub created_at: i64,
    pub deleted_at: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}
