//! The only place of the page that reads a clock. Neither of the two decides credit.

use study::{Millis, Timestamp};

/// Milliseconds of the page's monotonic clock.
#[must_use]
pub fn now() -> Millis {
    let ms = web_sys::window()
        .and_then(|window| window.performance())
        .map_or(0.0, |clock| clock.now());
    Millis(whole(ms))
}

/// The device's wall clock, for words such as "in 3 minutes", and for whether a status list is too old, which shows what time it says: it
/// may be wrong by hours.
#[must_use]
pub fn wall() -> Timestamp {
    Timestamp(whole(js_sys::Date::now()))
}

/// Whole milliseconds of a browser's number; nothing below zero and nothing that is not a number.
#[must_use]
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "`as` saturates, and NaN becomes zero"
)]
pub fn whole(ms: f64) -> u64 {
    ms as u64
}

/// A browser's number out of whole milliseconds; exact for 285,000 years.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "below 2^53")]
pub fn float(ms: u64) -> f64 {
    ms as f64
}
