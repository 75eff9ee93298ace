//! Sends a last request while the page is being left, when nothing can wait for an answer.

use wasm_bindgen::JsValue;
use web_sys::{Blob, BlobPropertyBag};

/// Hands `json` to the browser, which posts it even after the page is gone. `false` where it refused.
pub fn post(path: &str, json: &str) -> bool {
    let Some(window) = web_sys::window() else {
        return false;
    };
    let parts = js_sys::Array::of1(&JsValue::from_str(json));
    let options = BlobPropertyBag::new();
    options.set_type("application/json");
    Blob::new_with_str_sequence_and_options(&parts, &options)
        .and_then(|body| {
            window
                .navigator()
                .send_beacon_with_opt_blob(path, Some(&body))
        })
        .unwrap_or(false)
}
