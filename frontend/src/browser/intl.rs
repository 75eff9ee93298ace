//! Dates and times of day in the words of a language, by the browser's own tables.

use js_sys::{Array, Date, Intl, Object, Reflect};
use study::{Day, Timestamp};
use wasm_bindgen::JsValue;

/// Learners and departments live in one zone, whatever the device says.
const ZONE: &str = "Asia/Shanghai";

/// What of a moment to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Show {
    /// `2026年11月23日 星期一`
    Day,
    /// `2026年11月23日`
    Date,
    /// `10:32`
    Time,
    /// `10:32:40`
    TimeToSecond,
    /// `2026年11月23日 10:32`
    DateAndTime,
}

/// `at` in the words of `language` (a BCP 47 tag).
#[must_use]
pub fn format(at: Timestamp, show: Show, language: &str) -> String {
    let options = Object::new();
    let set = |key: &str, value: &str| {
        let _ = Reflect::set(&options, &JsValue::from_str(key), &JsValue::from_str(value));
    };
    set("timeZone", ZONE);
    if matches!(show, Show::Day | Show::Date | Show::DateAndTime) {
        set("year", "numeric");
        set("month", "long");
        set("day", "numeric");
    }
    if show == Show::Day {
        set("weekday", "long");
    }
    if matches!(show, Show::Time | Show::TimeToSecond | Show::DateAndTime) {
        set("hour", "2-digit");
        set("minute", "2-digit");
        set("hourCycle", "h23");
    }
    if show == Show::TimeToSecond {
        set("second", "2-digit");
    }
    let formatter = Intl::DateTimeFormat::new(&Array::of1(&JsValue::from_str(language)), &options);
    let date = Date::new(&JsValue::from_f64(super::clock::float(at.0)));
    formatter
        .format()
        .call1(&formatter, &date)
        .ok()
        .and_then(|text| text.as_string())
        .unwrap_or_default()
}

/// A day as `<input type="date">` writes it: `2026-11-23`.
#[must_use]
pub fn day_text(day: Day) -> String {
    let ms = super::clock::float(day.0.saturating_mul(Day::LENGTH.0));
    Date::new(&JsValue::from_f64(ms))
        .to_iso_string()
        .as_string()
        .and_then(|text| text.split('T').next().map(ToOwned::to_owned))
        .unwrap_or_default()
}

/// The day that `<input type="date">` wrote.
#[must_use]
pub fn day_of(text: &str) -> Option<Day> {
    let ms = Date::parse(text);
    (ms >= 0.0).then(|| Day(super::clock::whole(ms) / Day::LENGTH.0))
}
