//! A picture of a check or an enrolment, sealed under the person's face key.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "face_frame")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub person_id: Uuid,
    pub check_id: Option<Uuid>,
    pub enrolment_id: Option<Uuid>,
    pub position: i64,
    pub sha256: Vec<u8>,
    pub fingerprint: i64,
    pub embedding_sealed: Option<Vec<u8>>,
    pub jpeg_sealed: Option<Vec<u8>>,
    pub at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
