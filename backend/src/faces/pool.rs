//! Reading frames: the work that takes a processor for tens of milliseconds, on threads of its own behind a bounded queue.
//!
//! When the queue is full, whoever asks is told at once: an answer to a check is then judged later, and no request ever waits in a
//! line that it cannot see.

use super::models::Models;
use face::{Limits, ReadError, Reading, quality::QualityRules};
use std::{
    cell::Cell,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{Receiver, SyncSender, sync_channel},
    },
};
use tokio::sync::oneshot;

/// How many answers or enrolments may wait: some ten seconds of work for one thread, and at most 40 MB of frames.
pub const WAITING_MAX: usize = 64;

/// What became of each frame, in order.
pub type Readings = Vec<Result<Reading, NotRead>>;

/// A frame that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotRead {
    /// It is no picture within the limits, or a net stopped.
    #[error(transparent)]
    Frame(#[from] ReadError),
    /// The models do not load.
    #[error("the face models do not load: {0}")]
    Models(String),
    /// The decoder fell over it.
    #[error("the decoder fell over this frame")]
    Panicked,
}

/// So many frames wait already that these would wait too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("too many face checks are being judged at this moment")]
pub struct Full;

struct Work {
    frames: Vec<Vec<u8>>,
    rules: QualityRules,
    reply: oneshot::Sender<Readings>,
}

/// The threads that read frames. They end when the last handle to them is gone.
pub struct Pool {
    queue: SyncSender<Work>,
}

impl Pool {
    /// Starts as many threads as the models may use cores.
    ///
    /// # Errors
    /// Where the machine gives no thread.
    pub fn start(
        models: &Arc<Models>,
        threads: usize,
        waiting_max: usize,
    ) -> std::io::Result<Self> {
        let (queue, works) = sync_channel(waiting_max);
        let works = Arc::new(Mutex::new(works));
        for number in 0..threads {
            let (models, works) = (Arc::clone(models), Arc::clone(&works));
            std::thread::Builder::new()
                .name(format!("faces-{number}"))
                .spawn(move || run(&models, &works))?;
        }
        Ok(Self { queue })
    }

    /// Reads frames, in this order.
    ///
    /// # Errors
    /// [`Full`]
    pub fn read(
        &self,
        frames: Vec<Vec<u8>>,
        rules: QualityRules,
    ) -> Result<oneshot::Receiver<Readings>, Full> {
        let (reply, readings) = oneshot::channel();
        let work = Work {
            frames,
            rules,
            reply,
        };
        self.queue.try_send(work).map_err(|_| Full)?;
        Ok(readings)
    }
}

fn run(models: &Models, works: &Mutex<Receiver<Work>>) {
    loop {
        // The lock is held while waiting, which is how the threads take turns.
        let next = works.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(work) = next else { return };
        if work.reply.is_closed() {
            continue;
        }
        let readings = work
            .frames
            .iter()
            .map(|frame| read(models, frame, &work.rules))
            .collect();
        // Whoever asked may have left; the answer is judged in the next round then.
        let _ = work.reply.send(readings);
    }
}

fn read(models: &Models, frame: &[u8], rules: &QualityRules) -> Result<Reading, NotRead> {
    let nets = models.nets().map_err(NotRead::Models)?;
    survives(|| nets.read(frame, Limits::FRAME, rules))
        .map_or(Err(NotRead::Panicked), |read| read.map_err(NotRead::Frame))
}

thread_local! {
    static SURVIVING: Cell<bool> = const { Cell::new(false) };
}

/// Does something with bytes from strangers; `None` where it panics. A fault in the decoder then costs one frame and not the
/// server, which would meet the same frame again after its next start.
pub fn survives<T>(work: impl FnOnce() -> T) -> Option<T> {
    let before = SURVIVING.replace(true);
    let done = catch_unwind(AssertUnwindSafe(work));
    SURVIVING.set(before);
    done.ok()
}

/// Whether a panic of this thread will be caught. The server ends itself at any other.
#[must_use]
pub fn is_surviving() -> bool {
    SURVIVING.get()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_survived_and_seen_as_such() {
        assert!(!is_surviving());
        assert_eq!(survives(is_surviving), Some(true));
        assert_eq!(survives(|| -> u8 { panic!("a broken picture") }), None);
        assert!(!is_surviving());
    }
}
