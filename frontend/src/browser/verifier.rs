//! Loads the verifier, which is a wasm of its own: most visitors never verify anything, so the app does not carry it.

use super::module::{Module, NotLoaded, export};
use wasm_bindgen::JsValue;

/// The `id` of the element that the verifier draws itself into.
pub const PLACE: &str = "verifier";

/// Made by `build/verify.mjs`.
const MODULE: Module = Module {
    script: "/verify.js",
    wasm: "/verify_bg.wasm",
    name: "zhenxueVerifier",
};

/// Draws the verifier into [`PLACE`].
///
/// # Errors
/// [`NotLoaded`], most likely for lack of a network.
pub async fn show() -> Result<(), NotLoaded> {
    draw().await.map_err(|_| NotLoaded)
}

async fn draw() -> Result<(), JsValue> {
    let module = MODULE.start().await?;
    export(&module, "mount_verifier")?
        .call0(&JsValue::UNDEFINED)
        .map(drop)
}
