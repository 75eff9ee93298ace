//! A place where one file is dropped or picked.

use super::{
    icon::{Glyph, Icon},
    say::said,
};
use crate::browser::file;
use leptos::prelude::*;
use web_sys::{DragEvent, File};

/// The place. Its input is there for the keyboard and for screen readers.
#[component]
pub fn FileDrop(
    /// What to drop here.
    #[prop(into)]
    words: Signal<String>,
    /// What the file dialogue offers.
    accept: &'static str,
    /// The `id` of the input, where something leads back to it.
    #[prop(optional)]
    id: &'static str,
    /// Takes the file.
    taken: Callback<File>,
) -> impl IntoView {
    let over = RwSignal::new(false);
    let take = move |file: Option<File>| {
        if let Some(file) = file {
            taken.run(file);
        }
    };
    view! {
        <label
            class=move || if over.get() { "drop over" } else { "drop" }
            on:dragover=move |event: DragEvent| { event.prevent_default(); over.set(true); }
            on:dragleave=move |_| over.set(false)
            on:drop=move |event: DragEvent| { event.prevent_default(); over.set(false); take(file::dropped(&event)); }
        >
            <Glyph icon=Icon::Upload/>
            <span>{said(move || words.get())}</span>
            <input
                id=(!id.is_empty()).then_some(id)
                class="visually-hidden"
                type="file"
                accept=accept
                on:change=move |event| take(file::picked(&event))
            />
        </label>
    }
}
