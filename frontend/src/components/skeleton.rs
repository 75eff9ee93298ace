//! What stands on the page while its content is on the way. It appears only after a moment, so that fast answers do not flash.

use crate::i18n::use_i18n;
use crate::say;
use leptos::prelude::*;

/// Grey lines, and words for who cannot see them.
#[component]
pub fn Skeleton(
    /// How many blocks to draw.
    #[prop(default = 2)]
    blocks: usize,
) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <div class="skeleton" role="status">
            <span class="visually-hidden">{say!(i18n, common.loading)}</span>
            {(0..blocks).map(|_| view! { <div class="block" aria-hidden="true"></div> }).collect_view()}
        </div>
    }
}
