//! The screens about faces. They live in a wasm of their own (`src/bin/faces`), which the app loads when somebody comes to one.

mod album_run;
mod camera_trouble;
mod check;
mod consent;
mod device;
mod enrol;
mod hints;
mod identity;
mod staff;
mod supervised;
mod verdict;

use crate::browser::faces::Screen;
use crate::state::fetched::Fetched;
use check::Check;
use device::Device;
use identity::Identity;
use leptos::prelude::*;
use staff::Staff;
use supervised::Supervised;

/// Whatever the app wants to have shown.
#[component]
pub fn Faces(
    /// Which screen.
    screen: Screen,
) -> impl IntoView {
    match screen {
        Screen::Identity => view! { <Identity/> }.into_any(),
        Screen::Device => view! { <Device/> }.into_any(),
        Screen::Staff => view! { <Staff/> }.into_any(),
        Screen::Supervised { class } => view! { <Supervised class/> }.into_any(),
        Screen::Check { class, drawn } => view! { <Check class drawn/> }.into_any(),
    }
}

/// Something fetched, outside the app: a sign-out is told to it.
fn fetched<T: Clone + Send + Sync + 'static>(
    ask: impl Fn() -> futures::future::LocalBoxFuture<'static, crate::api::Answer<T>> + 'static,
) -> Fetched<T> {
    Fetched::outside(ask)
}
