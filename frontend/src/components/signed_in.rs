//! Shows its children to whoever is signed in, and the way to sign in to everybody else.

use super::{failure::FailureNotice, skeleton::Skeleton};
use crate::{
    api::Failure,
    state::identity::{Who, use_identity},
};
use leptos::prelude::*;
use leptos_router::{components::Redirect, hooks::use_location};

#[derive(Clone, PartialEq)]
enum Door {
    Waiting,
    Open,
    Shut,
    Broken(Failure),
}

/// Children for a signed-in person only. What they may do is the server's business.
#[component]
pub fn SignedIn(
    /// What to show.
    children: ChildrenFn,
) -> impl IntoView {
    let identity = use_identity();
    let location = use_location();
    let door = Memo::new(move |_| match identity.who.get() {
        Who::Unknown => Door::Waiting,
        Who::Nobody => Door::Shut,
        Who::Somebody(_) => Door::Open,
        Who::Unreachable(failure) => Door::Broken(failure),
    });
    move || match door.get() {
        Door::Waiting => view! { <Skeleton/> }.into_any(),
        Door::Open => children().into_any(),
        Door::Shut => {
            let next = location.pathname.get_untracked();
            view! { <Redirect path=format!("/sign-in?next={next}")/> }.into_any()
        }
        Door::Broken(failure) => {
            view! { <FailureNotice failure=failure retry=Callback::new(move |()| identity.ask())/> }
                .into_any()
        }
    }
}
