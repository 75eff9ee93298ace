//! A study session as a strip of time, and as a list of the same; what was done about it. The same for learners and for staff.

use super::{
    acting::{Acts, Appeal},
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
    acting::AppealAbout,
    face::CheckMark,
    timeline::{Stretch, StudyDay, StudySessionRecord},
};
use leptos::prelude::*;
use std::collections::BTreeMap;
use study::{Millis, SessionId};

/// Stretches that are shown without being asked for.
const SEEN_AT_ONCE: usize = 12;

/// One day with its sessions.
#[component]
pub fn Day(
    /// The day.
    day: StudyDay,
    /// Whether it is of the one who looks, who may appeal.
    own: bool,
) -> impl IntoView {
    let i18n = use_i18n();
    let StudyDay {
        starts_at,
        credited_ms,
        sessions,
        checks,
        acts,
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
            {sessions.into_iter().map(|session| view! { <Session session own/> }).collect_view()}
            {(!checks.is_empty()).then(|| view! {
                <article class="session">
                    <h3>{say!(i18n, checks.asked_for)}</h3>
                    <Checks checks own/>
                </article>
            })}
            {(!acts.is_empty()).then(|| view! { <Acts acts/> })}
        </section>
    }
}

/// One session: what it was about, the strip, and the stretches one by one.
#[component]
pub fn Session(
    /// The session.
    session: StudySessionRecord,
    /// Whether it is of the one who looks, who may appeal.
    own: bool,
) -> impl IntoView {
    let i18n = use_i18n();
    let StudySessionRecord {
        session: id,
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
    // An appeal is two taps and a few words, so what may be appealed against is in sight, where that is not a whole page.
    let open = stretches.len() <= SEEN_AT_ONCE && stretches.iter().any(|one| one.reason.is_some());
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
            {(!checks.is_empty()).then(|| view! { <Checks checks own/> })}
            <details open=open>
                <summary>{said(move || {
                    let n = stretches.with_value(Vec::len);
                    t_string!(i18n, record.stretches, n = n)
                })}</summary>
                <ol class="stretches">
                    {stretches.get_value().into_iter().map(|stretch| view! { <Line session=id stretch own/> }).collect_view()}
                </ol>
            </details>
        </article>
    }
}

/// The face checks of a session.
#[component]
fn Checks(checks: Vec<CheckMark>, own: bool) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <ul class="checks" aria-label=say!(i18n, checks.marks)>
            {checks.into_iter().map(|check| {
                let CheckMark { check, origin, drawn_at, outcome, can_appeal, appeal } = check;
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
                        <Appeal about=AppealAbout::Check { check } filed=appeal can={own && can_appeal} id=check.to_string()/>
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

/// One stretch, with the learner's appeal.
#[component]
fn Line(session: SessionId, stretch: Stretch, own: bool) -> impl IntoView {
    let i18n = use_i18n();
    let Stretch {
        from,
        to,
        media,
        ms,
        reason: why,
        appeal,
    } = stretch;
    let (icon, tone) = why.map_or((Icon::Check, "good"), |why| (reason::icon(why), "off"));
    let when = said(move || {
        let time = |at| moment(i18n.get_locale(), at, Moment::TimeToSecond);
        format!("{}–{}", time(from), time(to))
    });
    let what = said(move || {
        let locale = i18n.get_locale();
        let length = length::words(locale, ms);
        match why {
            None => td_string!(locale, record.credited, length = length),
            Some(why) => {
                let why = reason::words(locale, why);
                td_string!(locale, record.refused, length = length, reason = why)
            }
        }
    });
    let place = (!media.is_empty()).then(|| {
        let place = said(move || {
            let (from, to) = (length::place(media.from), length::place(media.to));
            td_string!(i18n.get_locale(), record.place, from = from, to = to)
        });
        view! { <small>" " {place}</small> }
    });
    view! {
        <li class=tone>
            <Glyph icon/>
            <span><time>{when}</time> " " {what} {place}</span>
            {why.filter(|_| ms >= Millis(1_000) || appeal.is_some()).map(|reason| {
                let about = AppealAbout::Stretch { session, from, reason };
                let id = format!("{session}-{}-{reason:?}", from.0);
                view! { <Appeal about filed=appeal can=own id/> }
            })}
        </li>
    }
}
