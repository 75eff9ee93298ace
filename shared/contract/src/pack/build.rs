//! Making a pack: files, their hashes, the signed manifest, and, once the ledger holds the sealing, the seal.

use super::{
    ENTRY, Entry, Files, MANIFEST, PROOF, PROOF_PDF, SEAL,
    manifest::{Claimed, Excluded, Listed, NoPdf, PackFile, PackManifest, Seal, TYPES, Totals},
    report::PackFault,
    sample, verify,
};
use crate::{
    canonical::{self, NotCanonical},
    claim::Facts,
    credential::{
        CONTEXTS, Evidence, IssuerProof, LedgerHead, Locator, Moment, Named, Opening, StudyProof,
        did, suite,
    },
    digest::Digest,
    text::Text,
    verify::{TrustAnchors, Verdict},
};
use ledger::{Checkpoint, Signer, VerifierKey, sign::CannotSign};
use study::{ClassId, CourseId, InstitutionId, Timestamp};
use uuid::Uuid;

/// What the server knows when it seals a claim. Hours and totals are not among it: they come from the proofs.
pub struct PackInput {
    /// Name of the claim.
    pub claim: Uuid,
    /// Now.
    pub sealed_at: Timestamp,
    /// Who claims.
    pub institution: Named<InstitutionId>,
    /// For which class.
    pub class: Named<ClassId>,
    /// On which course.
    pub course: Named<CourseId>,
    /// For whom, in the order of the pack.
    pub rows: Vec<PackRow>,
    /// Who is left out.
    pub excluded: Vec<Excluded>,
    /// Files for readers: roster, rules.
    pub others: Vec<(String, Vec<u8>)>,
}

/// One learner.
pub struct PackRow {
    /// Name and ID number.
    pub opening: Opening,
    /// What was entered.
    pub facts: Facts,
    /// The study proof, byte for byte as it was given out.
    pub proof: String,
    /// The same for people, or why there is none.
    pub pdf: Result<Vec<u8>, NoPdf>,
}

/// Why no pack was made.
#[derive(Debug, thiserror::Error)]
pub enum NotBuilt {
    /// A value has no canonical form.
    #[error(transparent)]
    NotCanonical(#[from] NotCanonical),
    /// Something is not JSON.
    #[error("the pack cannot be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// The key did not sign.
    #[error(transparent)]
    CannotSign(#[from] CannotSign),
    /// The ledger's head is not signed by its key.
    #[error("the ledger's head cannot be read")]
    Ledger,
    /// The finished pack does not verify. It is not given out.
    #[error("the finished pack does not verify: {0:?}")]
    DoesNotVerify(Vec<PackFault>),
}

/// Makes the files of a pack but for its seal, and the digest of the manifest that the ledger is to hold. Rows are numbered as they
/// come.
///
/// # Errors
/// [`NotBuilt`]
pub fn build(input: PackInput, issuer: &dyn Signer) -> Result<(Files, Digest), NotBuilt> {
    let mut files = Files::new();
    let mut learners = Vec::with_capacity(input.rows.len());
    for (number, row) in (1_u32..).zip(input.rows) {
        let folder = super::folder(number);
        let proof: StudyProof = serde_json::from_str(&row.proof)?;
        learners.push(Listed {
            number,
            person: proof.subject.person,
            proof: canonical::digest(&proof)?,
            credited_ms: proof.subject.credited_ms,
            class_hours: proof.subject.class_hours,
            pdf: row.pdf.as_ref().ok().map(|pdf| Digest::of(&[pdf])),
            no_pdf: row.pdf.as_ref().err().cloned(),
        });
        let entry = Entry {
            number,
            opening: row.opening,
            facts: row.facts,
        };
        files.insert(format!("{folder}{ENTRY}"), Some(pretty(&entry)?));
        files.insert(format!("{folder}{PROOF}"), Some(row.proof.into_bytes()));
        if let Ok(pdf) = row.pdf {
            files.insert(format!("{folder}{PROOF_PDF}"), Some(pdf));
        }
    }
    files.insert("README.txt".to_owned(), Some(README.as_bytes().to_vec()));
    for (path, bytes) in input.others {
        files.insert(path, Some(bytes));
    }
    let did = did::of(&issuer.public_key());
    let contexts: Vec<String> = CONTEXTS.map(String::from).into();
    let sealed_at = Moment(input.sealed_at);
    let mut manifest = PackManifest {
        context: contexts.clone(),
        id: format!("urn:uuid:{}", input.claim),
        types: TYPES.map(String::from).into(),
        title: title(),
        valid_from: sealed_at,
        subject: Claimed {
            institution: input.institution,
            class: input.class,
            course: input.course,
            totals: Totals::of(&learners),
            learners,
            excluded: input.excluded,
            files: listed(&files),
        },
        locator: Locator::default(),
        proof: IssuerProof {
            context: contexts,
            kind: "DataIntegrityProof".into(),
            cryptosuite: suite::NAME.into(),
            created: sealed_at,
            verification_method: did::verification_method(&did),
            proof_purpose: "assertionMethod".into(),
            proof_value: String::new(),
        },
        issuer: did,
    };
    manifest.locator = Locator::of(&serde_json::to_value(&manifest)?)?;
    let document = serde_json::to_value(&manifest)?;
    let input = suite::signing_input(&serde_json::to_value(&manifest.proof)?, &document)?;
    manifest.proof.proof_value = suite::encode(&issuer.sign(&input)?);
    files.insert(MANIFEST.to_owned(), Some(pretty(&manifest)?));
    Ok((files, canonical::digest(&manifest)?))
}

/// Adds the seal: the record of the sealing in the ledger, and the sample that its head draws. What comes out has been verified by the
/// code that everybody else uses.
///
/// # Errors
/// [`NotBuilt`]
pub fn seal(
    files: &mut Files,
    evidence: Evidence,
    ledger: LedgerHead,
    anchors: &TrustAnchors,
) -> Result<(), NotBuilt> {
    let manifest = files.get(MANIFEST).cloned().flatten().unwrap_or_default();
    let manifest: PackManifest = serde_json::from_slice(&manifest)?;
    let vkey: VerifierKey = ledger.vkey.parse().map_err(|_| NotBuilt::Ledger)?;
    let checkpoint = Checkpoint::open(&ledger.checkpoint, &vkey).map_err(|_| NotBuilt::Ledger)?;
    let sample = sample::draw(
        canonical::digest(&manifest)?,
        &checkpoint,
        &manifest.subject.learners,
    );
    let seal = Seal {
        evidence,
        ledger,
        sample,
    };
    files.insert(SEAL.to_owned(), Some(pretty(&seal)?));
    let report = verify(files, anchors);
    if report.verdict != Verdict::Valid {
        return Err(NotBuilt::DoesNotVerify(report.all_faults()));
    }
    Ok(())
}

/// A file of a pack as it is written.
pub(super) fn pretty<T: serde::Serialize>(value: &T) -> Result<Vec<u8>, serde_json::Error> {
    let mut bytes = serde_json::to_vec_pretty(value)?;
    bytes.push(b'\n');
    Ok(bytes)
}

fn listed(files: &Files) -> Vec<PackFile> {
    files
        .iter()
        .map(|(path, bytes)| {
            let bytes = bytes.as_deref().unwrap_or_default();
            PackFile {
                path: path.clone(),
                bytes: u64::try_from(bytes.len()).unwrap_or(u64::MAX),
                sha256: Digest::of(&[bytes]),
            }
        })
        .collect()
}

fn title() -> Text {
    Text {
        zh: "培训补贴申领包".into(),
        en: "Training subsidy claim pack".into(),
    }
}

/// What somebody needs who finds this archive and knows nothing of us.
const README: &str = "\
培训补贴申领包

manifest.json         申领单位、班级、学员、合计,以及其余各文件的 SHA-256,带电子签名
learners/NNN/         每名学员一个文件夹:entry.json(身份与录入材料及其来源)、proof.json(线上学习电子化凭证)、proof.pdf(同一凭证,供阅读;没有的,manifest.json 写明原因)
seal.json             本申领包的封存记录在证据账本中的位置,以及由账本随机决定的抽查名单
roster.csv, rules/    供阅读的名册与规则

不联网即可核验:用浏览器打开核验页 verify.html,把本文件拖进去;或运行 zhenxue verify 文件名。
凭证只说明线上学习时间,不是职业资格证书、职业技能等级证书或培训合格证书。

Training subsidy claim pack

manifest.json         who claims, for which class and learners, the totals, and the SHA-256 of every other file, signed
learners/NNN/         a folder for each learner: entry.json (who it is, and what was entered, with sources), proof.json (the online study
                      proof), proof.pdf (the same for people; where there is none, manifest.json says why)
seal.json             where the evidence ledger holds the sealing of this pack, and the sample that the ledger drew
roster.csv, rules/    roster and rules, for readers

To verify it without any network: open verify.html in a browser and drop this file there, or run: zhenxue verify FILE
A study proof states online study time only. It is not a vocational qualification, skill level or training certificate.
";
