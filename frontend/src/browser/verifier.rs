//! Loads the verifier, which is a wasm of its own: most visitors never verify anything, so the app does not carry it.

use super::document;
use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// The `id` of the element that the verifier draws itself into.
pub const PLACE: &str = "verifier";

/// Made by `build/verify.mjs`.
const SCRIPT: &str = "/verify.js";
const WASM: &str = "/verify_bg.wasm";
/// What the script calls itself.
const NAME: &str = "zhenxueVerifier";

/// The verifier could not be loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotLoaded;

/// Draws the verifier into [`PLACE`].
///
/// # Errors
/// [`NotLoaded`], most likely for lack of a network.
pub async fn show() -> Result<(), NotLoaded> {
    draw().await.map_err(|_| NotLoaded)
}

async fn draw() -> Result<(), JsValue> {
    let window = web_sys::window().ok_or(JsValue::NULL)?;
    let name = JsValue::from_str(NAME);
    if Reflect::get(&window, &name)?.is_undefined() {
        JsFuture::from(document::load_script(SCRIPT)).await?;
    }
    let module: Function = Reflect::get(&window, &name)?.dyn_into()?;
    let options = Object::new();
    Reflect::set(&options, &"module_or_path".into(), &WASM.into())?;
    // A module that runs already answers at once.
    let started: Promise = module.call1(&JsValue::UNDEFINED, &options)?.dyn_into()?;
    JsFuture::from(started).await?;
    let mount: Function = Reflect::get(&module, &"mount_verifier".into())?.dyn_into()?;
    mount.call0(&JsValue::UNDEFINED).map(drop)
}
