//! The codes of a class, to be printed, cut up and handed out.

use super::learners::link;
use crate::{
    browser::address,
    components::{
        icon::{Glyph, Icon},
        say::said,
    },
    i18n::{t_string, use_i18n},
    say,
};
use contract::roster::InvitationLink;
use leptos::prelude::*;
use qrcode::{EcLevel, QrCode, render::svg};

/// A link as a picture that phones read. `None` for a text of thousands of signs, which no link is.
fn code(link: &str) -> Option<String> {
    let code = QrCode::with_error_correction_level(link, EcLevel::M).ok()?;
    let drawn = code
        .render::<svg::Color<'_>>()
        .min_dimensions(160, 160)
        .dark_color(svg::Color("#000000"))
        .light_color(svg::Color("#ffffff"))
        .build();
    // Inside a page the head of an XML file has no place.
    drawn
        .find("<svg")
        .and_then(|at| drawn.get(at..))
        .map(ToOwned::to_owned)
}

/// The sheet.
#[component]
pub fn Sheet(links: Vec<InvitationLink>, close: Callback<()>) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <section class="sheet" aria-label=say!(i18n, roster.sheet)>
            <div class="choices">
                <button type="button" on:click=move |_| address::print()>{say!(i18n, roster.print)}</button>
                <button type="button" class="quiet" on:click=move |_| close.run(())>{say!(i18n, roster.close)}</button>
            </div>
            <p class="notice info"><Glyph icon=Icon::Info/> <span>{say!(i18n, roster.sheet_warn)}</span></p>
            <ul class="codes">{links.into_iter().map(|InvitationLink { name, id_number, token, .. }| {
                let alt = name.clone();
                view! {
                    <li>
                        <div
                            class="qr"
                            role="img"
                            aria-label=said(move || t_string!(i18n, roster.code_of, name = alt.clone()))
                            inner_html=code(&link(&token)).unwrap_or_default()
                        ></div>
                        <strong>{name}</strong>
                        <small>{id_number}</small>
                        <small>{say!(i18n, roster.scan)}</small>
                    </li>
                }
            }).collect_view()}</ul>
        </section>
    }
}
