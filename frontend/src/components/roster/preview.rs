//! What a file would do: first what would be left out and why, then the rest.

use super::words;
use crate::{
    components::{
        icon::{Glyph, Icon},
        say::said,
    },
    i18n::{t_string, use_i18n},
    say,
};
use contract::roster::{RosterFate, RosterPreview, RosterRow};
use leptos::prelude::*;

/// So many rows are shown at once; a wrong column makes thousands of bad ones.
const SHOWN: usize = 100;

/// The preview.
#[component]
pub fn Preview(
    previewed: RosterPreview,
    import: Callback<RosterPreview>,
    leave: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let RosterPreview {
        n_invited,
        n_enrolled,
        n_left_out,
        ..
    } = previewed;
    let n_good = n_invited.saturating_add(n_enrolled);
    let (bad, good): (Vec<RosterRow>, Vec<RosterRow>) = previewed
        .rows
        .iter()
        .cloned()
        .partition(|row| row.fate == RosterFate::LeftOut);
    let accepted = previewed.clone();
    view! {
        <div class="preview">
            <h3 id="preview" tabindex="-1">{say!(i18n, roster.preview)}</h3>
            <p class="soft">{say!(i18n, roster.nothing_yet)}</p>
            <dl class="figures">
                <div><dt>{say!(i18n, roster.n_invited)}</dt><dd>{n_invited}</dd></div>
                <div class="confirmed"><dt>{say!(i18n, roster.n_enrolled)}</dt><dd>{n_enrolled}</dd></div>
                <div class:wrong={n_left_out > 0}><dt>{say!(i18n, roster.n_left_out)}</dt><dd>{n_left_out}</dd></div>
            </dl>
            {(n_left_out > 0).then(|| view! {
                <h4>{said(move || t_string!(i18n, roster.bad_rows, n = n_left_out))}</h4>
                <ul class="rows bad">{bad.into_iter().take(SHOWN).map(|row| view! { <BadRow row/> }).collect_view()}</ul>
                <More n=n_left_out/>
                <p class="soft">{say!(i18n, roster.mend)}</p>
            })}
            <div class="choices">
                {(n_good > 0).then(|| view! {
                    <button type="button" class="big" on:click=move |_| import.run(accepted.clone())>
                        <Glyph icon=Icon::Check/> {said(move || t_string!(i18n, roster.accept, n = n_good))}
                    </button>
                })}
                <button type="button" class="secondary" on:click=move |_| leave.run(())>{say!(i18n, roster.other_file)}</button>
            </div>
            {(n_good > 0).then(|| view! {
                <details>
                    <summary>{said(move || t_string!(i18n, roster.good_rows, n = n_good))}</summary>
                    <ul class="rows">{good.into_iter().take(SHOWN).map(|row| view! { <GoodRow row/> }).collect_view()}</ul>
                    <More n=n_good/>
                </details>
            })}
        </div>
    }
}

/// That there are more rows than are shown.
#[component]
fn More(n: u64) -> impl IntoView {
    let i18n = use_i18n();
    let more = n.saturating_sub(u64::try_from(SHOWN).unwrap_or(u64::MAX));
    (more > 0).then(|| {
        view! { <p class="soft">{said(move || t_string!(i18n, roster.more, n = more))}</p> }
    })
}

#[component]
fn BadRow(row: RosterRow) -> impl IntoView {
    let i18n = use_i18n();
    let RosterRow {
        line,
        name,
        id_number,
        phone,
        problems,
        ..
    } = row;
    view! {
        <li>
            <span class="line">{said(move || t_string!(i18n, roster.line, n = line))}</span>
            <div class="grow">
                <strong>{name}</strong> " " <small>{id_number} " " {phone}</small>
                <ul class="why">{problems.into_iter().map(|problem| view! {
                    <li>
                        <Glyph icon=Icon::Cross/>
                        <span>
                            <strong>{said(move || words::column(i18n.get_locale(), problem.column))}</strong> " "
                            {said(move || words::reason(i18n.get_locale(), &problem))}
                        </span>
                    </li>
                }).collect_view()}</ul>
            </div>
        </li>
    }
}

#[component]
fn GoodRow(row: RosterRow) -> impl IntoView {
    let i18n = use_i18n();
    let RosterRow {
        line,
        name,
        id_number,
        phone,
        fate,
        ..
    } = row;
    view! {
        <li>
            <span class="line">{said(move || t_string!(i18n, roster.line, n = line))}</span>
            <div class="grow"><strong>{name}</strong> <small>{id_number} " " {phone}</small></div>
            <span class="soft">{said(move || match fate {
                RosterFate::Enrolled => t_string!(i18n, roster.fate_enrolled),
                RosterFate::Invited | RosterFate::LeftOut => t_string!(i18n, roster.fate_invited),
            })}</span>
        </li>
    }
}
