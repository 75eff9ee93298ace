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
        let now = clock::now();
        self.last = Some(now);
        let jpeg = self.camera.capture().await?;
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
