//! The public verify page. Nobody needs to sign in, and nothing about a proof is asked of the server.

use crate::{
    api::Failure,
    browser::verifier,
    components::{
        failure::FailureNotice,
        icon::{Glyph, Icon},
        page_title::PageTitle,
        say::live,
        skeleton::Skeleton,
    },
    i18n::use_i18n,
    say, told,
};
use leptos::prelude::*;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Loading,
    Shown,
    NotLoaded,
}

/// The page.
#[component]
pub fn Verify() -> impl IntoView {
    let i18n = use_i18n();
    let stage = RwSignal::new(Stage::Loading);
    let load = move || {
        stage.set(Stage::Loading);
        leptos::task::spawn_local(async move {
            let shown = verifier::show().await.is_ok();
            stage.set(if shown {
                Stage::Shown
            } else {
                Stage::NotLoaded
            });
        });
    };
    Effect::new(load);
    view! {
        <div class="reading">
            <PageTitle text=told!(i18n, verify.title)/>
            <p>{say!(i18n, verify.intro)}</p>
            {live(move || match stage.get() {
                Stage::Loading => view! { <Skeleton blocks=1/> }.into_any(),
                Stage::Shown => ().into_any(),
                Stage::NotLoaded => view! { <FailureNotice failure=Failure::NoAnswer retry=Callback::new(move |()| load())/> }.into_any(),
            })}
            <div id=verifier::PLACE></div>
            <p class="offline">
                <a href="/verify.html" download="zhenxue-verify.html" rel="external" class="button secondary">
                    <Glyph icon=Icon::Download/> {say!(i18n, verify.offline)}
                </a>
                <small>{say!(i18n, verify.offline_text)}</small>
            </p>
        </div>
    }
}
