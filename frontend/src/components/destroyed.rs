//! The mark of a class whose personal data was destroyed after its time: in lists, where opening it would only say so.

use crate::{
    browser::intl::Show,
    components::{
        icon::{Glyph, Icon},
        length::{moment, text},
        say::said,
    },
    i18n::{t_string, use_i18n},
};
use contract::Text;
use leptos::prelude::*;
use study::Timestamp;

/// The mark.
#[component]
pub fn DestroyedMark(
    /// When the data was destroyed.
    at: Timestamp,
) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <p class="soft">
            <Glyph icon=Icon::Info/> " "
            {said(move || {
                let at = moment(i18n.get_locale(), at, Show::Date);
                t_string!(i18n, classes.destroyed, at = at)
            })}
        </p>
    }
}

/// A class of a learner of which only the name is left to show.
#[component]
pub fn DestroyedClass(
    /// Its name.
    name: Text,
    /// Who trained.
    institution: Text,
    /// When the data was destroyed.
    at: Timestamp,
) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <article class="card">
            <header>
                <h2>{said(move || text(i18n.get_locale(), &name))}</h2>
                <p class="soft">{said(move || text(i18n.get_locale(), &institution))}</p>
            </header>
            <DestroyedMark at/>
        </article>
    }
}
