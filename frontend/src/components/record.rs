//! The study record by day.

use crate::{
    api,
    components::{loaded::loaded, timeline::Day},
    i18n::use_i18n,
    say,
    state::fetched::Fetched,
};
use contract::timeline::StudyDay;
use leptos::prelude::*;

/// My own.
#[component]
pub fn Record() -> impl IntoView {
    view! { <Days days=Fetched::outside(|| Box::pin(api::study_days())) own=true/> }
}

/// Newest day first, whoever looks at it.
#[component]
pub fn Days(
    /// The days.
    days: Fetched<Vec<StudyDay>>,
    /// Whether they are of the one who looks, who may appeal.
    #[prop(optional)]
    own: bool,
) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <p class="soft legend">
            <span class="swatch confirmed"></span> {say!(i18n, record.legend_credited)} " "
            <span class="swatch refused"></span> {say!(i18n, record.legend_refused)}
        </p>
        {loaded(days, 3, move |days| {
            if days.is_empty() {
                return view! { <p class="soft">{say!(i18n, record.none)}</p> }.into_any();
            }
            days.into_iter().map(|day| view! { <Day day own/> }).collect_view().into_any()
        })}
    }
}
