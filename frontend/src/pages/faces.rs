//! The pages about faces: the app holds their title and their place, a wasm of its own draws them.

use crate::{
    browser::faces::{self, NotLoaded, Screen, Told},
    components::{
        icon::{Glyph, Icon},
        page_title::PageTitle,
        say::live,
        skeleton::Skeleton,
    },
    i18n::use_i18n,
    pages::not_found::NotFound,
    say,
    state::identity::use_identity,
    told,
};
use leptos::prelude::*;
use leptos_router::hooks::{use_navigate, use_params_map};
use study::ClassId;

/// `/face`: consent, enrolment, withdrawal.
#[component]
pub fn Face() -> impl IntoView {
    let i18n = use_i18n();
    view! { <Place title=told!(i18n, face.title) screen=Screen::Identity/> }
}

/// `/device`: the device check.
#[component]
pub fn Device() -> impl IntoView {
    let i18n = use_i18n();
    view! { <Place title=told!(i18n, device.title) screen=Screen::Device/> }
}

/// `/staff`: what waits for a member of staff.
#[component]
pub fn Staff() -> impl IntoView {
    let i18n = use_i18n();
    view! { <Place title=told!(i18n, staff.title) screen=Screen::Staff/> }
}

fn class() -> Option<ClassId> {
    use_params_map().with_untracked(|params| params.get("class")?.parse().ok())
}

/// `/classes/{class}/code`: the code for the teacher.
#[component]
pub fn Code() -> impl IntoView {
    let i18n = use_i18n();
    match class() {
        Some(class) => view! {
            <Place title=told!(i18n, code.title) screen=Screen::Supervised { class }/>
        }
        .into_any(),
        None => view! { <NotFound/> }.into_any(),
    }
}

/// `/classes/{class}/check`: a face check that the learner asks for; afterwards back to the classes.
#[component]
pub fn Check() -> impl IntoView {
    let i18n = use_i18n();
    let Some(class) = class() else {
        return view! { <NotFound/> }.into_any();
    };
    let screen = Screen::Check { class, drawn: None };
    view! { <Place title=told!(i18n, face.title) screen/> }.into_any()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Loading,
    Shown,
    Failed,
}

#[component]
fn Place(title: Signal<String>, screen: Screen) -> impl IntoView {
    let i18n = use_i18n();
    let identity = use_identity();
    let navigate = use_navigate();
    let stage = RwSignal::new(Stage::Loading);
    let screen = StoredValue::new(screen);
    let heard = StoredValue::new_local(faces::hear(move |told| match told {
        Told::Closed => navigate("/classes", leptos_router::NavigateOptions::default()),
        Told::SignedOut => identity.forget(),
        Told::Opened | Told::Changed => {}
    }));
    on_cleanup(move || {
        heard.dispose();
        faces::clear();
    });
    let load = move || {
        stage.set(Stage::Loading);
        let screen = screen.get_value();
        leptos::task::spawn_local(async move {
            // The page may be left by now; then there is no place any more, and nothing is drawn.
            stage.try_set(match faces::show(&screen).await {
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
            Stage::Failed => view! {
                <div class="notice void" role="alert">
                    <Glyph icon=Icon::Alert/>
                    <div>
                        <p>{say!(i18n, failure.no_answer)}</p>
                        <button type="button" class="secondary" on:click=move |_| load()>
                            <Glyph icon=Icon::Again/> {say!(i18n, common.retry)}
                        </button>
                    </div>
                </div>
            }.into_any(),
        })}
        <div id=faces::PLACE></div>
    }
}
