//! A face check, or a further try of one, and where it stands. Its evidence is in `evidence`.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "face_check")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub person_id: Uuid,
    pub class_id: Uuid,
    pub session_id: Option<Uuid>,
    pub rules_hash: Vec<u8>,
    pub origin: String,
    pub number: Option<i64>,
    pub action: String,
    pub nonce: Vec<u8>,
    pub attempt: i64,
    pub retry_of: Option<Uuid>,
    pub drawn_seq: Option<i64>,
    pub shown: bool,
    pub drawn_at: i64,
    pub deadline_at: i64,
    pub state: String,
    pub outcome: Option<String>,
    pub standing: Option<String>,
    pub stretches: String,
    pub answered_at: Option<i64>,
    pub settled_at: Option<i64>,
    pub blocks_from: i64,
    pub blocks_to: Option<i64>,
    pub make_up_until: Option<i64>,
    pub answer: String,
    pub roll_call_id: Option<Uuid>,
}

impl ActiveModelBehavior for ActiveModel {}
