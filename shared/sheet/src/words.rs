//! What a sheet says, in both languages: the same words as the verify page where both say the same.

use contract::credential::{EvidenceClass, Moment, NotChecked, StudyProof};
use study::{Millis, Rules, Timestamp};

/// What the attachment is.
pub(crate) const ATTACHED: &str = "学习凭证原文 The study proof itself (JSON)";

pub(crate) const NAME: (&str, &str) = ("学员", "Learner");
pub(crate) const ID_NUMBER: (&str, &str) = ("身份证号", "ID number");
pub(crate) const INSTITUTION: (&str, &str) = ("培训机构", "Institution");
pub(crate) const CLASS: (&str, &str) = ("班级", "Class");
pub(crate) const COURSE: (&str, &str) = ("课程", "Course");
pub(crate) const ISSUED: (&str, &str) = ("签发时间", "Issued");
pub(crate) const IDENTITY: (&str, &str) = ("身份核验", "Identity checks");
pub(crate) const RULES: (&str, &str) = ("计时规则", "Rules");
pub(crate) const UNITS: (&str, &str) = ("各单元", "Unit by unit");
pub(crate) const CHECKS: (&str, &str) = ("核验次数", "Checks");
pub(crate) const NOT_CHECKED: (&str, &str) = ("没有核验什么", "What was not verified");
pub(crate) const SEALS: (&str, &str) = ("指纹与签名", "Fingerprint and signatures");
pub(crate) const DIGEST: (&str, &str) = ("凭证指纹", "Fingerprint of the proof (SHA-256)");
pub(crate) const RULES_HASH: (&str, &str) = ("规则指纹", "Fingerprint of the rules (SHA-256)");
pub(crate) const ID: (&str, &str) = ("凭证编号", "Identifier");
pub(crate) const ISSUER: (&str, &str) = ("签发者", "Issuer");
pub(crate) const STATUS: (&str, &str) = ("撤销查询", "Ask whether it was revoked");
pub(crate) const SCAN: (&str, &str) = ("扫码查看摘要", "Scan for a signed summary");
pub(crate) const HOURS: (&str, &str) = ("课时", "class hours");
pub(crate) const TOTAL: (&str, &str) = ("线上学习合计", "Online study in total");
pub(crate) const UNIT_FILM: (&str, &str) = ("片长", "Film");
pub(crate) const UNIT_CREDITED: (&str, &str) = ("认定", "Credited");

/// The heads of the six counts, in the order of [`contract::credential::CheckCounts`].
pub(crate) const COUNTS: [(&str, &str); 6] = [
    ("通过", "passed"),
    ("老师确认", "by a teacher"),
    ("已补做", "made up"),
    ("未完成", "missed"),
    ("人工判定", "by people"),
    ("等待判定", "waiting"),
];

/// How it is verified.
pub(crate) const HOW: (&str, &str) = (
    "本文件经数字签名，内附凭证原文（JSON）。在核验页打开附件，即可离线逐条重算；二维码只含签名的摘要。",
    "This file is signed and carries the proof itself (JSON). Open the attachment in the verify page to have everything computed anew, \
     offline; the code holds a signed summary only.",
);

/// The one rounding there is.
pub(crate) const ROUNDED: (&str, &str) = (
    "合计按课时向下取整；各单元的课时为参考值。",
    "Whole class hours of the total, rounded down; those of a unit are for orientation.",
);

pub(crate) const fn evidence_class(class: EvidenceClass) -> (&'static str, &'static str) {
    match class {
        EvidenceClass::None => (
            "没有核验身份（仅凭账号密码）",
            "None (account and password only)",
        ),
        EvidenceClass::Face => ("人脸核验", "By face checks"),
        EvidenceClass::Supervised => ("由老师确认，未使用人脸", "By a teacher, without face data"),
        EvidenceClass::Mixed => (
            "部分人脸核验，部分由老师确认",
            "Partly by face checks, partly by a teacher",
        ),
    }
}

pub(crate) const fn not_checked(what: NotChecked) -> (&'static str, &'static str) {
    match what {
        NotChecked::Identity => (
            "是不是本人在学：没有做人脸核验",
            "Whether it was this person who studied: no face check was made",
        ),
        NotChecked::Presence => ("屏幕前是否有人", "Whether anybody sat before the screen"),
        NotChecked::Learning => (
            "是否学会：本凭证不含考核",
            "Whether anything was learned: no test is part of this proof",
        ),
        NotChecked::FaceAccuracy => (
            "人脸比对对当地学员的出错率：没有在本地人群上测过，已知对东亚人脸偏弱",
            "How often the face comparison is wrong for the people here: not measured on them, known to be weaker on East-Asian faces",
        ),
        NotChecked::PresentationAttacks => (
            "镜头前是否为照片、录像、面具或合成人脸：不声明达到任何检测等级",
            "Whether a photo, film, mask or made-up face was held before the camera: no level of detection is claimed",
        ),
    }
}

/// `1:05:00` or `12:30`, rounded down.
pub(crate) fn length(length: Millis) -> String {
    let s = length.0 / 1_000;
    let (h, m, s) = (s / 3_600, s / 60 % 60, s % 60);
    format!("{h}:{m:02}:{s:02}")
}

/// `1 小时 5 分 0 秒`, rounded down.
pub(crate) fn length_words(length: Millis) -> (String, String) {
    let s = length.0 / 1_000;
    let (h, m, s) = (s / 3_600, s / 60 % 60, s % 60);
    (
        format!("{h} 小时 {m} 分 {s} 秒"),
        format!("{h} h {m} min {s} s"),
    )
}

/// Class hours with two decimals, rounded down.
pub(crate) fn hours(length: Millis, rules: &Rules) -> String {
    let hundredths = length
        .0
        .saturating_mul(100)
        .checked_div(rules.class_hour_ms.0)
        .unwrap_or(0);
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

/// Date and time of issue where its learners live.
pub(crate) fn local(proof: &StudyProof) -> (String, String) {
    let Timestamp(at) = proof.valid_from.0;
    let local = at.saturating_add(proof.subject.rules.day_offset_ms.0);
    let text = Moment(Timestamp(local)).to_string();
    let (date, time) = text.split_once('T').unwrap_or((&text, ""));
    (
        date.to_owned(),
        time.get(..8).unwrap_or_default().to_owned(),
    )
}

/// Hours east of UTC where its learners live.
pub(crate) fn offset_hours(proof: &StudyProof) -> i8 {
    i8::try_from(proof.subject.rules.day_offset_ms.0 / 3_600_000).unwrap_or_default()
}
