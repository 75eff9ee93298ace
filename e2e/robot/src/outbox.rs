//! Beats wait here in order until the server has said what they earned; what got no answer is sent again, unchanged.

use crate::{Device, RobotError, Study};
use contract::beat::{Beat, Receipt};
use std::{collections::VecDeque, time::Duration};
use study::{SessionId, Span};

/// First wait before sending again; it doubles up to [`RETRY_MAX`].
const RETRY_MIN: Duration = Duration::from_millis(20);
/// Longest wait before sending again. Short, because the tests crash the server on purpose.
const RETRY_MAX: Duration = Duration::from_millis(160);

/// A beat and the receipt that the server gave for it.
#[derive(Clone, Debug)]
pub struct Acknowledged {
    /// The session it belongs to.
    pub session: SessionId,
    /// What was said.
    pub beat: Beat,
    /// What it earned.
    pub receipt: Receipt,
}

/// The outbox of one study session.
pub struct Outbox {
    study: Study,
    waiting: VecDeque<Beat>,
    /// Everything the server has acknowledged, in order.
    pub acknowledged: Vec<Acknowledged>,
    /// How often a beat was sent again.
    pub n_retries: u64,
}

impl Outbox {
    /// An empty outbox.
    #[must_use]
    pub const fn new(study: Study) -> Self {
        Self {
            study,
            waiting: VecDeque::new(),
            acknowledged: Vec::new(),
            n_retries: 0,
        }
    }

    /// The session.
    #[must_use]
    pub const fn session(&self) -> SessionId {
        self.study.started.session
    }

    /// The film.
    pub const fn study(&mut self) -> &mut Study {
        &mut self.study
    }

    /// Puts the next beat in.
    ///
    /// # Errors
    /// Never: beats have a canonical form.
    pub fn put(&mut self, spans: Vec<Span>) -> Result<(), RobotError> {
        let beat = self.study.beat(spans)?;
        self.waiting.push_back(beat);
        Ok(())
    }

    /// Sends what waits, in order, each until it is acknowledged.
    ///
    /// # Errors
    /// Any refusal that sending again cannot mend, and a receipt that does not continue the chain.
    pub async fn flush(&mut self, device: &mut Device) -> Result<(), RobotError> {
        while let Some(beat) = self.waiting.front() {
            let mut wait = RETRY_MIN;
            let receipt = loop {
                match device.send(self.study.started.session, beat).await {
                    Ok(receipt) => break receipt,
                    Err(error) if error.passing() => {
                        self.n_retries += 1;
                        tokio::time::sleep(wait).await;
                        wait = (wait * 2).min(RETRY_MAX);
                    }
                    Err(error) => return Err(error),
                }
            };
            self.study.check(beat, &receipt)?;
            if let Some(beat) = self.waiting.pop_front() {
                self.acknowledged.push(Acknowledged {
                    session: self.study.started.session,
                    beat,
                    receipt,
                });
            }
        }
        Ok(())
    }
}
