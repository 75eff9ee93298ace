//! Classes as the learner sees them.

use crate::{digest::Digest, face::ClassChecks, issuing::ProofRevocation, text::Text};
use serde::{Deserialize, Serialize};
use study::{ClassHours, ClassId, Coverage, Millis, Rules, Timestamp, UnitId};
use uuid::Uuid;

/// A class that anybody may join (clause A24).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OpenClass {
    /// The class.
    pub class: ClassId,
    /// Its name.
    pub name: Text,
    /// Who trains.
    pub institution: Text,
    /// The course.
    pub course: Text,
    /// How many units, and how long they are together.
    pub units: u32,
    /// Length of all films together.
    pub due_ms: Millis,
    /// Last moment that earns credit.
    pub ends_at: Timestamp,
}

/// Joins an open class.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct JoinClass {
    /// The class.
    pub class: ClassId,
}

/// A class I am in, with my progress. The numbers come from the same function as the proof's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MyClass {
    /// The class.
    pub class: ClassId,
    /// Its name.
    pub name: Text,
    /// Who trains.
    pub institution: Text,
    /// The course.
    pub course: Text,
    /// Length of all films together.
    pub due_ms: Millis,
    /// Credit that counts.
    pub confirmed_ms: Millis,
    /// Credit that waits for a face check.
    pub pending_ms: Millis,
    /// Whole class hours of `confirmed_ms`.
    pub confirmed_hours: ClassHours,
    /// First moment that earns credit.
    pub starts_at: Timestamp,
    /// Last moment that earns credit.
    pub ends_at: Timestamp,
    /// When the personal data in it was destroyed after its time.
    pub deleted_at: Option<Timestamp>,
    /// The rules of the class.
    pub rules: Rules,
    /// Their hash.
    pub rules_hash: Digest,
    /// The units in order.
    pub units: Vec<UnitProgress>,
    /// Where "continue" leads: the unit studied last, or the first one not finished.
    pub resume: Option<UnitId>,
    /// How my identity is checked here; `None` where the rules draw no checks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checks: Option<ClassChecks>,
}

/// My progress in one unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UnitProgress {
    /// The unit.
    pub unit: UnitId,
    /// Its title.
    pub title: Text,
    /// Length of the film.
    pub film_ms: Millis,
    /// Credit that counts.
    pub confirmed_ms: Millis,
    /// Credit that waits for a face check.
    pub pending_ms: Millis,
    /// Which parts are credited.
    pub covered: Coverage,
    /// Where I stopped.
    pub position_ms: Millis,
}

/// A proof that was issued to me.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProofSummary {
    /// Its name; the credential's `id` is `urn:uuid:` and this.
    pub proof: Uuid,
    /// The class it is about.
    pub class: ClassId,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// What it states.
    pub confirmed_ms: Millis,
    /// Digest of the credential, the same on all its faces.
    pub digest: Digest,
    /// Since when it is revoked and why; `None` while it stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked: Option<ProofRevocation>,
}
