//! A class as files that need no Zhenxue to read: JSON, CSV and text, with everything that is known of each learner's study, the way of each
//! record into the ledger, and the verifier beside them (clause A38: the data of a class is kept for at least five years, longer than
//! a program may be).
//!
//! Reads only, from one snapshot. Frames of faces are not in it: they have their own, shorter time.
//!
//! Reading order: this file (what lies where), `folder` (how it is written), `learner` (one learner's files), `evidence` (their records).

mod evidence;
mod folder;
mod learner;

pub use folder::Folder;

use crate::{
    keys::{Keys, NotOpened},
    replay::snapshot,
    store::{
        catalogue, classes, digest,
        entities::{class, course, enrolment, institution},
        invitations::NotRead,
        ledger, number, people,
        rules_book::RulesBook,
        time,
    },
};
use contract::{credential::Moment, verify::PublicKeys};
use sea_orm::{
    ColumnTrait, DatabaseConnection, DatabaseTransaction, DbErr, EntityTrait, QueryFilter,
    QueryOrder,
};
use serde_json::json;
use std::io;
use study::{ClassId, CourseId, PersonId};

/// What was written.
#[derive(Debug, Default)]
pub struct Exported {
    /// Learners.
    pub learners: usize,
    /// Their study sessions in the class.
    pub sessions: usize,
    /// Their beats.
    pub beats: usize,
    /// Evidence records.
    pub records: usize,
    /// Study proofs.
    pub proofs: usize,
    /// Files.
    pub files: usize,
}

/// Why nothing, or not all, was written.
#[derive(Debug, thiserror::Error)]
pub enum NotExported {
    /// There is no such class.
    #[error("there is no class {0} in this database; without --class the classes are listed")]
    NoClass(ClassId),
    /// Its personal data was destroyed.
    #[error(
        "class {0} was deleted on {1}, after its time: names and words in it are gone, and what is left is in the ledger"
    )]
    Deleted(ClassId, Moment),
    /// A file cannot be written.
    #[error("{0} cannot be written: {1}")]
    Write(String, io::Error),
    /// A name does not open under this server's master key.
    #[error("personal data does not open: the keys folder is not the one of this database")]
    Keys(#[from] NotOpened),
    /// A ledger that does not hold together; `zhenxue replay` says where.
    #[error("the ledger does not hold together; run `zhenxue replay`")]
    Ledger,
    /// What the database says.
    #[error("the database cannot be read: {0}")]
    Db(#[from] DbErr),
}

impl From<NotRead> for NotExported {
    fn from(error: NotRead) -> Self {
        match error {
            NotRead::Sealed(error) => Self::Keys(error),
            NotRead::Db(error) => Self::Db(error),
        }
    }
}

/// A class by its names, to choose from.
#[derive(Debug)]
pub struct Choice {
    /// The class.
    pub class: ClassId,
    /// Name of the class, and of its institution.
    pub name: String,
    /// Last moment of the class.
    pub ends_at: Moment,
}

/// The classes of the database that are not deleted, the one that ends last on top.
///
/// # Errors
/// What the database says.
pub async fn choices(db: &DatabaseConnection) -> Result<Vec<Choice>, DbErr> {
    let rows = class::Entity::find()
        .filter(class::Column::DeletedAt.is_null())
        .order_by_desc(class::Column::EndsAt)
        .all(db)
        .await?;
    let mut choices = Vec::with_capacity(rows.len());
    for row in rows {
        let institution = institution::Entity::find_by_id(row.institution_id)
            .one(db)
            .await?;
        let institution = institution.map(|row| row.name_zh).unwrap_or_default();
        choices.push(Choice {
            class: ClassId(row.id),
            name: format!("{} · {institution}", row.name_zh),
            ends_at: Moment(time(row.ends_at)),
        });
    }
    Ok(choices)
}

/// Writes `class` into `folder`; `told` hears how many of how many learners are done.
///
/// # Errors
/// [`NotExported`]; what was written until then stays.
pub async fn export(
    db: &DatabaseConnection,
    keys: &Keys,
    public: &PublicKeys,
    class: ClassId,
    folder: &mut Folder,
    mut told: impl FnMut(usize, usize),
) -> Result<Exported, NotExported> {
    let tx = snapshot(db).await?;
    let row = class::Entity::find_by_id(class.0)
        .one(&tx)
        .await?
        .ok_or(NotExported::NoClass(class))?;
    if let Some(at) = row.deleted_at {
        return Err(NotExported::Deleted(class, Moment(time(at))));
    }
    let book = RulesBook::default();
    let mut exported = Exported::default();
    about(&tx, &book, &row, folder).await?;
    let head = ledger::newest(&tx).await?;
    if let Some(head) = &head {
        folder.text("ledger/checkpoint.txt", &head.note)?;
    }
    folder.json("ledger/keys.json", public)?;

    let enrolled: Vec<enrolment::Model> = enrolment::Entity::find()
        .filter(enrolment::Column::ClassId.eq(class.0))
        .order_by_asc(enrolment::Column::EnrolledAt)
        .order_by_asc(enrolment::Column::PersonId)
        .all(&tx)
        .await?;
    let n = enrolled.len();
    let mut roster = Vec::with_capacity(n);
    for (place, enrolment) in (1_usize..).zip(enrolled) {
        let person = people::get(&tx, PersonId(enrolment.person_id)).await?;
        let person =
            person.ok_or_else(|| DbErr::RecordNotFound("an enrolled person".to_owned()))?;
        let at = learner::Learner {
            number: place,
            row: &person,
            enrolled_at: time(enrolment.enrolled_at),
            class: &row,
            head: head.as_ref(),
        };
        roster.push(learner::write(&tx, &book, keys, &at, folder, &mut exported).await?);
        exported.learners += 1;
        told(place, n);
    }
    folder.csv("learners.csv", &learner::HEADS, &roster)?;
    tx.rollback().await?;
    if let Some(html) = crate::pages::verifier(public) {
        folder.text("verify.html", &html)?;
    }
    folder.text("README.txt", README)?;
    exported.files = folder.seal()?;
    Ok(exported)
}

/// `class.json` and `rules.json`.
async fn about(
    tx: &DatabaseTransaction,
    book: &RulesBook,
    row: &class::Model,
    folder: &mut Folder,
) -> Result<(), NotExported> {
    let institution = institution::Entity::find_by_id(row.institution_id)
        .one(tx)
        .await?;
    let course = course::Entity::find_by_id(row.course_id).one(tx).await?;
    let units = catalogue::units(tx, CourseId(row.course_id)).await?;
    let units = units
        .iter()
        .map(|unit| {
            Ok(json!({
                "unit": unit.id,
                "position": unit.position,
                "title": classes::unit_title(unit),
                "film_sha256": digest(&unit.film)?,
                "film_ms": number(unit.film_ms),
            }))
        })
        .collect::<Result<Vec<_>, DbErr>>()?;
    let rules_hash = digest(&row.rules_hash)?;
    folder.json(
        "class.json",
        &json!({
            "class": row.id,
            "name": classes::name(row),
            "institution": institution.map(|row| json!({"id": row.id, "zh": row.name_zh, "en": row.name_en})),
            "course": course.map(|row| json!({"id": row.id, "zh": row.title_zh, "en": row.title_en})),
            "starts_at": Moment(time(row.starts_at)),
            "ends_at": Moment(time(row.ends_at)),
            "rules_sha256": rules_hash,
            "units": units,
        }),
    )?;
    folder.json("rules.json", &*book.get(tx, rules_hash).await?)
}

/// What somebody needs who finds this folder years later.
const README: &str = "\
班级学习数据 / the study data of one class

class.json              培训机构、课程、单元及影片的 SHA-256 / institution, course, units and the SHA-256 of their films
rules.json              计时规则 / the rules that counted
learners.csv            学员名单与已认定课时 / learners and their confirmed class hours
learners/NNN/
  learner.json          学员 / who it is
  study_sessions.csv    学习会话 / study sessions
  beats.csv             原始心跳与每次认定的结果 / what was observed, beat by beat, and what was credited, and why not
  face_checks.csv       人脸核验的时间与结果(不含图像)/ face checks, when and what came of them (no pictures)
  evidence.jsonl        证据记录,每行一条:记录、盐、账本序号、到根的哈希 / evidence records, one to a line: record, salt, index in the ledger, hashes
                        on the way to its root
  proofs/               线上学习电子化凭证;.opening.json 证明姓名与身份证号,.revoked.json 撤销的时间与原因 / study proofs; .opening.json shows name and ID
                        number to be theirs, .revoked.json when and why one was revoked
ledger/checkpoint.txt   证据账本的签名检查点(C2SP tlog-checkpoint)/ the signed checkpoint of the evidence ledger
ledger/keys.json        公钥;请与主管部门公布的核对 / public keys; compare them with those that the department publishes
verify.html             核验凭证,用浏览器打开,不需要网络 / verifies a proof, in a browser, without any network
SHA256SUMS              每个文件的 SHA-256: sha256sum -c SHA256SUMS

时间均为 UTC。一课时为 2700 秒。 / All times are UTC. A class hour is 2,700 seconds.
证据的叶子 / The leaf of a record: SHA-256(0x00 ‖ \"zhenxue-evidence-v1\\n\" ‖ SHA-256(salt ‖ canonical JSON of the record)), RFC 6962, RFC 8785.
";
