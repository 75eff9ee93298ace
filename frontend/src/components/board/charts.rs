//! The class in pictures: progress against the plan, hours by learner, face checks. Each says in a sentence what it shows, and has its
//! numbers beside it, as a table and as a file.

use super::live::LiveBoard;
use crate::{
    api,
    browser::{file, intl::day_text, script},
    components::{
        icon::{Glyph, Icon},
        length,
        loaded::loaded,
        say::{live, said},
    },
    i18n::{t_string, use_i18n},
    say,
    state::fetched::Fetched,
    told,
};
use contract::board::ClassDays;
use leptos::{html, prelude::*};
use serde::Serialize;
use study::{Day, Millis};

/// Most columns of the picture of hours.
const COLUMNS_MAX: u64 = 12;
/// Says that what follows is UTF-8; without it spreadsheets take Chinese for something else.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// What the charts' element draws.
#[derive(Serialize)]
struct Picture {
    kind: &'static str,
    labels: Vec<String>,
    /// Numbers as text; `None` where there is no number yet.
    series: Vec<Vec<Option<String>>>,
}

/// A picture with everything that belongs to it.
#[derive(Clone)]
struct Figure {
    /// Title, and the sentence below it.
    title: Signal<String>,
    summary: Signal<String>,
    /// What its colours mean: words, and the class of the sign.
    key: Vec<(&'static str, Signal<String>)>,
    /// The picture as JSON.
    picture: String,
    /// Heads of the table.
    heads: Vec<Signal<String>>,
    rows: Vec<Vec<String>>,
    /// Name of the file, without its ending.
    name: &'static str,
}

/// The section.
#[component]
pub fn Charts(board: LiveBoard) -> impl IntoView {
    let i18n = use_i18n();
    script::load_charts();
    let days = Fetched::outside(move || Box::pin(api::board::days(board.class)));
    view! {
        <h3>{say!(i18n, charts.title)}</h3>
        {loaded(days, 1, move |days| {
            let figures = [
                Some(progress(board, &days)),
                Some(hours(board)),
                days.checks.then(|| checks(&days)),
            ];
            view! {
                <div class="charts">
                    {figures.into_iter().flatten().map(|figure| view! { <Drawn figure/> }).collect_view()}
                </div>
            }.into_any()
        })}
    }
}

/// Credit of the whole class, added up day by day, against the plan.
fn progress(board: LiveBoard, days: &ClassDays) -> Figure {
    let i18n = use_i18n();
    let hour = days.class_hour_ms;
    let today = board.today().unwrap_or(days.last_day);
    let mut sum = Millis::ZERO;
    let mut by_day = days.days.iter().peekable();
    let (mut labels, mut credited, mut planned, mut rows) = (vec![], vec![], vec![], vec![]);
    for day in days.first_day.0..=days.last_day.0 {
        let day = Day(day);
        let mut learners = 0;
        while let Some(one) = by_day.next_if(|one| one.day <= day) {
            sum = sum.saturating_add(one.credited_ms);
            learners = one.learners;
        }
        let date = day_text(day);
        // Without the year, which is in the table.
        labels.push(date.get(5..).unwrap_or(&date).to_owned());
        let plan = length::class_hours(days.planned(day), hour);
        let seen = (day <= today).then(|| length::class_hours(sum, hour));
        if let Some(seen) = &seen {
            rows.push(vec![date, seen.clone(), plan.clone(), learners.to_string()]);
        }
        credited.push(seen);
        planned.push(Some(plan));
    }
    let (seen, plan) = (
        length::class_hours(sum, hour),
        length::class_hours(days.planned(today), hour),
    );
    let picture = Picture {
        kind: "line",
        labels,
        series: vec![credited, planned],
    };
    Figure {
        title: told!(i18n, charts.progress),
        summary: Signal::derive(move || {
            let (seen, plan) = (seen.clone(), plan.clone());
            t_string!(i18n, charts.progress_text, seen = seen, plan = plan)
        }),
        key: vec![
            ("", told!(i18n, charts.credited)),
            ("dashed", told!(i18n, charts.plan)),
        ],
        picture: json(&picture),
        heads: vec![
            told!(i18n, charts.day),
            told!(i18n, charts.credited),
            told!(i18n, charts.plan),
            told!(i18n, charts.studied),
        ],
        rows,
        name: "progress",
    }
}

/// How many learners have how many class hours confirmed, as the board says now.
fn hours(board: LiveBoard) -> Figure {
    let i18n = use_i18n();
    let planned = board
        .head
        .with_untracked(|head| head.as_ref().map_or(0, |head| head.planned_hours.0));
    let of_each: Vec<u64> = board.hours();
    let most = of_each.iter().copied().max().unwrap_or(0).max(planned);
    let wide = (most / COLUMNS_MAX) + 1;
    let (mut labels, mut counts, mut rows) = (vec![], vec![], vec![]);
    for from in (0..=most).step_by(usize::try_from(wide).unwrap_or(1)) {
        let n = of_each
            .iter()
            .filter(|hours| (from..from + wide).contains(*hours))
            .count()
            .to_string();
        let label = if wide == 1 {
            from.to_string()
        } else {
            format!("{from}–{}", from + wide - 1)
        };
        rows.push(vec![label.clone(), n.clone()]);
        labels.push(label);
        counts.push(Some(n));
    }
    let finished = of_each.iter().filter(|hours| **hours >= planned).count();
    let n = of_each.len();
    let picture = Picture {
        kind: "bars",
        labels,
        series: vec![counts],
    };
    Figure {
        title: told!(i18n, charts.hours),
        summary: Signal::derive(move || {
            t_string!(
                i18n,
                charts.hours_text,
                n = n,
                finished = finished,
                planned = planned
            )
        }),
        key: Vec::new(),
        picture: json(&picture),
        heads: vec![
            told!(i18n, charts.class_hours),
            told!(i18n, charts.learners),
        ],
        rows,
        name: "hours",
    }
}

/// Face checks by day.
fn checks(days: &ClassDays) -> Figure {
    let i18n = use_i18n();
    let with: Vec<_> = days
        .days
        .iter()
        .filter(|day| day.passed + day.missed > 0)
        .collect();
    let (passed, missed) = with.iter().fold((0, 0), |(passed, missed), day| {
        (passed + day.passed, missed + day.missed)
    });
    let column = |of: fn(&contract::board::ClassDay) -> u32| -> Vec<Option<String>> {
        with.iter().map(|day| Some(of(day).to_string())).collect()
    };
    let date = |day: Day| day_text(day);
    let picture = Picture {
        kind: "bars",
        labels: with
            .iter()
            .map(|day| date(day.day).chars().skip(5).collect())
            .collect(),
        series: vec![column(|day| day.passed), column(|day| day.missed)],
    };
    Figure {
        title: told!(i18n, charts.checks),
        summary: Signal::derive(move || {
            t_string!(i18n, charts.checks_text, passed = passed, missed = missed)
        }),
        key: vec![
            ("", told!(i18n, charts.passed)),
            ("red", told!(i18n, charts.missed)),
        ],
        picture: json(&picture),
        heads: vec![
            told!(i18n, charts.day),
            told!(i18n, charts.passed),
            told!(i18n, charts.missed),
        ],
        rows: with
            .iter()
            .map(|day| {
                vec![
                    date(day.day),
                    day.passed.to_string(),
                    day.missed.to_string(),
                ]
            })
            .collect(),
        name: "checks",
    }
}

fn json(picture: &Picture) -> String {
    serde_json::to_string(picture).unwrap_or_default()
}

/// One picture, what it says, and its numbers.
#[component]
fn Drawn(figure: Figure) -> impl IntoView {
    let i18n = use_i18n();
    let Figure {
        title,
        summary,
        key,
        picture,
        heads,
        rows,
        name,
    } = figure;
    let chart = html::custom("class-chart")
        .attr("role", "img")
        .attr("data-chart", picture)
        .attr("aria-label", move || {
            format!("{} {}", title.get(), summary.get())
        });
    let empty = rows.is_empty();
    let table = StoredValue::new((heads, rows));
    let save = move |_| {
        let lines = table.with_value(|(heads, rows)| {
            let heads: Vec<String> = heads.iter().map(|head| head.get_untracked()).collect();
            std::iter::once(&heads)
                .chain(rows)
                // Numbers and days, and words of ours: nothing in them needs quotes.
                .map(|row| row.join(",") + "\r\n")
                .collect::<String>()
        });
        file::save(
            &format!("{name}.csv"),
            "text/csv",
            &format!("{BYTE_ORDER_MARK}{lines}"),
        );
    };
    view! {
        <figure>
            <figcaption>{said(move || title.get())}</figcaption>
            <p>{said(move || summary.get())}</p>
            {(!key.is_empty()).then(|| view! {
                <ul class="key">
                    {key.into_iter().map(|(class, words)| view! { <li class=class>{said(move || words.get())}</li> }).collect_view()}
                </ul>
            })}
            {(!empty).then_some(chart)}
            <details>
                <summary>{say!(i18n, charts.numbers)}</summary>
                {live(move || table.with_value(|(heads, rows)| view! {
                    <div class="scroll" tabindex="0" role="region" aria-label=move || title.get()>
                        <table>
                            <thead><tr>{heads.iter().map(|head| { let head = *head; view! { <th scope="col">{said(move || head.get())}</th> } }).collect_view()}</tr></thead>
                            <tbody>{rows.iter().map(|row| view! {
                                <tr>{row.iter().map(|cell| view! { <td>{cell.clone()}</td> }).collect_view()}</tr>
                            }).collect_view()}</tbody>
                        </table>
                    </div>
                }.into_any()))}
                <button type="button" class="quiet" on:click=save>
                    <Glyph icon=Icon::Download/> {say!(i18n, charts.save)}
                </button>
            </details>
        </figure>
    }
}
