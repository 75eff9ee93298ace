//! What the learner will be credited, computed in the page by the server's own rules, so that the bar is right offline too.
//!
//! Beats that the server has decided count as it decided. Those it has not are judged here as if they reached it now: that is
//! the earliest they can, so a network that is gone for longer than the buffer shows in the bar at once.

use crate::{
    coverage::Coverage,
    credit::{Circumstances, Decision, History, Reason, credit},
    rules::Rules,
    span::Span,
    time::{Millis, Timestamp},
};
use std::collections::VecDeque;

/// The page's idea of what the server knows.
#[derive(Clone, Debug)]
pub(super) struct Forecast {
    started_at: Timestamp,
    circumstances: Circumstances,
    /// The history up to the last decided beat.
    decided: History,
    undecided: VecDeque<(u64, Vec<Span>)>,
    /// Why the end of the last decided beat earned nothing, if so.
    not_earning: Option<Reason>,
}

/// The forecast at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Expected {
    /// What will be credited of the unit.
    pub covered: Coverage,
    /// What will be credited on this day.
    pub day_credited_ms: Millis,
    /// Why the latest film time or standstill earns nothing, if it earns nothing.
    pub not_earning: Option<Reason>,
}

impl Forecast {
    pub fn new(
        rules: &Rules,
        film_ms: Millis,
        covered: Coverage,
        day_credited_ms: Millis,
        started_at: Timestamp,
    ) -> Self {
        let day = started_at.day(rules.day_offset_ms);
        Self {
            started_at,
            circumstances: Circumstances {
                lease_current: true,
                listed: true,
                check_overdue: false,
                film_ms,
            },
            decided: History::begin(started_at, covered, day, day_credited_ms, rules),
            undecided: VecDeque::new(),
            not_earning: None,
        }
    }

    /// What the server has credited of the unit, as far as its answers have come.
    pub const fn decided(&self) -> &Coverage {
        &self.decided.covered
    }

    /// A face check is overdue from now on, or no longer.
    pub fn overdue(&mut self, overdue: bool) {
        self.circumstances.check_overdue = overdue;
        if !overdue && self.not_earning == Some(Reason::CheckOverdue) {
            self.not_earning = None;
        }
    }

    /// A beat was made.
    pub fn sent(&mut self, seq: u64, spans: Vec<Span>) {
        self.undecided.push_back((seq, spans));
    }

    /// The server's answer: its grants replace what was expected.
    pub fn reconcile(&mut self, seq: u64, decision: &Decision, elapsed: Millis, rules: &Rules) {
        let before = self.decided.clone();
        let mut known = false;
        // Beats are decided in order, so an answer to this one means that those before it were decided too.
        while let Some((_, spans)) = self.undecided.pop_front_if(|(first, _)| *first <= seq) {
            known = true;
            self.not_earning = at_the_end(&spans, decision).unwrap_or(self.not_earning);
            // Only the budgets matter here; what was granted comes from the answer.
            let _ = credit(
                &mut self.decided,
                &spans,
                &self.circumstances,
                self.started_at.plus(elapsed),
                rules,
            );
        }
        self.decided.covered = before.covered;
        for grant in &decision.grants {
            self.decided.covered.insert(grant.media);
        }
        let same_day = self.decided.day == before.day;
        if known {
            let earlier = if same_day {
                before.day_credited_ms
            } else {
                Millis::ZERO
            };
            self.decided.day_credited_ms = earlier.saturating_add(decision.credited_ms());
        }
    }

    /// The forecast `elapsed` after the session's start, with `spans` not put into a beat yet.
    pub fn expect(&self, spans: &[Span], elapsed: Millis, rules: &Rules) -> Expected {
        let mut history = self.decided.clone();
        let mut not_earning = self.not_earning;
        let now = self.started_at.plus(elapsed);
        let waiting = self.undecided.iter().map(|(_, spans)| spans.as_slice());
        for spans in waiting.chain([spans]) {
            let decision = credit(&mut history, spans, &self.circumstances, now, rules);
            not_earning = at_the_end(spans, &decision).unwrap_or(not_earning);
        }
        Expected {
            covered: history.covered,
            day_credited_ms: history.day_credited_ms,
            not_earning,
        }
    }
}

/// Why the end of the last span with any length earned nothing: `Some(None)` where it earned, `None` where there is no such
/// span to ask.
fn at_the_end(spans: &[Span], decision: &Decision) -> Option<Option<Reason>> {
    let idx = spans
        .iter()
        .zip(0_u32..)
        .filter(|(span, _)| span.client_len() > Millis::ZERO)
        .map(|(_, idx)| idx)
        .last()?;
    let refusal = decision
        .refusals
        .iter()
        .rfind(|refusal| refusal.span == idx);
    let grant = decision.grants.iter().rfind(|grant| grant.span == idx);
    Some(match (refusal, grant) {
        (Some(refusal), Some(grant)) if grant.media.to > refusal.media.from => None,
        (refusal, _) => refusal.map(|refusal| refusal.reason),
    })
}
