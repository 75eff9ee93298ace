//! The acknowledgement dot: whether the server has what was observed. Shape and words, not colour alone.

use super::{
    icon::{Glyph, Icon},
    length::moment,
};
use crate::components::say::{live, said};
use crate::{
    browser::{clock, intl::Show},
    i18n::{t_string, use_i18n},
    state::courier::{Link, use_courier},
};
use leptos::prelude::*;
use std::time::Duration;
use study::Millis;

/// A dot with words.
#[component]
pub fn LinkDot() -> impl IntoView {
    let i18n = use_i18n();
    let link = use_courier().link;
    // What is only under way says nothing new: keep the words of before, so that they do not flicker every ten seconds.
    let calm = Memo::new(move |before: Option<&Link>| match link.get() {
        Link::Sending => before.cloned().unwrap_or(Link::Sending),
        link => link,
    });
    live(move || {
        let (icon, class, words) = match calm.get() {
            Link::Acknowledged(None) => (
                Icon::Dashed,
                "idle",
                t_string!(i18n, link.nothing_yet).to_string(),
            ),
            Link::Sending => (
                Icon::Dashed,
                "idle",
                t_string!(i18n, link.sending).to_string(),
            ),
            Link::Acknowledged(Some(at)) => {
                let at = moment(i18n.get_locale(), at, Show::TimeToSecond);
                (Icon::Check, "good", t_string!(i18n, link.recorded, at = at))
            }
            Link::Waiting { .. } => (
                Icon::CloudOff,
                "off",
                t_string!(i18n, link.waiting).to_string(),
            ),
        };
        view! { <p class=format!("dot {class}")><Glyph icon/> <span>{words}</span></p> }.into_any()
    })
}

/// Says what a lost connection means for the time that is being studied.
#[component]
pub fn OfflineBanner(
    /// How much time may wait for the network.
    buffer: Millis,
) -> impl IntoView {
    let i18n = use_i18n();
    let link = use_courier().link;
    let tick = RwSignal::new(());
    if let Ok(handle) = set_interval_with_handle(move || tick.set(()), Duration::from_secs(1)) {
        on_cleanup(move || handle.clear());
    }
    let waited = Memo::new(move |_| {
        tick.track();
        match link.get() {
            Link::Waiting { since, .. } => Some(clock::now().saturating_sub(since).0 / 1_000),
            Link::Acknowledged(_) | Link::Sending => None,
        }
    });
    let buffer_s = buffer.0 / 1_000;
    let over = Memo::new(move |_| waited.get().map(|s| s > buffer_s));
    view! {
        <div aria-live="polite">
            {live(move || (over.get().map(|over| view! {
                <div class="notice pending">
                    <Glyph icon=Icon::CloudOff/>
                    <p>{said(move || if over {
                        t_string!(i18n, link.offline_long, s = buffer_s)
                    } else {
                        t_string!(i18n, link.offline_short, s = buffer_s)
                    })}</p>
                </div>
            })).into_any())}
        </div>
    }
}
