//! What verification says.

use crate::{
    credential::{NotChecked, StudyProof},
    digest::Digest,
    status::Revocation,
};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The outcome. Never shown without the content and without what was not checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The outcome in one word.
    pub verdict: Verdict,
    /// What is wrong, and where; empty for [`Verdict::Valid`].
    pub faults: Vec<Fault>,
    /// Digest of the document, the same on all its faces. `None` where it is not JSON.
    pub digest: Option<Digest>,
    /// What stands in it, where it could be read. Not to be believed unless the verdict is [`Verdict::Valid`].
    pub proof: Option<Box<StudyProof>>,
    /// What was checked.
    pub checked: Vec<Check>,
    /// What was not, and by nobody or not from the document alone.
    pub not_checked: Vec<Unchecked>,
    /// What is known of its revocation.
    pub revocation: Revocation,
}

impl Report {
    pub(super) fn of_unreadable(faults: Faults) -> Self {
        Self {
            verdict: Verdict::Invalid,
            faults: faults.into_list(),
            digest: None,
            proof: None,
            checked: vec![Check::Form],
            not_checked: Vec::new(),
            revocation: Revocation::NotAsked,
        }
    }
}

/// The outcome in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Whole, consistent, and from an issuer and a ledger that are trusted.
    Valid,
    /// Whole and consistent, but who issued it is not known here.
    UnknownIssuer,
    /// Whole and consistent, and its issuer has taken it back.
    Revoked,
    /// Changed, inconsistent, or not a study proof.
    Invalid,
}

/// Something that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// What.
    pub code: FaultCode,
    /// Where.
    pub place: Place,
    /// What should stand there, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected: Option<String>,
    /// What stands there, or what the reader said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub found: Option<String>,
}

impl Fault {
    pub(crate) fn at(pointer: impl Into<String>, code: FaultCode) -> Self {
        Self {
            code,
            place: Place::Pointer(pointer.into()),
            expected: None,
            found: None,
        }
    }

    pub(crate) fn expected(mut self, expected: impl fmt::Display) -> Self {
        self.expected = Some(expected.to_string());
        self
    }

    pub(crate) fn found(mut self, found: impl fmt::Display) -> Self {
        self.found = Some(found.to_string());
        self
    }
}

/// Where in the document.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// A JSON pointer (RFC 6901); empty for the document as a whole.
    Pointer(String),
    /// A line and a column, both from 1, where the text is not JSON.
    Position {
        /// Line.
        line: usize,
        /// Column in bytes.
        column: usize,
    },
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pointer(pointer) if pointer.is_empty() => f.write_str("/"),
            Self::Pointer(pointer) => f.write_str(pointer),
            Self::Position { line, column } => write!(f, "line {line}, column {column}"),
        }
    }
}

/// What can be wrong. The page has a sentence for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultCode {
    /// Larger than any study proof.
    TooLarge,
    /// Not JSON.
    NotJson,
    /// A PDF that carries no study proof.
    NoAttachment,
    /// One member twice.
    DuplicateMember,
    /// JSON, but not a study proof: a member is missing, unknown or of the wrong form.
    Shape,
    /// Not as it was sealed.
    Changed,
    /// The issuer's key did not sign this.
    Signature,
    /// The signature's parameters are not those of a study proof.
    SignatureParameters,
    /// The issuer's name holds no key.
    IssuerKey,
    /// The ledger's key is malformed.
    LedgerKey,
    /// The ledger's key did not sign the checkpoint.
    Checkpoint,
    /// The record is not in the ledger, or not there.
    NotInLedger,
    /// The record is not about a stretch of study.
    OtherRecord,
    /// The record is about another person.
    OtherPerson,
    /// The record is about another class.
    OtherClass,
    /// The record is about a unit that is not listed.
    OtherUnit,
    /// The record is about another film than the unit's.
    OtherFilm,
    /// The record was made under other rules.
    OtherRules,
    /// The same study session twice.
    SessionTwice,
    /// A later lease began before an earlier one.
    LeaseOrder,
    /// More credit than real time passed.
    MoreThanRealTime,
    /// Credit behind the end of the film.
    OutsideFilm,
    /// The rules do not have the stated hash.
    RulesHash,
    /// A unit is listed twice.
    UnitTwice,
    /// The stated intervals of a unit are not what the records say.
    UnitCredit,
    /// A stated total is not the sum of its parts.
    Total,
    /// The stated class hours are not what the total makes by the rules.
    ClassHours,
    /// The stated evidence class is not what the rules make.
    EvidenceClass,
    /// The stated numbers of face checks are not what the records say.
    CheckCounts,
    /// A check settles credit that its study session never earned, or that another check settled.
    NotEarned,
    /// It should say that this was not checked.
    Undeclared,
    /// The issuer is not among those trusted here.
    UnknownIssuer,
    /// The ledger is not among those trusted here.
    UnknownLedger,
    /// The issuer has taken it back.
    Revoked,
}

/// What verification did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Check {
    /// The document is a study proof, with nothing missing and nothing added.
    Form,
    /// The issuer signed exactly this.
    Signature,
    /// The ledger signed its checkpoint.
    Checkpoint,
    /// Each record is in the ledger at its place.
    Inclusion,
    /// Each record is about this person, class, unit, film and these rules, and no session counts twice.
    Records,
    /// No session, and not all together, earned more than real time passed.
    RealTime,
    /// Units, total and class hours follow from the records.
    Totals,
    /// The rules are those that the records name.
    Rules,
    /// Issuer and ledger are trusted here.
    Issuer,
    /// The issuer was asked whether it took the proof back.
    Revocation,
}

/// What verification did not do, and why one should know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unchecked {
    /// That it was this person who studied: no face check was made.
    Identity,
    /// That anybody sat before the screen.
    Presence,
    /// That anything was learned.
    Learning,
    /// How often the face comparison is wrong for the people here.
    FaceAccuracy,
    /// That nobody held a photo, a film or a mask before the camera.
    PresentationAttacks,
    /// Whom the masked name means: the holder can show it.
    Holder,
    /// Whether the issuer has revoked this proof since: that needs the issuer's status list.
    Revocation,
    /// Whether the page of the PDF shows what the credential inside says: its own signature (PAdES) is for that.
    Page,
    /// The beats behind the records: that needs the issuer's archive.
    Beats,
    /// Whether the ledger shows the same to everybody: no witness has signed its checkpoint.
    Witness,
}

impl Unchecked {
    /// What is not checked about `proof`: what it declares itself, and what no document can show.
    pub(crate) fn of(proof: &StudyProof) -> Vec<Self> {
        // Whatever the document declares: its evidence class alone leaves some things unchecked.
        let mut list: Vec<Self> = proof
            .not_checked
            .iter()
            .chain(proof.subject.evidence_class.must_declare())
            .map(|declared| match declared {
                NotChecked::Identity => Self::Identity,
                NotChecked::Presence => Self::Presence,
                NotChecked::Learning => Self::Learning,
                NotChecked::FaceAccuracy => Self::FaceAccuracy,
                NotChecked::PresentationAttacks => Self::PresentationAttacks,
            })
            .collect();
        list.extend([Self::Holder, Self::Revocation, Self::Beats, Self::Witness]);
        list.sort_unstable();
        list.dedup();
        list
    }
}

/// Most faults that a report lists: a document of noise should not make a report of noise.
const FAULTS_MAX: usize = 100;

/// Faults as they are found.
#[derive(Default)]
pub(crate) struct Faults(Vec<Fault>);

impl Faults {
    pub(crate) fn add(&mut self, fault: Fault) {
        if self.0.len() < FAULTS_MAX {
            self.0.push(fault);
        }
    }

    /// Adds `fault` unless `fine`.
    pub(crate) fn unless(&mut self, fine: bool, fault: impl FnOnce() -> Fault) {
        if !fine {
            self.add(fault());
        }
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn into_list(self) -> Vec<Fault> {
        self.0
    }
}
