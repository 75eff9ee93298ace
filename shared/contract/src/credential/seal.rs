//! Making a proof: what the server states, computed from the records, located, signed, and verified before it leaves.

use super::{
    CONTEXTS, Evidence, IssuerProof, LedgerHead, Locator, Moment, Named, NotChecked, Settled,
    StudyProof, Subject, TYPES, UnitCredit, did, notice, suite, title,
};
use crate::{
    canonical::{self, NotCanonical},
    digest::Digest,
    status::StatusEntry,
    text::Text,
    verify::{Fault, TrustAnchors, Verdict, verify},
};
use ledger::{Signer, sign::CannotSign};
use study::{ClassHours, ClassId, CourseId, InstitutionId, Millis, Rules, Timestamp, UnitId};
use uuid::Uuid;

/// What the server knows when it issues a proof. Totals are not among it: they are computed from the evidence.
#[derive(Clone, Debug)]
pub struct Statement {
    /// Name of the proof.
    pub proof: Uuid,
    /// Now.
    pub issued_at: Timestamp,
    /// Masked name.
    pub name: String,
    /// Masked ID number.
    pub id_number: String,
    /// Digest of the holder's [`super::Opening`].
    pub identity: Digest,
    /// Pseudonym of the person.
    pub person: Digest,
    /// Who trained.
    pub institution: Named<InstitutionId>,
    /// The class.
    pub class: Named<ClassId>,
    /// The course.
    pub course: Named<CourseId>,
    /// Units in order, each with its film.
    pub units: Vec<StatedUnit>,
    /// The rules of the class.
    pub rules: Rules,
    /// The last segment of each study session, and the last word about each face check.
    pub evidence: Vec<Evidence>,
    /// The ledger as it stands.
    pub ledger: LedgerHead,
    /// Where to ask whether the proof was revoked.
    pub status: Option<StatusEntry>,
}

/// A unit of the course.
#[derive(Clone, Debug)]
pub struct StatedUnit {
    /// The unit.
    pub unit: UnitId,
    /// Its title.
    pub title: Text,
    /// SHA-256 of the film.
    pub film: Digest,
    /// Length of the film.
    pub film_ms: Millis,
}

/// A proof, ready to be stored and given out.
#[derive(Clone, Debug)]
pub struct Sealed {
    /// The document as a person reads it: indented JSON.
    pub document: String,
    /// Its digest over the canonical form, the same on all its faces.
    pub digest: Digest,
    /// What stands in it.
    pub proof: StudyProof,
}

/// Why no proof was made.
#[derive(Debug, thiserror::Error)]
pub enum NotSealed {
    /// A value has no canonical form.
    #[error(transparent)]
    NotCanonical(#[from] NotCanonical),
    /// The document is not JSON.
    #[error("the proof cannot be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// The key did not sign.
    #[error(transparent)]
    CannotSign(#[from] CannotSign),
    /// The finished proof does not verify, so the statement contradicts the evidence or the ledger. It is not given out.
    #[error("the finished proof does not verify: {0:?}")]
    DoesNotVerify(Vec<Fault>),
}

/// Makes a proof. What comes back has been verified by the same code that everybody else uses.
///
/// # Errors
/// [`NotSealed`]
pub fn seal(statement: Statement, issuer: &dyn Signer) -> Result<Sealed, NotSealed> {
    let did = did::of(&issuer.public_key());
    let anchors = TrustAnchors {
        issuer_dids: vec![did.clone()],
        ledger_vkeys: vec![statement.ledger.vkey.clone()],
    };
    let mut proof = unsigned(statement, did)?;
    proof.locator = Locator::of(&serde_json::to_value(&proof)?)?;
    let document = serde_json::to_value(&proof)?;
    let input = suite::signing_input(&serde_json::to_value(&proof.proof)?, &document)?;
    proof.proof.proof_value = suite::encode(&issuer.sign(&input)?);
    let document = serde_json::to_string_pretty(&proof)?;
    let report = verify(document.as_bytes(), &anchors);
    if report.verdict != Verdict::Valid {
        return Err(NotSealed::DoesNotVerify(report.faults));
    }
    Ok(Sealed {
        digest: canonical::digest(&proof)?,
        document,
        proof,
    })
}

fn unsigned(statement: Statement, did: String) -> Result<StudyProof, NotCanonical> {
    let records = statement.evidence.iter().map(|evidence| &evidence.record);
    let Settled {
        confirmed: mut covered,
        evidence_class,
        checks,
    } = Settled::of(records, &statement.rules);
    let units: Vec<UnitCredit> = statement
        .units
        .into_iter()
        .map(|unit| {
            let credited = covered.remove(&unit.unit).unwrap_or_default();
            UnitCredit {
                unit: unit.unit,
                title: unit.title,
                film: unit.film,
                film_ms: unit.film_ms,
                credited_ms: credited.len(),
                credited,
            }
        })
        .collect();
    let credited_ms = units.iter().fold(Millis::ZERO, |sum, unit| {
        sum.saturating_add(unit.credited_ms)
    });
    let contexts: Vec<String> = CONTEXTS.map(String::from).into();
    let issued_at = Moment(statement.issued_at);
    Ok(StudyProof {
        context: contexts.clone(),
        id: format!("urn:uuid:{}", statement.proof),
        types: TYPES.map(String::from).into(),
        title: title(),
        notice: notice(),
        valid_from: issued_at,
        subject: Subject {
            name: statement.name,
            id_number: statement.id_number,
            identity: statement.identity,
            person: statement.person,
            institution: statement.institution,
            class: statement.class,
            course: statement.course,
            units,
            credited_ms,
            class_hours: ClassHours::of(credited_ms, &statement.rules),
            evidence_class,
            checks,
            rules_hash: canonical::digest(&statement.rules)?,
            rules: statement.rules,
        },
        status: statement.status,
        not_checked: [evidence_class.must_declare(), &[NotChecked::Learning]].concat(),
        evidence: statement.evidence,
        ledger: statement.ledger,
        locator: Locator::default(),
        proof: IssuerProof {
            context: contexts,
            kind: "DataIntegrityProof".into(),
            cryptosuite: suite::NAME.into(),
            created: issued_at,
            verification_method: did::verification_method(&did),
            proof_purpose: "assertionMethod".into(),
            proof_value: String::new(),
        },
        issuer: did,
    })
}
