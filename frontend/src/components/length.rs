//! Lengths of time and class hours in words. Always rounded down: a page never promises more than was credited.

use crate::{
    browser::intl::{self, Show},
    i18n::{Locale, td_string},
    state::preferences::tag,
};
use contract::Text;
use study::{Millis, Timestamp};

/// `1 小时 5 分`, `12 分 30 秒`, `8 秒`.
#[must_use]
pub fn words(locale: Locale, length: Millis) -> String {
    let s = length.0 / 1_000;
    let (h, m, s) = (s / 3_600, s / 60 % 60, s % 60);
    match (h, m, s) {
        (0, 0, _) => td_string!(locale, length.s, s = s),
        (0, _, 0) => td_string!(locale, length.m, m = m),
        (0, _, _) => td_string!(locale, length.m_s, m = m, s = s),
        (_, 0, _) => td_string!(locale, length.h, h = h),
        _ => td_string!(locale, length.h_m, h = h, m = m),
    }
}

/// `12:30` or `1:05:00`: a place in a film.
#[must_use]
pub fn place(at: Millis) -> String {
    let s = at.0 / 1_000;
    let (h, m, s) = (s / 3_600, s / 60 % 60, s % 60);
    if h == 0 {
        format!("{m:02}:{s:02}")
    } else {
        format!("{h}:{m:02}:{s:02}")
    }
}

/// Class hours of that length with one decimal, rounded down: `0.4`.
#[must_use]
pub fn class_hours(length: Millis, class_hour: Millis) -> String {
    let tenths = length
        .0
        .saturating_mul(10)
        .checked_div(class_hour.0)
        .unwrap_or(0);
    if tenths.is_multiple_of(10) {
        (tenths / 10).to_string()
    } else {
        format!("{}.{}", tenths / 10, tenths % 10)
    }
}

/// `part` of `whole` in thousandths, at most 1000; of nothing, nothing.
#[must_use]
pub fn permille(part: Millis, whole: Millis) -> u64 {
    part.0
        .saturating_mul(1_000)
        .checked_div(whole.0)
        .unwrap_or(0)
        .min(1_000)
}

/// `part` of `whole` for a style sheet: `12.3%`.
#[must_use]
pub fn percent(part: Millis, whole: Millis) -> String {
    let permille = permille(part, whole);
    format!("{}.{}%", permille / 10, permille % 10)
}

/// A moment in words.
#[must_use]
pub fn moment(locale: Locale, at: Timestamp, show: Show) -> String {
    intl::format(at, show, tag(locale))
}

/// The words of the catalogue in this language.
#[must_use]
pub fn text(locale: Locale, text: &Text) -> String {
    match locale {
        Locale::zh_CN => text.zh.clone(),
        Locale::en => text.en.clone(),
    }
}
