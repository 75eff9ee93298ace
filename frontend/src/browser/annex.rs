//! What is not needed to sign in and to study is a wasm of its own, loaded when somebody comes to it: the app shows it a place and a
//! wish, and hears back by events.

pub use super::module::NotLoaded;
use super::{
    listener::Listener,
    module::{Module, export},
};
use contract::face::Challenge;
use serde::{Deserialize, Serialize};
use study::{ClassId, Millis};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CustomEvent, CustomEventInit};

/// The `id` of the element that the screens are drawn into.
pub const PLACE: &str = "annex";

/// Made by `build/annex.mjs`.
const MODULE: Module = Module {
    script: "/annex.js",
    wasm: "/annex_bg.wasm",
    name: "zhenxueAnnex",
};
/// The event that carries a [`Told`].
const EVENT: &str = "zhenxue-annex";

/// What is to be shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Screen {
    /// What is measured and what is not.
    About,
    /// The study record by day.
    Record,
    /// My own proofs.
    MyProofs,
    /// Choosing how identity is checked, enrolment, withdrawal.
    Identity,
    /// The device check.
    Device,
    /// What waits for a member of staff.
    Staff,
    /// The board of a class, for its staff.
    Board {
        /// The class.
        class: ClassId,
    },
    /// Claims to review, for whoever pays.
    Review,
    /// The proofs of a class, for the admin.
    ClassProofs {
        /// The class.
        class: ClassId,
    },
    /// The classes of an institution, for its admin.
    Institution,
    /// Who is in a class and who is invited, for the admin.
    Roster {
        /// The class.
        class: ClassId,
    },
    /// What a claim of a class needs, for the admin.
    Claim {
        /// The class.
        class: ClassId,
    },
    /// What an invitation leads to; its secret is behind the `#` of the address.
    Invitation,
    /// The code for the teacher.
    Supervised {
        /// The class it is for.
        class: ClassId,
    },
    /// A face check.
    Check {
        /// The class.
        class: ClassId,
        /// The check to answer, and until when by the page's monotonic clock; `None` draws one that makes up for missed ones.
        drawn: Option<(Challenge, Millis)>,
    },
}

/// What the screens tell the app.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// A check is before the learner: the film should stand still.
    Opened,
    /// It is out of the way.
    Closed,
    /// Something was settled: ask the server how it stands now.
    Changed,
    /// The server no longer knows who we are.
    SignedOut,
}

const WORDS: [(Told, &str); 4] = [
    (Told::Opened, "opened"),
    (Told::Closed, "closed"),
    (Told::Changed, "changed"),
    (Told::SignedOut, "signed_out"),
];

/// Tells the app.
pub fn tell(told: Told) {
    let Some(root) = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.document_element())
    else {
        return;
    };
    let init = CustomEventInit::new();
    if let Some((_, word)) = WORDS.iter().find(|(known, _)| *known == told) {
        init.set_detail(&JsValue::from_str(word));
    }
    if let Ok(event) = CustomEvent::new_with_event_init_dict(EVENT, &init) {
        let _ = root.dispatch_event(&event);
    }
}

/// Hears what the screens tell, until the guard is dropped.
pub fn hear(mut report: impl FnMut(Told) + 'static) -> Option<Listener> {
    let root = web_sys::window()?.document()?.document_element()?;
    Some(Listener::on(&root, EVENT, move |event| {
        let word = event
            .dyn_into::<CustomEvent>()
            .ok()
            .and_then(|event| event.detail().as_string())
            .unwrap_or_default();
        if let Some((told, _)) = WORDS.iter().find(|(_, known)| *known == word) {
            report(*told);
        }
    }))
}

/// Draws `screen` into [`PLACE`], in the place of what is there.
///
/// # Errors
/// [`NotLoaded`], most likely for lack of a network.
pub async fn show(screen: &Screen) -> Result<(), NotLoaded> {
    let json = serde_json::to_string(screen).map_err(|_| NotLoaded)?;
    draw(&json).await.map_err(|_| NotLoaded)
}

async fn draw(json: &str) -> Result<(), JsValue> {
    let module = MODULE.start().await?;
    export(&module, "mount_annex")?
        .call1(&JsValue::UNDEFINED, &json.into())
        .map(drop)
}

/// Takes the screens away, and with them whatever they hold: the camera first of all.
pub fn clear() {
    let unmount = || {
        let unmount = export(&MODULE.started()?, "unmount_annex").ok()?;
        unmount.call0(&JsValue::UNDEFINED).ok()
    };
    // Nothing was ever shown: nothing to clear.
    let _ = unmount();
}
