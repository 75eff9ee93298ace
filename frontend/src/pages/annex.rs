//! The pages of the annex: the app holds their title and their place, a wasm of its own draws them.

use crate::{
    api::Failure,
    browser::annex::{self, NotLoaded, Screen, Told},
    components::{
        failure::FailureNotice, page_title::PageTitle, say::live, signed_in::SignedIn,
        skeleton::Skeleton,
    },
    i18n::use_i18n,
    pages::not_found::NotFound,
    state::identity::use_identity,
    told,
};
use leptos::prelude::*;
use leptos_router::hooks::{use_navigate, use_params_map};

/// The screens at `/…`: one route for all, because the router grows by each kind of route that the first page knows.
#[component]
pub fn Alone() -> impl IntoView {
    let i18n = use_i18n();
    let name = param("screen");
    move || match &*name.get() {
        "about" => {
            view! { <Place title=told!(i18n, about.title) screen=Screen::About/> }.into_any()
        }
        // For whoever holds the link, signed in or not.
        "invitation" => {
            view! { <Place title=told!(i18n, invitation.title) screen=Screen::Invitation/> }
                .into_any()
        }
        "institution" => inside(told!(i18n, institution.title), Screen::Institution),
        "review" => inside(told!(i18n, review.title), Screen::Review),
        "proofs" => inside(told!(i18n, proofs.title), Screen::MyProofs),
        "record" => inside(told!(i18n, record.title), Screen::Record),
        "face" => inside(told!(i18n, face.title), Screen::Identity),
        "device" => inside(told!(i18n, device.title), Screen::Device),
        "staff" => inside(told!(i18n, staff.title), Screen::Staff),
        _ => view! { <NotFound/> }.into_any(),
    }
}

/// The screens at `/classes/{class}/…`.
#[component]
pub fn OfClass() -> impl IntoView {
    let i18n = use_i18n();
    let (class, name) = (param("class"), param("screen"));
    move || match (class.get().parse(), &*name.get()) {
        (Ok(class), "roster") => inside(told!(i18n, roster.title), Screen::Roster { class }),
        (Ok(class), "claim") => inside(told!(i18n, claim.title), Screen::Claim { class }),
        (Ok(class), "code") => inside(told!(i18n, code.title), Screen::Supervised { class }),
        (Ok(class), "board") => inside(told!(i18n, board.title), Screen::Board { class }),
        (Ok(class), "proofs") => inside(
            told!(i18n, class_proofs.title),
            Screen::ClassProofs { class },
        ),
        // Asked for by the learner; afterwards back to the classes.
        (Ok(class), "check") => inside(
            told!(i18n, face.title),
            Screen::Check { class, drawn: None },
        ),
        _ => view! { <NotFound/> }.into_any(),
    }
}

/// A part of the address; the route stays where only that changes.
fn param(name: &'static str) -> Memo<String> {
    let params = use_params_map();
    Memo::new(move |_| params.with(|params| params.get(name).unwrap_or_default()))
}

/// For whoever is signed in.
fn inside(title: Signal<String>, screen: Screen) -> AnyView {
    view! { <SignedIn><Place title screen=screen.clone()/></SignedIn> }.into_any()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Loading,
    Shown,
    Failed,
}

#[component]
fn Place(title: Signal<String>, screen: Screen) -> impl IntoView {
    let identity = use_identity();
    let navigate = use_navigate();
    let stage = RwSignal::new(Stage::Loading);
    let screen = StoredValue::new(screen);
    let heard = StoredValue::new_local(annex::hear(move |told| match told {
        Told::Closed => navigate("/classes", leptos_router::NavigateOptions::default()),
        Told::SignedOut => identity.forget(),
        Told::Opened | Told::Changed => {}
    }));
    on_cleanup(move || {
        heard.dispose();
        annex::clear();
    });
    let load = move || {
        stage.set(Stage::Loading);
        let screen = screen.get_value();
        leptos::task::spawn_local(async move {
            // The page may be left by now; then there is no place any more, and nothing is drawn.
            stage.try_set(match annex::show(&screen).await {
                Ok(()) => Stage::Shown,
                Err(NotLoaded) => Stage::Failed,
            });
        });
    };
    Effect::new(load);
    view! {
        <PageTitle text=title/>
        {live(move || match stage.get() {
            Stage::Loading => view! { <Skeleton blocks=2/> }.into_any(),
            Stage::Shown => ().into_any(),
            Stage::Failed => view! { <FailureNotice failure=Failure::NoAnswer retry=Callback::new(move |()| load())/> }.into_any(),
        })}
        <div id=annex::PLACE></div>
    }
}
