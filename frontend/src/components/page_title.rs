//! The heading of a page. It names the tab, and takes the keyboard when the learner came here by a link.

use crate::components::say::said;
use crate::{
    browser::document,
    i18n::{t_string, use_i18n},
};
use leptos::prelude::*;

/// Whether a page was shown before this one; the first must not move the keyboard.
#[derive(Clone, Copy)]
pub struct Visited(StoredValue<bool>);

impl Visited {
    /// Makes the memory available to all pages.
    pub fn provide() {
        provide_context(Self(StoredValue::new(false)));
    }
}

/// The page's one `h1`.
#[component]
pub fn PageTitle(
    /// Its words.
    #[prop(into)]
    text: Signal<String>,
) -> impl IntoView {
    let i18n = use_i18n();
    let visited = use_context::<Visited>();
    Effect::new(move || {
        document::set_title(&format!("{} · {}", text.get(), t_string!(i18n, app.name)))
    });
    Effect::new(move || {
        if let Some(Visited(visited)) = visited {
            if visited.get_value() {
                document::scroll_to_top();
                document::focus("#page-title");
            }
            visited.set_value(true);
        }
    });
    view! { <h1 id="page-title" tabindex="-1">{said(move || text.get())}</h1> }
}
