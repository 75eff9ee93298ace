//! The screens that are not needed to sign in and to study. They live in a wasm of their own (`src/bin/annex`), which the app loads
//! when somebody comes to one.

use super::{
    about::About,
    board::Board,
    claim::ClassClaim,
    class_proofs::ClassProofs,
    face::{Check, Device, Identity, Staff, Supervised},
    my_proofs::MyProofs,
    record::Record,
    review::Review,
    roster::{ClassRoster, Institution, Invited},
};
use crate::browser::annex::Screen;
use leptos::prelude::*;

/// Whatever the app wants to have shown.
#[component]
pub fn Annex(
    /// Which screen.
    screen: Screen,
) -> impl IntoView {
    match screen {
        Screen::About => view! { <About/> }.into_any(),
        Screen::Record => view! { <Record/> }.into_any(),
        Screen::MyProofs => view! { <MyProofs/> }.into_any(),
        Screen::Identity => view! { <Identity/> }.into_any(),
        Screen::Device => view! { <Device/> }.into_any(),
        Screen::Staff => view! { <Staff/> }.into_any(),
        Screen::Board { class } => view! { <Board class/> }.into_any(),
        Screen::Review => view! { <Review/> }.into_any(),
        Screen::ClassProofs { class } => view! { <ClassProofs class/> }.into_any(),
        Screen::Institution => view! { <Institution/> }.into_any(),
        Screen::Roster { class } => view! { <ClassRoster class/> }.into_any(),
        Screen::Claim { class } => view! { <ClassClaim class/> }.into_any(),
        Screen::Invitation => view! { <Invited/> }.into_any(),
        Screen::Supervised { class } => view! { <Supervised class/> }.into_any(),
        Screen::Check { class, drawn } => view! { <Check class drawn/> }.into_any(),
    }
}
