//! The list of stretches that earned nothing, as it grows while somebody studies.

use study::{Decision, Interval, Millis, Reason, Timestamp};

/// Lines kept; older ones are in the study record.
const LINES_MAX: usize = 12;

/// One stretch that was not credited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Note {
    /// Grows, and stays the same while a line grows.
    pub id: u64,
    /// Why.
    pub reason: Reason,
    /// How long: film time, or real time where the film stood still.
    pub ms: Millis,
    /// Which part of the film.
    pub media: Interval,
    /// When the server said so.
    pub at: Timestamp,
}

/// Adds the refusals of one decision, newest first; what goes on for the same reason stays one line.
pub fn add(notes: &mut Vec<Note>, decision: &Decision, at: Timestamp) {
    for refusal in &decision.refusals {
        match notes.first_mut() {
            Some(last) if last.reason == refusal.reason && touches(last.media, refusal.media) => {
                last.ms = last.ms.saturating_add(refusal.ms);
                last.media.to = last.media.to.max(refusal.media.to);
                last.at = at;
            }
            last => {
                let id = last.map_or(0, |last| last.id.saturating_add(1));
                let (reason, ms, media) = (refusal.reason, refusal.ms, refusal.media);
                notes.insert(
                    0,
                    Note {
                        id,
                        reason,
                        ms,
                        media,
                        at,
                    },
                );
            }
        }
    }
    notes.truncate(LINES_MAX);
}

impl Note {
    /// Whether a person would want to know: a blink of standing still between two facts is nobody's loss.
    #[must_use]
    pub fn worth_saying(&self) -> bool {
        let still = matches!(self.reason, Reason::Paused | Reason::Stalled);
        !still || self.ms >= Millis(1_000)
    }
}

/// Less than a second of film between two stretches is one stretch to a person.
fn touches(before: Interval, after: Interval) -> bool {
    after.from.saturating_sub(before.to) < Millis(1_000) && before.from <= after.from
}
