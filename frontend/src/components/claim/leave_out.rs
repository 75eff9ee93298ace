//! Leaving somebody out with a reason, and taking them in again.

use super::{Shared, doing::Doing, table::leave_id};
use crate::{
    api,
    browser::intl::Show as Moment,
    components::{
        account_form::{judge, length},
        field::{Field, Typed},
        length::moment,
        say::said,
    },
    i18n::{t_string, use_i18n},
    say, told,
};
use contract::{
    claim::{CLAIM_TEXT_MAX, Exclude, MatrixRow},
    error::FieldProblem,
};
use leptos::prelude::*;

pub(super) fn reason(value: &str) -> Option<FieldProblem> {
    length(value.trim(), 2, CLAIM_TEXT_MAX)
}

/// The form, or who left them out and why.
#[component]
pub fn LeaveOut(row: MatrixRow, shared: Shared) -> impl IntoView {
    let i18n = use_i18n();
    let person = row.person;
    let typed = Typed::new("reason", reason);
    let doing = Doing::new();
    let send = move |reason: Option<String>| {
        let request = Exclude { person, reason };
        let class = shared.class;
        doing.start(
            async move { api::claims::exclude(class, &request).await },
            &[typed],
            move |()| {
                shared.opened.set(None);
                shared.focus.set(Some(format!("#{}", leave_id(person))));
                shared.again.run(());
            },
        );
    };
    let close = move |_| {
        shared.opened.set(None);
        crate::browser::document::focus(&format!("#{}", leave_id(person)));
    };
    let name = row.name;
    let what = match row.excluded {
        Some(excluded) => view! {
            <p>{said(move || {
                let at = moment(i18n.get_locale(), excluded.at, Moment::DateAndTime);
                t_string!(i18n, claim.left_out_by, by = excluded.by.clone(), at = at, reason = excluded.reason.clone())
            })}</p>
            {doing.notice()}
            <button type="button" aria-disabled=said(move || doing.busy.get().to_string()) on:click=move |_| send(None)>
                {say!(i18n, claim.take_in)}
            </button>
        }
        .into_any(),
        None => view! {
            <form novalidate on:submit=move |event: web_sys::SubmitEvent| {
                event.prevent_default();
                if judge(&[typed]) {
                    send(Some(typed.value.get_untracked().trim().to_owned()));
                }
            }>
                <Field typed=typed label=told!(i18n, claim.reason) hint=told!(i18n, claim.reason_hint) autocomplete="off"/>
                {doing.notice()}
                <button type="submit" aria-disabled=said(move || doing.busy.get().to_string())>
                    {say!(i18n, claim.leave_out_go)}
                </button>
            </form>
        }
        .into_any(),
    };
    view! {
        <h3>{said(move || format!("{name} · {}", t_string!(i18n, claim.leave_out)))}</h3>
        {what}
        <button type="button" class="quiet" on:click=close>{say!(i18n, claim.close)}</button>
    }
}
