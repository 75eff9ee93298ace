//! No picture: what happened, what to do about it in this browser, and the ways on.

use crate::{
    browser::{
        camera::NoCamera,
        device::{self, Device},
    },
    components::{
        icon::{Glyph, Icon},
        say::said,
    },
    i18n::{Locale, td_string, use_i18n},
    say,
};
use leptos::prelude::*;

/// What happened.
#[must_use]
pub fn what(locale: Locale, trouble: NoCamera) -> &'static str {
    match trouble {
        NoCamera::Denied => td_string!(locale, camera.denied),
        NoCamera::Missing => td_string!(locale, camera.missing),
        NoCamera::Busy => td_string!(locale, camera.busy),
        NoCamera::Unsupported => td_string!(locale, camera.unsupported),
        NoCamera::Lost => td_string!(locale, camera.lost),
        NoCamera::Hidden => td_string!(locale, camera.hidden),
        NoCamera::Silent => td_string!(locale, camera.silent),
    }
}

/// What to do.
#[must_use]
pub fn what_to_do(locale: Locale, trouble: NoCamera, device: Device) -> &'static str {
    match trouble {
        NoCamera::Denied => match device.kind {
            "iPhone" | "iPad" => td_string!(locale, camera.denied_ios),
            kind if kind.contains("Android") || kind.contains("鸿蒙") => {
                td_string!(locale, camera.denied_android)
            }
            _ => td_string!(locale, camera.denied_desktop),
        },
        NoCamera::Missing => td_string!(locale, camera.missing_do),
        NoCamera::Busy => td_string!(locale, camera.busy_do),
        NoCamera::Unsupported => td_string!(locale, camera.unsupported_do),
        NoCamera::Lost => td_string!(locale, camera.lost_do),
        NoCamera::Hidden => td_string!(locale, camera.hidden_do),
        NoCamera::Silent => td_string!(locale, camera.silent_do),
    }
}

/// Inside `WeChat` the camera often does not work, whatever the page asks.
#[must_use]
pub fn in_wechat() -> bool {
    device::here().browser == "微信"
}

/// How to leave `WeChat` for a browser; nothing elsewhere.
#[component]
pub fn LeaveWeChat() -> impl IntoView {
    let i18n = use_i18n();
    in_wechat().then(|| {
        view! {
            <div class="notice pending">
                <Glyph icon=Icon::Devices/>
                <div>
                    <p><strong>{say!(i18n, camera.wechat)}</strong></p>
                    <p>{say!(i18n, camera.wechat_do)}</p>
                </div>
            </div>
        }
    })
}

/// The trouble, said aloud.
#[component]
pub fn CameraTrouble(
    /// What happened.
    trouble: NoCamera,
    /// Tries again.
    retry: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let device = device::here();
    view! {
        <div class="notice void" role="alert">
            <Glyph icon=Icon::Alert/>
            <div>
                <p><strong>{said(move || what(i18n.get_locale(), trouble))}</strong></p>
                <p>{said(move || what_to_do(i18n.get_locale(), trouble, device))}</p>
                <p>{say!(i18n, camera.film)}</p>
                <div class="choices">
                    <button type="button" on:click=move |_| retry.run(())>
                        <Glyph icon=Icon::Again/> {say!(i18n, common.retry)}
                    </button>
                    <a href="/face" class="button secondary">{say!(i18n, camera.no_face_way)}</a>
                </div>
            </div>
        </div>
        <LeaveWeChat/>
    }
}
