//! On which days somebody studied, and how long: a square for each day, a column for each week.

use crate::{
    browser::intl::day_text,
    components::{length, say::said},
    i18n::{t_string, use_i18n},
    say,
};
use contract::claim::DayCredit;
use leptos::prelude::*;
use study::{Day, Millis};

/// Most days that are drawn: a class runs three years at most.
const DAYS_MAX: u64 = 3 * 366;
/// From how many minutes of a day on a square is one shade darker.
const SHADES: [u64; 4] = [1, 30, 90, 180];

/// The calendar.
#[component]
pub fn Days(
    /// Days with credit, oldest first.
    days: Vec<DayCredit>,
) -> impl IntoView {
    let i18n = use_i18n();
    let (Some(first), Some(last)) = (
        days.first().map(|day| day.day),
        days.last().map(|day| day.day),
    ) else {
        return view! { <p class="soft">{say!(i18n, review.days_none)}</p> }.into_any();
    };
    let n = days.len();
    // A column begins on Monday; day 0 was a Thursday.
    let monday = first.0.saturating_sub((first.0 + 3) % 7);
    let squares: Vec<(Day, Millis)> = (monday..=last.0)
        .take(usize::try_from(DAYS_MAX).unwrap_or(usize::MAX))
        .map(|day| {
            let credited = days
                .iter()
                .find(|one| one.day.0 == day)
                .map_or(Millis::ZERO, |one| one.credited_ms);
            (Day(day), credited)
        })
        .collect();
    view! {
        <p class="soft">{said(move || {
            let (from, to) = (day_text(first), day_text(last));
            t_string!(i18n, review.days_text, n = n, from = from, to = to)
        })}</p>
        <ul class="heat">
            {squares.into_iter().map(|(day, credited)| {
                let shade = SHADES.iter().filter(|from| credited.0 / 60_000 >= **from).count();
                // Days without study are drawn, and not read out one by one.
                let empty = (credited == Millis::ZERO).then_some("true");
                let words = move || format!("{} {}", day_text(day), length::words(i18n.get_locale(), credited));
                view! {
                    <li class=format!("shade-{shade}") aria-hidden=empty title=words>
                        <span class="visually-hidden">{said(words)}</span>
                    </li>
                }
            }).collect_view()}
        </ul>
    }
    .into_any()
}
