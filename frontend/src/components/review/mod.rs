//! Reviewing claims, learner by learner (clause A69): the list, one claim, one learner, the decision.

mod claim;
mod days;
mod decision;
mod learner;
mod list;
mod photos;
mod words;

use crate::{browser::document, components::say::live};
use claim::Claim;
use leptos::prelude::*;
use list::Claims;
use uuid::Uuid;

/// The screen.
#[component]
pub fn Review() -> impl IntoView {
    let opened = RwSignal::new(None::<Uuid>);
    let back = Callback::new(move |()| {
        opened.set(None);
        request_animation_frame(|| document::focus("#claims"));
    });
    live(move || match opened.get() {
        None => {
            view! { <Claims open=Callback::new(move |claim| opened.set(Some(claim)))/> }.into_any()
        }
        Some(claim) => view! { <Claim claim back/> }.into_any(),
    })
}
