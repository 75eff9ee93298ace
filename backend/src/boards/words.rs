//! The words of a board's files. Everything else is put into words by the page; a file leaves it.

use contract::{
    board::{ExportLanguage, Presence},
    face::{CheckOutcome, IdentityWay},
};
use study::Risk;

/// The head of each column.
pub const fn heads(language: ExportLanguage) -> [&'static str; 15] {
    match language {
        ExportLanguage::Zh => [
            "姓名",
            "状态",
            "最近心跳",
            "最近核验",
            "核验结果",
            "核验方式",
            "已认定课时",
            "应学课时",
            "已认定(分钟)",
            "待核验(分钟)",
            "待确认(分钟)",
            "不予认定(分钟)",
            "可补做的核验",
            "待人工查看的核验",
            "进度",
        ],
        ExportLanguage::En => [
            "Name",
            "State",
            "Last beat",
            "Last face check",
            "Its outcome",
            "Way of checking",
            "Confirmed class hours",
            "Planned class hours",
            "Confirmed (min)",
            "Provisional (min)",
            "Pending (min)",
            "Void (min)",
            "To make up",
            "In review",
            "Pace",
        ],
    }
}

/// The name of the sheet.
pub const fn sheet(language: ExportLanguage) -> &'static str {
    match language {
        ExportLanguage::Zh => "班级学情",
        ExportLanguage::En => "Class board",
    }
}

pub const fn presence(language: ExportLanguage, presence: Presence) -> &'static str {
    match (language, presence) {
        (ExportLanguage::Zh, Presence::Live) => "正在学习",
        (ExportLanguage::Zh, Presence::Idle) => "暂无心跳",
        (ExportLanguage::Zh, Presence::Away) => "不在学习",
        (ExportLanguage::En, Presence::Live) => "live",
        (ExportLanguage::En, Presence::Idle) => "idle",
        (ExportLanguage::En, Presence::Away) => "away",
    }
}

pub const fn outcome(language: ExportLanguage, outcome: CheckOutcome) -> &'static str {
    match (language, outcome) {
        (ExportLanguage::Zh, CheckOutcome::Passed) => "通过",
        (ExportLanguage::Zh, CheckOutcome::Missed) => "没有完成",
        (ExportLanguage::Zh, CheckOutcome::Review) => "等人工查看",
        (ExportLanguage::Zh, CheckOutcome::SamePerson) => "人工确认是本人",
        (ExportLanguage::Zh, CheckOutcome::OtherPerson) => "人工认定不是本人",
        (ExportLanguage::Zh, CheckOutcome::Unclear) => "人工无法判断",
        (ExportLanguage::Zh, CheckOutcome::MadeUp) => "已补做",
        (ExportLanguage::Zh, CheckOutcome::Expired) => "过期没有补做",
        (ExportLanguage::Zh, CheckOutcome::Supervised) => "已确认",
        (ExportLanguage::En, CheckOutcome::Passed) => "passed",
        (ExportLanguage::En, CheckOutcome::Missed) => "missed",
        (ExportLanguage::En, CheckOutcome::Review) => "waits for a person",
        (ExportLanguage::En, CheckOutcome::SamePerson) => "confirmed by a person",
        (ExportLanguage::En, CheckOutcome::OtherPerson) => "found to be somebody else",
        (ExportLanguage::En, CheckOutcome::Unclear) => "could not be told",
        (ExportLanguage::En, CheckOutcome::MadeUp) => "made up",
        (ExportLanguage::En, CheckOutcome::Expired) => "not made up in time",
        (ExportLanguage::En, CheckOutcome::Supervised) => "confirmed",
    }
}

pub const fn way(language: ExportLanguage, way: Option<IdentityWay>) -> &'static str {
    match (language, way) {
        (ExportLanguage::Zh, Some(IdentityWay::Face)) => "人脸核验",
        (ExportLanguage::Zh, Some(IdentityWay::Supervised)) => "教师核验",
        (ExportLanguage::Zh, None) => "未选择",
        (ExportLanguage::En, Some(IdentityWay::Face)) => "by face",
        (ExportLanguage::En, Some(IdentityWay::Supervised)) => "supervised",
        (ExportLanguage::En, None) => "not chosen",
    }
}

pub const fn risk(language: ExportLanguage, risk: Risk) -> &'static str {
    match (language, risk) {
        (ExportLanguage::Zh, Risk::None) => "正常",
        (ExportLanguage::Zh, Risk::Behind) => "落后于计划",
        (ExportLanguage::Zh, Risk::OutOfReach) => "已来不及学完",
        (ExportLanguage::En, Risk::None) => "as planned",
        (ExportLanguage::En, Risk::Behind) => "behind the plan",
        (ExportLanguage::En, Risk::OutOfReach) => "cannot finish in time",
    }
}
