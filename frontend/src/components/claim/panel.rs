//! An opened cell: what is missing, who can do something about it, what was entered, and the form.

use super::{
    Shared,
    form::{CertificateForm, PracticalForm, ReceiptForm},
    table::cell_id,
    words,
};
use crate::{
    browser::intl::Show as Moment,
    components::{
        icon::{Glyph, Icon},
        length::{self, moment},
        say::said,
    },
    i18n::{t_string, use_i18n},
    say,
};
use contract::claim::{ClaimItem, Entered, MatrixRow, Missing};
use leptos::prelude::*;
use study::PersonId;

/// What stands behind a cell.
#[component]
pub fn Panel(
    row: MatrixRow,
    item: ClaimItem,
    people: StoredValue<Vec<PersonId>>,
    shared: Shared,
) -> impl IntoView {
    let i18n = use_i18n();
    let person = row.person;
    let name = row.name.clone();
    let causes: Vec<Missing> = row
        .missing
        .iter()
        .copied()
        .filter(|one| one.item() == item)
        .collect();
    let close = move |_| {
        shared.opened.set(None);
        crate::browser::document::focus(&format!("#{}", cell_id(person, item)));
    };
    let confirmed = row.confirmed_ms;
    let what = match item {
        ClaimItem::Theory => view! {
            <p>{said(move || {
                let locale = i18n.get_locale();
                t_string!(i18n, claim.counts, length = length::words(locale, confirmed))
            })}</p>
            <p><a href=format!("/classes/{}/board", shared.class)>{say!(i18n, claim.to_board)}</a></p>
        }
        .into_any(),
        ClaimItem::Proof => row
            .proof
            .map(|proof| {
                view! {
                    <p>{said(move || {
                        let locale = i18n.get_locale();
                        let at = moment(locale, proof.issued_at, Moment::DateAndTime);
                        let length = length::words(locale, proof.confirmed_ms);
                        t_string!(i18n, claim.proof_of, at = at, length = length)
                    })}</p>
                }
            })
            .into_any(),
        ClaimItem::Practical => view! {
            {row.facts.practical.clone().map(|entered| view! { <Source entered/> })}
            <PracticalForm person entered=row.facts.practical.map(|one| one.fact) people shared/>
        }
        .into_any(),
        ClaimItem::Certificate => view! {
            {row.facts.certificate.clone().map(|entered| view! { <Source entered/> })}
            <CertificateForm person entered=row.facts.certificate.map(|one| one.fact) shared/>
        }
        .into_any(),
        ClaimItem::Receipt => view! {
            {row.facts.receipt.clone().map(|entered| view! { <Source entered/> })}
            <ReceiptForm person entered=row.facts.receipt.map(|one| one.fact) shared/>
        }
        .into_any(),
    };
    view! {
        <h3>{said(move || format!("{name} · {}", words::item(i18n.get_locale(), item)))}</h3>
        {causes.into_iter().map(|cause| view! {
            <div class="notice void">
                <Glyph icon=Icon::Cross/>
                <div>
                    <p><strong>{said(move || words::cause(i18n.get_locale(), cause))}</strong></p>
                    <p>{said(move || words::fixer(i18n.get_locale(), cause.fixer()))}</p>
                </div>
            </div>
        }).collect_view()}
        {what}
        <button type="button" class="quiet" on:click=close>{say!(i18n, claim.close)}</button>
    }
}

/// Who entered something, when, and where it comes from.
#[component]
fn Source<T: Send + 'static>(entered: Entered<T>) -> impl IntoView {
    let i18n = use_i18n();
    let Entered { source, by, at, .. } = entered;
    view! {
        <p class="soft">{said(move || {
            let at = moment(i18n.get_locale(), at, Moment::DateAndTime);
            t_string!(i18n, claim.entered, by = by.clone(), at = at, source = source.clone())
        })}</p>
    }
}
