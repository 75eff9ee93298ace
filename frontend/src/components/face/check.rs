//! A face check: what to do, how long is left, the camera's picture, and what came of it. The film waits behind it.

use super::{
    album_run::{Lens, Opening, still},
    camera_trouble::CameraTrouble,
    hints,
    verdict::VerdictView,
};
use crate::{
    api::{self, Failure},
    browser::{
        annex::{self, Told},
        camera::NoCamera,
        clock, device, document,
    },
    components::{
        failure::FailureNotice,
        icon::{Glyph, Icon},
        say::{live, said},
    },
    i18n::{t_string, use_i18n},
    say,
    state::capture::{Album, Progress, hint},
};
use contract::{
    error::ErrorCode,
    face::{
        Challenge, CheckAnswer, CheckId, CheckOrigin, CheckOutcome, CheckState, CheckStatus,
        FaceHint, HeadAction,
    },
};
use gloo_timers::future::TimeoutFuture;
use leptos::{
    html::{Dialog, Video},
    prelude::*,
};
use std::time::Duration;
use study::{ClassId, Millis};

/// So much must be left for the frames to reach the server.
const SEND_BEFORE: Millis = Millis(6_000);
/// Timers may fire a little early.
const GAP_SLACK: Millis = Millis(25);
/// A worker-less answer shows this much time: enough to read what to do and to do it.
const BLIND_MS: Millis = Millis(6_500);
/// How often a verdict that is not there yet is asked for.
const POLL_MS: u32 = 2_000;
/// How long a passed check says so.
const PASSED_MS: u32 = 2_000;
/// The server settles a miss when the time is up; ask a little later.
const AFTER_DEADLINE_MS: u32 = 1_500;

#[derive(Clone, PartialEq)]
enum Stage {
    Drawing,
    Live,
    Sending,
    Judging,
    Verdict(Box<CheckStatus>),
    Trouble(NoCamera),
    Failed(Failure),
}

/// What the parts of the screen share.
#[derive(Clone, Copy)]
struct Desk {
    class: ClassId,
    /// Whether the learner asked for it, and so waits for the result.
    asked: bool,
    stage: RwSignal<Stage>,
    current: RwSignal<Option<(Challenge, Millis)>>,
    opening: RwSignal<Opening>,
    progress: RwSignal<Progress>,
    hint: RwSignal<Option<FaceHint>>,
    /// What the last try lacked.
    lacked: RwSignal<Option<FaceHint>>,
    blind: RwSignal<bool>,
    left_s: RwSignal<u64>,
    run: StoredValue<u64>,
    video: NodeRef<Video>,
    dialog: NodeRef<Dialog>,
}

/// The screen.
#[component]
pub fn Check(
    /// The class.
    class: ClassId,
    /// The check to answer, and until when; `None` asks for one.
    drawn: Option<(Challenge, Millis)>,
) -> impl IntoView {
    let desk = Desk {
        class,
        asked: drawn.is_none(),
        stage: RwSignal::new(Stage::Drawing),
        current: RwSignal::new(drawn),
        opening: RwSignal::new(Opening::Camera),
        progress: RwSignal::new(Progress::default()),
        hint: RwSignal::new(None),
        lacked: RwSignal::new(None),
        blind: RwSignal::new(false),
        left_s: RwSignal::new(0),
        run: StoredValue::new(0),
        video: NodeRef::new(),
        dialog: NodeRef::new(),
    };
    if let Ok(tick) = set_interval_with_handle(move || desk.tick(), Duration::from_millis(250)) {
        on_cleanup(move || tick.clear());
    }
    Effect::new(move || {
        if desk.dialog.get().is_some() {
            desk.show();
            device::vibrate();
            desk.begin();
        }
    });
    view! {
        <dialog
            node_ref=desk.dialog
            class="check"
            aria-labelledby="check-title"
            on:cancel=move |event: web_sys::Event| { event.prevent_default(); desk.close(); }
        >
            <Body desk/>
        </dialog>
    }
}

impl Desk {
    fn show(self) {
        if let Some(dialog) = self.dialog.get_untracked()
            && !dialog.open()
        {
            let _ = dialog.show_modal();
            annex::tell(Told::Opened);
        }
    }

    fn hide(self) {
        if let Some(dialog) = self.dialog.get_untracked() {
            dialog.close();
        }
        annex::tell(Told::Closed);
    }

    /// The learner is done with it, or wants it later: the camera goes off, the film goes on.
    fn close(self) {
        self.run.update_value(|run| *run += 1);
        self.hide();
    }

    fn tick(self) {
        let left = self.current.with_untracked(|current| {
            current.as_ref().map_or(Millis::ZERO, |(_, until)| {
                until.saturating_sub(clock::now())
            })
        });
        let left_s = left.0.div_ceil(1_000);
        if self.left_s.get_untracked() != left_s {
            self.left_s.set(left_s);
        }
    }

    fn begin(self) {
        let Some(number) = self.run.try_update_value(|run| {
            *run += 1;
            *run
        }) else {
            return;
        };
        self.stage.set(Stage::Drawing);
        leptos::task::spawn_local(async move {
            let over = self.go(number).await;
            if !still(self.run, number) {
                return;
            }
            match over {
                Ok(stage) => self.stage.set(stage),
                Err(failure) => self.failed(failure),
            }
        });
    }

    fn failed(self, failure: Failure) {
        if failure.is_signed_out() {
            annex::tell(Told::SignedOut);
        }
        self.stage.set(Stage::Failed(failure));
    }

    /// One check from beginning to end, with its further tries; gives what is to be shown last.
    async fn go(self, number: u64) -> Result<Stage, Failure> {
        let models = api::face::my_face().await?.models;
        let open = self
            .current
            .get_untracked()
            .filter(|(_, until)| *until > clock::now());
        let mut challenge = match open {
            Some((challenge, _)) => challenge,
            None => self.take(api::face::make_up(self.class).await?),
        };
        loop {
            if !still(self.run, number) {
                return Ok(Stage::Drawing);
            }
            self.stage.set(Stage::Live);
            document::focus("#check-title");
            let Some(video) = self.video.get_untracked() else {
                return Ok(Stage::Drawing);
            };
            let lens = Lens::open(video, &models, false, clock::now(), self.opening).await;
            let came = match lens {
                Ok(lens) => self.capture(lens, &challenge, number).await,
                Err(trouble) => Err(trouble),
            };
            let (album, camera) = match came {
                Ok(came) => came,
                Err(trouble) => return Ok(Stage::Trouble(trouble)),
            };
            if !still(self.run, number) {
                return Ok(Stage::Drawing);
            }
            self.stage.set(Stage::Sending);
            let status = match album {
                Some(album) => {
                    let answer = CheckAnswer {
                        nonce: challenge.nonce,
                        passed: album.progress().good(),
                        frames: album.into_frames(),
                        camera,
                        models: models.manifest,
                    };
                    self.send(challenge.check, &answer).await?
                }
                None => self.missed(challenge.check).await?,
            };
            let status = self.judged(status, number).await?;
            match (status.state, status.next.clone()) {
                (CheckState::Retried, Some(next)) => {
                    self.lacked.set(status.hints.first().copied());
                    challenge = self.take(next);
                    self.show();
                }
                _ => return Ok(self.settled(status, number)),
            }
        }
    }

    fn take(self, challenge: Challenge) -> Challenge {
        let until = clock::now().saturating_add(challenge.answer_ms);
        self.current.set(Some((challenge.clone(), until)));
        self.tick();
        challenge
    }

    fn left(self) -> Millis {
        self.current.with_untracked(|current| {
            current.as_ref().map_or(Millis::ZERO, |(_, until)| {
                until.saturating_sub(clock::now())
            })
        })
    }

    /// Takes frames until they are good, or time is short. No album where nobody was ever seen: that is no answer.
    async fn capture(
        self,
        mut lens: Lens,
        challenge: &Challenge,
        number: u64,
    ) -> Result<(Option<Album>, String), NoCamera> {
        let mut album = Album::new(challenge.action, challenge.frames_min);
        let gap = challenge.frame_gap_ms.saturating_add(GAP_SLACK);
        let sees = lens.sees();
        self.blind.set(!sees);
        let blind_until = clock::now().saturating_add(BLIND_MS);
        let mut anybody = !sees;
        loop {
            let shot = lens.shot(gap).await?;
            if !still(self.run, number) {
                return Ok((None, String::new()));
            }
            if let Some(seen) = &shot.seen {
                anybody |= seen.yaw.is_some();
                self.hint.set(hint(seen, challenge.action));
            }
            album.add(shot);
            self.progress.set(album.progress());
            let left = self.left();
            let enough = album.enough();
            let good = if sees {
                album.progress().good()
            } else {
                clock::now() >= blind_until
            };
            if enough && (good || (anybody && left < SEND_BEFORE)) {
                return Ok((Some(album), lens.label()));
            }
            if left == Millis::ZERO {
                return Ok((None, lens.label()));
            }
        }
    }

    /// Sends the answer, again where no word came back: the server takes it once.
    async fn send(self, check: CheckId, answer: &CheckAnswer) -> Result<CheckStatus, Failure> {
        loop {
            match api::face::answer(check, answer).await {
                Ok(status) => return Ok(status),
                // It got through before, or the time is up: the server knows.
                Err(failure) if failure.code() == Some(ErrorCode::CheckOver) => {
                    return api::face::check(check).await;
                }
                Err(failure) if failure.is_passing() && self.left() > Millis::ZERO => {
                    let pause = failure.retry_after().unwrap_or(Millis(1_500)).0;
                    TimeoutFuture::new(u32::try_from(pause).unwrap_or(u32::MAX)).await;
                }
                Err(failure) => return Err(failure),
            }
        }
    }

    /// The time is up without an answer: what the server made of it.
    async fn missed(self, check: CheckId) -> Result<CheckStatus, Failure> {
        TimeoutFuture::new(AFTER_DEADLINE_MS).await;
        let mut status = api::face::check(check).await?;
        // The server settles what ran out by rounds.
        while status.state == CheckState::Open && self.run.try_get_value().is_some() {
            TimeoutFuture::new(POLL_MS).await;
            status = api::face::check(check).await?;
        }
        Ok(status)
    }

    /// Waits for a verdict that is not there yet: out of the way where the film waits behind it.
    async fn judged(self, mut status: CheckStatus, number: u64) -> Result<CheckStatus, Failure> {
        if status.state != CheckState::Judging {
            return Ok(status);
        }
        self.stage.set(Stage::Judging);
        if !self.asked {
            self.hide();
        }
        while status.state == CheckState::Judging && still(self.run, number) {
            TimeoutFuture::new(POLL_MS).await;
            match api::face::check(status.check).await {
                Ok(now) => status = now,
                Err(failure) if failure.is_passing() => {}
                Err(failure) => return Err(failure),
            }
        }
        Ok(status)
    }

    fn settled(self, status: CheckStatus, number: u64) -> Stage {
        annex::tell(Told::Changed);
        let hidden = self
            .dialog
            .get_untracked()
            .is_some_and(|dialog| !dialog.open());
        if status.outcome == Some(CheckOutcome::Passed) {
            if !hidden {
                leptos::task::spawn_local(async move {
                    TimeoutFuture::new(PASSED_MS).await;
                    if still(self.run, number) {
                        self.close();
                    }
                });
            }
        } else {
            self.show();
        }
        Stage::Verdict(Box::new(status))
    }
}

#[component]
fn Body(desk: Desk) -> impl IntoView {
    let i18n = use_i18n();
    let live_now = move || desk.stage.with(|stage| matches!(stage, Stage::Live));
    let over = move || desk.stage.with(|stage| matches!(stage, Stage::Verdict(_)));
    let again = Callback::new(move |()| desk.begin());
    let make_up = Callback::new(move |()| {
        desk.current.set(None);
        desk.lacked.set(None);
        desk.begin();
    });
    let close = Callback::new(move |()| desk.close());
    view! {
        <div class="check-head">
            <h2 id="check-title" tabindex="-1">{said(move || match desk.current.get().map(|(challenge, _)| challenge.origin) {
                Some(CheckOrigin::SignIn) => t_string!(i18n, facecheck.title_sign_in),
                Some(CheckOrigin::MakeUp) => t_string!(i18n, facecheck.title_make_up),
                Some(CheckOrigin::RollCall) => t_string!(i18n, facecheck.title_roll_call),
                Some(CheckOrigin::Random | CheckOrigin::Supervised) | None => t_string!(i18n, facecheck.title_random),
            })}</h2>
            <Show when=move || !over()><Countdown desk/></Show>
        </div>
        <div class="lens" class:hidden=move || !live_now()>
            <video node_ref=desk.video playsinline=true muted=true aria-label=say!(i18n, camera.preview)></video>
            <span class="oval" aria-hidden="true"></span>
        </div>
        <div class="lens-words" aria-live="assertive">
            {live(move || match desk.stage.get() {
                Stage::Live => view! { <Asked desk/> }.into_any(),
                Stage::Drawing => view! { <p>{t_string!(i18n, facecheck.drawing)}</p> }.into_any(),
                Stage::Sending | Stage::Judging => view! { <p>{t_string!(i18n, facecheck.sending)}</p> }.into_any(),
                Stage::Verdict(_) | Stage::Trouble(_) | Stage::Failed(_) => ().into_any(),
            })}
        </div>
        {live(move || match desk.stage.get() {
            Stage::Verdict(status) => view! { <VerdictView status=*status make_up close/> }.into_any(),
            Stage::Trouble(trouble) => view! { <CameraTrouble trouble retry=again/> }.into_any(),
            Stage::Failed(failure) => {
                let enrol = matches!(failure.code(), Some(ErrorCode::NotEnrolled | ErrorCode::NoConsent));
                view! {
                    <FailureNotice failure retry=again/>
                    {enrol.then(|| view! { <p><a href="/face" class="button">{t_string!(i18n, checks.choose_go)}</a></p> })}
                }.into_any()
            }
            Stage::Drawing | Stage::Live | Stage::Sending | Stage::Judging => ().into_any(),
        })}
        <Show when=move || !over()>
            <button type="button" class="quiet wide" on:click=move |_| desk.close()>{say!(i18n, facecheck.later)}</button>
        </Show>
    }
}

/// What is asked, what is seen, and what could be better.
#[component]
fn Asked(desk: Desk) -> impl IntoView {
    let i18n = use_i18n();
    let asked = move || {
        desk.current
            .with(|current| current.as_ref().map(|(challenge, _)| challenge.clone()))
    };
    let action = move || asked().map_or(HeadAction::None, |challenge| challenge.action);
    let point = move |done: bool, yes: String, no: String| {
        let (icon, tone, words) = if done {
            (Icon::Check, "good", yes)
        } else {
            (Icon::Dashed, "waits", no)
        };
        view! { <li class=tone><Glyph icon/> {words}</li> }
    };
    view! {
        {live(move || {
            let (icon, words) = match (desk.opening.get(), action()) {
                (Opening::Camera, _) => (Icon::Camera, t_string!(i18n, enrol.opening)),
                (Opening::Worker, _) => (Icon::Download, t_string!(i18n, enrol.loading)),
                (Opening::Open, HeadAction::None) => (Icon::Person, t_string!(i18n, facecheck.look)),
                (Opening::Open, HeadAction::TurnLeft) => (Icon::Left, t_string!(i18n, facecheck.left)),
                (Opening::Open, HeadAction::TurnRight) => (Icon::Right, t_string!(i18n, facecheck.right)),
            };
            view! { <p class="instruction"><Glyph icon/> <strong>{words}</strong></p> }.into_any()
        })}
        {live(move || asked().filter(|challenge| challenge.attempt > 0).map(|challenge| {
            let lacked = desk.lacked.get().map(|hint| hints::words(i18n.get_locale(), hint));
            let (n, all) = (challenge.attempt + 1, challenge.attempts);
            view! {
                <p>{t_string!(i18n, facecheck.again)} " " {lacked} " " {t_string!(i18n, facecheck.attempt, n = n, all = all)}</p>
            }
        }).into_any())}
        {live(move || desk.hint.get().filter(|_| desk.opening.get() == Opening::Open).map(|hint| view! {
            <p class="waits strong"><Glyph icon=Icon::Alert/> {hints::words(i18n.get_locale(), hint)}</p>
        }).into_any())}
        {live(move || if desk.blind.get() {
            view! { <p>{t_string!(i18n, facecheck.no_worker)}</p> }.into_any()
        } else if desk.opening.get() == Opening::Open {
            let Progress { face, action: turned } = desk.progress.get();
            view! {
                <ul class="seen">
                    {point(face, t_string!(i18n, facecheck.face_seen).into(), t_string!(i18n, facecheck.face_wait).into())}
                    {(action() != HeadAction::None).then(|| point(
                        turned,
                        t_string!(i18n, facecheck.action_seen).into(),
                        t_string!(i18n, facecheck.action_wait).into(),
                    ))}
                </ul>
            }.into_any()
        } else {
            ().into_any()
        })}
    }
}

/// A ring that runs out, and the same in words.
#[component]
fn Countdown(desk: Desk) -> impl IntoView {
    let i18n = use_i18n();
    let words = move || match desk.left_s.get() {
        0 => t_string!(i18n, facecheck.time_over).to_string(),
        s => t_string!(i18n, facecheck.left_s, s = s),
    };
    let share = move || {
        let all = desk.current.with(|current| {
            current.as_ref().map_or(1, |(challenge, _)| {
                challenge.answer_ms.0.div_ceil(1_000).max(1)
            })
        });
        format!("{} 100", (desk.left_s.get() * 100 / all).min(100))
    };
    // Said twice, and not each second.
    let aloud = Memo::new(move |_| match desk.left_s.get() {
        11..=30 => Some(30),
        1..=10 => Some(10),
        _ => None,
    });
    view! {
        {live(move || desk.current.with(Option::is_some).then(|| view! {
            <div class="countdown" role="timer">
                <svg viewBox="0 0 44 44" aria-hidden="true">
                    <circle cx="22" cy="22" r="19" pathLength="100" class="track"/>
                    <circle cx="22" cy="22" r="19" pathLength="100" class="left" stroke-dasharray=share/>
                </svg>
                <span>{said(words)}</span>
            </div>
        }).into_any())}
        <span class="visually-hidden" role="status">
            {live(move || aloud.get().map(|s: u64| t_string!(i18n, facecheck.left_s, s = s)).into_any())}
        </span>
    }
}
