//! Small texts that survive a reload. A browser that refuses storage loses comfort, never the running session.

use web_sys::Storage;

/// Where a text is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shelf {
    /// This browser, until cleared.
    Browser,
    /// This tab, until closed.
    Tab,
}

fn open(shelf: Shelf) -> Option<Storage> {
    let window = web_sys::window()?;
    match shelf {
        Shelf::Browser => window.local_storage().ok()?,
        Shelf::Tab => window.session_storage().ok()?,
    }
}

/// The text under `key`.
#[must_use]
pub fn read(shelf: Shelf, key: &str) -> Option<String> {
    open(shelf)?.get_item(key).ok()?
}

/// Keeps `text` under `key`; `false` where the browser did not take it (full, or forbidden).
pub fn write(shelf: Shelf, key: &str, text: &str) -> bool {
    open(shelf).is_some_and(|storage| storage.set_item(key, text).is_ok())
}

/// Forgets `key`.
pub fn remove(shelf: Shelf, key: &str) {
    if let Some(storage) = open(shelf) {
        let _ = storage.remove_item(key);
    }
}

/// All keys that start with `prefix`, sorted.
#[must_use]
pub fn keys(shelf: Shelf, prefix: &str) -> Vec<String> {
    let Some(storage) = open(shelf) else {
        return Vec::new();
    };
    let n_keys = storage.length().unwrap_or(0);
    let mut keys: Vec<String> = (0..n_keys)
        .filter_map(|idx| storage.key(idx).ok().flatten())
        .filter(|key| key.starts_with(prefix))
        .collect();
    keys.sort_unstable();
    keys
}
