//! Faces on the server: its models, the threads that read frames, and the judgement of what they show.
//!
//! Reading order: [`models`] (which nets, and that they are the right ones), [`pool`] (reading frames, bounded), [`seen`] and
//! [`verdict`] (pure: what an answer comes to), [`form`] and [`enrol`] (what shots must be like), [`vault`], [`templates`] and [`frames`] (what is kept, sealed under each person's own
//! key), [`judging`] (from an answer that was taken to its verdict). What a verdict does to credit is for `checks` to say.

pub mod enrol;
pub mod form;
pub mod frames;
pub mod judging;
pub mod models;
pub mod pool;
pub mod review;
pub mod seen;
pub mod templates;
pub mod vault;
pub mod verdict;

use crate::api_error::ApiError;
use judging::InFlight;
use models::{Models, NoModels};
use pool::{Pool, WAITING_MAX};
use std::{num::NonZeroUsize, sync::Arc};
use study::Millis;

pub use models::ModelSource;

/// How long frames, template and the key to both are kept after the last class of a person has ended.
pub const KEEP_FRAMES_MS: Millis = crate::retention::FACES_MS;
/// Name of the consent text in force. A new text is a new name, and whoever agreed to an older one is asked to agree anew; until then the older
/// one holds for what it says.
pub const CONSENT_TEXT: &str = "face-consent-2026-12";

/// Whether the text of this name says that those who review claims may see enrolment and frames. `face-consent-2026-11` named the staff of the
/// institution only.
#[must_use]
pub fn names_reviewers(text: &str) -> bool {
    text == CONSENT_TEXT
}

/// From so many people's face data on the count is a warning: at 100 000 the operator has to file with the authority within 30
/// working days.
pub const WARN_AT: u64 = 80_000;

/// The models and the threads that read frames with them.
pub struct Faces {
    /// Neither where no models are built in.
    parts: Option<(Arc<Models>, Pool)>,
    in_flight: InFlight,
}

impl Faces {
    /// Checks the models and starts the threads: half the cores, so that beats and pages keep the other half.
    ///
    /// # Errors
    /// Where a model is not the one that its manifest names, or the machine gives no thread.
    pub fn open(source: &ModelSource) -> Result<Self, NoModels> {
        Self::with_queue(source, WAITING_MAX)
    }

    /// As [`Self::open`], with another length of the queue.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn with_queue(source: &ModelSource, waiting_max: usize) -> Result<Self, NoModels> {
        let cores = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
        let threads = NonZeroUsize::new(cores / 2).unwrap_or(NonZeroUsize::MIN);
        let models = match Models::open(source, threads) {
            Ok(models) => Arc::new(models),
            Err(NoModels::None) => return Ok(Self::of(None)),
            Err(error @ NoModels::Refused { .. }) => return Err(error),
        };
        let pool = Pool::start(&models, threads.get(), waiting_max).map_err(|error| {
            NoModels::Refused {
                place: "this process".into(),
                cause: error.to_string(),
            }
        })?;
        Ok(Self::of(Some((models, pool))))
    }

    fn of(parts: Option<(Arc<Models>, Pool)>) -> Self {
        Self {
            parts,
            in_flight: InFlight::default(),
        }
    }

    /// The checks that are being judged at this moment.
    #[must_use]
    pub const fn in_flight(&self) -> &InFlight {
        &self.in_flight
    }

    /// The models.
    ///
    /// # Errors
    /// `unavailable` where none are built in.
    pub fn models(&self) -> Result<&Arc<Models>, ApiError> {
        self.parts().map(|(models, _)| models)
    }

    /// The threads that read frames.
    ///
    /// # Errors
    /// `unavailable` where no models are built in.
    pub fn pool(&self) -> Result<&Pool, ApiError> {
        self.parts().map(|(_, pool)| pool)
    }

    fn parts(&self) -> Result<&(Arc<Models>, Pool), ApiError> {
        self.parts.as_ref().ok_or_else(|| {
            ApiError::unavailable(
                "this server was built without the models of the face checks; build it with `cargo xtask run`",
                Millis(60_000),
            )
        })
    }
}
