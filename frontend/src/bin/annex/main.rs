//! The screens that are not needed to sign in and to study, a wasm of its own: the app loads it when somebody comes to one, so that
//! the first page stays within its budget on a phone.

use frontend::{
    browser::{
        annex::{PLACE, Screen},
        document,
    },
    components::annex::Annex,
    i18n::{I18nContextProvider, use_i18n},
    state::preferences,
};
use leptos::{mount::mount_to, prelude::*};
use std::{any::Any, cell::RefCell};
use wasm_bindgen::prelude::wasm_bindgen;

thread_local! {
    /// What is on the page now; dropping it takes it away.
    static SHOWN: RefCell<Option<Box<dyn Any>>> = const { RefCell::new(None) };
}

fn main() {
    console_error_panic_hook::set_once();
}

/// Draws a screen into the app's place for it, instead of what is there. `screen` is a [`Screen`] as JSON.
#[wasm_bindgen]
pub fn mount_annex(screen: &str) {
    unmount_annex();
    let (Some(place), Ok(screen)) = (
        document::by_id(PLACE),
        serde_json::from_str::<Screen>(screen),
    ) else {
        return;
    };
    let shown = mount_to(place, move || {
        view! {
            <I18nContextProvider set_lang_attr_on_html=false set_dir_attr_on_html=false>
                <Shown screen=screen.clone()/>
            </I18nContextProvider>
        }
    });
    SHOWN.set(Some(Box::new(shown)));
}

/// Takes the screen away, and with it the camera.
#[wasm_bindgen]
pub fn unmount_annex() {
    drop(SHOWN.take());
}

/// The language is the app's.
#[component]
fn Shown(screen: Screen) -> impl IntoView {
    preferences::follow(use_i18n());
    view! { <Annex screen/> }
}
