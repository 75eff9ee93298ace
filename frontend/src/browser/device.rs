//! What the learner would call this device. Taken from what the browser says about itself; nothing is measured or stored.

use js_sys::Reflect;
use wasm_bindgen::JsValue;

/// Kind of device, and the app around the page where that helps to tell two apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Device {
    /// What it is.
    pub kind: &'static str,
    /// What the page runs in.
    pub browser: &'static str,
}

/// This device, in words that fit [`contract::account::SignIn::device`].
#[must_use]
pub fn name() -> String {
    let Device { kind, browser } = here();
    format!("{kind} · {browser}")
}

/// This device.
#[must_use]
pub fn here() -> Device {
    let agent = web_sys::window()
        .and_then(|window| window.navigator().user_agent().ok())
        .unwrap_or_default();
    of_agent(&agent)
}

/// Shakes the phone, where it can be shaken and the page may: not before the person has touched it.
pub fn vibrate() {
    const MS: u32 = 300;
    let Some(navigator) = web_sys::window().map(|window| window.navigator()) else {
        return;
    };
    let part = |of: &JsValue, name: &str| Reflect::get(of, &name.into()).ok();
    let touched = part(&navigator, "userActivation")
        .and_then(|activation| part(&activation, "hasBeenActive"))
        .is_some_and(|active| active.is_truthy());
    if touched && Reflect::has(&navigator, &"vibrate".into()).unwrap_or(false) {
        navigator.vibrate_with_duration(MS);
    }
}

/// Reads a user agent.
#[must_use]
pub fn of_agent(agent: &str) -> Device {
    let has = |word: &str| agent.contains(word);
    let kind = if has("iPhone") {
        "iPhone"
    } else if has("iPad") {
        "iPad"
    } else if has("HarmonyOS") || has("OpenHarmony") {
        "鸿蒙手机"
    } else if has("Android") && has("Mobile") {
        "Android 手机"
    } else if has("Android") {
        "Android 平板"
    } else if has("Windows") {
        "Windows 电脑"
    } else if has("Macintosh") {
        "Mac 电脑"
    } else if has("Linux") {
        "Linux 电脑"
    } else {
        "设备"
    };
    // Most specific first: nearly every agent also says Chrome and Safari.
    let browser = [
        ("MicroMessenger", "微信"),
        ("DingTalk", "钉钉"),
        ("QQBrowser", "QQ 浏览器"),
        ("UCBrowser", "UC 浏览器"),
        ("Edg", "Edge"),
        ("Firefox", "Firefox"),
        ("Chrome", "Chrome"),
        ("Safari", "Safari"),
    ]
    .into_iter()
    .find_map(|(word, name)| has(word).then_some(name))
    .unwrap_or("浏览器");
    Device { kind, browser }
}
