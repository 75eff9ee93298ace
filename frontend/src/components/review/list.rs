//! The claims that I may review.

use super::words::state_words;
use crate::{
    api,
    browser::intl::Show as Moment,
    components::{
        destroyed::DestroyedMark,
        icon::{Glyph, Icon},
        length::{moment, text},
        loaded::loaded,
        say::said,
    },
    i18n::{t_string, use_i18n},
    say,
    state::fetched::Fetched,
};
use contract::claim::{ClaimState, ClaimSummary};
use leptos::prelude::*;
use uuid::Uuid;

/// The list.
#[component]
pub fn Claims(
    /// Opens one.
    open: Callback<Uuid>,
) -> impl IntoView {
    let i18n = use_i18n();
    let claims = Fetched::outside(|| Box::pin(api::review::claims()));
    view! {
        <h2 id="claims" tabindex="-1">{say!(i18n, review.claims)}</h2>
        <p class="soft">{say!(i18n, review.intro)}</p>
        {loaded(claims, 2, move |list| {
            if list.is_empty() {
                return view! { <p class="soft">{say!(i18n, review.none)}</p> }.into_any();
            }
            list.into_iter().map(|claim| view! { <Card claim open/> }).collect_view().into_any()
        })}
    }
}

#[component]
fn Card(claim: ClaimSummary, open: Callback<Uuid>) -> impl IntoView {
    let i18n = use_i18n();
    let ClaimSummary {
        claim: id,
        class_name,
        institution,
        course,
        sealed_at,
        sealed_by,
        learners,
        class_hours,
        reviewed,
        state,
        deleted_at,
        ..
    } = claim;
    let waits = state == ClaimState::Sealed;
    view! {
        <article class="card">
            <h3>{said(move || text(i18n.get_locale(), &institution))}</h3>
            <p>
                {said(move || text(i18n.get_locale(), &class_name))} " · "
                {said(move || text(i18n.get_locale(), &course))}
            </p>
            <p class="soft">{said(move || {
                let at = moment(i18n.get_locale(), sealed_at, Moment::DateAndTime);
                t_string!(i18n, review.sealed, at = at, by = sealed_by.clone())
            })}</p>
            <dl class="figures">
                <div><dt>{say!(i18n, review.learners)}</dt><dd>{learners}</dd></div>
                <div><dt>{say!(i18n, review.hours)}</dt><dd>{class_hours.0}</dd></div>
                <div><dt>{say!(i18n, review.reviewed)}</dt><dd>{format!("{reviewed}/{learners}")}</dd></div>
            </dl>
            <p>{said(move || state_words(i18n.get_locale(), &state))}</p>
            {match deleted_at {
                Some(at) => view! { <DestroyedMark at/> }.into_any(),
                None => view! {
                    <button type="button" class=if waits { "" } else { "secondary" } on:click=move |_| open.run(id)>
                        {say!(i18n, review.open)} <Glyph icon=Icon::Forward/>
                    </button>
                }.into_any(),
            }}
        </article>
    }
}
