//! A study session as a strip of time, and as a list of the same. For learners now, for teachers later.

use super::{
    check_words,
    icon::{Glyph, Icon},
    length::{self, moment, percent, text},
    reason,
};
use crate::{
    browser::intl::Show as Moment,
    i18n::{Locale, t_string, td_string, use_i18n},
};
use crate::{
    components::say::{live, said},
    say,
};
use contract::{
    face::CheckMark,
    timeline::{Stretch, StudyDay, StudySessionRecord},
};
use leptos::prelude::*;
use std::collections::BTreeMap;
use study::Millis;

/// One day with its sessions.
#[component]
pub fn Day(
    /// The day.
    day: StudyDay,
) -> impl IntoView {
    let i18n = use_i18n();
    let StudyDay {
        starts_at,
        credited_ms,
        sessions,
        ..
    } = day;
    let heading = format!("day-{}", starts_at.0);
    view! {
        <section class="day" aria-labelledby=heading.clone()>
            <h2 id=heading.clone()>{said(move || moment(i18n.get_locale(), starts_at, Moment::Day))}</h2>
            <p class="sum">{said(move || {
                let length = length::words(i18n.get_locale(), credited_ms);
                t_string!(i18n, record.day_credited, length = length)
            })}</p>
            {sessions.into_iter().map(|session| view! { <Session session/> }).collect_view()}
        </section>
    }
}

/// One session: what it was about, the strip, and the stretches one by one.
#[component]
pub fn Session(
    /// The session.
    session: StudySessionRecord,
) -> impl IntoView {
    let i18n = use_i18n();
    let StudySessionRecord {
        title,
        device,
        started_at,
        last_heard_at,
        running,
        credited_ms,
        stretches,
        pending_ms,
        checks,
        ..
    } = session;
    let stretches = StoredValue::new(stretches);
    let span = move || {
        let locale = i18n.get_locale();
        let (from, to) = (
            moment(locale, started_at, Moment::Time),
            moment(locale, last_heard_at, Moment::Time),
        );
        format!("{from}–{to}")
    };
    view! {
        <article class="session">
            <header>
                <h3>{said(move || text(i18n.get_locale(), &title))}</h3>
                <p class="soft">
                    {span} " · " {device}
                    <Show when=move || running>" · " {say!(i18n, record.running)}</Show>
                </p>
            </header>
            <p class="earned">
                <Glyph icon=Icon::Check/>
                {said(move || {
                    let length = length::words(i18n.get_locale(), credited_ms);
                    t_string!(i18n, record.credited, length = length)
                })}
            </p>
            {(pending_ms >= Millis(1_000)).then(|| view! {
                <p class="waits">
                    <Glyph icon=Icon::Dashed/>
                    {said(move || {
                        let length = length::words(i18n.get_locale(), pending_ms);
                        t_string!(i18n, record.pending, length = length)
                    })}
                </p>
            })}
            {live(move || (stretches.with_value(|stretches| view! { <Strip stretches=stretches.clone() locale=i18n.get_locale()/> })).into_any())}
            <ul class="reasons">
                {live(move || (stretches.with_value(|stretches| sums(stretches)).into_iter().map(|(why, ms)| {
                    let locale = i18n.get_locale();
                    let length = length::words(locale, ms);
                    view! { <li><Glyph icon=reason::icon(why)/> {reason::words(locale, why)} " · " {length}</li> }
                }).collect_view()).into_any())}
            </ul>
            {(!checks.is_empty()).then(|| view! { <Checks checks/> })}
            <details>
                <summary>{said(move || {
                    let n = stretches.with_value(Vec::len);
                    t_string!(i18n, record.stretches, n = n)
                })}</summary>
                <ol class="stretches">
                    {live(move || (stretches.with_value(|stretches| stretches.iter().map(|stretch| line(i18n.get_locale(), stretch)).collect_view())).into_any())}
                </ol>
            </details>
        </article>
    }
}

/// The face checks of a session.
#[component]
fn Checks(checks: Vec<CheckMark>) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <ul class="checks" aria-label=say!(i18n, checks.marks)>
            {checks.into_iter().map(|check| {
                let CheckMark { origin, drawn_at, outcome, .. } = check;
                let (icon, tone) = check_words::mark(outcome);
                view! {
                    <li class=tone>
                        <Glyph icon/>
                        <span>{said(move || {
                            let locale = i18n.get_locale();
                            let at = moment(locale, drawn_at, Moment::Time);
                            let (what, came) = (check_words::origin(locale, origin), check_words::outcome(locale, outcome));
                            format!("{at} {what} · {came}")
                        })}</span>
                    </li>
                }
            }).collect_view()}
        </ul>
    }
}

/// The stretches side by side, by the wall clock.
#[component]
fn Strip(stretches: Vec<Stretch>, locale: Locale) -> impl IntoView {
    let begin = stretches
        .first()
        .map_or(Default::default(), |first| first.from);
    let whole = stretches
        .iter()
        .map(|stretch| stretch.to.since(begin))
        .max()
        .unwrap_or_default();
    let credited = total(stretches.iter().filter(|stretch| stretch.reason.is_none()));
    let refused = total(stretches.iter().filter(|stretch| stretch.reason.is_some()));
    let label = td_string!(
        locale,
        record.strip,
        credited = length::words(locale, credited),
        refused = length::words(locale, refused)
    );
    view! {
        <div class="bar strip" role="img" aria-label=label>
            {stretches.into_iter().map(|stretch| {
                let tone = if stretch.reason.is_none() { "part confirmed" } else { "part refused" };
                view! {
                    <span
                        class=tone
                        style:left=percent(stretch.from.since(begin), whole)
                        style:width=percent(stretch.to.since(stretch.from), whole)
                    ></span>
                }
            }).collect_view()}
        </div>
    }
}

fn total<'a>(stretches: impl Iterator<Item = &'a Stretch>) -> Millis {
    stretches.fold(Millis::ZERO, |sum, stretch| sum.saturating_add(stretch.ms))
}

/// How long each reason took, longest first.
fn sums(stretches: &[Stretch]) -> Vec<(study::Reason, Millis)> {
    let mut sums = BTreeMap::<study::Reason, Millis>::new();
    for stretch in stretches {
        if let Some(reason) = stretch.reason {
            let sum = sums.entry(reason).or_default();
            *sum = sum.saturating_add(stretch.ms);
        }
    }
    let mut sums: Vec<_> = sums.into_iter().filter(|(_, ms)| ms.0 >= 1_000).collect();
    sums.sort_by_key(|(_, ms)| std::cmp::Reverse(*ms));
    sums
}

fn line(locale: Locale, stretch: &Stretch) -> impl IntoView + use<> {
    let time = |at| moment(locale, at, Moment::TimeToSecond);
    let when = format!("{}–{}", time(stretch.from), time(stretch.to));
    let length = length::words(locale, stretch.ms);
    let place = (!stretch.media.is_empty()).then(|| {
        let (from, to) = (
            length::place(stretch.media.from),
            length::place(stretch.media.to),
        );
        td_string!(locale, record.place, from = from, to = to)
    });
    let (icon, tone, what) = match stretch.reason {
        None => (
            Icon::Check,
            "good",
            td_string!(locale, record.credited, length = length),
        ),
        Some(why) => {
            let why_words = reason::words(locale, why);
            (
                reason::icon(why),
                "off",
                td_string!(locale, record.refused, length = length, reason = why_words),
            )
        }
    };
    view! {
        <li class=tone>
            <Glyph icon/>
            <span><time>{when}</time> " " {what} {place.map(|place| view! { <small>" " {place}</small> })}</span>
        </li>
    }
}
