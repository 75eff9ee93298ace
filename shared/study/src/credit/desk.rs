//! Judges one span after the other against the rules and the budgets.

use super::{Circumstances, Decision, Grant, History, Reason, Refusal, Standing, budget};
use crate::{
    coverage::Interval,
    rules::{FaceChecks, Rules},
    span::{Span, SpanState},
    time::Millis,
};

/// One decision in the making.
pub(super) struct Desk<'a> {
    history: &'a mut History,
    rules: &'a Rules,
    circumstances: &'a Circumstances,
    decision: Decision,
}

/// The part of a span before the grace for an unfocused window ends.
struct Attended {
    /// Up to where in the film.
    media_to: Millis,
    /// How long by the browser's clock.
    client: Millis,
}

/// What one span may still earn.
struct Allowance {
    /// Time by the browser's clock, with the lead.
    client: Millis,
    /// What the rate leaves of the lead: none where the film was told to run faster than time.
    lead_kept: Millis,
}

impl<'a> Desk<'a> {
    pub fn new(
        history: &'a mut History,
        rules: &'a Rules,
        circumstances: &'a Circumstances,
    ) -> Self {
        Self {
            history,
            rules,
            circumstances,
            decision: Decision::default(),
        }
    }

    pub fn close(self) -> Decision {
        self.decision
    }

    /// Judges `span`, the `idx`th of its beat.
    pub fn judge(&mut self, span: &Span, idx: u32) {
        let in_order = self.history.in_order(span);
        let barred = self.barred(span, in_order);
        if !in_order {
            self.refuse_all(span, idx, barred.unwrap_or(Reason::OutOfOrder));
            return;
        }
        let attended = self.attended(span);
        self.history.client_to_ms = span.client_to_ms;
        let granted = match barred {
            Some(reason) => {
                self.refuse_all(span, idx, reason);
                Millis::ZERO
            }
            None => self.earn(span, idx, &attended),
        };
        self.history
            .idle(span.client_len().saturating_sub(granted), self.rules);
    }

    /// Why nothing in `span` can earn, if so. The order is the order of what the learner can do something about.
    fn barred(&self, span: &Span, in_order: bool) -> Option<Reason> {
        if !self.circumstances.lease_current {
            return Some(Reason::LeaseLost);
        }
        if !in_order {
            return Some(Reason::OutOfOrder);
        }
        match span.state {
            SpanState::Hidden => return Some(Reason::Hidden),
            SpanState::Paused => return Some(Reason::Paused),
            SpanState::Stalled => return Some(Reason::Stalled),
            SpanState::Seeking => return Some(Reason::Seek),
            SpanState::Watching | SpanState::Unfocused => {}
        }
        // A film that plays does not run backwards: a jump that nobody reported.
        if span.media_to_ms < span.media_from_ms {
            return Some(Reason::Seek);
        }
        if !self.circumstances.listed {
            return Some(Reason::OutsideCatalogue);
        }
        if self.circumstances.check_overdue {
            return Some(Reason::CheckOverdue);
        }
        if span.media_from_ms >= self.circumstances.film_ms {
            return Some(Reason::OutsideFilm);
        }
        let reach = u128::from(span.client_len().saturating_add(self.rules.rate_slack_ms).0)
            * u128::from(self.rules.rate_max_permille);
        if span.rate_permille > self.rules.rate_max_permille
            || u128::from(span.media_len().0) * 1000 > reach
        {
            return Some(Reason::RateOverCap);
        }
        // Whole seconds: a span shorter than one may honestly show no frame. A script that cuts its spans short to pass here
        // could as well have invented the frames; the budgets bound both.
        let frames_min =
            (span.client_len().0 / 1000).saturating_mul(u64::from(self.rules.frames_per_s_min));
        let stood_still =
            span.media_len() == Millis::ZERO && span.client_len() > self.rules.rate_slack_ms;
        if u64::from(span.frames) < frames_min || stood_still {
            return Some(Reason::NotPlaying);
        }
        None
    }

    /// How much of `span` somebody attended to. Counts the grace for an unfocused window down; only a span with the focus fills it
    /// again. Browser time that no span accounts for counts as unfocused too: leaving spans out must not pay.
    fn attended(&mut self, span: &Span) -> Attended {
        let all = Attended {
            media_to: span.media_to_ms,
            client: span.client_len(),
        };
        let grace = self.rules.unfocused_grace_ms;
        let skipped = span
            .client_from_ms
            .saturating_sub(self.history.client_to_ms);
        let before = self.history.unfocused_ms.saturating_add(skipped);
        match span.state {
            SpanState::Watching => {
                self.history.unfocused_ms = Millis::ZERO;
                return all;
            }
            SpanState::Hidden | SpanState::Paused | SpanState::Stalled | SpanState::Seeking => {
                self.history.unfocused_ms = before.min(grace);
                return all;
            }
            SpanState::Unfocused => {
                self.history.unfocused_ms = before.saturating_add(span.client_len()).min(grace);
            }
        }
        let left = grace.saturating_sub(before);
        if left >= span.client_len() {
            return all;
        }
        // The film moved evenly over the span: what belongs to the grace is its first part.
        let reached = u128::from(span.media_len().0) * u128::from(left.0)
            / u128::from(span.client_len().0).max(1);
        let reached = Millis(u64::try_from(reached).unwrap_or(u64::MAX));
        Attended {
            media_to: span.media_from_ms.saturating_add(reached),
            client: left,
        }
    }

    /// Grants what is new in `span` and fits every bound. Returns how much that is.
    fn earn(&mut self, span: &Span, idx: u32, attended: &Attended) -> Millis {
        let film_to = span.media_to_ms.min(self.circumstances.film_ms);
        let watched = Interval {
            from: span.media_from_ms,
            to: film_to.min(attended.media_to),
        };
        // Credit is by real time: the lead is for jitter, not for a film that was told to run faster.
        let lead = self.history.lead_ms;
        let mut allowance = if span.rate_permille > 1000 {
            Allowance {
                client: attended.client,
                lead_kept: lead,
            }
        } else {
            Allowance {
                client: attended.client.saturating_add(lead),
                lead_kept: Millis::ZERO,
            }
        };
        let mut total = Millis::ZERO;
        let mut cursor = watched.from;
        let mut granted_to = watched.from;
        for fresh in self.history.covered.missing(watched) {
            self.refuse(cursor, fresh.from, idx, Reason::AlreadyCredited);
            cursor = fresh.to;
            let (payable, reason) = self.payable(allowance.client);
            let granted = fresh.len().min(payable);
            let middle = fresh.from.saturating_add(granted);
            self.grant(fresh.from, middle, idx);
            if granted > Millis::ZERO {
                granted_to = middle;
            }
            self.refuse(middle, fresh.to, idx, reason);
            allowance.client = allowance.client.saturating_sub(granted);
            total = total.saturating_add(granted);
        }
        self.refuse(cursor, watched.to, idx, Reason::AlreadyCredited);
        // What lies between the grants was covered before, and once a bound is reached nothing more is granted: one stretch.
        self.history.covered.insert(Interval {
            from: watched.from,
            to: granted_to,
        });
        self.refuse(watched.to, film_to, idx, Reason::Unfocused);
        self.refuse(
            film_to.max(watched.from),
            span.media_to_ms,
            idx,
            Reason::OutsideFilm,
        );
        self.history.lead_ms = allowance
            .client
            .saturating_add(allowance.lead_kept)
            .min(budget::cushion(self.rules));
        total
    }

    /// How much can be granted at this moment, and why not more.
    fn payable(&self, client_left: Millis) -> (Millis, Reason) {
        let day_left = self
            .rules
            .day_cap_ms
            .saturating_sub(self.history.day_credited_ms);
        let bank_reason = if self.history.cut_ms > Millis::ZERO {
            Reason::Gap
        } else {
            Reason::OverWallTime
        };
        let mut tightest = (client_left, Reason::OverWallTime);
        for bound in [
            (self.history.payable(self.rules), bank_reason),
            (day_left, Reason::DayCap),
        ] {
            if bound.0 < tightest.0 {
                tightest = bound;
            }
        }
        tightest
    }

    fn grant(&mut self, from: Millis, to: Millis, idx: u32) {
        let media = Interval { from, to };
        if media.is_empty() {
            return;
        }
        self.history.pay(media.len());
        let standing = match self.rules.face_checks {
            FaceChecks::Off => Standing::Confirmed,
            FaceChecks::Random(_) => Standing::Provisional,
        };
        self.decision.grants.push(Grant {
            media,
            span: idx,
            standing,
        });
    }

    fn refuse(&mut self, from: Millis, to: Millis, idx: u32, reason: Reason) {
        let media = Interval { from, to };
        if !media.is_empty() {
            self.decision.refusals.push(Refusal {
                media,
                span: idx,
                ms: media.len(),
                reason,
            });
        }
    }

    fn refuse_all(&mut self, span: &Span, idx: u32, reason: Reason) {
        let media = match span.state {
            // A jump is not film that went by.
            SpanState::Seeking => Interval {
                from: span.media_to_ms,
                to: span.media_to_ms,
            },
            SpanState::Watching
            | SpanState::Unfocused
            | SpanState::Hidden
            | SpanState::Paused
            | SpanState::Stalled => Interval {
                from: span.media_from_ms,
                to: span.media_to_ms.max(span.media_from_ms),
            },
        };
        let ms = if media.is_empty() {
            span.client_len()
        } else {
            media.len()
        };
        if ms > Millis::ZERO || reason == Reason::Seek {
            self.decision.refusals.push(Refusal {
                media,
                span: idx,
                ms,
                reason,
            });
        }
    }
}
