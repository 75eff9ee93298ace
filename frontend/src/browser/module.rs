//! A wasm beside the app: a script of this server that puts its module under a name on the window.

use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// A module could not be loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotLoaded;

/// Where a module comes from.
pub(super) struct Module {
    /// Path of its script.
    pub script: &'static str,
    /// Path of its wasm.
    pub wasm: &'static str,
    /// What the script calls itself.
    pub name: &'static str,
}

impl Module {
    /// The module, fetched and started where it is not there yet. One that runs already answers at once.
    ///
    /// # Errors
    /// What the browser says, most likely for lack of a network.
    pub async fn start(&self) -> Result<Function, JsValue> {
        let window = web_sys::window().ok_or(JsValue::NULL)?;
        let name = JsValue::from_str(self.name);
        if Reflect::get(&window, &name)?.is_undefined() {
            JsFuture::from(run_script(self.script)).await?;
        }
        let module: Function = Reflect::get(&window, &name)?.dyn_into()?;
        let options = Object::new();
        Reflect::set(&options, &"module_or_path".into(), &self.wasm.into())?;
        let started: Promise = module.call1(&JsValue::UNDEFINED, &options)?.dyn_into()?;
        JsFuture::from(started).await?;
        Ok(module)
    }

    /// The module, if it was started before.
    pub fn started(&self) -> Option<JsValue> {
        let window: JsValue = web_sys::window()?.into();
        Reflect::get(&window, &self.name.into()).ok()
    }
}

/// A function of a module.
pub(super) fn export(module: &JsValue, name: &str) -> Result<Function, JsValue> {
    Reflect::get(module, &name.into())?.dyn_into()
}

/// The promise is kept when the script has run.
fn run_script(address: &str) -> Promise {
    Promise::new(&mut |kept, broken| {
        let append = || {
            let document = web_sys::window()?.document()?;
            let script = document.create_element("script").ok()?;
            script.set_attribute("src", address).ok()?;
            script
                .add_event_listener_with_callback("load", &kept)
                .ok()?;
            script
                .add_event_listener_with_callback("error", &broken)
                .ok()?;
            document.head()?.append_child(&script).ok()
        };
        if append().is_none() {
            let _ = broken.call0(&JsValue::UNDEFINED);
        }
    })
}
