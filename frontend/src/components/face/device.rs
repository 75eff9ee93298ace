//! The device check: camera, clock, storage, network, each with what to do about it. Nothing of it leaves the device.

use super::camera_trouble::{LeaveWeChat, what, what_to_do};
use crate::{
    api,
    browser::{
        camera::{Camera, NoCamera},
        clock, device,
        storage::{self, Shelf},
    },
    components::{
        icon::{Glyph, Icon},
        say::live,
    },
    i18n::{Locale, t_string, td_string, use_i18n},
    say,
};
use gloo_timers::future::TimeoutFuture;
use leptos::{html::Video, prelude::*};
use study::Millis;

/// Beyond this, a person should set the clock: the words on the page would be wrong.
const CLOCK_MS_MAX: u64 = 5_000;
/// Enough for the films, with room.
const ENOUGH_KBPS: u64 = 2_000;
/// A file of the page that is large enough to measure by and is there anyway.
const SAMPLE: &str = "/annex_bg.wasm";

/// What was found.
#[derive(Clone, Debug, PartialEq)]
struct Found {
    camera: Result<(String, u32, u32), NoCamera>,
    /// How far off the clock is.
    clock: Option<Millis>,
    storage: bool,
    kbps: Option<u64>,
}

#[derive(Clone, PartialEq)]
enum Stage {
    Ready,
    Running,
    Done(Found),
}

/// The screen.
#[component]
pub fn Device() -> impl IntoView {
    let i18n = use_i18n();
    let stage = RwSignal::new(Stage::Ready);
    let video = NodeRef::<Video>::new();
    let run = move |_| {
        if stage.get_untracked() == Stage::Running {
            return;
        }
        stage.set(Stage::Running);
        leptos::task::spawn_local(async move {
            let Some(element) = video.get_untracked() else {
                return;
            };
            let camera = match Camera::open(element).await {
                Ok(camera) => {
                    // Long enough to see oneself.
                    TimeoutFuture::new(2_000).await;
                    let (width, height) = camera.size();
                    Ok((camera.label(), width, height))
                }
                Err(trouble) => Err(trouble),
            };
            let found = Found {
                camera,
                clock: clock_off().await,
                storage: keeps(),
                kbps: speed().await,
            };
            stage.try_set(Stage::Done(found));
        });
    };
    view! {
        <div class="reading">
            <p>{say!(i18n, device.lead)}</p>
            <LeaveWeChat/>
            <div class="lens" class:hidden=move || stage.get() != Stage::Running>
                <video node_ref=video playsinline=true muted=true aria-label=say!(i18n, camera.preview)></video>
            </div>
            <button type="button" class="big" on:click=run aria-disabled=move || (stage.get() == Stage::Running).to_string()>
                <Glyph icon=Icon::Camera/>
                {live(move || match stage.get() {
                    Stage::Ready => t_string!(i18n, device.run),
                    Stage::Running => t_string!(i18n, device.running),
                    Stage::Done(_) => t_string!(i18n, device.again),
                }.into_any())}
            </button>
            <div aria-live="polite">
                {live(move || match stage.get() {
                    Stage::Done(found) => view! { <Results found/> }.into_any(),
                    Stage::Ready | Stage::Running => ().into_any(),
                })}
            </div>
        </div>
    }
}

async fn clock_off() -> Option<Millis> {
    let server = api::face::server_clock().await?;
    Some(Millis(server.0.abs_diff(clock::wall().0)))
}

fn keeps() -> bool {
    const KEY: &str = "zhenxue.device-check";
    let kept = storage::write(Shelf::Browser, KEY, "1")
        && storage::read(Shelf::Browser, KEY).as_deref() == Some("1");
    storage::remove(Shelf::Browser, KEY);
    kept
}

/// Kilobits per second of a file fetched anew.
async fn speed() -> Option<u64> {
    let (bytes, took) = api::face::download(SAMPLE).await?;
    Some(bytes.saturating_mul(8) / took.0.max(1))
}

#[component]
fn Results(found: Found) -> impl IntoView {
    let i18n = use_i18n();
    let locale = i18n.get_locale();
    view! {
        <h2>{t_string!(i18n, device.results)}</h2>
        <ul class="rows">
            {lines(locale, &found).into_iter().map(|(good, name, words)| view! {
                <li>
                    <span class=if good { "tone good" } else { "tone pending" }>
                        <Glyph icon=if good { Icon::Check } else { Icon::Triangle }/>
                    </span>
                    <div class="grow">
                        <strong>{name}</strong>
                        <span class="tag">{if good { td_string!(locale, device.good) } else { td_string!(locale, device.look) }}</span>
                        <small>{words}</small>
                    </div>
                </li>
            }).collect_view()}
        </ul>
        <p><a href="/face">{t_string!(i18n, me.identity_go)}</a> " · " <a href="/classes">{t_string!(i18n, enrol.to_classes)}</a></p>
    }
}

/// Whether each is fine, its name, and what to do about it.
fn lines(locale: Locale, found: &Found) -> Vec<(bool, &'static str, String)> {
    let camera = match &found.camera {
        Ok((label, w, h)) => {
            let label = if label.is_empty() {
                td_string!(locale, device.camera_none).to_string()
            } else {
                label.clone()
            };
            td_string!(locale, device.camera_good, label = label, w = w, h = h)
        }
        Err(trouble) => format!(
            "{} {}",
            what(locale, *trouble),
            what_to_do(locale, *trouble, device::here())
        ),
    };
    let off_s = found.clock.map(|off| off.0.div_ceil(1_000));
    let clock_good = found.clock.is_some_and(|off| off.0 <= CLOCK_MS_MAX);
    let clock = match off_s {
        Some(s) if clock_good => td_string!(locale, device.clock_good, s = s),
        Some(s) => td_string!(locale, device.clock_off, s = s),
        None => td_string!(locale, device.clock_unknown).to_string(),
    };
    let storage = if found.storage {
        td_string!(locale, device.storage_good)
    } else {
        td_string!(locale, device.storage_off)
    };
    let fast = found.kbps.is_some_and(|kbps| kbps >= ENOUGH_KBPS);
    let network = match found.kbps {
        None => td_string!(locale, device.network_unknown).to_string(),
        Some(kbps) => {
            let mbps = format!("{}.{}", kbps / 1_000, kbps % 1_000 / 100);
            if fast {
                td_string!(locale, device.network_good, mbps = mbps)
            } else {
                td_string!(locale, device.network_slow, mbps = mbps)
            }
        }
    };
    vec![
        (
            found.camera.is_ok(),
            td_string!(locale, device.camera),
            camera,
        ),
        (clock_good, td_string!(locale, device.clock), clock),
        (
            found.storage,
            td_string!(locale, device.storage),
            storage.to_string(),
        ),
        (fast, td_string!(locale, device.network), network),
    ]
}
