//! A role of a person, and the institution it holds in.

use sea_orm::entity::prelude::*;

/// A role as the database spells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
pub enum Role {
    Learner,
    Teacher,
    Admin,
    Reviewer,
    Regulator,
    Operator,
}

impl From<Role> for contract::account::Role {
    fn from(role: Role) -> Self {
        match role {
            Role::Learner => Self::Learner,
            Role::Teacher => Self::Teacher,
            Role::Admin => Self::Admin,
            Role::Reviewer => Self::Reviewer,
            Role::Regulator => Self::Regulator,
            Role::Operator => Self::Operator,
        }
    }
}

impl From<contract::account::Role> for Role {
    fn from(role: contract::account::Role) -> Self {
        use contract::account::Role as Wire;
        match role {
            Wire::Learner => Self::Learner,
            Wire::Teacher => Self::Teacher,
            Wire::Admin => Self::Admin,
            Wire::Reviewer => Self::Reviewer,
            Wire::Regulator => Self::Regulator,
            Wire::Operator => Self::Operator,
        }
    }
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "membership")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub person_id: Uuid,
    pub role: Role,
    pub institution_id: Option<Uuid>,
    pub created_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
