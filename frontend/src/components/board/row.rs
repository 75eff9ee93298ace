//! One learner's row.

use super::{
    Opened,
    live::{LiveBoard, Row},
    table::{Mark, row_id},
};
use crate::{
    components::{
        check_words,
        icon::Icon,
        length,
        say::{live, said},
    },
    i18n::{t_string, td_string, use_i18n},
    told,
};
use contract::{
    board::{BoardRow, Presence, local_time},
    face::IdentityWay,
};
use leptos::prelude::*;
use study::{Millis, Risk};

/// The row. Its cells name their columns, for where there are no headings above them.
#[component]
pub fn TableRow(
    board: LiveBoard,
    row: Row,
    checks: bool,
    opened: RwSignal<Option<Opened>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let (offset, due) = board.head.with_untracked(|head| {
        head.as_ref().map_or_else(
            || (Millis::ZERO, String::new()),
            |head| {
                let due = length::class_hours(head.due_ms, head.class_hour_ms);
                (head.day_offset_ms, due)
            },
        )
    });
    let (person, name) = row.with_untracked(|row| (row.person, row.name.clone()));
    let open = {
        let name = name.clone();
        move |_| {
            let name = name.clone();
            opened.set(Some(Opened { person, name }));
        }
    };
    let length = {
        let row = row.clone();
        move |of: fn(&BoardRow) -> Millis| {
            let row = row.clone();
            said(move || {
                let ms = row.with(of);
                if ms < Millis(1_000) {
                    "–".to_string()
                } else {
                    length::words(i18n.get_locale(), ms)
                }
            })
        }
    };
    let presence = {
        let row = row.clone();
        live(move || {
            let (icon, tone, words) = match row.with(|row| row.presence) {
                Presence::Live => (Icon::Play, "good", told!(i18n, board.live)),
                Presence::Idle => (Icon::Pause, "waits", told!(i18n, board.idle)),
                Presence::Away => (Icon::Dashed, "off", told!(i18n, board.away)),
            };
            view! { <Mark icon tone words/> }.into_any()
        })
    };
    let heard = {
        let row = row.clone();
        said(move || match row.with(|row| row.heard_at) {
            Some(at) => local_time(at, offset),
            None => t_string!(i18n, board.never).to_string(),
        })
    };
    let check = {
        let row = row.clone();
        live(move || {
            let (check, way) = row.with(|row| (row.check, row.way));
            let way = said(move || match way {
                Some(IdentityWay::Face) => t_string!(i18n, board.way_face),
                Some(IdentityWay::Supervised) => t_string!(i18n, board.way_supervised),
                None => t_string!(i18n, board.way_none),
            });
            let last = check.map(|check| {
                let (icon, tone) = check_words::mark(Some(check.outcome));
                let words = Signal::derive(move || {
                    check_words::outcome(i18n.get_locale(), Some(check.outcome)).to_string()
                });
                view! { <Mark icon tone words/> <small>{local_time(check.at, offset)} " · "</small> }
            });
            view! { {last} <small>{way}</small> }.into_any()
        })
    };
    let confirmed = {
        let row = row.clone();
        said(move || {
            let n = row.with(|row| row.hours.0);
            let due = due.clone();
            td_string!(i18n.get_locale(), board.hours, n = n, due = due)
        })
    };
    let risk = {
        let row = row.clone();
        live(move || {
            let (icon, tone, words) = match row.with(|row| row.risk) {
                Risk::None => (Icon::Check, "good", told!(i18n, board.as_planned)),
                Risk::Behind => (Icon::Triangle, "waits", told!(i18n, board.behind)),
                Risk::OutOfReach => (Icon::Cross, "bad", told!(i18n, board.out_of_reach)),
            };
            view! { <Mark icon tone words/> }.into_any()
        })
    };
    view! {
        <tr role="row">
            <th role="rowheader" scope="row">
                <button type="button" class="quiet" id=row_id(person) on:click=open>{name}</button>
            </th>
            <td role="cell">{presence}</td>
            <td role="cell" data-label=told!(i18n, board.heard)>{heard}</td>
            {checks.then(|| view! { <td role="cell" data-label=told!(i18n, board.check)>{check}</td> })}
            <td role="cell" data-label=told!(i18n, board.confirmed)>
                <span class="strong">{confirmed}</span> " " <small>{length(|row| row.confirmed_ms)}</small>
            </td>
            {checks.then(|| view! {
                <td role="cell" data-label=told!(i18n, board.provisional)>{length(|row| row.provisional_ms)}</td>
                <td role="cell" data-label=told!(i18n, board.pending)>{length(|row| row.pending_ms)}</td>
                <td role="cell" data-label=told!(i18n, board.void)>{length(|row| row.void_ms)}</td>
            })}
            <td role="cell">{risk}</td>
        </tr>
    }
}
