//! Events that the server sends, until the guard is dropped. The browser connects again by itself where the network was lost.

use super::listener::Listener;
use wasm_bindgen::JsCast;
use web_sys::{EventSource, MessageEvent};

/// Closes the connection when dropped.
#[must_use = "dropping the guard closes the connection"]
pub struct Events {
    source: EventSource,
    _heard: Listener,
    _failed: Listener,
}

impl Events {
    /// Opens `path` and tells the data of each event called `name`. `gone` is called where the server refused, and the browser will not try again;
    /// `None` where the browser does not open it at all.
    pub fn open(
        path: &str,
        name: &'static str,
        mut heard: impl FnMut(String) + 'static,
        mut gone: impl FnMut() + 'static,
    ) -> Option<Self> {
        let source = EventSource::new(path).ok()?;
        let on_heard = Listener::on(&source, name, move |event| {
            let data = event
                .dyn_into::<MessageEvent>()
                .ok()
                .and_then(|event| event.data().as_string());
            if let Some(data) = data {
                heard(data);
            }
        });
        let asked = source.clone();
        let on_failed = Listener::on(&source, "error", move |_| {
            if asked.ready_state() == EventSource::CLOSED {
                gone();
            }
        });
        Some(Self {
            source,
            _heard: on_heard,
            _failed: on_failed,
        })
    }
}

impl Drop for Events {
    fn drop(&mut self) {
        self.source.close();
    }
}
