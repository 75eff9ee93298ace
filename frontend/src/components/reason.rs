//! Why a stretch was not credited, in words a person can act on.

use super::icon::Icon;
use crate::i18n::{Locale, td_string};
use study::Reason;

/// The reason, without blame.
#[must_use]
pub fn words(locale: Locale, reason: Reason) -> &'static str {
    match reason {
        Reason::Hidden => td_string!(locale, reason.hidden),
        Reason::Unfocused => td_string!(locale, reason.unfocused),
        Reason::Paused => td_string!(locale, reason.paused),
        Reason::Stalled => td_string!(locale, reason.stalled),
        Reason::Seek => td_string!(locale, reason.seek),
        Reason::RateOverCap => td_string!(locale, reason.rate_over_cap),
        Reason::NotPlaying => td_string!(locale, reason.not_playing),
        Reason::LeaseLost => td_string!(locale, reason.lease_lost),
        Reason::CheckOverdue => td_string!(locale, reason.check_overdue),
        Reason::AlreadyCredited => td_string!(locale, reason.already_credited),
        Reason::DayCap => td_string!(locale, reason.day_cap),
        Reason::Gap => td_string!(locale, reason.gap),
        Reason::OverWallTime => td_string!(locale, reason.over_wall_time),
        Reason::OutsideFilm => td_string!(locale, reason.outside_film),
        Reason::OutsideCatalogue => td_string!(locale, reason.outside_catalogue),
        Reason::OutOfOrder => td_string!(locale, reason.out_of_order),
    }
}

/// A shape for the reason, so that colour is never the only sign.
#[must_use]
pub fn icon(reason: Reason) -> Icon {
    match reason {
        Reason::Hidden | Reason::Unfocused => Icon::EyeOff,
        Reason::Paused => Icon::Pause,
        Reason::Stalled | Reason::NotPlaying => Icon::Dashed,
        Reason::Seek | Reason::AlreadyCredited | Reason::OutsideFilm => Icon::Forward,
        Reason::RateOverCap | Reason::OverWallTime | Reason::DayCap => Icon::Clock,
        Reason::LeaseLost => Icon::Devices,
        Reason::Gap => Icon::CloudOff,
        Reason::CheckOverdue | Reason::OutsideCatalogue | Reason::OutOfOrder => Icon::Alert,
    }
}
