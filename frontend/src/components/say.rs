//! Words that follow the language, as one type: the wasm then holds one way to draw words instead of two hundred.

use leptos::prelude::*;

/// Words that change when what they read changes.
pub type Words = Box<dyn FnMut() -> String + Send>;

/// Makes [`Words`] of a closure.
#[must_use]
pub fn said<T: Into<String>>(mut say: impl FnMut() -> T + Send + 'static) -> Words {
    Box::new(move || say().into())
}

/// A part of a page that changes when what it reads changes, as one type, for the same reason.
pub type Live = Box<dyn FnMut() -> AnyView + Send>;

/// Makes a [`Live`] part of a closure.
#[must_use]
pub fn live(draw: impl FnMut() -> AnyView + Send + 'static) -> Live {
    Box::new(draw)
}

/// `say!(i18n, watch.title)`: the words under that key, in the language of the moment.
#[macro_export]
macro_rules! say {
    ($i18n:ident, $($key:tt)*) => {
        $crate::components::say::said(move || $crate::i18n::t_string!($i18n, $($key)*))
    };
}

/// `told!(i18n, watch.title)`: the same, for a component that takes a signal.
#[macro_export]
macro_rules! told {
    ($i18n:ident, $($key:tt)*) => {
        leptos::prelude::Signal::derive(move || String::from($crate::i18n::t_string!($i18n, $($key)*)))
    };
}
