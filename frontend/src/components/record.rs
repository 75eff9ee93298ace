//! The study record by day.

use crate::{
    api,
    components::{loaded::loaded, timeline::Day},
    i18n::use_i18n,
    say,
    state::fetched::Fetched,
};
use leptos::prelude::*;

/// Newest day first.
#[component]
pub fn Record() -> impl IntoView {
    let i18n = use_i18n();
    let days = Fetched::outside(|| Box::pin(api::study_days()));
    view! {
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
