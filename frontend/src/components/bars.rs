//! Progress as bars. Each says in words what it draws.

use super::length::percent;
use crate::components::say::{live, said};
use leptos::prelude::*;
use study::{Coverage, Millis};

/// A bar of two tones: what counts, and behind it what is still pending.
#[component]
pub fn TwoTone(
    /// Credit that counts.
    confirmed: Millis,
    /// Credit that waits.
    pending: Millis,
    /// All there is.
    due: Millis,
    /// What it says.
    #[prop(into)]
    label: Signal<String>,
) -> impl IntoView {
    view! {
        <div class="bar" role="img" aria-label=said(move || label.get())>
            <span class="part confirmed" style:left="0" style:width=percent(confirmed, due)></span>
            <span class="part pending" style:left=percent(confirmed, due) style:width=percent(pending, due)></span>
        </div>
    }
}

/// Where the film stands.
#[component]
pub fn PositionBar(
    /// Position.
    #[prop(into)]
    at: Signal<Millis>,
    /// Length of the film.
    film: Millis,
    /// What it says.
    #[prop(into)]
    label: Signal<String>,
) -> impl IntoView {
    view! {
        <div class="bar" role="img" aria-label=said(move || label.get())>
            <span class="part position" style:left="0" style:width=move || percent(at.get(), film)></span>
        </div>
    }
}

/// Which parts of the film are credited.
#[component]
pub fn CoverageBar(
    /// The parts.
    #[prop(into)]
    covered: Signal<Coverage>,
    /// Length of the film.
    film: Millis,
    /// What it says.
    #[prop(into)]
    label: Signal<String>,
) -> impl IntoView {
    view! {
        <div class="bar" role="img" aria-label=said(move || label.get())>
            {live(move || (covered.get().intervals().iter().map(|part| view! {
                <span
                    class="part confirmed"
                    style:left=percent(part.from, film)
                    style:width=percent(part.len(), film)
                ></span>
            }).collect_view()).into_any())}
        </div>
    }
}
