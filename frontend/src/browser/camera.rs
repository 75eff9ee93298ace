//! The camera: on only while a [`Camera`] lives, and never in a page that cannot be seen.

use super::{
    listener::Listener,
    page::{self, PageFact},
};
use futures::channel::oneshot;
use js_sys::{Object, Reflect};
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Blob, CanvasRenderingContext2d, HtmlCanvasElement, HtmlVideoElement, MediaDevices, MediaStream,
    MediaStreamConstraints, MediaStreamTrack,
};

/// Longer side of a frame, in pixels: what the recogniser was measured with.
const SIDE_MAX: u32 = 640;
/// JPEG quality of a frame, and the lower one where the first gives too many bytes.
const QUALITIES: [f64; 3] = [0.85, 0.7, 0.5];
/// Eight frames of this length fit into one request.
const BYTES_MAX: f64 = 64.0 * 1024.0;
/// Longest name of a camera on the wire.
const LABEL_CHARS_MAX: usize = 120;
/// Some cameras take this long to give the first picture.
const FIRST_PICTURE_MS: u32 = 8_000;

/// Why there is no picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoCamera {
    /// The person, or the system, does not allow it.
    Denied,
    /// There is none.
    Missing,
    /// Another program uses it.
    Busy,
    /// This browser has no way to a camera, or the page did not come by https.
    Unsupported,
    /// It was there and is gone: pulled out, or taken by a call.
    Lost,
    /// The page went out of sight, so we turned it off.
    Hidden,
    /// It gives no picture.
    Silent,
}

impl NoCamera {
    /// Reads the name of a `DOMException` of `getUserMedia`.
    #[must_use]
    pub fn of_name(name: &str) -> Self {
        match name {
            "NotAllowedError" | "PermissionDeniedError" | "SecurityError" => Self::Denied,
            "NotFoundError" | "DevicesNotFoundError" | "OverconstrainedError" => Self::Missing,
            "NotReadableError" | "TrackStartError" | "AbortError" => Self::Busy,
            _ => Self::Unsupported,
        }
    }

    fn of(error: &JsValue) -> Self {
        let name = Reflect::get(error, &"name".into())
            .ok()
            .and_then(|name| name.as_string());
        Self::of_name(name.as_deref().unwrap_or_default())
    }
}

/// A camera that is on. Dropping it turns it off.
pub struct Camera {
    stream: MediaStream,
    video: HtmlVideoElement,
    gone: Rc<Cell<Option<NoCamera>>>,
    _listeners: Vec<Listener>,
}

impl Camera {
    /// Asks for the camera that looks at the person, and shows its picture in `video`.
    ///
    /// # Errors
    /// [`NoCamera`].
    pub async fn open(video: HtmlVideoElement) -> Result<Self, NoCamera> {
        let stream = ask().await?;
        let gone = Rc::new(Cell::new(None));
        let mut listeners = Vec::new();
        for track in tracks(&stream) {
            let gone = gone.clone();
            listeners.push(Listener::on(&track, "ended", move |_| {
                gone.set(gone.get().or(Some(NoCamera::Lost)));
            }));
        }
        let (off, hidden) = (stream.clone(), gone.clone());
        listeners.extend(page::watch(move |fact| {
            if matches!(fact, PageFact::Visible(false) | PageFact::Left) {
                hidden.set(Some(NoCamera::Hidden));
                stop(&off);
            }
        }));
        let camera = Self {
            stream,
            video,
            gone,
            _listeners: listeners,
        };
        camera.video.set_muted(true);
        camera.video.set_src_object(Some(&camera.stream));
        if let Ok(playing) = camera.video.play() {
            // An interrupted start shows as a picture that never comes.
            let _ = JsFuture::from(playing).await;
        }
        let mut waited = 0;
        while camera.video.video_width() == 0 {
            if let Some(gone) = camera.gone.get() {
                return Err(gone);
            }
            if waited >= FIRST_PICTURE_MS {
                return Err(NoCamera::Silent);
            }
            gloo_timers::future::TimeoutFuture::new(50).await;
            waited += 50;
        }
        Ok(camera)
    }

    /// How the camera calls itself, cut to what the wire takes.
    #[must_use]
    pub fn label(&self) -> String {
        tracks(&self.stream)
            .first()
            .map(|track| track.label().chars().take(LABEL_CHARS_MAX).collect())
            .unwrap_or_default()
    }

    /// Width and height of its picture, in pixels.
    #[must_use]
    pub fn size(&self) -> (u32, u32) {
        (self.video.video_width(), self.video.video_height())
    }

    /// What it sees now, as a JPEG.
    ///
    /// # Errors
    /// [`NoCamera`] where it is gone.
    pub async fn capture(&self) -> Result<Vec<u8>, NoCamera> {
        if let Some(gone) = self.gone.get() {
            return Err(gone);
        }
        let canvas = self.draw().ok_or(NoCamera::Silent)?;
        let mut jpeg = None;
        for quality in QUALITIES {
            let blob = encode(&canvas, quality).await.ok_or(NoCamera::Silent)?;
            let fits = blob.size() <= BYTES_MAX;
            jpeg = Some(blob);
            if fits {
                break;
            }
        }
        let jpeg = jpeg.ok_or(NoCamera::Silent)?;
        let buffer = JsFuture::from(jpeg.array_buffer())
            .await
            .map_err(|_| NoCamera::Silent)?;
        Ok(js_sys::Uint8Array::new(&buffer).to_vec())
    }

    fn draw(&self) -> Option<HtmlCanvasElement> {
        let (width, height) = self.size();
        let longer = width.max(height).max(SIDE_MAX);
        let (width, height) = (width * SIDE_MAX / longer, height * SIDE_MAX / longer);
        let canvas: HtmlCanvasElement = web_sys::window()?
            .document()?
            .create_element("canvas")
            .ok()?
            .dyn_into()
            .ok()?;
        canvas.set_width(width);
        canvas.set_height(height);
        let pen: CanvasRenderingContext2d = canvas.get_context("2d").ok()??.dyn_into().ok()?;
        pen.draw_image_with_html_video_element_and_dw_and_dh(
            &self.video,
            0.0,
            0.0,
            f64::from(width),
            f64::from(height),
        )
        .ok()?;
        Some(canvas)
    }
}

impl Drop for Camera {
    fn drop(&mut self) {
        stop(&self.stream);
        self.video.set_src_object(None);
    }
}

fn stop(stream: &MediaStream) {
    for track in tracks(stream) {
        track.stop();
    }
}

fn tracks(stream: &MediaStream) -> Vec<MediaStreamTrack> {
    stream
        .get_tracks()
        .iter()
        .filter_map(|track| track.dyn_into().ok())
        .collect()
}

async fn ask() -> Result<MediaStream, NoCamera> {
    let navigator = web_sys::window().ok_or(NoCamera::Unsupported)?.navigator();
    // Not there at all in a page that did not come by https, and in some browsers inside other apps.
    let devices: MediaDevices = Reflect::get(&navigator, &"mediaDevices".into())
        .ok()
        .filter(|devices| !devices.is_undefined())
        .and_then(|devices| devices.dyn_into().ok())
        .ok_or(NoCamera::Unsupported)?;
    let wish = Object::new();
    let ideal = |number: u32| {
        let ideal = Object::new();
        let _ = Reflect::set(&ideal, &"ideal".into(), &number.into());
        ideal
    };
    let _ = Reflect::set(&wish, &"facingMode".into(), &"user".into());
    let _ = Reflect::set(&wish, &"width".into(), &ideal(640));
    let _ = Reflect::set(&wish, &"height".into(), &ideal(480));
    let constraints = MediaStreamConstraints::new();
    constraints.set_video(&wish);
    let promise = devices
        .get_user_media_with_constraints(&constraints)
        .map_err(|error| NoCamera::of(&error))?;
    let stream = JsFuture::from(promise)
        .await
        .map_err(|error| NoCamera::of(&error))?;
    stream.dyn_into().map_err(|_| NoCamera::Unsupported)
}

async fn encode(canvas: &HtmlCanvasElement, quality: f64) -> Option<Blob> {
    let (give, get) = oneshot::channel();
    let give = Rc::new(RefCell::new(Some(give)));
    let taken = Closure::<dyn FnMut(Option<Blob>)>::new(move |blob| {
        if let Some(give) = give.borrow_mut().take() {
            let _ = give.send(blob);
        }
    });
    canvas
        .to_blob_with_type_and_encoder_options(
            taken.as_ref().unchecked_ref(),
            "image/jpeg",
            &quality.into(),
        )
        .ok()?;
    get.await.ok().flatten()
}
