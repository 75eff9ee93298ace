//! An address that leads nowhere.

use crate::{components::page_title::PageTitle, i18n::use_i18n};
use crate::{say, told};
use leptos::prelude::*;
use leptos_router::components::A;

/// Says so, and leads back.
#[component]
pub fn NotFound() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <div class="narrow">
            <PageTitle text=told!(i18n, not_found.title)/>
            <p>{say!(i18n, not_found.text)}</p>
            <p><A href="/" attr:class="button">{say!(i18n, not_found.home)}</A></p>
        </div>
    }
}
