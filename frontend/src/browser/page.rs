//! Whether the page can be seen, has the keyboard, has a network, and is being left.

use super::listener::Listener;
use web_sys::Document;

/// What happened to the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageFact {
    /// It was shown or hidden.
    Visible(bool),
    /// It got or lost the keyboard.
    Focused(bool),
    /// The browser found or lost a network. A hint: "found" may still mean no way to the server.
    Online(bool),
    /// It is being left; nothing asynchronous will finish any more.
    Left,
}

fn document() -> Option<Document> {
    web_sys::window()?.document()
}

/// Whether the page can be seen now. `hidden` is also what a locked screen or another tab gives.
#[must_use]
pub fn visible() -> bool {
    document().is_none_or(|document| !document.hidden())
}

/// Whether this page has the keyboard now.
#[must_use]
pub fn focused() -> bool {
    document().is_none_or(|document| document.has_focus().unwrap_or(true))
}

/// Whether the browser believes to have a network.
#[must_use]
pub fn online() -> bool {
    web_sys::window().is_none_or(|window| window.navigator().on_line())
}

/// Tells `report` each fact until the guards are dropped.
pub fn watch(report: impl Fn(PageFact) + Clone + 'static) -> Vec<Listener> {
    let (Some(window), Some(document)) = (web_sys::window(), document()) else {
        return Vec::new();
    };
    let tell = |fact: fn() -> PageFact| {
        let report = report.clone();
        move |_| report(fact())
    };
    vec![
        // The most reliable sign on a phone: it comes before the page is frozen or thrown away.
        Listener::on(
            &document,
            "visibilitychange",
            tell(|| PageFact::Visible(visible())),
        ),
        Listener::on(&window, "focus", tell(|| PageFact::Focused(true))),
        Listener::on(&window, "blur", tell(|| PageFact::Focused(focused()))),
        Listener::on(&window, "online", tell(|| PageFact::Online(true))),
        Listener::on(&window, "offline", tell(|| PageFact::Online(false))),
        Listener::on(&window, "pagehide", tell(|| PageFact::Left)),
    ]
}
