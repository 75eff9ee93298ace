//! An enrolled face: its template, sealed under the person's face key, and what staff said to it.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "face_enrolment")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub person_id: Uuid,
    pub state: String,
    pub at: i64,
    pub template_sealed: Vec<u8>,
    pub models: Vec<u8>,
    pub n_shots: i64,
    pub camera: String,
    pub look_alike: bool,
    pub decided_by: Option<Uuid>,
    pub decided_at: Option<i64>,
    pub reason: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
