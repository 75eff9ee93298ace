//! People: real-name registration, sign-in, who I am.

use serde::{Deserialize, Serialize};
use study::{InstitutionId, PersonId, Timestamp};
use uuid::Uuid;

/// Real-name registration (clause A26). One ID number is one account.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Register {
    /// Name as on the ID card, 2 to 40 characters.
    pub name: String,
    /// Resident ID number (GB 11643): 17 digits and a check character.
    pub id_number: String,
    /// Mainland mobile number, 11 digits.
    pub phone: String,
    /// 8 to 128 characters.
    pub password: String,
    /// How the person would recognise this device, at most 40 characters.
    pub device: String,
}

/// Sign-in by phone or ID number.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    /// Phone or ID number.
    pub account: String,
    /// The password.
    pub password: String,
    /// How the person would recognise this device, at most 40 characters.
    pub device: String,
}

/// What somebody may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Studies.
    Learner,
    /// Looks after classes of one institution.
    Teacher,
    /// Runs one institution and files its claims.
    Admin,
    /// Verifies proofs and claims, reads only.
    Reviewer,
    /// Supervises, reads only.
    Regulator,
    /// Runs the machine; sees no personal data.
    Operator,
}

/// A role, and the institution it holds in (`None` for the whole province).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Membership {
    /// The role.
    pub role: Role,
    /// Where it holds.
    pub institution: Option<InstitutionId>,
}

/// Who is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Me {
    /// The person.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// What they may be.
    pub memberships: Vec<Membership>,
}

/// One place where the person is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SignInSummary {
    /// Name of this sign-in, to revoke it by. Not the secret.
    pub id: Uuid,
    /// The device as it called itself.
    pub device: String,
    /// Since when.
    pub signed_in_at: Timestamp,
    /// Last request, to the minute.
    pub last_seen_at: Timestamp,
    /// Whether this is the one asking.
    pub current: bool,
}
