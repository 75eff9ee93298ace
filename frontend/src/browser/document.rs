//! Title, language, theme and where the keyboard is.

use super::listener::Listener;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement};

fn root() -> Option<Element> {
    web_sys::window()?.document()?.document_element()
}

/// Names the tab.
pub fn set_title(title: &str) {
    if let Some(document) = web_sys::window().and_then(|window| window.document()) {
        document.set_title(title);
    }
}

/// Told to whoever follows the page's language.
const LANGUAGE_CHANGED: &str = "zhenxue-language";

/// Tells screen readers, fonts, the player and the verifier which language this is.
pub fn set_language(tag: &str) {
    if let Some(root) = root() {
        let _ = root.set_attribute("lang", tag);
        if let Ok(event) = Event::new(LANGUAGE_CHANGED) {
            let _ = root.dispatch_event(&event);
        }
    }
}

/// The language of the page.
#[must_use]
pub fn language() -> Option<String> {
    root()?.get_attribute("lang")
}

/// Calls `tell` when the language of the page was set.
pub fn on_language(tell: impl Fn() + 'static) -> Option<Listener> {
    let root = root()?;
    Some(Listener::on(&root, LANGUAGE_CHANGED, move |_| tell()))
}

/// The element with this `id`.
#[must_use]
pub fn by_id(id: &str) -> Option<HtmlElement> {
    web_sys::window()?
        .document()?
        .get_element_by_id(id)?
        .dyn_into()
        .ok()
}

/// `light`, `dark`, or `None` for what the system says.
pub fn set_theme(theme: Option<&str>) {
    if let Some(root) = root() {
        let _ = match theme {
            Some(theme) => root.set_attribute("data-theme", theme),
            None => root.remove_attribute("data-theme"),
        };
    }
}

/// Moves the keyboard to the first element that matches, if there is one.
pub fn focus(selector: &str) {
    let found = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.query_selector(selector).ok().flatten())
        .and_then(|element| element.dyn_into::<HtmlElement>().ok());
    if let Some(element) = found {
        let _ = element.focus();
    }
}

/// Back to the top, as after loading a page.
pub fn scroll_to_top() {
    if let Some(window) = web_sys::window() {
        window.scroll_to_with_x_and_y(0.0, 0.0);
    }
}

/// The languages that the browser asks for, best first.
#[must_use]
pub fn languages() -> Vec<String> {
    web_sys::window()
        .map(|window| {
            window
                .navigator()
                .languages()
                .iter()
                .filter_map(|tag| tag.as_string())
                .collect()
        })
        .unwrap_or_default()
}

/// Removes the words that stand in the file until the app runs.
pub fn remove_placeholder() {
    if let Some(element) = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.get_element_by_id("starting"))
    {
        element.remove();
    }
}
