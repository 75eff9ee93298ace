//! The guided enrolment: four shots, each taken by itself when it is good enough.

use super::{
    album_run::{Lens, Opening, still},
    camera_trouble::{CameraTrouble, LeaveWeChat},
    hints,
};
use crate::{
    api::{self, Failure},
    browser::{camera::NoCamera, clock, document},
    components::{
        failure::FailureNotice,
        icon::{Glyph, Icon},
        say::live,
    },
    i18n::{t_string, use_i18n},
    say,
    state::capture::{Shot, hint},
};
use contract::face::{Enrol, FaceHint, FaceModels, HeadAction};
use gloo_timers::future::TimeoutFuture;
use leptos::{html::Video, prelude::*};
use study::Millis;

/// Shots that the template is made of: between the fewest and the most that the server takes.
const N_SHOTS: usize = 4;
/// Between two shots, so that they differ.
const GAP: Millis = Millis(700);
/// Between two looks that were not good enough.
const LOOK: Millis = Millis(250);
/// Before the first shot where nobody looks at them: the person has just seen the camera go on.
const POSE_MS: u32 = 2_000;

#[derive(Clone, PartialEq)]
enum Stage {
    Ready,
    Running,
    Sending,
    Trouble(NoCamera),
    Failed(Failure),
}

/// The enrolment.
#[component]
pub fn Enrolment(
    /// The models to judge with.
    models: FaceModels,
    /// What to do once enrolled.
    done: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let stage = RwSignal::new(Stage::Ready);
    let opening = RwSignal::new(Opening::Camera);
    let taken = RwSignal::new(0_usize);
    let now = RwSignal::new(None::<FaceHint>);
    let blind = RwSignal::new(false);
    let video = NodeRef::<Video>::new();
    let run = StoredValue::new(0_u64);
    let models = StoredValue::new(models);
    let begin = move |()| {
        let number = run
            .try_update_value(|run| {
                *run += 1;
                *run
            })
            .unwrap_or(0);
        stage.set(Stage::Running);
        taken.set(0);
        now.set(None);
        leptos::task::spawn_local(async move {
            // The video comes onto the page with the stage.
            TimeoutFuture::new(0).await;
            let Some(element) = video.get_untracked() else {
                return;
            };
            document::focus("#enrol-status");
            let models = models.get_value();
            let came = async {
                let mut lens = Lens::open(element, &models, true, clock::now(), opening).await?;
                blind.try_set(!lens.sees());
                let shots = shots(&mut lens, run, number, taken, now).await?;
                Ok((shots, lens.label()))
            };
            let (shots, camera) = match came.await {
                Ok((shots, camera)) if still(run, number) => (shots, camera),
                Ok(_) => return,
                Err(trouble) => {
                    if still(run, number) {
                        stage.try_set(Stage::Trouble(trouble));
                    }
                    return;
                }
            };
            stage.try_set(Stage::Sending);
            let frames = shots.into_iter().map(Shot::into_frame).collect();
            match api::face::enrol(&Enrol { frames, camera }).await {
                Ok(()) => done.run(()),
                Err(failure) => {
                    stage.try_set(Stage::Failed(failure));
                }
            }
        });
    };
    let stop = move |_| {
        run.update_value(|run| *run += 1);
        stage.set(Stage::Ready);
    };
    let again = Callback::new(begin);
    view! {
        <p>{say!(i18n, enrol.why)}</p>
        {live(move || match stage.get() {
            Stage::Ready => view! {
                <LeaveWeChat/>
                <button type="button" class="big" on:click=move |_| begin(())>
                    <Glyph icon=Icon::Camera/> {t_string!(i18n, enrol.start)}
                </button>
            }.into_any(),
            Stage::Running => view! {
                <div class="lens">
                    <video node_ref=video playsinline=true muted=true aria-label=t_string!(i18n, camera.preview)></video>
                    <span class="oval" aria-hidden="true"></span>
                </div>
            }.into_any(),
            Stage::Sending => ().into_any(),
            Stage::Trouble(trouble) => view! { <CameraTrouble trouble retry=again/> }.into_any(),
            Stage::Failed(failure) => view! { <FailureNotice failure retry=again/> }.into_any(),
        })}
        <div id="enrol-status" tabindex="-1" class="lens-words" role="status">
            {live(move || match stage.get() {
                Stage::Running => {
                    let words = match (opening.get(), now.get()) {
                        (Opening::Camera, _) => t_string!(i18n, enrol.opening),
                        (Opening::Worker, _) => t_string!(i18n, enrol.loading),
                        (Opening::Open, _) if blind.get() => t_string!(i18n, enrol.no_worker),
                        (Opening::Open, Some(hint)) => hints::words(i18n.get_locale(), hint),
                        (Opening::Open, None) if taken.get() > 0 => t_string!(i18n, enrol.good),
                        (Opening::Open, None) => t_string!(i18n, enrol.straight),
                    };
                    let n = taken.get();
                    view! {
                        <p class="strong">{words}</p>
                        <p>{t_string!(i18n, enrol.shots, n = n, all = N_SHOTS)}</p>
                    }.into_any()
                }
                Stage::Sending => view! { <p>{t_string!(i18n, enrol.sending)}</p> }.into_any(),
                Stage::Ready | Stage::Trouble(_) | Stage::Failed(_) => ().into_any(),
            })}
        </div>
        {live(move || (stage.get() == Stage::Running).then(|| view! {
            <button type="button" class="secondary" on:click=stop>{t_string!(i18n, enrol.stop)}</button>
        }).into_any())}
    }
}

/// Takes shots until there are enough good ones, or the run is over.
async fn shots(
    lens: &mut Lens,
    run: StoredValue<u64>,
    number: u64,
    taken: RwSignal<usize>,
    now: RwSignal<Option<FaceHint>>,
) -> Result<Vec<Shot>, NoCamera> {
    let mut shots = Vec::new();
    let mut gap = LOOK;
    if !lens.sees() {
        TimeoutFuture::new(POSE_MS).await;
    }
    while shots.len() < N_SHOTS && still(run, number) {
        let shot = lens.shot(gap).await?;
        let wrong = shot
            .seen
            .as_ref()
            .and_then(|seen| hint(seen, HeadAction::None));
        now.try_set(wrong);
        // Without a worker nobody can say; the server will.
        if wrong.is_none() {
            shots.push(shot);
            taken.try_set(shots.len());
            gap = GAP;
        } else {
            gap = LOOK;
        }
    }
    Ok(shots)
}
