//! A `<video>` element as facts: what really happened to the film, never what somebody wished for.
//!
//! Position, frame count and clock are read at one moment, because credit compares them.

use super::{clock, listener::Listener, script};
use js_sys::{Function, Reflect};
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};
use study::Millis;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::HtmlVideoElement;

/// What happened to the film.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlayerFact {
    /// The film can be placed and played.
    Ready,
    /// It really moves.
    Playing,
    /// It was paused.
    Paused,
    /// It stands still because data is missing, or because it is being moved.
    Waiting,
    /// It was moved.
    Moved {
        /// Where it stood.
        from_ms: Millis,
        /// Where it stands.
        to_ms: Millis,
    },
    /// The rate changed, in thousandths.
    Rate(u32),
    /// It went on a little.
    Progressed,
    /// It reached its end.
    Ended,
    /// It cannot be loaded or shown.
    Broken,
}

/// Position, frames and clock of one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sample {
    /// Position in the film.
    pub media_ms: Millis,
    /// Frames put on the screen since this player was made.
    pub frames_total: u64,
    /// When, by the page's monotonic clock.
    pub at: Millis,
}

/// Shared between the listeners.
struct Watch {
    video: HtmlVideoElement,
    /// Where the film was last seen, to know where a jump came from.
    last_seen_ms: Cell<Millis>,
    /// Frames of finished loads plus those of the current one.
    frames: Cell<u64>,
    frames_before: Cell<u64>,
    /// A jump that this page made itself (resume, reload) is not the learner's.
    placing: Cell<bool>,
}

impl Watch {
    fn media(&self) -> Millis {
        Millis(clock::whole(self.video.current_time() * 1000.0))
    }
}

/// Watches one `<video>` until dropped.
pub struct Player {
    watch: Rc<Watch>,
    frames: Option<FrameCallback>,
    _listeners: Vec<Listener>,
}

impl Player {
    /// Reports every fact about `video`.
    pub fn new(video: HtmlVideoElement, report: impl Fn(PlayerFact) + Clone + 'static) -> Self {
        let watch = Rc::new(Watch {
            video,
            last_seen_ms: Cell::new(Millis::ZERO),
            frames: Cell::new(0),
            frames_before: Cell::new(0),
            placing: Cell::new(false),
        });
        let frames = FrameCallback::start(&watch);
        let listeners = listen(&watch, &report);
        Self {
            watch,
            frames,
            _listeners: listeners,
        }
    }

    /// Position, frames and clock, read together.
    #[must_use]
    pub fn sample(&self) -> Sample {
        let at = clock::now();
        let media_ms = self.watch.media();
        let frames_total = if self.frames.is_some() {
            self.watch.frames.get()
        } else {
            let quality = self.watch.video.get_video_playback_quality();
            u64::from(
                quality
                    .total_video_frames()
                    .saturating_sub(quality.dropped_video_frames()),
            )
        };
        Sample {
            media_ms,
            frames_total,
            at,
        }
    }

    /// Puts the film where it should begin; not reported as a jump.
    pub fn place(&self, at: Millis) {
        self.watch.placing.set(true);
        self.watch.last_seen_ms.set(at);
        self.watch
            .video
            .set_current_time(clock::float(at.0) / 1000.0);
    }

    /// Starts to play; browsers may refuse before the first touch, then nothing happens and the play button stays.
    pub fn play(&self) {
        if let Ok(promise) = self.watch.video.play() {
            wasm_bindgen_futures::spawn_local(async move {
                let _ = wasm_bindgen_futures::JsFuture::from(promise).await;
            });
        }
    }

    /// Pauses.
    pub fn pause(&self) {
        let _ = self.watch.video.pause();
    }

    /// Whether it is paused or over.
    #[must_use]
    pub fn paused(&self) -> bool {
        self.watch.video.paused()
    }

    /// Loads the film again after a fault; [`PlayerFact::Ready`] follows when it can be placed.
    pub fn reload(&self) {
        self.watch.video.load();
    }
}

fn listen(watch: &Rc<Watch>, report: &(impl Fn(PlayerFact) + Clone + 'static)) -> Vec<Listener> {
    let on = |name: &'static str, fact: fn(&Watch) -> Option<PlayerFact>| {
        let (watch, report) = (watch.clone(), report.clone());
        let target = watch.video.clone();
        Listener::on(&target, name, move |_| {
            if let Some(fact) = fact(&watch) {
                report(fact);
            }
        })
    };
    let also = |name: &'static str, fact: fn(&Watch) -> Option<PlayerFact>| on(name, fact);
    vec![
        on("loadedmetadata", |_| Some(PlayerFact::Ready)),
        on("playing", |_| Some(PlayerFact::Playing)),
        on("pause", |_| Some(PlayerFact::Paused)),
        on("waiting", |_| Some(PlayerFact::Waiting)),
        on("seeking", |watch| {
            let to_ms = watch.media();
            let from_ms = watch.last_seen_ms.replace(to_ms);
            (!watch.placing.get()).then_some(PlayerFact::Moved { from_ms, to_ms })
        }),
        also("seeking", |_| Some(PlayerFact::Waiting)),
        on("seeked", |watch| {
            watch.placing.set(false);
            watch.last_seen_ms.set(watch.media());
            (!watch.video.paused()).then_some(PlayerFact::Playing)
        }),
        on("ratechange", |watch| {
            let permille = clock::whole(watch.video.playback_rate() * 1000.0);
            Some(PlayerFact::Rate(
                u32::try_from(permille).unwrap_or(u32::MAX),
            ))
        }),
        on("timeupdate", |watch| {
            if watch.video.seeking() {
                return None;
            }
            watch.last_seen_ms.set(watch.media());
            Some(PlayerFact::Progressed)
        }),
        on("ended", |_| Some(PlayerFact::Ended)),
        on("error", |_| Some(PlayerFact::Broken)),
    ]
}

/// Counts frames by `requestVideoFrameCallback`, which says what reached the screen. `web-sys` does not know it yet.
struct FrameCallback {
    video: HtmlVideoElement,
    handle: Rc<Cell<JsHandle>>,
    _closure: SharedClosure,
}

type JsHandle = f64;
type SharedClosure = Rc<RefCell<Option<Closure<dyn FnMut(f64, JsValue)>>>>;

impl FrameCallback {
    fn start(watch: &Rc<Watch>) -> Option<Self> {
        let video = watch.video.clone();
        let request: Function = Reflect::get(&video, &"requestVideoFrameCallback".into())
            .ok()?
            .dyn_into()
            .ok()?;
        let handle = Rc::new(Cell::new(0.0));
        let closure: SharedClosure = Rc::new(RefCell::new(None));
        let again = Rc::downgrade(&closure);
        let watch = watch.clone();
        let (request_again, next) = (request.clone(), handle.clone());
        *closure.borrow_mut() = Some(Closure::new(move |_now: f64, frame: JsValue| {
            count(&watch, &frame);
            let Some(closure) = again.upgrade() else {
                return;
            };
            if let Some(closure) = closure.borrow().as_ref() {
                next.set(ask(&request_again, &watch.video, closure));
            }
        }));
        if let Some(first) = closure.borrow().as_ref() {
            handle.set(ask(&request, &video, first));
        }
        Some(Self {
            video,
            handle,
            _closure: closure,
        })
    }
}

fn ask(
    request: &Function,
    video: &HtmlVideoElement,
    closure: &Closure<dyn FnMut(f64, JsValue)>,
) -> JsHandle {
    request
        .call1(video, closure.as_ref())
        .ok()
        .and_then(|handle| handle.as_f64())
        .unwrap_or(0.0)
}

fn count(watch: &Watch, frame: &JsValue) {
    let number = |name: &str| {
        Reflect::get(frame, &name.into())
            .ok()
            .and_then(|value| value.as_f64())
    };
    if let Some(presented) = number("presentedFrames").map(clock::whole) {
        // The browser starts again at zero when the film is loaded again; our total never goes back.
        let total = watch.frames_before.get().saturating_add(presented);
        if total < watch.frames.get() {
            watch.frames_before.set(watch.frames.get());
            watch
                .frames
                .set(watch.frames.get().saturating_add(presented));
        } else {
            watch.frames.set(total);
        }
    }
    if !watch.video.seeking() {
        watch.last_seen_ms.set(watch.media());
    }
}

impl Drop for FrameCallback {
    fn drop(&mut self) {
        let cancel = Reflect::get(&self.video, &"cancelVideoFrameCallback".into())
            .ok()
            .and_then(|function| function.dyn_into::<Function>().ok());
        if let Some(cancel) = cancel {
            let _ = cancel.call1(&self.video, &self.handle.get().into());
        }
    }
}

/// Loads the player's controls once. They are a file of their own, so that no other page carries them.
pub fn load_controls() {
    script::load_once(
        "player-controls",
        concat!("/player.js?v=", env!("ZHENXUE_PLAYER_VERSION")),
    );
}
