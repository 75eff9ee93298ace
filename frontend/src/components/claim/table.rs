//! The matrix: a table on a laptop, cards on a phone. Every cell opens, a red one with its cause.

use super::{Opened, Shared, leave_out::LeaveOut, panel::Panel, words};
use crate::{
    browser::document,
    components::{
        board::Mark,
        icon::Icon,
        say::{live, said},
    },
    i18n::{t_string, use_i18n},
    say,
};
use contract::claim::{ClaimItem, MatrixRow};
use leptos::prelude::*;
use study::PersonId;

/// The `id` of the button of a cell.
pub fn cell_id(person: PersonId, item: ClaimItem) -> String {
    format!("cell-{person}-{}", words::key(item))
}

/// The `id` of the button that leaves somebody out.
pub fn leave_id(person: PersonId) -> String {
    format!("leave-{person}")
}

/// The table.
#[component]
pub fn Table(rows: Vec<MatrixRow>, shared: Shared) -> impl IntoView {
    let i18n = use_i18n();
    // Back to where the keyboard was before the matrix was drawn anew.
    Effect::new(move || {
        if let Some(selector) = shared.focus.get_untracked() {
            shared.focus.set(None);
            document::focus(&selector);
        }
    });
    if rows.is_empty() {
        return view! { <p class="soft">{say!(i18n, claim.nobody)}</p> }.into_any();
    }
    let people: Vec<PersonId> = rows
        .iter()
        .filter(|row| row.excluded.is_none() && row.claimed.is_none())
        .map(|row| row.person)
        .collect();
    let people = StoredValue::new(people);
    view! {
        <table class="learners claim-matrix" role="table" aria-label=say!(i18n, claim.matrix)>
            <thead role="rowgroup">
                <tr role="row">
                    <th role="columnheader" scope="col">{say!(i18n, claim.name)}</th>
                    <th role="columnheader" scope="col">{say!(i18n, claim.standing)}</th>
                    {ClaimItem::ALL.map(|item| view! {
                        <th role="columnheader" scope="col">{said(move || words::item(i18n.get_locale(), item))}</th>
                    })}
                    <th role="columnheader" scope="col"><span class="visually-hidden">{say!(i18n, claim.leave_out)}</span></th>
                </tr>
            </thead>
            <tbody role="rowgroup">
                {rows.into_iter().map(|row| view! { <Row row people shared/> }).collect_view()}
            </tbody>
        </table>
    }
    .into_any()
}

#[component]
fn Row(row: MatrixRow, people: StoredValue<Vec<PersonId>>, shared: Shared) -> impl IntoView {
    let i18n = use_i18n();
    let person = row.person;
    let (name, id_number) = (row.name.clone(), row.id_number.clone());
    let (icon, tone) = words::standing_mark(&row);
    let standing = {
        let row = row.clone();
        Signal::derive(move || words::standing(i18n.get_locale(), &row))
    };
    let row = StoredValue::new(row);
    let is_open = move |what: Opened| shared.opened.with(|opened| *opened == Some(what));
    let toggle = move |what: Opened| {
        shared.opened.update(|opened| {
            *opened = (*opened != Some(what)).then_some(what);
        });
    };
    let leave = Opened::LeaveOut(person);
    let whose = name.clone();
    view! {
        <tr role="row">
            <th role="rowheader" scope="row">{name} <small class="soft">{id_number}</small></th>
            <td role="cell"><Mark icon tone words=standing/></td>
            {ClaimItem::ALL.map(|item| {
                let what = Opened::Item(person, item);
                let missing = row.with_value(|row| row.missing.iter().any(|one| one.item() == item));
                let (icon, tone) = if missing { (Icon::Cross, "bad") } else { (Icon::Check, "good") };
                let words = Signal::derive(move || row.with_value(|row| words::cell(i18n.get_locale(), row, item)));
                view! {
                    <td role="cell" data-label=said(move || words::item(i18n.get_locale(), item))>
                        <button
                            type="button"
                            class="quiet"
                            id=cell_id(person, item)
                            aria-expanded=said(move || is_open(what).to_string())
                            on:click=move |_| toggle(what)
                        >
                            <Mark icon tone words/>
                        </button>
                    </td>
                }
            })}
            <td role="cell">
                <button
                    type="button"
                    class="quiet"
                    id=leave_id(person)
                    aria-label=said(move || format!("{} {whose}", t_string!(i18n, claim.leave_out)))
                    aria-expanded=said(move || is_open(leave).to_string())
                    on:click=move |_| toggle(leave)
                >
                    {say!(i18n, claim.leave_out)}
                </button>
            </td>
        </tr>
        {live(move || match shared.opened.get() {
            Some(Opened::Item(whose, item)) if whose == person => view! {
                <Under><Panel row=row.get_value() item people shared/></Under>
            }.into_any(),
            Some(Opened::LeaveOut(whose)) if whose == person => view! {
                <Under><LeaveOut row=row.get_value() shared/></Under>
            }.into_any(),
            _ => ().into_any(),
        })}
    }
}

/// What is open under a row; the keyboard goes there.
#[component]
fn Under(children: Children) -> impl IntoView {
    Effect::new(|| document::focus("#claim-opened"));
    view! {
        <tr role="row" class="opened">
            <td role="cell" colspan="8">
                <div class="card" id="claim-opened" tabindex="-1">{children()}</div>
            </td>
        </tr>
    }
}
