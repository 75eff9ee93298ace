//! The class board: where each learner of a class stands, for the staff of its institution.

use crate::{
    acting::{CallAnswer, RollCallMark},
    credential::Moment,
    face::{CheckOutcome, IdentityWay},
    text::Text,
};
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
use study::{ClassHours, ClassId, Day, Millis, PersonId, Risk, Timestamp};

/// Longest text to search for, in characters.
pub const SEARCH_CHARS_MAX: usize = 40;

/// A class of my institution.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StaffClass {
    /// The class.
    pub class: ClassId,
    /// Its name.
    pub name: Text,
    /// The course.
    pub course: Text,
    /// First moment that earns credit.
    pub starts_at: Timestamp,
    /// First moment that does not any more.
    pub ends_at: Timestamp,
    /// How many learners are in it.
    pub learners: u32,
    /// When the personal data in it was destroyed after its time.
    pub deleted_at: Option<Timestamp>,
}

/// The board of a class.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Board {
    /// The class.
    pub class: ClassId,
    /// Its name.
    pub name: Text,
    /// The course.
    pub course: Text,
    /// First moment that earns credit.
    pub starts_at: Timestamp,
    /// First moment that does not any more.
    pub ends_at: Timestamp,
    /// Length of all films together.
    pub due_ms: Millis,
    /// The same in whole class hours: what each learner is to earn.
    pub planned_hours: ClassHours,
    /// One class hour.
    pub class_hour_ms: Millis,
    /// Offset of the learners' time zone east of UTC.
    pub day_offset_ms: Millis,
    /// Whether identity is checked in this class; else there is nothing provisional.
    pub checks: bool,
    /// When it was looked, by the server's clock.
    pub as_of: Timestamp,
    /// What matters at one glance.
    pub numbers: BoardNumbers,
    /// The newest roll call, for half an hour.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub roll_call: Option<RollCallMark>,
    /// One row for each learner, in no order that means anything.
    pub rows: Vec<BoardRow>,
}

/// What changed on a board since a look before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BoardChange {
    /// The look that `rows` differ from. Who has an older one asks for the whole board.
    pub since: Timestamp,
    /// When it was looked.
    pub as_of: Timestamp,
    /// What matters at one glance.
    pub numbers: BoardNumbers,
    /// The newest roll call, for half an hour.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub roll_call: Option<RollCallMark>,
    /// The rows that are new or changed.
    pub rows: Vec<BoardRow>,
}

/// Five numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BoardNumbers {
    /// Learners of the class.
    pub learners: u32,
    /// Of whom study at this moment ([`Presence::Live`]).
    pub live: u32,
    /// Face checks that wait for a human.
    pub in_review: u32,
    /// Missed checks that the learners can still make up.
    pub to_make_up: u32,
    /// Learners who are behind, or cannot finish any more.
    pub at_risk: u32,
}

impl BoardNumbers {
    /// Counts them.
    #[must_use]
    pub fn of(rows: &[BoardRow]) -> Self {
        let mut numbers = Self::default();
        for row in rows {
            numbers.learners += 1;
            numbers.live += u32::from(row.presence == Presence::Live);
            numbers.in_review = numbers.in_review.saturating_add(row.in_review);
            numbers.to_make_up = numbers.to_make_up.saturating_add(row.to_make_up);
            numbers.at_risk += u32::from(row.risk != Risk::None);
        }
        numbers
    }
}

/// Whether somebody studies in this class, by the server's clock.
///
/// Its limits: the server knows of beats, not of people. `Live` ends `lease_ttl_ms` of the rules (30 s) after the last beat, so
/// somebody who has just closed the page is still live for that long; somebody whose network is down is not, though their page may still send what
/// it kept. Whether it was the right person, face checks say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    /// Holds the lease with a session of this class, and was heard from within the lease's time.
    Live,
    /// A session of this class is open, but silent for longer, or another one took the lease.
    Idle,
    /// No session of this class is open: it was ended, or silent for half an hour.
    Away,
}

/// The newest settled face check of somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LastCheck {
    /// When it was drawn.
    pub at: Timestamp,
    /// What came of it so far.
    pub outcome: CheckOutcome,
}

/// Where one learner stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BoardRow {
    /// Who.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// Whether they study now.
    pub presence: Presence,
    /// Their last beat in this class.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heard_at: Option<Timestamp>,
    /// Their last face check in this class.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check: Option<LastCheck>,
    /// How their identity is checked; `None` before they chose.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub way: Option<IdentityWay>,
    /// What counts.
    pub confirmed_ms: Millis,
    /// The same in whole class hours.
    pub hours: ClassHours,
    /// What no check has named yet.
    pub provisional_ms: Millis,
    /// What waits for a make-up check or a human.
    pub pending_ms: Millis,
    /// What does not count.
    pub void_ms: Millis,
    /// Missed checks that they can still make up.
    pub to_make_up: u32,
    /// Checks of theirs that wait for a human.
    pub in_review: u32,
    /// Whether they are likely to finish in time; what is provisional or pending is taken as earned.
    pub risk: Risk,
    /// How they answered the newest roll call, where they were called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub called: Option<CallAnswer>,
}

/// `2026-11-23 12:00:05` where the learners live, the same in the table and in its files.
#[must_use]
pub fn local_time(at: Timestamp, day_offset: Millis) -> String {
    let text = Moment(at.plus(day_offset)).to_string();
    let (day, time) = (text.get(..10), text.get(11..19));
    format!("{} {}", day.unwrap_or_default(), time.unwrap_or_default())
}

/// What the rows can be put in order by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum BoardColumn {
    /// By the characters of the name.
    #[default]
    Name,
    /// Live, idle, away.
    Presence,
    /// By the last beat.
    HeardAt,
    /// By the last face check.
    Check,
    /// By what counts.
    Confirmed,
    /// By what is provisional.
    Provisional,
    /// By what waits.
    Pending,
    /// By what does not count.
    Void,
    /// By risk.
    Risk,
}

/// Which rows are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum BoardShow {
    /// All.
    #[default]
    All,
    /// Who studies now.
    Live,
    /// Who is behind, or cannot finish any more.
    AtRisk,
}

/// What of a board is on the screen, and in which order. The same for the page and for what is exported.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct BoardView {
    /// By which column.
    pub sort: BoardColumn,
    /// Whether the largest comes first.
    pub descending: bool,
    /// Part of the name, at most 40 characters; empty for all.
    pub search: String,
    /// Which rows.
    pub show: BoardShow,
}

impl BoardView {
    /// The rows that are on the screen, in their order; equal ones by name and then by person, so that rows never swap places without a reason.
    #[must_use]
    pub fn arrange<'a>(&self, rows: &'a [BoardRow]) -> Vec<&'a BoardRow> {
        let search = self.search.trim().to_lowercase();
        let mut rows: Vec<&BoardRow> = rows
            .iter()
            .filter(|row| match self.show {
                BoardShow::All => true,
                BoardShow::Live => row.presence == Presence::Live,
                BoardShow::AtRisk => row.risk != Risk::None,
            })
            .filter(|row| search.is_empty() || row.name.to_lowercase().contains(&search))
            .collect();
        rows.sort_by(|a, b| {
            let order = self.compare(a, b);
            let order = if self.descending {
                order.reverse()
            } else {
                order
            };
            order
                .then_with(|| a.name.cmp(&b.name))
                .then_with(|| a.person.cmp(&b.person))
        });
        rows
    }

    fn compare(&self, a: &BoardRow, b: &BoardRow) -> Ordering {
        match self.sort {
            BoardColumn::Name => a.name.cmp(&b.name),
            BoardColumn::Presence => a.presence.cmp(&b.presence),
            BoardColumn::HeardAt => a.heard_at.cmp(&b.heard_at),
            BoardColumn::Check => {
                let at = |row: &BoardRow| row.check.map(|check| check.at);
                at(a).cmp(&at(b))
            }
            BoardColumn::Confirmed => a.confirmed_ms.cmp(&b.confirmed_ms),
            BoardColumn::Provisional => a.provisional_ms.cmp(&b.provisional_ms),
            BoardColumn::Pending => a.pending_ms.cmp(&b.pending_ms),
            BoardColumn::Void => a.void_ms.cmp(&b.void_ms),
            BoardColumn::Risk => a.risk.cmp(&b.risk),
        }
    }
}

/// A file of what is on the screen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ExportBoard {
    /// What is on the screen.
    pub view: BoardView,
    /// Which kind of file.
    pub format: ExportFormat,
    /// The language of its words.
    pub language: ExportLanguage,
}

/// A kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ExportFormat {
    /// Text with commas, UTF-8 with a byte order mark, so that spreadsheets read Chinese.
    Csv,
    /// Office Open XML.
    Xlsx,
}

/// The language of a file's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ExportLanguage {
    /// 中文
    #[serde(rename = "zh-CN")]
    Zh,
    /// English
    #[serde(rename = "en")]
    En,
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn row(n: u128, name: &str, confirmed: u64, presence: Presence, risk: Risk) -> BoardRow {
        BoardRow {
            person: PersonId(Uuid::from_u128(n)),
            name: name.into(),
            presence,
            heard_at: None,
            check: None,
            way: None,
            confirmed_ms: Millis(confirmed),
            hours: ClassHours(0),
            provisional_ms: Millis::ZERO,
            pending_ms: Millis::ZERO,
            void_ms: Millis::ZERO,
            to_make_up: 1,
            in_review: 2,
            risk,
            called: None,
        }
    }

    fn rows() -> Vec<BoardRow> {
        vec![
            row(1, "Zhao", 5, Presence::Away, Risk::Behind),
            row(2, "an", 9, Presence::Live, Risk::None),
            row(3, "Li", 5, Presence::Idle, Risk::OutOfReach),
            row(4, "Li", 5, Presence::Live, Risk::None),
        ]
    }

    fn order(view: &BoardView) -> Vec<u128> {
        let rows = rows();
        view.arrange(&rows)
            .into_iter()
            .map(|row| row.person.0.as_u128())
            .collect()
    }

    #[test]
    fn equal_rows_stay_by_name_whichever_way_the_column_runs() {
        let mut view = BoardView {
            sort: BoardColumn::Confirmed,
            ..BoardView::default()
        };
        assert_eq!(order(&view), [3, 4, 1, 2]);
        view.descending = true;
        assert_eq!(order(&view), [2, 3, 4, 1]);
    }

    #[test]
    fn search_and_filter_together() {
        let view = BoardView {
            search: " LI ".into(),
            show: BoardShow::Live,
            ..BoardView::default()
        };
        assert_eq!(order(&view), [4]);
        let view = BoardView {
            show: BoardShow::AtRisk,
            sort: BoardColumn::Risk,
            descending: true,
            ..BoardView::default()
        };
        assert_eq!(order(&view), [3, 1]);
    }

    #[test]
    fn the_numbers_are_sums_over_all_rows() {
        assert_eq!(
            BoardNumbers::of(&rows()),
            BoardNumbers {
                learners: 4,
                live: 2,
                in_review: 8,
                to_make_up: 4,
                at_risk: 2
            }
        );
    }
}

/// What each day brought to a class, for its charts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ClassDays {
    /// First day of the class, where the learners live.
    pub first_day: Day,
    /// Last day of the class.
    pub last_day: Day,
    /// Learners of the class.
    pub learners: u32,
    /// What each of them is to earn.
    pub due_ms: Millis,
    /// One class hour.
    pub class_hour_ms: Millis,
    /// Whether identity is checked in this class; else the numbers of checks are zero.
    pub checks: bool,
    /// Days with study or checks, oldest first.
    pub days: Vec<ClassDay>,
}

/// One day of a class. What was credited belongs to the day on which its study session began.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ClassDay {
    /// The day.
    pub day: Day,
    /// What all learners together were credited, whatever became of it afterwards.
    pub credited_ms: Millis,
    /// Learners who studied.
    pub learners: u32,
    /// Face checks of that day that were passed, made up, or decided or confirmed by people as the right person.
    pub passed: u32,
    /// Face checks of that day that were missed and not made up.
    pub missed: u32,
}

impl ClassDays {
    /// What the whole class should have earned by the end of `day`, if each day of the class brought the same.
    #[must_use]
    pub fn planned(&self, day: Day) -> Millis {
        let n = (self.last_day.0 + 1)
            .saturating_sub(self.first_day.0)
            .max(1);
        let gone = (day.0 + 1).saturating_sub(self.first_day.0).min(n);
        let whole = self.due_ms.0.saturating_mul(u64::from(self.learners));
        Millis(whole.saturating_mul(gone) / n)
    }
}
