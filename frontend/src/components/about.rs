//! What is measured and what is not, in plain words.

use crate::{
    components::{
        icon::{Glyph, Icon},
        say::said,
    },
    i18n::{t_string, use_i18n},
    say,
};
use leptos::prelude::*;

/// The text.
#[component]
pub fn About() -> impl IntoView {
    let i18n = use_i18n();
    let measured: [fn(leptos_i18n::I18nContext<crate::i18n::Locale>) -> &'static str; 6] = [
        |i18n| t_string!(i18n, about.playing),
        |i18n| t_string!(i18n, about.visible),
        |i18n| t_string!(i18n, about.focus),
        |i18n| t_string!(i18n, about.once),
        |i18n| t_string!(i18n, about.speed),
        |i18n| t_string!(i18n, about.one_device),
    ];
    let not_measured: [fn(leptos_i18n::I18nContext<crate::i18n::Locale>) -> &'static str; 4] = [
        |i18n| t_string!(i18n, about.no_keys),
        |i18n| t_string!(i18n, about.no_other_pages),
        |i18n| t_string!(i18n, about.no_place),
        |i18n| t_string!(i18n, about.no_camera),
    ];
    view! {
        <div class="reading">
            <p>{say!(i18n, about.intro)}</p>
            <h2>{say!(i18n, about.measured)}</h2>
            <ul class="points">
                {measured.into_iter().map(|words| view! { <li><Glyph icon=Icon::Check/> <span>{said(move || words(i18n))}</span></li> }).collect_view()}
            </ul>
            <h2>{say!(i18n, about.not_measured)}</h2>
            <ul class="points">
                {not_measured.into_iter().map(|words| view! { <li><Glyph icon=Icon::EyeOff/> <span>{said(move || words(i18n))}</span></li> }).collect_view()}
            </ul>
            <h2>{say!(i18n, about.hour)}</h2>
            <p>{say!(i18n, about.hour_text)}</p>
            <h2>{say!(i18n, about.trouble)}</h2>
            <p>{say!(i18n, about.trouble_text)}</p>
            <h2>{say!(i18n, about.proof)}</h2>
            <p>{say!(i18n, about.proof_text)}</p>
        </div>
    }
}
