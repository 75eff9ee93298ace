//! The table: search, filter, sort, rows. On a phone each row is a card, and the headings are a line of buttons above them.

use super::{Opened, live::LiveBoard, row::TableRow};
use crate::{
    components::{
        icon::{Glyph, Icon},
        say::{live, said},
    },
    i18n::{t_string, use_i18n},
    say, told,
};
use contract::board::{BoardColumn, BoardShow, SEARCH_CHARS_MAX};
use leptos::prelude::*;
use study::PersonId;

/// The `id` of the button that opens a learner's record.
#[must_use]
pub fn row_id(person: PersonId) -> String {
    format!("learner-{person}")
}

/// Everything that is in the table and around it.
#[component]
pub fn Table(board: LiveBoard, opened: RwSignal<Option<Opened>>) -> impl IntoView {
    let i18n = use_i18n();
    let checks = board
        .head
        .with_untracked(|head| head.as_ref().is_some_and(|head| head.checks));
    let head = move |column: BoardColumn, words: Signal<String>| {
        view! { <Head board column words/> }
    };
    view! {
        <Filters board/>
        <p role="status" class="soft">{said(move || {
            let n = board.order.with(Vec::len);
            let all = board.numbers.get().learners;
            t_string!(i18n, board.shown, n = n, all = all)
        })}</p>
        <table class="learners" role="table" aria-label=say!(i18n, board.table)>
            <thead role="rowgroup">
                <tr role="row">
                    {head(BoardColumn::Name, told!(i18n, board.name))}
                    {head(BoardColumn::Presence, told!(i18n, board.presence))}
                    {head(BoardColumn::HeardAt, told!(i18n, board.heard))}
                    {checks.then(|| head(BoardColumn::Check, told!(i18n, board.check)))}
                    {head(BoardColumn::Confirmed, told!(i18n, board.confirmed))}
                    {checks.then(|| head(BoardColumn::Provisional, told!(i18n, board.provisional)))}
                    {checks.then(|| head(BoardColumn::Pending, told!(i18n, board.pending)))}
                    {checks.then(|| head(BoardColumn::Void, told!(i18n, board.void)))}
                    {head(BoardColumn::Risk, told!(i18n, board.risk))}
                </tr>
            </thead>
            <tbody role="rowgroup">
                <For each=move || board.order.get() key=|person| *person let:person>
                    {board.row(person).map(|row| view! { <TableRow board row checks opened/> })}
                </For>
            </tbody>
        </table>
        {live(move || board.order.with(Vec::is_empty).then(|| view! {
            <p class="soft">{said(move || if board.numbers.get().learners == 0 {
                t_string!(i18n, board.empty)
            } else {
                t_string!(i18n, board.nobody)
            })}</p>
        }).into_any())}
    }
}

/// A heading that sorts.
#[component]
fn Head(board: LiveBoard, column: BoardColumn, words: Signal<String>) -> impl IntoView {
    let sorted = move || {
        board
            .view
            .with(|view| (view.sort == column).then_some(view.descending))
    };
    let sort = move |_| {
        board.view.update(|view| {
            // Numbers and risks are looked for from above, names from the beginning.
            let first = !matches!(column, BoardColumn::Name | BoardColumn::Presence);
            view.descending = if view.sort == column {
                !view.descending
            } else {
                first
            };
            view.sort = column;
        });
    };
    view! {
        <th role="columnheader" scope="col" aria-sort=move || match sorted() {
            None => "none",
            Some(false) => "ascending",
            Some(true) => "descending",
        }>
            <button type="button" class="quiet" on:click=sort>
                {said(move || words.get())}
                <span aria-hidden="true" class="arrow">{move || match sorted() {
                    None => "↕",
                    Some(false) => "↑",
                    Some(true) => "↓",
                }}</span>
            </button>
        </th>
    }
}

/// Search and filter.
#[component]
fn Filters(board: LiveBoard) -> impl IntoView {
    let i18n = use_i18n();
    let button = move |show: BoardShow, words: Signal<String>| {
        view! {
            <button
                type="button"
                class="secondary"
                aria-pressed=said(move || board.view.with(|view| view.show == show).to_string())
                on:click=move |_| board.view.update(|view| view.show = show)
            >
                {said(move || words.get())}
            </button>
        }
    };
    view! {
        <div class="board-filters">
            <div class="field">
                <label for="board-search">{say!(i18n, board.search)}</label>
                <input
                    id="board-search"
                    type="search"
                    autocomplete="off"
                    maxlength=SEARCH_CHARS_MAX
                    prop:value=move || board.view.with(|view| view.search.clone())
                    on:input=move |event| board.view.update(|view| view.search = event_target_value(&event))
                />
            </div>
            <div class="choices" role="group" aria-label=say!(i18n, board.show)>
                {button(BoardShow::All, told!(i18n, board.show_all))}
                {button(BoardShow::Live, told!(i18n, board.show_live))}
                {button(BoardShow::AtRisk, told!(i18n, board.show_risk))}
            </div>
        </div>
    }
}

/// A small mark with a word: a shape and a colour, never a colour alone.
#[component]
pub fn Mark(icon: Icon, tone: &'static str, #[prop(into)] words: Signal<String>) -> impl IntoView {
    view! { <span class=format!("mark {tone}")><Glyph icon/> <span>{said(move || words.get())}</span></span> }
}
