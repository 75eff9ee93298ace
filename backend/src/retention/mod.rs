//! How long each kind of data is kept, and what happens then (clause A38). See `docs/decisions/0017-retention.md`.
//!
//! [`TABLE`] is the one source: `zhenxue retention` prints it, the jobs and the deletion of a class use its periods.
//!
//! Reading order: this file (the table and the periods), `delete` (a class whose time is over).

mod delete;

pub use delete::{Deleted, NotDeleted, delete};

use crate::{app::App, faces, store};
use contract::credential::Moment;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};
use serde::Serialize;
use study::{Day, Millis, Timestamp};

/// Least time for which a class is kept, in calendar years: 线上培训数据资料保存不少于5年 (clause A38).
pub const CLASS_YEARS: u64 = 5;
/// Frames, template and the key to both, after the last class of a person has ended: three years, so that every dispute about paid training
/// can still be looked at. Chosen by us; a department may ask for less.
pub const FACES_MS: Millis = days(3 * 365);
/// A sign-in ends by itself after this long, whatever happens.
pub const SIGN_IN_MS: Millis = days(7);
/// A sign-in that nobody used for this long is over.
pub const SIGN_IN_IDLE_MS: Millis = days(1);
/// For so long its owner can ask about a sign-in that is over.
pub const SIGN_IN_KEPT_MS: Millis = days(30);
/// How long the link of an invitation can be used, where the class does not end before. Chosen by us.
pub const INVITATION_MS: Millis = days(30);
/// How long invitations are kept after their class has ended: name, ID number and phone of people who may never have come.
pub const INVITATION_KEPT_MS: Millis = days(90);
/// How long a code for the teacher can be used.
pub const CODE_MS: Millis = Millis(600_000);
/// China's clock: the years of a class are counted on its calendar.
const CHINA: Millis = Millis(8 * 3_600_000);

const fn days(n: u64) -> Millis {
    Millis(n * Day::LENGTH.0)
}

/// How long something is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Keep {
    /// So many calendar years at least; then the operator may delete it.
    YearsAtLeast(u64),
    /// No longer than this, in milliseconds.
    AtMost(Millis),
    /// For as long as the server's data is there.
    Always,
}

/// One kind of data.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Kind {
    /// Its name on the command line's JSON.
    pub name: &'static str,
    /// What it is, in Chinese.
    pub zh: &'static str,
    /// What it is.
    pub what: &'static str,
    /// How long it is kept.
    pub keep: Keep,
    /// From which event that counts.
    pub from: &'static str,
    /// How it ends.
    pub end: &'static str,
    /// The clause that asks for it; empty where nobody does and we chose.
    pub clause: &'static str,
}

/// What the years of a class count from.
const NEWEST: &str =
    "end of the class, or its newest evidence (claims and appeals included), whichever is later";
const WITH_THE_CLASS: &str =
    "`zhenxue retention delete`: the key of the class is destroyed, nobody can read it any more";

/// All kinds of data that a server keeps.
pub const TABLE: &[Kind] = &[
    Kind {
        name: "study_records",
        zh: "学习记录与证据",
        what: "study sessions, beats, evidence records, ledger",
        keep: Keep::Always,
        from: "when it happened",
        end: "never: without the person's key it names nobody, and other people's proofs rest on the same ledger",
        clause: "A38",
    },
    Kind {
        name: "people",
        zh: "学员身份信息",
        what: "name, ID number, phone and sign-in of a learner",
        keep: Keep::YearsAtLeast(CLASS_YEARS),
        from: NEWEST,
        end: "destroyed with the person's key when the last of their classes is deleted; who has a role keeps it",
        clause: "A38",
    },
    Kind {
        name: "proofs",
        zh: "学习凭证",
        what: "study proofs as they were given out, with masked names",
        keep: Keep::Always,
        from: "when it was issued",
        end: "never: the salt that opens the masked name goes with the person's key",
        clause: "A38",
    },
    Kind {
        name: "claims",
        zh: "申领资料",
        what: "what was entered for claims, and the claim packs",
        keep: Keep::YearsAtLeast(CLASS_YEARS),
        from: NEWEST,
        end: WITH_THE_CLASS,
        clause: "A38",
    },
    Kind {
        name: "findings",
        zh: "审核结论",
        what: "findings of reviewers, decisions, and their reasons",
        keep: Keep::Always,
        from: "when it was signed",
        end: "never: each is an evidence record by pseudonym",
        clause: "A38, A69",
    },
    Kind {
        name: "acts",
        zh: "申诉与教师操作",
        what: "words of appeals and their answers, reasons of verdicts and of moved pointers",
        keep: Keep::YearsAtLeast(CLASS_YEARS),
        from: NEWEST,
        end: WITH_THE_CLASS,
        clause: "A38",
    },
    Kind {
        name: "looks",
        zh: "查阅记录",
        what: "who looked at whose record, pack or frame",
        keep: Keep::Always,
        from: "when they looked",
        end: "never: it holds identifiers only",
        clause: "A38",
    },
    Kind {
        name: "faces",
        zh: "人脸数据",
        what: "frames of enrolments and checks, embeddings, the template",
        keep: Keep::AtMost(FACES_MS),
        from: "end of the person's last class",
        end: "the person's face key is destroyed, by a job each hour; at once where they withdraw",
        clause: "A38",
    },
    Kind {
        name: "consents",
        zh: "核验方式与同意记录",
        what: "which way of being checked a person chose, under which text",
        keep: Keep::Always,
        from: "when they chose",
        end: "never: it shows that there was consent, and holds identifiers only",
        clause: "A38",
    },
    Kind {
        name: "sign_ins",
        zh: "登录记录",
        what: "devices where people are signed in",
        keep: Keep::AtMost(SIGN_IN_KEPT_MS),
        from: "when it was over: 7 days after it began, a day after its last use, or when it was revoked",
        end: "deleted, by a job each hour",
        clause: "",
    },
    Kind {
        name: "invitations",
        zh: "班级邀请",
        what: "name, ID number and phone of people on a roster who had no account",
        keep: Keep::AtMost(INVITATION_KEPT_MS),
        from: "end of the class",
        end: "deleted with the key in the row, by a job each hour",
        clause: "",
    },
    Kind {
        name: "codes",
        zh: "教师核验码",
        what: "keyed hashes of codes that learners show to a teacher",
        keep: Keep::AtMost(CODE_MS),
        from: "when it was shown",
        end: "deleted, by a job each hour, or by the next code",
        clause: "",
    },
];

/// When what happened at `newest` may be deleted: [`CLASS_YEARS`] calendar years later, on China's calendar. What happened on a 29 February is kept
/// until 1 March where that year has no such day.
#[must_use]
pub fn kept_until(newest: Timestamp) -> Timestamp {
    let local = Moment(newest.plus(CHINA)).to_string();
    let later = local.split_once('-').and_then(|(year, rest)| {
        let year = year.parse::<u64>().ok()?.checked_add(CLASS_YEARS)?;
        let same: Option<Moment> = format!("{year:04}-{rest}").parse().ok();
        same.or_else(|| {
            let (_, time) = rest.split_once('T')?;
            format!("{year:04}-03-01T{time}").parse().ok()
        })
    });
    // Years of five digits have no spelling here: then nothing is ever deleted.
    later.map_or(Timestamp(u64::MAX), |Moment(at)| {
        Timestamp(at.since(Timestamp(CHINA.0)).0)
    })
}

/// How many rows were taken out, and how many people's face data was destroyed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Forgotten {
    /// People.
    pub faces: u64,
    /// Sign-ins.
    pub sign_ins: u64,
    /// Invitations.
    pub invitations: u64,
    /// Codes.
    pub codes: u64,
}

/// Destroys what ends by itself and has passed its time.
///
/// # Errors
/// What the database says.
pub async fn forget(app: &App) -> Result<Forgotten, DbErr> {
    let now = app.clock.now();
    let faces = faces::judging::forget_overdue(app).await?;
    let tx = app.db.begin().await?;
    let forgotten = Forgotten {
        faces,
        sign_ins: store::sign_ins::forget(&tx, now).await?,
        invitations: store::invitations::forget(&tx, now).await?,
        codes: forget_codes(&tx, now).await?,
    };
    store::commit(tx)
        .await
        .map_err(|store::Unknown(error)| error)?;
    Ok(forgotten)
}

async fn forget_codes(tx: &impl ConnectionTrait, now: Timestamp) -> Result<u64, DbErr> {
    use store::entities::supervised_code::{Column, Entity};
    let deleted = Entity::delete_many()
        .filter(Column::ExpiresAt.lte(store::stored(now.0)))
        .exec(tx)
        .await?;
    Ok(deleted.rows_affected)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse::<Moment>().unwrap().0
    }

    #[test]
    fn years_are_those_of_the_calendar_in_china() {
        for (newest, until) in [
            // An ordinary day, at noon in China.
            ("2026-11-23T04:00:00.000Z", "2031-11-23T04:00:00.000Z"),
            // 29 February in China, and no such day five years on.
            ("2028-02-29T04:00:00.001Z", "2033-03-01T04:00:00.001Z"),
            // 28 February in London, 29 February in China.
            ("2028-02-28T20:00:00.000Z", "2033-02-28T20:00:00.000Z"),
            // 29 February in London, 1 March in China.
            ("2028-02-29T20:00:00.000Z", "2033-02-28T20:00:00.000Z"),
            ("2026-12-31T23:59:59.999Z", "2031-12-31T23:59:59.999Z"),
        ] {
            assert_eq!(
                Moment(kept_until(at(newest))).to_string(),
                until,
                "{newest}"
            );
        }
    }

    #[test]
    fn the_time_only_grows() {
        let mut last = Timestamp(0);
        for day in 0..4_000 {
            let until = kept_until(at("2026-01-01T16:00:00.000Z").plus(days(day)));
            assert!(last <= until, "{until:?}");
            last = until;
        }
    }

    #[test]
    fn each_kind_has_one_name() {
        let mut names: Vec<&str> = TABLE.iter().map(|kind| kind.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), TABLE.len());
    }
}
