//! One film of a course, by content hash.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "unit")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub course_id: Uuid,
    pub position: i64,
    pub title_zh: String,
    pub title_en: String,
    pub film: Vec<u8>,
    pub film_ms: i64,
    pub captions_zh: Vec<u8>,
    pub captions_en: Option<Vec<u8>>,
}

impl ActiveModelBehavior for ActiveModel {}
