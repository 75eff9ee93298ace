//! The watch page: the film, where I am, what is credited, and why not more.

mod gate;
mod identity;
mod progress;

use crate::{
    api,
    browser::player,
    components::{
        icon::{Glyph, Icon},
        length::{self, text},
        page_title::PageTitle,
    },
    i18n::{t_string, use_i18n},
    pages::{classes::unit_path, not_found::NotFound},
    state::fetched::Fetched,
    state::identity::use_identity,
    state::study::Study,
};
use crate::{
    components::say::{live, said},
    say,
};
use contract::class::MyClass;
use gate::Gate;
use identity::Identity;
use leptos::{html::Video, prelude::*};
use leptos_router::{components::A, hooks::use_params_map};
use progress::Progress;
use study::{ClassId, Millis, UnitId};

/// Reads the address; each unit gets its own study.
#[component]
pub fn Watch() -> impl IntoView {
    let params = use_params_map();
    let ids = Memo::new(move |_| {
        params.with(|params| {
            let class: ClassId = params.get("class")?.parse().ok()?;
            let unit: UnitId = params.get("unit")?.parse().ok()?;
            Some((class, unit))
        })
    });
    move || match ids.get() {
        Some((class, unit)) => view! { <Watching class unit/> }.into_any(),
        None => view! { <NotFound/> }.into_any(),
    }
}

#[component]
fn Watching(class: ClassId, unit: UnitId) -> impl IntoView {
    let i18n = use_i18n();
    player::load_controls();
    let study = Study::begin(class, unit);
    let outline = Fetched::new(use_identity(), move || Box::pin(api::my_class(class)));
    let title = Signal::derive(move || {
        study
            .started
            .with(|started| {
                started
                    .as_ref()
                    .map(|started| text(i18n.get_locale(), &started.title))
            })
            .unwrap_or_else(|| t_string!(i18n, watch.title).to_string())
    });
    // The film stays on the page through hand-overs and new leases: only its address decides.
    let film = Memo::new(move |_| {
        study.started.with(|started| {
            started
                .as_ref()
                .map(|started| (started.film_url.clone(), started.captions_url.clone()))
        })
    });
    view! {
        <div class="watch">
            <p class="back"><A href="/classes">"‹ " {say!(i18n, classes.title)}</A></p>
            <PageTitle text=title/>
            <Gate study/>
            <Identity study class/>
            {live(move || (film.get().map(|(film, captions)| view! { <Film study film captions/> })).into_any())}
            {live(move || (study.started.get().map(|started| view! { <Progress study started/> })).into_any())}
            {live(move || match outline.get() {
                Some(Ok(class)) => view! { <NextUnit study class unit/> }.into_any(),
                // The list of units is a comfort here; without it the back link still leads to it.
                None | Some(Err(_)) => ().into_any(),
            })}
        </div>
    }
}

/// The player: keyboard, captions, speed and full screen by media-chrome.
#[component]
fn Film(study: Study, film: String, captions: String) -> impl IntoView {
    let i18n = use_i18n();
    let video = NodeRef::<Video>::new();
    Effect::new(move || {
        if let Some(video) = video.get() {
            study.attach(video);
        }
    });
    let language = move || crate::state::preferences::tag(i18n.get_locale());
    let time = said(move || {
        let at = study
            .view
            .with(|view| view.as_ref().map_or(Millis::ZERO, |view| view.media_ms));
        length::place(at)
    });
    view! {
        <media-controller class="player" lang=language hotkeys="nop" attr:aria-label=say!(i18n, watch.film)>
            <video node_ref=video slot="media" src=film preload="auto" playsinline=true>
                <track kind="captions" srclang="zh" label="中文字幕" src=captions default=true/>
            </video>
            <media-loading-indicator slot="centered-chrome" attr:noautohide="" ></media-loading-indicator>
            <media-control-bar>
                <media-play-button></media-play-button>
                <media-seek-backward-button attr:seekoffset="10"></media-seek-backward-button>
                <media-mute-button></media-mute-button>
                <media-volume-range></media-volume-range>
                <media-time-range></media-time-range>
                // Plain text instead of media-chrome's display, whose name hides its text from a screen reader; in full screen
                // the bars below are out of sight.
                <span class="time">{time}</span>
                <media-captions-button></media-captions-button>
                <media-playback-rate-button attr:rates="0.75 1 1.25 1.5"></media-playback-rate-button>
                <media-fullscreen-button></media-fullscreen-button>
            </media-control-bar>
        </media-controller>
        <Show when=move || study.film_broken.get()>
            <div class="notice pending" role="status">
                <Glyph icon=Icon::CloudOff/> <p>{say!(i18n, watch.film_broken)}</p>
            </div>
        </Show>
    }
}

/// Where to go when this unit is done.
#[component]
fn NextUnit(study: Study, class: MyClass, unit: UnitId) -> impl IntoView {
    let i18n = use_i18n();
    let id = class.class;
    let next = class
        .units
        .iter()
        .skip_while(|known| known.unit != unit)
        .nth(1)
        .cloned();
    view! {
        <nav class="next" aria-label=say!(i18n, watch.next_title)>
            {match next {
                Some(next) => view! {
                    <A href=unit_path(id, next.unit) attr:class=move || if study.ended.get() { "button wide big" } else { "button wide secondary" }>
                        {said(move || {
                            let title = text(i18n.get_locale(), &next.title);
                            t_string!(i18n, watch.next, title = title)
                        })}
                        <Glyph icon=Icon::Forward/>
                    </A>
                }.into_any(),
                None => view! {
                    <A href="/proofs" attr:class="button wide secondary">
                        <Glyph icon=Icon::Badge/> {say!(i18n, watch.to_proofs)}
                    </A>
                }.into_any(),
            }}
        </nav>
    }
}
