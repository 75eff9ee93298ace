//! What stands around each page: skip link, name, navigation, language.

use super::icon::{Glyph, Icon};
use crate::{
    browser::document,
    i18n::{Locale, use_i18n},
    state::{identity::use_identity, preferences::use_preferences},
};
use crate::{components::say::said, say};
use leptos::prelude::*;
use leptos_router::components::A;

/// The mark of 真学, drawn in the colour of the text.
const MARK: &str = include_str!("../../../assets/brand/mark.svg");

/// First on the page for the keyboard: past the navigation.
#[component]
pub fn SkipLink() -> impl IntoView {
    let i18n = use_i18n();
    let skip = |event: web_sys::MouseEvent| {
        // Not a change of address: the router would take it for one.
        event.prevent_default();
        document::focus("#main");
    };
    view! { <a class="skip" href="#main" rel="external" on:click=skip>{say!(i18n, frame.skip)}</a> }
}

/// Name, and language for whoever is not signed in yet.
#[component]
pub fn Header() -> impl IntoView {
    let i18n = use_i18n();
    let identity = use_identity();
    let preferences = use_preferences();
    let other = move || match i18n.get_locale() {
        Locale::zh_CN => Locale::en,
        Locale::en => Locale::zh_CN,
    };
    view! {
        <header class="top">
            <A href="/" attr:class="brand">
                <span class="mark" aria-hidden="true" inner_html=MARK></span>
                <span>{say!(i18n, app.name)}</span>
            </A>
            <Show when=move || identity.me().is_some()>
                <Navigation/>
            </Show>
            <button
                type="button"
                class="quiet language"
                lang=move || match other() { Locale::zh_CN => "zh-CN", Locale::en => "en" }
                on:click=move |_| preferences.choose_locale(other())
            >
                <Glyph icon=Icon::Languages/> {said(move || match other() { Locale::zh_CN => "中文", Locale::en => "English" })}
            </button>
        </header>
    }
}

/// The four places. At the bottom of a phone, at the top of a laptop.
#[component]
fn Navigation() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <nav class="places" aria-label=say!(i18n, frame.places)>
            <A href="/classes"><Glyph icon=Icon::Book/> <span>{say!(i18n, frame.classes)}</span></A>
            <A href="/record"><Glyph icon=Icon::History/> <span>{say!(i18n, frame.record)}</span></A>
            <A href="/proofs"><Glyph icon=Icon::Badge/> <span>{say!(i18n, frame.proofs)}</span></A>
            <A href="/me"><Glyph icon=Icon::Person/> <span>{say!(i18n, frame.me)}</span></A>
        </nav>
    }
}

/// For everybody: verify, and what is measured.
#[component]
pub fn Footer() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <footer class="bottom">
            <A href="/verify">{say!(i18n, frame.verify)}</A>
            <A href="/about">{say!(i18n, frame.about)}</A>
        </footer>
    }
}
