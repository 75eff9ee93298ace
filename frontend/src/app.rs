//! All pages on one screen.

use crate::{
    components::{
        frame::{Footer, Header, SkipLink},
        page_title::Visited,
        signed_in::SignedIn,
    },
    i18n::{I18nContextProvider, use_i18n},
    pages::{
        annex, classes::Classes, me::Me, not_found::NotFound, register::Register, sign_in::SignIn,
        verify::Verify, watch::Watch,
    },
    state::{courier::Courier, identity::Identity, preferences::Preferences},
};
use leptos::prelude::*;
use leptos_router::{
    components::{Redirect, Route, Router, Routes},
    path,
};

/// The whole page.
#[component]
pub fn App() -> impl IntoView {
    view! {
        <I18nContextProvider set_lang_attr_on_html=false set_dir_attr_on_html=false>
            <Shell/>
        </I18nContextProvider>
    }
}

#[component]
fn Shell() -> impl IntoView {
    Preferences::provide(use_i18n());
    let courier = Courier::provide();
    Identity::provide(courier);
    Visited::provide();
    view! {
        <Router>
            <SkipLink/>
            <Header/>
            <main id="main" tabindex="-1">
                <Routes fallback=NotFound>
                    <Route path=path!("/") view=|| view! { <Redirect path="/classes"/> }.into_any()/>
                    <Route path=path!("/sign-in") view=|| view! { <SignIn/> }.into_any()/>
                    <Route path=path!("/register") view=|| view! { <Register/> }.into_any()/>
                    <Route path=path!("/classes") view=|| view! { <SignedIn><Classes/></SignedIn> }.into_any()/>
                    <Route path=path!("/classes/:class/units/:unit") view=|| view! { <SignedIn><Watch/></SignedIn> }.into_any()/>
                    <Route path=path!("/me") view=|| view! { <SignedIn><Me/></SignedIn> }.into_any()/>
                    <Route path=path!("/verify") view=|| view! { <Verify/> }.into_any()/>
                    <Route path=path!("/classes/:class/:screen") view=|| view! { <annex::OfClass/> }.into_any()/>
                    <Route path=path!("/:screen") view=|| view! { <annex::Alone/> }.into_any()/>
                </Routes>
            </main>
            <Footer/>
        </Router>
    }
}
