//! One run of the camera: opens it, takes a frame at a time, has the worker look at each, and turns the camera off when it ends,
//! however it ends.

use crate::{
    browser::{
        camera::{Camera, NoCamera},
        clock,
        face_worker::{FaceWorker, Seen},
    },
    state::capture::Shot,
};
use contract::face::FaceModels;
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use std::rc::Rc;
use study::Millis;
use web_sys::HtmlVideoElement;

/// How long a camera that stalls is waited for, in steps. A phone that is busy shows the same picture for a moment, and two equal ones
/// look to the server like a still picture before the lens; a lens that is covered shows the same one for ever, and that is sent.
const STALL_STEP_MS: u32 = 80;
const STALL_STEPS: usize = 10;

/// How far the opening is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opening {
    /// The browser asks, or the camera starts.
    Camera,
    /// The worker gets its models.
    Worker,
    /// There is a picture.
    Open,
}

/// An open camera with the worker that reads it, where there is one.
pub struct Lens {
    camera: Camera,
    worker: Option<Rc<FaceWorker>>,
    enrolment: bool,
    begun: Millis,
    last: Option<Millis>,
    last_jpeg: Vec<u8>,
}

impl Lens {
    /// Opens the camera and gets the worker, side by side.
    ///
    /// # Errors
    /// [`NoCamera`]
    pub async fn open(
        video: HtmlVideoElement,
        models: &FaceModels,
        enrolment: bool,
        begun: Millis,
        opening: RwSignal<Opening>,
    ) -> Result<Self, NoCamera> {
        opening.try_set(Opening::Camera);
        let (camera, worker) = futures::join!(
            async {
                let camera = Camera::open(video).await;
                opening.try_set(Opening::Worker);
                camera
            },
            FaceWorker::get(models)
        );
        opening.try_set(Opening::Open);
        Ok(Self {
            camera: camera?,
            worker,
            enrolment,
            begun,
            last: None,
            last_jpeg: Vec::new(),
        })
    }

    /// Whether frames are looked at here; else the server judges alone.
    #[must_use]
    pub fn sees(&self) -> bool {
        self.worker.is_some()
    }

    /// How the camera calls itself.
    #[must_use]
    pub fn label(&self) -> String {
        self.camera.label()
    }

    /// The next frame, not sooner than `gap` after the last one.
    ///
    /// # Errors
    /// [`NoCamera`] where the camera is gone.
    pub async fn shot(&mut self, gap: Millis) -> Result<Shot, NoCamera> {
        if let Some(last) = self.last {
            let wait = last.saturating_add(gap).saturating_sub(clock::now());
            TimeoutFuture::new(u32::try_from(wait.0).unwrap_or(u32::MAX)).await;
        }
        let mut now = clock::now();
        let mut jpeg = self.camera.capture().await?;
        for _ in 0..STALL_STEPS {
            if jpeg != self.last_jpeg {
                break;
            }
            TimeoutFuture::new(STALL_STEP_MS).await;
            now = clock::now();
            jpeg = self.camera.capture().await?;
        }
        self.last = Some(now);
        self.last_jpeg.clone_from(&jpeg);
        let seen: Option<Seen> = match &self.worker {
            Some(worker) => worker.read(&jpeg, self.enrolment).await,
            None => None,
        };
        Ok(Shot {
            jpeg,
            at_ms: now.saturating_sub(self.begun),
            seen,
        })
    }
}

/// Whether the component that began something is still there.
#[must_use]
pub fn still(run: StoredValue<u64>, number: u64) -> bool {
    run.try_get_value() == Some(number)
}
