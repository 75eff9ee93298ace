//! The verifier, a wasm of its own: the app's verify page loads it when somebody comes there, so that learners never carry it,
//! and `verify.html` holds it whole, to be opened from disk. The same bytes in both.

use frontend::{
    browser::{document, verifier::PLACE},
    components::{page_title::PageTitle, say::said, verifier::Verifier},
    i18n::{I18nContextProvider, Locale, use_i18n},
    say,
    state::preferences::{self, Preferences, use_preferences},
    told,
};
use leptos::{
    mount::{mount_to, mount_to_body},
    prelude::*,
};
use wasm_bindgen::prelude::wasm_bindgen;

fn main() {
    console_error_panic_hook::set_once();
    // Inside the app, the app says when.
    if document::by_id(PLACE).is_some() {
        return;
    }
    document::remove_placeholder();
    mount_to_body(|| {
        view! {
            <I18nContextProvider set_lang_attr_on_html=false set_dir_attr_on_html=false>
                <Page/>
            </I18nContextProvider>
        }
    });
}

/// Draws the verifier into the app's verify page, each time somebody comes there.
#[wasm_bindgen]
pub fn mount_verifier() {
    let Some(place) = document::by_id(PLACE) else {
        return;
    };
    let drawn = mount_to(place, || {
        view! {
            <I18nContextProvider set_lang_attr_on_html=false set_dir_attr_on_html=false>
                <Part/>
            </I18nContextProvider>
        }
    });
    // It goes away with the element, which is the app's.
    drawn.forget();
}

/// The verifier inside the app: the language is the app's.
#[component]
fn Part() -> impl IntoView {
    preferences::follow(use_i18n());
    view! { <Verifier/> }
}

/// The verifier as a page of its own.
#[component]
fn Page() -> impl IntoView {
    let i18n = use_i18n();
    Preferences::provide(i18n);
    let preferences = use_preferences();
    let choice = move |locale: Locale, tag: &'static str, words: &'static str| {
        view! {
            <button
                type="button"
                class="quiet"
                lang=tag
                aria-pressed=said(move || (i18n.get_locale() == locale).to_string())
                on:click=move |_| preferences.choose_locale(locale)
            >
                {words}
            </button>
        }
    };
    view! {
        <header class="top">
            <span class="brand">{say!(i18n, app.name)}</span>
            {choice(Locale::zh_CN, "zh-CN", "中文")} {choice(Locale::en, "en", "English")}
        </header>
        <main id="main">
            <div class="reading">
                <PageTitle text=told!(i18n, verify.title)/>
                <p>{say!(i18n, verify.intro)}</p>
                <Verifier/>
            </div>
        </main>
    }
}
