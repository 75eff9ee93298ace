//! The roster: an institution opens classes, imports who is in them, and invites those who have no account yet.

use crate::{digest::Digest, error::FieldProblem, face::Bytes, text::Text};
use serde::{Deserialize, Serialize};
use study::{ClassId, CourseId, Day, InstitutionId, Millis, Timestamp};
use uuid::Uuid;

/// Largest roster file, in bytes: 5,000 rows are some 300 KB.
pub const ROSTER_BYTES_MAX: usize = 2 * 1024 * 1024;
/// Most rows of one file.
pub const ROSTER_ROWS_MAX: usize = 5_000;
/// Longest request that carries a roster: the file in base64 and what stands around it.
pub const ROSTER_BODY_MAX: usize = ROSTER_BYTES_MAX / 3 * 4 + 4_096;
/// Longest name of a class, in characters.
pub const CLASS_NAME_MAX: usize = 60;
/// How often a wrong ID number may be typed before an invitation has to be renewed.
pub const WRONG_ID_NUMBERS_MAX: u32 = 10;

/// What a class can be opened with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ClassChoices {
    /// Where I am an admin.
    pub institutions: Vec<NamedInstitution>,
    /// The courses of the catalogue.
    pub courses: Vec<NamedCourse>,
    /// The rules book, newest first.
    pub rules: Vec<NamedRules>,
    /// Today, where the learners live.
    pub today: Day,
}

/// An institution by its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NamedInstitution {
    /// The institution.
    pub institution: InstitutionId,
    /// Its name.
    pub name: Text,
}

/// A course by its title.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NamedCourse {
    /// The course.
    pub course: CourseId,
    /// Its title.
    pub title: Text,
    /// How many units it has.
    pub units: u32,
    /// Length of all films together.
    pub due_ms: Millis,
}

/// A set of rules by its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NamedRules {
    /// Its hash.
    pub rules: Digest,
    /// Its name.
    pub version: String,
    /// Whether it draws face checks.
    pub face_checks: bool,
}

/// Opens a class that enrols its people by roster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AddClass {
    /// Who trains.
    pub institution: InstitutionId,
    /// What is taught.
    pub course: CourseId,
    /// The rules it is trained under.
    pub rules: Digest,
    /// Its name, 2 to 60 characters.
    pub name: String,
    /// First day that earns credit.
    pub first_day: Day,
    /// Last day that earns credit.
    pub last_day: Day,
}

/// A class as its institution sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InstitutionClass {
    /// The class.
    pub class: ClassId,
    /// Its name.
    pub name: Text,
    /// Who trains.
    pub institution: Text,
    /// The course.
    pub course: Text,
    /// Name of its rules.
    pub rules: String,
    /// Whether anybody may join.
    pub open: bool,
    /// First moment that earns credit.
    pub starts_at: Timestamp,
    /// First moment that does not any more.
    pub ends_at: Timestamp,
    /// How many people are in it.
    pub n_enrolled: u64,
    /// How many are invited and have not come yet.
    pub n_invited: u64,
    /// When the personal data in it was destroyed after its time.
    pub deleted_at: Option<Timestamp>,
}

/// A column of a roster.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum RosterColumn {
    /// 姓名
    Name,
    /// 身份证号
    IdNumber,
    /// 手机号
    Phone,
}

/// Asks what importing this file would do. Nothing is imported, and nothing of the file is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PreviewRoster {
    /// CSV (UTF-8, UTF-16 with its mark, or GB 18030) or XLSX.
    pub file: Bytes,
}

/// Imports the good rows of a file that was previewed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ImportRoster {
    /// The same file.
    pub file: Bytes,
    /// The digest of its preview.
    pub digest: Digest,
}

/// What importing a file would do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RosterPreview {
    /// Over the file, the class and what each row would come to: an import that would do anything else is refused.
    pub digest: Digest,
    /// How many rows would be invited.
    pub n_invited: u64,
    /// How many rows are people with an account, who would be in the class at once.
    pub n_enrolled: u64,
    /// How many rows would be left out.
    pub n_left_out: u64,
    /// Every row, in the order of the file.
    pub rows: Vec<RosterRow>,
}

/// One row of a roster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RosterRow {
    /// Its line in the file, from 1.
    pub line: u64,
    /// The name as it would be taken.
    pub name: String,
    /// The ID number; masked where it is one, else as it stands in the file, so that the mistake can be found.
    pub id_number: String,
    /// The phone number as it would be taken.
    pub phone: String,
    /// What would come of it.
    pub fate: RosterFate,
    /// What is wrong with it; empty unless it would be left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<RosterProblem>,
}

/// What comes of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum RosterFate {
    /// No account has this ID number: an invitation.
    Invited,
    /// Somebody with an account: in the class at once.
    Enrolled,
    /// Left out.
    LeftOut,
}

/// What is wrong with one cell of a roster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RosterProblem {
    /// Which cell.
    pub column: RosterColumn,
    /// What is wrong.
    pub reason: RosterReason,
    /// The line that came first, for `duplicate`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_line: Option<u64>,
}

/// Why a row is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum RosterReason {
    /// Nothing there.
    Missing,
    /// Shorter than allowed.
    TooShort,
    /// Longer than allowed.
    TooLong,
    /// Not of the right form.
    Form,
    /// An ID number whose check character is wrong.
    CheckDigit,
    /// An ID number whose birth date is not a date.
    BirthDate,
    /// The spreadsheet made a number of an ID number and lost its last digits.
    LostDigits,
    /// The same stands in an earlier line; see `first_line`.
    Duplicate,
    /// This person is in this class.
    InThisClass,
    /// This person is invited to this class.
    InvitedBefore,
    /// This person is in another class that runs.
    InAnotherClass,
    /// The person with this ID number has another name.
    NameDiffers,
    /// This phone number is the account of somebody with another ID number.
    PhoneTaken,
}

impl From<FieldProblem> for RosterReason {
    fn from(problem: FieldProblem) -> Self {
        match problem {
            FieldProblem::Missing => Self::Missing,
            FieldProblem::TooShort => Self::TooShort,
            FieldProblem::TooLong => Self::TooLong,
            FieldProblem::CheckDigit => Self::CheckDigit,
            FieldProblem::BirthDate => Self::BirthDate,
            FieldProblem::Form | FieldProblem::Range | FieldProblem::Mismatch => Self::Form,
        }
    }
}

/// What an import did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RosterImported {
    /// How many people were invited.
    pub n_invited: u64,
    /// How many were put into the class at once.
    pub n_enrolled: u64,
    /// How many rows were left out.
    pub n_left_out: u64,
}

/// Who is in a class, and who is invited.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Roster {
    /// The class.
    pub class: InstitutionClass,
    /// Whoever has not come yet first, then the latest first.
    pub learners: Vec<RosterLearner>,
}

/// Somebody on a roster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RosterLearner {
    /// Their name.
    pub name: String,
    /// Their ID number, masked.
    pub id_number: String,
    /// How it stands.
    pub standing: InvitationStanding,
    /// Since when they are in the class, or when they were invited.
    pub at: Timestamp,
    /// Until when the invitation can be used, where it is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// Their invitation, where they have one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invitation: Option<Uuid>,
}

/// How it stands with an invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum InvitationStanding {
    /// Can be used.
    Open,
    /// Used, or never needed: they are in the class.
    Accepted,
    /// Its time is over.
    Expired,
    /// The institution took it back.
    Revoked,
    /// Too many wrong ID numbers were typed.
    Locked,
}

/// The secret of an open invitation, for whoever hands it out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InvitationLink {
    /// Which.
    pub invitation: Uuid,
    /// Who it is for.
    pub name: String,
    /// Their ID number, masked.
    pub id_number: String,
    /// The secret: the link is the page's address, `/invitation#` and this.
    pub token: String,
}

/// Shows an invitation to whoever holds it, or accepts it as whoever is signed in.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ShowInvitation {
    /// The secret of the link.
    pub token: String,
}

/// An invitation, as whoever holds the link sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Invitation {
    /// Who is invited.
    pub name: String,
    /// To which class.
    pub class: Text,
    /// Who trains.
    pub institution: Text,
    /// What is taught.
    pub course: Text,
    /// First moment that earns credit.
    pub starts_at: Timestamp,
    /// First moment that does not any more.
    pub ends_at: Timestamp,
    /// How it stands.
    pub standing: InvitationStanding,
    /// Whether the ID number on it has an account by now.
    pub registered: bool,
}

/// Registers as the invited person; signs in, and into the class.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RegisterInvited {
    /// The secret of the link.
    pub token: String,
    /// The ID number; it must be the one on the roster.
    pub id_number: String,
    /// 8 to 128 characters.
    pub password: String,
    /// Another phone number than the roster's, where that one is somebody else's account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// How the person would recognise this device, at most 40 characters.
    pub device: String,
}
