//! The running budgets of one lease: server time comes in with each beat, and each span spends it.

use super::History;
use crate::{
    coverage::Coverage,
    rules::Rules,
    span::Span,
    time::{Day, Millis, Timestamp},
};

/// The largest browser time that is believed: the largest whole number that every JSON reader keeps exact. No page lives for
/// 285 000 years, and what is stored stays within a signed 64-bit column.
const CLIENT_MAX: Millis = Millis((1 << 53) - 1);

/// Most that the film may run ahead of the browser's clock, and what standing still leaves in the bank: a sound card whose
/// clock is 100 ppm fast needs 83 minutes without a pause to use up twice 250 ms.
pub(super) const fn cushion(rules: &Rules) -> Millis {
    rules.rate_slack_ms.saturating_add(rules.rate_slack_ms)
}

impl History {
    /// The history of a lease granted at `granted_at`, given what the person holds from before.
    #[must_use]
    pub fn begin(
        granted_at: Timestamp,
        covered: Coverage,
        day: Day,
        day_credited_ms: Millis,
        rules: &Rules,
    ) -> Self {
        Self {
            last_at: granted_at,
            bank_ms: Millis::ZERO,
            cut_ms: Millis::ZERO,
            lead_ms: cushion(rules),
            client_to_ms: Millis::ZERO,
            unfocused_ms: Millis::ZERO,
            covered,
            day,
            day_credited_ms,
        }
    }

    /// A beat with `spans` arrives: the server time since the last one comes in.
    pub(super) fn accrue(&mut self, spans: &[Span], received_at: Timestamp, rules: &Rules) {
        let elapsed = received_at.since(self.last_at);
        let claimed = spans.iter().fold(Millis::ZERO, |sum, span| {
            sum.saturating_add(span.client_len())
        });
        // Beats that waited for the network come in much faster than they were made. The first that does not is live again,
        // and whatever was cut off before it is past.
        if elapsed.saturating_add(elapsed) >= claimed {
            self.cut_ms = Millis::ZERO;
        }
        let earned = self.bank_ms.saturating_add(elapsed);
        self.bank_ms = earned.min(rules.offline_buffer_ms);
        self.cut_ms = self
            .cut_ms
            .saturating_add(earned.saturating_sub(self.bank_ms));
        self.last_at = self.last_at.max(received_at);
        let today = received_at.day(rules.day_offset_ms);
        // Never back: a clock that returns to yesterday must not open yesterday's allowance again.
        if today > self.day {
            self.day = today;
            self.day_credited_ms = Millis::ZERO;
        }
    }

    /// Whether `span` goes on where the browser's clock was.
    pub(super) fn in_order(&self, span: &Span) -> bool {
        self.client_to_ms <= span.client_from_ms
            && span.client_from_ms <= span.client_to_ms
            && span.client_to_ms <= CLIENT_MAX
    }

    /// How much the bank can pay now. While beats come in after too long a silence, the cushion stays: the page is behind the
    /// server's time then, and without it every later jitter of the network would tear a hole.
    pub(super) fn payable(&self, rules: &Rules) -> Millis {
        if self.cut_ms > Millis::ZERO {
            self.bank_ms.saturating_sub(cushion(rules))
        } else {
            self.bank_ms
        }
    }

    /// Pays `granted` out of the bank.
    pub(super) fn pay(&mut self, granted: Millis) {
        self.bank_ms = self.bank_ms.saturating_sub(granted);
        self.day_credited_ms = self.day_credited_ms.saturating_add(granted);
    }

    /// `idle` of the browser's time went by without earning. The server time in which it did is used up as well, so that a
    /// browser whose clock runs fast (and its film with it) cannot save up while it pauses. Down to the cushion only.
    pub(super) fn idle(&mut self, idle: Millis, rules: &Rules) {
        let rest = idle.saturating_sub(self.cut_ms);
        self.cut_ms = self.cut_ms.saturating_sub(idle);
        self.bank_ms = self
            .bank_ms
            .saturating_sub(rest)
            .max(self.bank_ms.min(cushion(rules)));
    }
}
