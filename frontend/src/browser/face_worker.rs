//! The reader of camera frames, in a worker of its own. Nothing of it is loaded before the first check or enrolment.

use contract::face::{Bytes, FaceHint, FaceModels};
use futures::channel::oneshot::{self, Sender};
use js_sys::{Object, Reflect, Uint8Array};
use serde::Deserialize;
use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    rc::Rc,
};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{MessageEvent, Worker};

/// Made by `build/face-worker.mjs`.
const SCRIPT: &str = "/face-worker.js";

/// What the worker saw in one frame.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Seen {
    /// What the person should change, most helpful first.
    pub hints: Vec<FaceHint>,
    /// Turn of the head, growing to the person's own left; `None` without a certain face.
    pub yaw: Option<f32>,
    embedding: Option<String>,
}

impl Seen {
    /// A sight without an embedding, for tests.
    #[must_use]
    pub fn plain(yaw: Option<f32>, hints: Vec<FaceHint>) -> Self {
        Self {
            hints,
            yaw,
            embedding: None,
        }
    }

    /// The embedding as it goes to the server.
    #[must_use]
    pub fn embedding(&self) -> Option<Bytes> {
        let hex = self.embedding.as_ref()?;
        let digits: Option<Vec<u8>> = hex
            .chars()
            .map(|digit| {
                digit
                    .to_digit(16)
                    .and_then(|value| u8::try_from(value).ok())
            })
            .collect();
        let bytes = digits?
            .chunks_exact(2)
            .map(|pair| pair[0] << 4 | pair[1])
            .collect();
        Some(Bytes(bytes))
    }
}

type Waiting = Rc<RefCell<BTreeMap<u32, Sender<JsValue>>>>;

/// A worker that has its models.
pub struct FaceWorker {
    worker: Worker,
    waiting: Waiting,
    n_asked: Cell<u32>,
    _answer: Closure<dyn FnMut(MessageEvent)>,
    _fault: Closure<dyn FnMut(JsValue)>,
}

thread_local! {
    /// One for the page: the models are unpacked once.
    static WORKER: RefCell<Option<Rc<FaceWorker>>> = const { RefCell::new(None) };
}

impl FaceWorker {
    /// The page's worker, started where it is not yet. `None` where this browser cannot run it, or it could not be loaded:
    /// then frames go to the server without a word of ours.
    pub async fn get(models: &FaceModels) -> Option<Rc<Self>> {
        if let Some(worker) = WORKER.with_borrow(Clone::clone) {
            return Some(worker);
        }
        let worker = Rc::new(Self::new().ok()?);
        let start = Object::new();
        let _ = Reflect::set(&start, &"url".into(), &models.manifest_url.as_str().into());
        let _ = Reflect::set(
            &start,
            &"sha256".into(),
            &models.manifest.to_string().into(),
        );
        let answer = worker.ask(&[("start", start.into())]).await?;
        text(&answer, "models")?;
        WORKER.set(Some(worker.clone()));
        Some(worker)
    }

    fn new() -> Result<Self, JsValue> {
        let worker = Worker::new(SCRIPT)?;
        let waiting = Waiting::default();
        let asked = waiting.clone();
        let answer = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            let data = event.data();
            let id = Reflect::get(&data, &"id".into())
                .ok()
                .and_then(|id| id.as_f64());
            let id = u32::try_from(super::clock::whole(id.unwrap_or(-1.0))).unwrap_or(u32::MAX);
            if let Some(give) = asked.borrow_mut().remove(&id) {
                let _ = give.send(data);
            }
        });
        // A script that does not load, or a worker that dies: whoever waits hears that nothing will come.
        let dead = waiting.clone();
        let fault = Closure::<dyn FnMut(JsValue)>::new(move |_| {
            dead.borrow_mut().clear();
            WORKER.set(None);
        });
        worker.set_onmessage(Some(answer.as_ref().unchecked_ref()));
        worker.set_onerror(Some(fault.as_ref().unchecked_ref()));
        Ok(Self {
            worker,
            waiting,
            n_asked: Cell::new(0),
            _answer: answer,
            _fault: fault,
        })
    }

    async fn ask(&self, parts: &[(&str, JsValue)]) -> Option<JsValue> {
        let id = self.n_asked.get().wrapping_add(1);
        self.n_asked.set(id);
        let message = Object::new();
        let _ = Reflect::set(&message, &"id".into(), &id.into());
        for (name, value) in parts {
            let _ = Reflect::set(&message, &JsValue::from_str(name), value);
        }
        let (give, get) = oneshot::channel();
        self.waiting.borrow_mut().insert(id, give);
        self.worker.post_message(&message).ok()?;
        get.await.ok()
    }

    /// Reads one frame; `enrolment` asks for more than a check does. `None` where the worker failed at it.
    pub async fn read(&self, jpeg: &[u8], enrolment: bool) -> Option<Seen> {
        let answer = self
            .ask(&[
                ("jpeg", Uint8Array::from(jpeg).into()),
                ("enrolment", enrolment.into()),
            ])
            .await?;
        serde_json::from_str(&text(&answer, "seen")?).ok()
    }
}

impl Drop for FaceWorker {
    fn drop(&mut self) {
        self.worker.terminate();
    }
}

fn text(answer: &JsValue, name: &str) -> Option<String> {
    Reflect::get(answer, &name.into()).ok()?.as_string()
}
