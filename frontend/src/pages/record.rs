//! The study record by day.

use crate::{
    api,
    components::loaded::loaded,
    components::{page_title::PageTitle, timeline::Day},
    i18n::use_i18n,
    state::fetched::Fetched,
    state::identity::use_identity,
};
use crate::{say, told};
use leptos::prelude::*;

/// Newest day first.
#[component]
pub fn Record() -> impl IntoView {
    let i18n = use_i18n();
    let days = Fetched::new(use_identity(), || Box::pin(api::study_days()));
    view! {
        <PageTitle text=told!(i18n, record.title)/>
        <p class="soft legend">
            <span class="swatch confirmed"></span> {say!(i18n, record.legend_credited)} " "
            <span class="swatch refused"></span> {say!(i18n, record.legend_refused)}
        </p>
        {loaded(days, 3, move |days| {
            if days.is_empty() {
                return view! { <p class="soft">{say!(i18n, record.none)}</p> }.into_any();
            }
            days.into_iter().map(|day| view! { <Day day/> }).collect_view().into_any()
        })}
    }
}
